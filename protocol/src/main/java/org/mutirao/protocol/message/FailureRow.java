package org.mutirao.protocol.message;

import java.util.Optional;

/**
 * Tasks of a job that were no success for one and the same reason.
 *
 * @param reason in words: the last line that the scripts wrote to stderr, or why the tasks were given up
 * @param tasks how many they are
 * @param example the id of one of them
 * @param input the name of that one's input, if it has one of its own
 */
public record FailureRow(String reason, long tasks, long example, Optional<String> input) {}
