package org.mutirao.protocol.message;

import java.nio.file.Path;
import org.mutirao.protocol.id.Blob;

/**
 * The ZIP that a message carries, always a file and never memory. Whoever receives one owns the file and moves or deletes
 * it; whoever sends one keeps the file until the send has ended.
 */
public record Payload(Path file, Blob blob) {}
