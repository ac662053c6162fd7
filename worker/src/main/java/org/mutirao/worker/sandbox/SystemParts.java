package org.mutirao.worker.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;

/** What every program of a Linux system may read. */
final class SystemParts {
    private static final List<String> FOLDERS = List.of(
            "/usr",
            "/bin",
            "/sbin",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/etc",
            "/opt",
            "/nix/store",
            "/gnu/store",
            "/run/systemd/resolve", // to which /etc/resolv.conf leads
            "/run/opengl-driver",
            "/run/current-system",
            "/var/lib/texmf",
            "/var/cache/fontconfig",
            "/sys/block",
            "/sys/bus",
            "/sys/class",
            "/sys/dev",
            "/sys/devices",
            "/sys/module");

    private static final Path SETTINGS = Path.of("/etc");

    private SystemParts() {}

    static List<Path> folders() {
        return FOLDERS.stream().map(Path::of).filter(Files::exists).toList();
    }

    /** Graphics cards, with which libraries compute. */
    static List<Path> devices() {
        return listed(Path.of("/dev"))
                .filter(each -> String.valueOf(each.getFileName()).matches("nvidia.*|dri|kfd"))
                .toList();
    }

    /** What the worker may read among the system's settings, and others may not. */
    static List<Path> secrets() {
        return secretsIn(SETTINGS).toList();
    }

    static Stream<Path> secretsIn(Path folder) {
        return listed(folder)
                .flatMap(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS) && isForAll(each)
                        ? secretsIn(each)
                        : Stream.of(each).filter(other -> Files.isReadable(other) && !isForAll(other)));
    }

    /** Whether this process is root's. */
    static boolean isForRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false; // no such system
        }
    }

    private static boolean isForAll(Path each) {
        try {
            return Files.isSymbolicLink(each)
                    || Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Stream<Path> listed(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.toList().stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.of(); // nothing that a script could read either
        }
    }
}
