package org.mutirao.master.handlers;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.mutirao.group.blob.BlobStore;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with a package that is packed for the occasion, on a thread that may wait for the disk. What that takes on the disk lasts until it
 * is sent.
 *
 * @param disk such threads
 */
record PackedSending(BlobStore blobs, Executor disk) {
    private static final Logger log = LoggerFactory.getLogger(PackedSending.class);

    /** Makes the package. */
    @FunctionalInterface
    interface Packing {
        Packed pack() throws IOException, RefusedPackage;
    }

    /**
     * A package to be sent.
     *
     * @param isTemporary whether it is not needed any more then
     */
    record Packed(Payload payload, boolean isTemporary) {}

    /** Makes a package together with its reply. */
    @FunctionalInterface
    interface Composing {
        Composed compose() throws IOException, RefusedPackage;
    }

    /**
     * A package to be sent.
     *
     * @param reply what brings it
     */
    record Composed(Packed packed, Reply reply) {}

    /** Packs and sends; who can't be given the package has no task. */
    CompletionStage<Void> send(Answer answer, Packing packing, Function<Payload, Reply> message) {
        Composing composing = () -> {
            Packed packed = packing.pack();
            return new Composed(packed, message.apply(packed.payload()));
        };
        return send(answer, composing, new Reply.NoTask(), PackedSending::handsOutAgain);
    }

    /**
     * The same for what is composed together with its reply.
     *
     * @param otherwise the reply when it can't be made
     * @param noting says in the log that it can't
     */
    CompletionStage<Void> send(Answer answer, Composing composing, Reply otherwise, Consumer<Exception> noting) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        disk.execute(answer.orRefuse(() -> {
            Composed composed;
            try {
                composed = composing.compose();
            } catch (IOException | RefusedPackage | RuntimeException e) {
                noting.accept(e);
                answer.send(otherwise);
                sent.completeExceptionally(e);
                return;
            }
            finish(answer.send(composed.reply()), composed.packed(), sent);
        }));
        return sent;
    }

    /** Says so of a package of a task. */
    static void handsOutAgain(Exception why) {
        log.warn(
                "A package can't be made for a worker now ({}); its task is handed out again",
                Told.of(why, Text.of("what belongs into it can't be read, or the disk is full")));
        log.debug("It can't be made", why);
    }

    private void finish(CompletableFuture<Void> sending, Packed packed, CompletableFuture<Void> sent) {
        sending.whenComplete((nothing, failure) -> {
            if (packed.isTemporary()) {
                blobs.discard(packed.payload());
            }
            if (failure == null) {
                sent.complete(null);
            } else {
                sent.completeExceptionally(failure);
            }
        });
    }
}
