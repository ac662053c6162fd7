package org.mutirao.worker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.identity.KeyedId;
import org.mutirao.protocol.identity.WorkerKey;
import org.mutirao.protocol.message.WorkerRequest.Instance;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.worker.sandbox.SandboxPlaces;
import org.mutirao.worker.warm.WarmPython;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's part of {@code work/}: the first of {@code work/1}, {@code work/2}… that no running worker holds. A worker that
 * starts again finds its identity and its outbox there.
 *
 * <pre>
 *   work/1/lock      held while the worker runs
 *         /id        its peer_id, made from its key unless a person gave another
 *         /key       its private key
 *         /incoming  packages being received      (emptied at start)
 *         /run       tasks being run              (emptied at start)
 *         /shared    what tasks of a job share
 *         /environments  what packages want to have installed
 *         /wheels    from which it is installed
 *         /pythons   what this machine's interpreters said of themselves
 *         /warm      what warm interpreters start with (emptied at start)
 *         /outbox    results until the master has them
 *         /refused   results that no master wanted
 *         /whole     results of which a master could read only a part
 * </pre>
 */
final class WorkFolder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);
    private static final int MAX_WORKERS = 256;
    private static final int MAX_PATH = 300;
    private static final String ID = "id";
    private static final String KEY = "key";

    private final Path folder;
    private final FileChannel lock;
    private final Optional<WorkerId> wanted;
    private final Instance instance;
    private volatile WorkerKey key;
    private volatile WorkerId id;

    private WorkFolder(Path folder, FileChannel lock, Optional<WorkerId> wanted, WorkerKey key, Instance instance) {
        this.folder = folder;
        this.lock = lock;
        this.wanted = wanted;
        this.key = key;
        this.id = wanted.orElseGet(key::id);
        this.instance = instance;
    }

    /**
     * Takes the first free part.
     *
     * @param wanted an identity given by the person, instead of the folder's own
     */
    static WorkFolder open(Path work, Optional<WorkerId> wanted) throws IOException {
        WorkFolder folder = claimFirst(work, wanted);
        try {
            folder.checkId();
        } catch (IOException e) {
            folder.close();
            throw e;
        }
        return folder;
    }

    private static WorkFolder claimFirst(Path work, Optional<WorkerId> wanted) throws IOException {
        try {
            for (int number = 1; number <= MAX_WORKERS; number++) {
                Path folder = Files.createDirectories(work.resolve(String.valueOf(number)));
                FileChannel lock = tryLock(folder.resolve("lock"));
                if (lock != null) {
                    return claim(folder, lock, wanted);
                }
            }
        } catch (IOException e) {
            throw new IOException(
                    Text.of(
                            "the folder %s can't be used (%s). Give another --work, or change its rights.",
                            FileNames.textOf(work), e.getClass().getSimpleName()),
                    e);
        }
        throw new IOException(Text.of(
                "the folder %s is used by %s workers; give another --work", FileNames.textOf(work), MAX_WORKERS));
    }

    private static FileChannel tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another worker of this very process has it, as in tests: the next number then.
        }
        channel.close();
        return null;
    }

    private static WorkFolder claim(Path folder, FileChannel lock, Optional<WorkerId> wanted) throws IOException {
        Home here = Home.here(folder);
        Optional<Home> before = Home.read(folder.resolve("home"));
        boolean copied = before.isPresent() && here.differsFrom(before.get());
        if (copied && wanted.isEmpty() && isNamed(folder)) {
            log.warn(
                    "{} was copied or moved from {}; this worker takes an id of its own",
                    folder,
                    SafeText.of(before.get().folder(), ' ', MAX_PATH));
        }
        if (copied) {
            Files.deleteIfExists(folder.resolve(KEY)); // it is that of another worker, which lives perhaps
        }
        // Its lock is ours, so whatever process held this very folder is dead.
        Optional<String> after =
                before.filter(home -> !copied).map(Home::instance).filter(word -> !word.isEmpty());
        WorkFolder claimed = new WorkFolder(folder, lock, wanted, keyOf(folder), new Instance(here.instance(), after));
        claimed.keepId();
        here.write(folder.resolve("home"));
        DurableFiles.deleteTree(claimed.incoming());
        DurableFiles.deleteTree(claimed.run());
        DurableFiles.deleteTree(claimed.warm());
        Files.createDirectories(claimed.incoming());
        Files.createDirectories(claimed.run());
        Files.createDirectories(claimed.outbox());
        return claimed;
    }

    private static boolean isNamed(Path folder) {
        return Files.exists(folder.resolve(ID)) || Files.exists(folder.resolve(KEY));
    }

    private static WorkerKey keyOf(Path folder) throws IOException {
        Path file = folder.resolve(KEY);
        if (Files.exists(file)) {
            WorkerKey.exposure(file).ifPresent(log::warn);
            Optional<WorkerKey> kept = WorkerKey.read(file);
            if (kept.isPresent()) {
                return kept.get();
            }
            DurableFiles.moveAtomically(file, folder.resolve(KEY + ".damaged"));
            log.warn("The key of this worker in {} is damaged; it gets another, and another id", file);
        }
        WorkerKey key = WorkerKey.random();
        key.write(file);
        return key;
    }

    private void checkId() throws IOException {
        if (KeyedId.isOne(id) && !id.equals(key.id())) {
            throw new IOException(Text.of(
                    "the id %s was made from the key of another worker; leave --id out, or give another", id.brief()));
        }
    }

    /** An earlier version reads it, and people do. */
    private void keepId() throws IOException {
        Path file = folder.resolve(ID);
        if (wanted.isEmpty()
                && !(Files.exists(file) && OwnFiles.readSmall(file).strip().equals(id.value()))) {
            DurableFiles.writeForced(file, id + "\n");
        }
    }

    /** With which the worker proves who it is. */
    WorkerKey key() {
        return key;
    }

    WorkerId id() {
        return id;
    }

    /** This process, and the one that held the folder before. */
    Instance instance() {
        return instance;
    }

    /**
     * Another process has the id and lives. The new key is kept, and its id unless a person gave the old one, which counts again at the next
     * start.
     */
    void rename(WorkerKey other) throws IOException {
        id = other.id();
        if (!other.id().equals(key.id())) {
            key = other;
            key.write(folder.resolve(KEY));
        }
        keepId();
    }

    /**
     * Makes anew what a script, or a person, has removed. Cheap when nothing is missing.
     *
     * @throws IOException with a sentence for people, when it can't
     */
    void ensure() throws IOException {
        List<Path> gone = Stream.of(incoming(), run(), outbox())
                .filter(each -> !Files.isDirectory(each))
                .toList();
        if (gone.isEmpty()) {
            return;
        }
        try {
            for (Path each : gone) {
                Files.createDirectories(each);
            }
            if (!Files.exists(folder.resolve(KEY))) {
                key.write(folder.resolve(KEY));
            }
            keepId();
        } catch (IOException e) {
            throw new IOException(
                    Text.of(
                            "The folders of this worker in %s are gone and can't be made again (%s); mend the disk or"
                                    + " the rights",
                            folder, e.getClass().getSimpleName()),
                    e);
        }
        log.warn("{} had been removed, perhaps by a script; made anew. Results that waited there are lost", gone);
    }

    Path incoming() {
        return folder.resolve("incoming");
    }

    Path run() {
        return folder.resolve("run");
    }

    Path pythons() {
        return folder.resolve("pythons");
    }

    Path job() {
        return folder.resolve("job");
    }

    Path warm() {
        return folder.resolve("warm");
    }

    /** For those who keep scripts from what is none of their business. */
    SandboxPlaces places() {
        return new SandboxPlaces(
                folder.resolveSibling("."),
                run(),
                warm().resolve(WarmPython.MODULE),
                List.of(incoming(), outbox(), shared(), whole(), refused(), folder.resolve("wheels")),
                plots());
    }

    /** Where the library for plots keeps its list of fonts. */
    Path plots() {
        return folder.resolve("matplotlib");
    }

    Path shared() {
        return folder.resolve("shared");
    }

    Path environments() {
        return folder.resolve("environments");
    }

    Path outbox() {
        return folder.resolve("outbox");
    }

    Path whole() {
        return folder.resolve("whole");
    }

    Path refused() {
        return folder.resolve("refused");
    }

    @Override
    public void close() throws IOException {
        DurableFiles.deleteTree(run());
        DurableFiles.deleteTree(warm());
        lock.close();
    }
}
