/**
 * The fixed ring of the course's peers, WIRE.md section 5: who lives, and that the lowest living id leads. Start reading at {@link
 * org.mutirao.group.ring.Ring}.
 */
package org.mutirao.group.ring;
