/** Sizes and durations as a person writes them: {@code 2GiB}, {@code 90s}. */
package org.mutirao.protocol.units;
