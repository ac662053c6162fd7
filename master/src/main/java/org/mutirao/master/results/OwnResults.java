package org.mutirao.master.results;

import java.nio.file.Path;

/**
 * This master's own {@code results/}.
 *
 * @param folder it itself
 * @param delivered what was put there
 */
public record OwnResults(Path folder, Delivered delivered) {}
