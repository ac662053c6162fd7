/** What people type and read at a terminal. */
package org.mutirao.protocol.terminal;
