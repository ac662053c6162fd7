/** Sizes, durations and addresses as a person writes them: {@code 2GiB}, {@code 90s}, {@code pc7:50020}. */
package org.mutirao.protocol.units;
