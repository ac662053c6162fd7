package org.mutirao.protocol.message;

/**
 * A wheel that a master has for its workers.
 *
 * @param name of its file, which tells the project, its version and the systems and Pythons that it is for
 * @param bytes its size
 */
public record WheelRow(String name, long bytes) {}
