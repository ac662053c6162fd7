package org.mutirao.scenarios;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Pythons of this machine: those of the PATH by their names, of the system, and of pyenv. */
final class Pythons {
    private static final Pattern VERSION = Pattern.compile("Python 3\\.(\\d+)\\..*");

    private Pythons() {}

    /** The second number of each Python 3 that starts here, and its program. */
    static NavigableMap<Integer, String> found() throws IOException, InterruptedException {
        NavigableMap<Integer, String> found = new TreeMap<>();
        for (String program : programs()) {
            Optional<Integer> minor = minor(program);
            minor.ifPresent(number -> found.putIfAbsent(number, program));
        }
        return found;
    }

    private static List<String> programs() throws IOException {
        List<String> programs = new ArrayList<>(List.of(ForeignPrograms.python(), "/usr/bin/python3"));
        Path pyenv = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
        if (Files.isDirectory(pyenv)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(pyenv)) {
                versions.forEach(each -> programs.add(each.resolve("bin/python").toString()));
            }
        }
        for (int minor = 8; minor <= 20; minor++) {
            programs.add("python3." + minor);
        }
        return programs;
    }

    /** Empty if it is no Python 3, or none that starts. */
    private static Optional<Integer> minor(String program) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            Matcher version = VERSION.matcher(said);
            boolean good = process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0 && version.matches();
            return good ? Optional.of(Integer.valueOf(version.group(1))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // there is none of that name
        }
    }
}
