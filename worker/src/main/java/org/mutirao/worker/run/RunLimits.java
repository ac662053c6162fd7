package org.mutirao.worker.run;

import java.time.Duration;
import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.units.ByteSize;

/**
 * What one run may take.
 *
 * @param packages what its package may unpack to
 * @param maxOutput what its script may print
 * @param timeout how long it may run if its package does not say
 * @param memory what it may take
 */
public record RunLimits(PackageLimits packages, ByteSize maxOutput, Duration timeout, MemoryShare memory) {
    /** Without a limit on memory. */
    RunLimits(PackageLimits packages, ByteSize maxOutput, Duration timeout) {
        this(packages, maxOutput, timeout, MemoryShare.unlimited());
    }
}
