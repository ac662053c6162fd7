/** The one door: {@link org.mutirao.master.door.Grid} gives each request exactly one reply, here or at the master that leads. */
package org.mutirao.master.door;
