package org.mutirao.group.raft;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.mutirao.group.log.Frozen;
import org.mutirao.group.log.ReplicatedLog;
import org.mutirao.group.log.StateMachine;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our state machine as the engine wants it. The engine calls on threads of its own; everything that touches the state is
 * passed on to the state's owner.
 */
final class MachineAdapter<C, R> extends BaseStateMachine {
    private static final Logger log = LoggerFactory.getLogger(MachineAdapter.class);

    private static final long MAX_BYTES = 64 * 1024 * 1024;

    private static final long FEW = 2_000;
    /** What the name of a snapshot ends in while it is written. */
    private static final String PART = ".part";

    private static final long MUCH_LARGER = 3;
    private static final int BUFFER = 64 * 1024;

    private final AtomicLong bytesSinceSnapshot = new AtomicLong();
    private final AtomicLong entriesSinceSnapshot = new AtomicLong();
    private volatile long snapshotBytes;
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final StateMachine<C, R> machine;
    private final OwnEntries<C, R> entries;
    private final Executor owner;
    private final Executor writer;
    private final ReplicatedLog.Listener listener;
    private final HighWaterMark mark;
    private final Path data;
    private volatile SegmentFolder segments;

    /**
     * Applies nothing yet.
     *
     * @param owner the state's thread
     * @param writer where it is noted that an entry is applied, and the engine hears of it
     */
    MachineAdapter(
            StateMachine<C, R> machine,
            OwnEntries<C, R> entries,
            Executor owner,
            Executor writer,
            ReplicatedLog.Listener listener,
            HighWaterMark mark,
            Path data) {
        this.mark = mark;
        this.data = data;
        this.machine = machine;
        this.entries = entries;
        this.owner = owner;
        this.writer = writer;
        this.listener = listener;
    }

    /** Without the explicit transition the engine could never pause us, and so never install a snapshot. */
    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage raftStorage) throws IOException {
        getLifeCycle().startAndTransition(() -> {
            super.initialize(server, group, raftStorage);
            storage.init(raftStorage);
            Path current = raftStorage.getStorageDir().getCurrentDir().toPath();
            segments = new SegmentFolder(current);
            deleteHalfWritten();
            // The folders above are made once, at the first start.
            for (Path made = current; made != null && made.startsWith(data); made = made.getParent()) {
                DurableFiles.forceFolder(made);
            }
            reinitialize();
        });
    }

    /** Snapshots that a crash cut short; each has a name of its own. */
    private void deleteHalfWritten() throws IOException {
        Path folder = storage.getSnapshotFile(0, 0).toPath().getParent();
        try (DirectoryStream<Path> half = Files.newDirectoryStream(folder, "*" + PART)) {
            for (Path file : half) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Called by the engine before it forces entries, and so before any of them is acknowledged. */
    @Override
    public CompletableFuture<Void> flush(long index) {
        try {
            segments.force();
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        SingleFileSnapshotInfo snapshot = storage.loadLatestSnapshot();
        if (snapshot != null) {
            restore(snapshot);
        }
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    private void restore(SingleFileSnapshotInfo snapshot) throws IOException {
        File file = snapshot.getFile().getPath().toFile();
        if (snapshot.getFile().getFileDigest() != null) {
            MD5FileUtil.verifySavedMD5(file, snapshot.getFile().getFileDigest());
        }
        onOwner(() -> {
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file.toPath())))) {
                machine.readSnapshot(in);
            }
            listener.onRestored();
            return null;
        });
        snapshotBytes = file.length();
        setLastAppliedTermIndex(SimpleStateMachineStorage.getTermIndexFromSnapshotFile(file));
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        Supplier<EntryCodec.Entry<C>> content =
                content(entry.getStateMachineLogEntry().getLogData(), entry.getIndex());
        bytesSinceSnapshot.addAndGet(
                entry.getStateMachineLogEntry().getLogData().size());
        entriesSinceSnapshot.incrementAndGet();
        // In this order on a single thread: the owner applies what it is handed first come, first served.
        CompletableFuture<Message> applied = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        entries.apply(content.get());
                        mark.note(entry.getIndex());
                        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
                        return Message.EMPTY;
                    } catch (NewerEntry e) {
                        listener.onBroken(e.getMessage());
                        throw e;
                    } catch (RuntimeException | Error e) {
                        log.error("Entry {} of the log could not be applied", entry.getIndex(), e);
                        listener.onBroken(Text.of("entry %d of the log could not be applied", entry.getIndex()));
                        throw e;
                    }
                },
                owner);
        // The owner need neither write to a file nor carry out what the engine does then.
        return applied.thenApplyAsync(
                message -> {
                    mark.write();
                    return message;
                },
                writer);
    }

    /**
     * Own entries are few at a time, and are read here, so that the owner need not. Of others very many may wait at a start, and their bytes
     * take less room.
     */
    private Supplier<EntryCodec.Entry<C>> content(ByteString bytes, long index) {
        EntryCodec<C> codec = entries.codec();
        ByteBuffer inPlace = bytes.asReadOnlyByteBuffer().slice();
        if (codec.isOwn(inPlace)) {
            EntryCodec.Entry<C> own = codec.read(inPlace, index);
            return () -> own;
        }
        // A copy, because the engine may reuse its buffer.
        ByteBuffer copy = ByteBuffer.wrap(bytes.toByteArray());
        return () -> codec.read(copy, index);
    }

    /** The engine's own entries take their place in the same queue, or they would overtake ours. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        owner.execute(() -> {
            mark.note(index);
            updateLastAppliedTermIndex(term, index);
        });
    }

    /**
     * Whether it pays to take one before the engine does by its count: reading the entries again at a start should not take much longer
     * than reading the snapshot.
     *
     * @param most after how many entries it is due in any case
     */
    boolean isSnapshotDue(long most) {
        long bytes = bytesSinceSnapshot.get();
        long entries = entriesSinceSnapshot.get();
        return bytes > MAX_BYTES || entries > most || (entries > FEW && bytes > MUCH_LARGER * snapshotBytes);
    }

    /** Brings to the disk what the log must not forget before. For any thread. */
    void forceKept() throws IOException {
        machine.forceKept();
    }

    /** @param last the last entry that is in it */
    private record FrozenAt(Frozen state, TermIndex last) {}

    /**
     * The engine waits for all entries before this to be applied, and hands out none while it runs. The owner only freezes the state; this is
     * written here, on the engine's thread.
     */
    @Override
    public long takeSnapshot() throws IOException {
        bytesSinceSnapshot.set(0);
        entriesSinceSnapshot.set(0);
        FrozenAt frozen = onOwner(() -> new FrozenAt(machine.freeze(), getLastAppliedTermIndex()));
        TermIndex at = frozen.last();
        machine.forceKept();
        File file = storage.getSnapshotFile(at.getTerm(), at.getIndex());
        File part = new File(file.getParentFile(), file.getName() + PART);
        try {
            write(frozen.state(), part);
        } catch (IOException e) {
            Files.deleteIfExists(part.toPath()); // the next one has another name, and the disk may be full
            throw e;
        }
        DurableFiles.moveForced(part.toPath(), file.toPath());
        MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file);
        storage.updateLatestSnapshot(new SingleFileSnapshotInfo(new FileInfo(file.toPath(), digest), at));
        snapshotBytes = file.length();
        log.debug("Snapshot of {} bytes at {}", snapshotBytes, at);
        return at.getIndex();
    }

    private static void write(Frozen state, File file) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file);
                DataOutputStream buffered = new DataOutputStream(new BufferedOutputStream(out, BUFFER))) {
            state.write(buffered);
            buffered.flush();
            out.getChannel().force(true);
        }
    }

    @Override
    public void notifyLeaderReady() {
        owner.execute(listener::onLeading);
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        owner.execute(listener::onFollowing);
    }

    /** The engine would go on as a leader whose proposals never end. */
    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
        log.error("The replicated log can't be written", cause);
        owner.execute(() -> listener.onBroken(Text.of("the replicated log can't be written: %s", cause.getMessage())));
    }

    private interface Task<T> {
        T run() throws IOException;
    }

    private <T> T onOwner(Task<T> task) throws IOException {
        CompletableFuture<T> done = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                owner);
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException wrapped) {
                throw wrapped.getCause();
            }
            throw e;
        }
    }
}
