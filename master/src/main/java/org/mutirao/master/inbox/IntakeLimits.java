package org.mutirao.master.inbox;

import org.mutirao.protocol.pack.PackageLimits;
import org.mutirao.protocol.units.ByteSize;

/**
 * What a package may be, and what its task gets.
 *
 * @param inside of one package
 * @param packed size of one package
 * @param attempts how many leases of a task may be lost
 * @param trust whether workers can prove themselves, since the room has a key
 */
public record IntakeLimits(PackageLimits inside, ByteSize packed, int attempts, boolean trust) {}
