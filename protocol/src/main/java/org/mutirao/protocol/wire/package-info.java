/**
 * Messages as bytes: JSON objects over TCP without any framing. The way in is {@link
 * org.mutirao.protocol.wire.ObjectScanner} (bytes to objects), then a {@link org.mutirao.protocol.dialect.Dialect} (objects
 * to messages); the way out is the reverse. {@link org.mutirao.protocol.wire.WireServer} and {@link
 * org.mutirao.protocol.wire.WireClient} are the fronts. Netty stays in here.
 */
package org.mutirao.protocol.wire;
