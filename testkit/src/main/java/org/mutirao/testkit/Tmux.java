package org.mutirao.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Real terminals without a screen, by <a href="https://github.com/tmux/tmux">tmux</a>. */
public final class Tmux implements AutoCloseable {
    private static final int LINES = 50;
    /** Far more than a test prints. */
    private static final String HISTORY = "10000";

    private final Path socket;

    /** @param folder for its socket; the path is to be short */
    public Tmux(Path folder) {
        socket = folder.resolve("tmux");
    }

    /** Whether this machine has it. */
    public static boolean isHere() throws InterruptedException {
        try {
            return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Opens a terminal in which a shell runs a command. The terminal stays when the command has ended.
     *
     * @param width in columns
     */
    public void open(String name, int width, String command) throws IOException, InterruptedException {
        run(
                "start-server",
                ";",
                "set-option",
                "-g",
                "history-limit",
                HISTORY,
                ";",
                "new-session",
                "-d",
                "-s",
                name,
                "-x",
                String.valueOf(width),
                "-y",
                String.valueOf(LINES),
                command + "; sleep 600");
    }

    /** What was ever seen there, a line for each line of the terminal. */
    public String seen(String name, String... how) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("capture-pane", "-p", "-S", "-", "-t", name));
        words.addAll(List.of(how));
        return run(words.toArray(String[]::new));
    }

    /** The same, but what the terminal broke into lines is one, so that a broken line shows itself. */
    public String joined(String name) throws IOException, InterruptedException {
        return seen(name, "-J");
    }

    private String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tmux", "-u", "-S", socket.toString(), "-f", "/dev/null"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /** Ends all terminals and what runs in them. */
    @Override
    public void close() throws IOException, InterruptedException {
        run("kill-server");
    }
}
