/**
 * A worker is who it was: each has a key pair of its own, its id is made from it, and what it says is bound to it. See PROTOCOL.md,
 * "Workers with a key".
 */
package org.mutirao.protocol.identity;
