package org.mutirao.console.compat;

/**
 * A row of the report.
 *
 * @param about which dialect or part of the conversation
 * @param trial what was done to it
 * @param words what it did
 */
public record Finding(String about, String trial, String words) {}
