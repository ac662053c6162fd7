/** The grid for programs that speak JSON over TCP. */
package org.mutirao.master.face.wire;
