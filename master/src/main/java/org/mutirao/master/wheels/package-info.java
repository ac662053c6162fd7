/** The wheels from which workers install what packages ask for. */
package org.mutirao.master.wheels;
