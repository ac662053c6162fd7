/**
 * How the messages of {@code protocol.message} look as JSON, one class for each family of programs. The way in is {@link
 * org.mutirao.protocol.dialect.Dialects}; a new {@link org.mutirao.protocol.dialect.Dialect} is one class and one line there.
 */
package org.mutirao.protocol.dialect;
