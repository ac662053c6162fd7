package org.mutirao.group.log;

import java.io.IOException;

/** A data folder has less, or other, than was acknowledged. Nothing in it was changed; a person has to choose. */
public final class DamagedLog extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message what was found, in which file, and the choices, in whole sentences */
    public DamagedLog(String message, Throwable cause) {
        super(message, cause);
    }
}
