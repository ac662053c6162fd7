/** What a way into the grid is: {@link org.mutirao.master.face.Face}. Each has a package of its own below this one. */
package org.mutirao.master.face;
