package org.mutirao.protocol.pack;

import java.nio.file.Path;

/**
 * More files for a task's package, out of a ZIP that lies on this machine.
 *
 * @param prefix the folder in the package, which ends in {@code /}; each step of it can be stored by any system
 * @param zip a result
 */
public record Extra(String prefix, Path zip) {
    public Extra {
        if (!prefix.endsWith("/") || prefix.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a folder in a package ends in a slash: " + EntryNames.printable(prefix));
        }
    }
}
