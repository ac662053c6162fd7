package org.mutirao.group.blob;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.group.blob.BlobStore.Forced;
import org.mutirao.group.blob.BlobStore.ForcedFile;
import org.mutirao.group.blob.BlobStore.Presence;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.text.Text;

/**
 * Brings blobs to the disk that came there by the log, many at a time. Safe for any thread; the disk is waited for without the store's
 * lock.
 */
final class BlobForcing {
    private final BlobFolder folder;
    private final BlobStates states;
    private final SmallBlobs small;
    private final ParallelDisk disk = new ParallelDisk("blob-force");

    BlobForcing(BlobFolder folder, BlobStates states, SmallBlobs small) {
        this.folder = folder;
        this.states = states;
        this.small = small;
    }

    /** Forces what has been here for so long and is still needed. */
    void forceKept(Duration age) throws IOException {
        for (Sha256 hash : small.olderThan(age.toNanos())) {
            small.write(hash);
        }
        Set<Sha256> unforced = states.unforced();
        Set<Path> folders = new HashSet<>();
        for (ParallelDisk.Outcome<Optional<Path>> each : disk.each(List.copyOf(unforced), this::forceFile)) {
            each.get().ifPresent(file -> folders.add(file.getParent()));
        }
        for (ParallelDisk.Outcome<Path> each : disk.each(List.copyOf(folders), BlobForcing::forceFolder)) {
            each.get();
        }
        states.onForced(unforced);
    }

    private Optional<Path> forceFile(Sha256 hash) throws IOException {
        Path file = folder.fileOf(hash);
        try {
            DurableFiles.force(file);
            return Optional.of(file);
        } catch (NoSuchFileException e) {
            return Optional.empty(); // dropped before it was forced to disk
        }
    }

    private static Path forceFolder(Path folder) throws IOException {
        DurableFiles.forceFolder(folder);
        return folder;
    }

    /** Files of these, forced; what came of each, in their order. */
    List<Forced> forced(List<Blob> blobs) {
        return disk.each(blobs, this::forced).stream()
                .map(each -> new Forced(each.value().flatMap(file -> file), each.failure()))
                .toList();
    }

    private Optional<ForcedFile> forced(Blob blob) throws IOException {
        Sha256 hash = blob.hash();
        Optional<byte[]> bytes = small.bytesOf(hash);
        if (bytes.isPresent()) {
            // A file of its own, since the blob itself is soon needed no more.
            return Optional.of(new ForcedFile(folder.forcedPart(bytes.get()), true));
        }
        Path file = folder.fileOf(hash);
        Presence presence = small.has(hash) ? Presence.WHOLE : folder.look(blob);
        if (presence == Presence.UNREADABLE) {
            throw new IOException(Text.of("%s can't be read", folder.root()));
        }
        boolean unforced;
        boolean old;
        synchronized (states) {
            old = states.isInherited(hash);
            unforced = old || states.isUnforced(hash);
        }
        if (presence == Presence.GONE || (old && !Sha256.ofFile(file).equals(hash))) {
            return Optional.empty();
        }
        if (unforced) {
            DurableFiles.force(file);
        }
        return Optional.of(new ForcedFile(file, false));
    }
}
