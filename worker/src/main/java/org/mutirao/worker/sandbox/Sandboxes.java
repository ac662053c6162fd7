package org.mutirao.worker.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the sandbox of a worker at its start, and says which it is. One that does not start Python here is none. */
public final class Sandboxes {
    private static final Logger log = LoggerFactory.getLogger(Sandboxes.class);
    private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");
    private static final List<String> NO_NAMESPACES =
            List.of("namespace", "setting up uid map", "Operation not permitted");

    /** Whether a script can enter and use its folder. */
    private static final String TRIAL = "import os, sys; os.chdir(sys.argv[1]); open('trial', 'w').close()";

    private Sandboxes() {}

    /** Why there is none. */
    private static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String reason) {
            super(reason);
        }
    }

    /**
     * The one that a person wants, if it works here.
     *
     * @param python the interpreter's command
     * @throws IOException when it does not work, with a sentence for the person
     */
    public static Sandbox choose(SandboxSettings settings, List<String> python, SandboxPlaces places)
            throws IOException, InterruptedException {
        return choose(settings, python, places, System.getenv("PATH"));
    }

    static Sandbox choose(SandboxSettings settings, List<String> python, SandboxPlaces places, String path)
            throws IOException, InterruptedException {
        Sandbox chosen = chosen(settings, python, places, path);
        if (chosen == Sandbox.none() && SystemParts.isForRoot()) {
            log.warn(
                    "Scripts run as root here. Start the worker as a user without other rights, or with --sandbox user");
        }
        return chosen;
    }

    private static Sandbox chosen(SandboxSettings settings, List<String> python, SandboxPlaces places, String path)
            throws IOException, InterruptedException {
        if (settings.choice() == SandboxChoice.NONE) {
            log.info("Scripts run without a sandbox: they can read what this user can read");
            return Sandbox.none();
        }
        if (settings.choice() == SandboxChoice.USER) {
            return user(settings.account(), python, places, path);
        }
        try {
            Sandbox sandbox = bubblewrap(settings, python, places, path);
            log.info(
                    "Scripts run in a sandbox (bubblewrap): each sees the system and its own folder{}",
                    settings.choice() == SandboxChoice.AUTO ? Text.of(", and the network") : "");
            return sandbox;
        } catch (Missing e) {
            if (settings.choice() != SandboxChoice.AUTO) {
                throw new IOException(
                        Text.of("--sandbox bubblewrap: %s Or start the worker with --sandbox none.", e.getMessage()),
                        e);
            }
            log.info("Scripts run without a sandbox: they can read what this user can read. {}", e.getMessage());
            return Sandbox.none();
        }
    }

    private static Sandbox bubblewrap(SandboxSettings settings, List<String> python, SandboxPlaces places, String path)
            throws Missing, IOException, InterruptedException {
        if (!LINUX) {
            throw new Missing(Text.of("Only Linux has it."));
        }
        Path program = find("bwrap", path)
                .orElseThrow(() -> new Missing(
                        Text.of("There is no bwrap on this PC; install it (sudo apt install bubblewrap).")));
        Path home = Path.of(System.getProperty("user.home", "/nonexistent"));
        if (!Stream.of(places.work(), home).map(Path::toString).allMatch(FileNames::canBePassedOn)) {
            throw new Missing(
                    Text.of("Its folder has accents, which Java can't tell the system while LANG is not set."));
        }
        Files.createDirectories(places.plots());
        boolean sized =
                Trial.run(List.of(program.toString(), "--help")).output().contains("--size");
        Sandbox sandbox = Bubblewrap.of(program, sized, settings, places, Needed.by(python), home);
        Trial.Done done = tried(sandbox, python, places);
        if (!done.succeeded()) {
            throw new Missing(advice(done));
        }
        return sandbox;
    }

    private static Trial.Done tried(Sandbox sandbox, List<String> python, SandboxPlaces places)
            throws IOException, InterruptedException {
        Path run = places.run().resolve("trial");
        Path files = Files.createDirectories(run.resolve("task").resolve("files"));
        try {
            sandbox.give(run);
            List<String> command = new ArrayList<>(python);
            command.addAll(List.of("-c", TRIAL, files.toString()));
            return Trial.run(sandbox.around(Room.of(files, Optional.empty(), false), command));
        } finally {
            DurableFiles.deleteTree(run);
        }
    }

    private static Sandbox user(String account, List<String> python, SandboxPlaces places, String path)
            throws IOException, InterruptedException {
        if (!SystemParts.isForRoot()) {
            throw new IOException(Text.of(
                    "--sandbox user: only root can run scripts as another user, and this worker is not root's. Start it"
                            + " with --sandbox auto."));
        }
        Path program = find("setpriv", path)
                .orElseThrow(() -> new IOException(Text.of(
                        "--sandbox user: there is no setpriv on this system; install it (util-linux), or start the"
                                + " worker as another user.")));
        Trial.Done user = Trial.run(List.of("id", "-u", account));
        Trial.Done group = Trial.run(List.of("id", "-g", account));
        if (!user.succeeded() || !group.succeeded() || user.lastWords().equals("0")) {
            throw new IOException(Text.of(
                    "--account %s: expected the name of a user of this system without rights, like nobody", account));
        }
        OtherUser sandbox = OtherUser.of(program, account, user.lastWords(), group.lastWords());
        OtherUser.close(places.closed());
        sandbox.share(places.plots());
        Trial.Done done = tried(sandbox, python, places);
        if (!done.succeeded()) {
            throw new IOException(Text.of(
                    "--sandbox user: Python does not start as %s (%s). That user must be able to enter the folders of"
                            + " --work and of --python; give others.",
                    account, done.lastWords()));
        }
        log.info("Scripts run as {}: they can read what that user can read", account);
        return sandbox;
    }

    private static String advice(Trial.Done done) {
        String words = done.lastWords();
        return words.startsWith(Bubblewrap.FAILED) && NO_NAMESPACES.stream().anyMatch(words::contains)
                ? Text.of(
                        "This system does not let bwrap make a sandbox (%s); its administrator may allow user namespaces.",
                        words)
                : Text.of("Python does not start in it (%s); --readable shows it more folders.", words);
    }

    private static Optional<Path> find(String program, String path) {
        return Stream.of(Optional.ofNullable(path).orElse("").split(File.pathSeparator, -1))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
