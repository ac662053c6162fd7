package org.mutirao.group.blob;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.mutirao.protocol.id.Blob;

/** How the bytes of a blob reach the other masters: inside the log's entry when they are few, else by themselves before it. */
public interface Replication {
    /**
     * The bytes of a blob that is stored here in a file, to travel inside the entry that names it; nothing when it is too large for that,
     * or when there are no other masters.
     *
     * @throws IOException when they can't be read here
     */
    byte[] inlineBytes(Blob blob) throws IOException;

    /**
     * Makes sure that a majority holds a blob that is stored here, unless its bytes travel inside the entry. Completes on any thread;
     * exceptionally when no majority can hold it now.
     *
     * @param inlineBytes what {@link #inlineBytes} gave
     */
    CompletableFuture<Void> replicate(Blob blob, byte[] inlineBytes);
}
