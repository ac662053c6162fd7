/** A clock that may be put right without touching the machine's; start reading at {@link org.mutirao.protocol.clock.ApplicationClock}. */
package org.mutirao.protocol.clock;
