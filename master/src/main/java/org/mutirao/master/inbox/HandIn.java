package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.master.ledger.Verdict;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.pack.PlainName;
import org.mutirao.protocol.pack.RefusedPackage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one complete file out of {@code tasks/}: copy, accept, and only then remove. Removing is a rename to {@code
 * .name.key.taken}, a last look, and a deletion, so that a file that replaced the accepted one in between is not lost.
 */
final class HandIn implements Hands {
    private static final Logger log = LoggerFactory.getLogger(HandIn.class);
    private static final Pattern TAKEN = Pattern.compile("\\.(.+)\\.([0-9a-f]{32})\\.taken");

    private final Path folder;
    private final Intake intake;
    private final TaskKeys keys;
    private final RejectedFolder rejected;
    private final SecondLook secondLook;
    private final UnknownJobs unknown;
    private final Runnable onRefused;

    /**
     * Takes files from now on.
     *
     * @param nanos monotonic
     * @param onRefused is told of each package that this master refused
     */
    HandIn(Path folder, Intake intake, TaskKeys keys, LongSupplier nanos, Runnable onRefused) {
        this.onRefused = onRefused;
        this.folder = folder;
        this.unknown = new UnknownJobs(folder, nanos);
        this.intake = intake;
        this.keys = keys;
        this.rejected = new RejectedFolder(folder);
        this.secondLook = new SecondLook(rejected);
    }

    @Override
    public CompletableFuture<Rest> take(Path file, String name, Sighting sighting) throws IOException, RefusedPackage {
        Payload copy;
        try {
            copy = intake.copyIn(file, sighting.size());
        } catch (RefusedPackage e) {
            return CompletableFuture.completedFuture(() -> refuse(file, sighting, e));
        }
        if (!Sighting.of(file).equals(sighting)) {
            intake.discard(copy);
            throw new NotNow(Text.of("it changed while it was read"));
        }
        String key = sighting.key(name, copy.blob().hash());
        try {
            return intake.accept(copy, PlainName.zip(name), key)
                    .handle((taken, failure) -> () -> failure == null
                            ? accepted(file, name, key, sighting, taken)
                            : failed(file, sighting, failure));
        } catch (RefusedPackage e) {
            return CompletableFuture.completedFuture(() -> refuse(file, sighting, e));
        }
    }

    private boolean failed(Path file, Sighting sighting, Throwable failure) throws IOException {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedPackage byTheLeader) {
            return reject(file, sighting, byTheLeader); // who counted it
        }
        throw new NotNow(Text.of("the masters' log does not take it at the moment"), failure);
    }

    private boolean accepted(Path file, String name, String key, Sighting sighting, Taken taken) throws IOException {
        if (taken.waitsForNobody()) {
            if (unknown.mayCome(key, taken.after())) {
                throw new NotNow(Text.of("it is to begin after a job that is not handed in yet"));
            }
            return refuse(file, sighting, taken.refusal());
        }
        unknown.forget(key);
        if (taken.verdict() instanceof Verdict.Refused) {
            throw new NotNow(Text.of("there are too many unfinished tasks; it waits"));
        }
        return remove(file, name, key, sighting);
    }

    private boolean refuse(Path file, Sighting judged, RefusedPackage refusal) throws IOException {
        boolean isAway = reject(file, judged, refusal);
        onRefused.run();
        return isAway;
    }

    private boolean reject(Path file, Sighting judged, RefusedPackage refusal) throws IOException {
        if (!Sighting.of(file).equals(judged)) {
            throw new NotNow(Text.of("it changed while it was checked"));
        }
        try {
            Path where = rejected.reject(file, refusal);
            String name = FileNames.nameOf(where);
            secondLook.remember(name, judged);
            log.warn("Rejected {}: {}", SafeText.of(name, '?'), refusal.getMessage());
            return true;
        } catch (IOException e) {
            log.warn(
                    "{} is refused ({}) and can't be moved to the folder of rejected files; delete it by hand",
                    SafeText.of(FileNames.nameOf(file), '?'),
                    refusal.getMessage());
            log.debug("It can't be moved", e);
            return false;
        }
    }

    private boolean remove(Path file, String name, String key, Sighting accepted) throws IOException {
        String ending = name.substring(name.length() - ".zip".length());
        String stem = name.substring(0, name.length() - ending.length());
        Path taken = FileNames.resolve(folder, FileNames.fitting("." + stem, ending + "." + key + ".taken"));
        try {
            Files.move(file, taken);
        } catch (IOException e) {
            log.warn(
                    "{} is accepted and can't be removed from {}; delete it by hand",
                    SafeText.of(name, '?'),
                    FileNames.textOf(folder));
            log.debug("It can't be removed", e);
            return false;
        }
        if (Sighting.of(taken).sameBytesAs(accepted)) {
            Files.delete(taken);
        } else {
            Files.move(taken, file);
        }
        return true;
    }

    @Override
    public void lookAgain(long nanos) {
        secondLook.look(nanos);
    }

    @Override
    public void recover() throws IOException, InterruptedException {
        secondLook.recall();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.taken")) {
            for (Path taken : files) {
                Matcher matcher = TAKEN.matcher(FileNames.nameOf(taken));
                if (matcher.matches()) {
                    recover(taken, matcher.group(1), matcher.group(2));
                }
            }
        }
    }

    private void recover(Path taken, String name, String key) throws InterruptedException {
        try {
            Payload copy = intake.copyIn(taken, Files.size(taken));
            copy = intake.asKept(copy);
            Sha256 content = copy.blob().hash();
            intake.discard(copy);
            if (keys.has(key, content).get()) {
                Files.delete(taken);
            } else {
                Files.move(taken, FileNames.resolve(folder, name));
            }
        } catch (IOException | RefusedPackage | ExecutionException e) {
            log.warn(
                    "Could not finish the removal of {}; if its task is in the list, delete it by hand",
                    SafeText.of(FileNames.nameOf(taken), '?'));
            log.debug("It can't be finished", e);
        }
    }
}
