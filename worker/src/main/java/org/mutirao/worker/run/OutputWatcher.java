package org.mutirao.worker.run;

import java.nio.file.Path;

/** Told where a script's output grows, before the script starts. */
public interface OutputWatcher {
    /** Nobody watches. */
    OutputWatcher NOBODY = (stdout, stderr) -> () -> {};

    /** Returns what is called when the script has ended. */
    Runnable watch(Path stdout, Path stderr);
}
