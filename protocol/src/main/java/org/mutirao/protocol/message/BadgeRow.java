package org.mutirao.protocol.message;

import java.util.Optional;

/**
 * A badge, for lists.
 *
 * @param serial its number, never given twice
 * @param role as {@link org.mutirao.protocol.room.Role#word} has it
 * @param holder for whom it is; may be empty
 * @param issuedAt in milliseconds since 1970
 * @param takenBackAt the same; empty as long as it counts
 */
public record BadgeRow(int serial, String role, String holder, long issuedAt, Optional<Long> takenBackAt) {}
