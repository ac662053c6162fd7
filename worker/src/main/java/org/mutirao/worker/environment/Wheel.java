package org.mutirao.worker.environment;

import java.util.List;
import org.mutirao.protocol.id.Blob;

/**
 * One wheel of the master.
 *
 * @param name of its file
 * @param needs the names of the packages that it may need besides, as installers compare them
 */
public record Wheel(String name, Blob blob, List<String> needs) {
    public Wheel {
        needs = List.copyOf(needs);
    }
}
