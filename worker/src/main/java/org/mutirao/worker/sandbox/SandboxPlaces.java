package org.mutirao.worker.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a worker has its files.
 *
 * @param work of all workers that share it; no script sees it but for its own run
 * @param run where scripts run, below that
 * @param module with which warm interpreters start; it need not be there yet
 * @param closed folders that are no script's business
 * @param plots the folder that all scripts may write to, for the library for plots
 */
public record SandboxPlaces(Path work, Path run, Path module, List<Path> closed, Path plots) {
    public SandboxPlaces {
        work = work.toAbsolutePath().normalize();
        run = run.toAbsolutePath();
        module = module.toAbsolutePath();
        closed = List.copyOf(closed);
        plots = plots.toAbsolutePath();
    }
}
