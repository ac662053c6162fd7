/**
 * The fixed ring of the course's peers, as PROTOCOL.md has it: who lives, and that the lowest living id leads. Start reading at {@link
 * org.mutirao.master.face.ring.Ring}.
 */
package org.mutirao.master.face.ring;
