/**
 * A room with a key: the secret that its programs share, and how two of them prove to each other that they know it. See PROTOCOL.md, "A
 * room with a key".
 */
package org.mutirao.protocol.room;
