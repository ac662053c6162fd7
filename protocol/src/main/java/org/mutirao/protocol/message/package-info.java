/**
 * What travels, one record a message, each family sealed per direction. Start with {@link
 * org.mutirao.protocol.message.Request} and {@link org.mutirao.protocol.message.Reply}; how they look as bytes is the
 * business of {@code protocol.wire}.
 */
package org.mutirao.protocol.message;
