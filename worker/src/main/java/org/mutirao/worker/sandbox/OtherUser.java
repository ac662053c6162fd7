package org.mutirao.worker.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.text.Text;

/**
 * Another account, which a worker of root's runs scripts as. A run's folder belongs to it as long as its script runs, and to root while the
 * worker looks into it.
 */
final class OtherUser implements Sandbox {
    private static final String ALL_MAY_ENTER = "rwxr-xr-x";
    private static final String NOBODY_MAY_ENTER = "rwx------";

    private final List<String> before;
    private final int number;
    private final UserPrincipal account;
    private final UserPrincipal root;

    private OtherUser(List<String> before, int number, UserPrincipal account, UserPrincipal root) {
        this.before = before;
        this.number = number;
        this.account = account;
        this.root = root;
    }

    /**
     * Of that name.
     *
     * @param program that becomes another user and then another program
     * @param user its number
     * @param group the number of its group
     */
    static OtherUser of(Path program, String name, String user, String group) throws IOException {
        Path any = Path.of("/");
        return new OtherUser(
                List.of(
                        program.toString(),
                        "--reuid",
                        user,
                        "--regid",
                        group,
                        "--clear-groups",
                        "--no-new-privs",
                        "--"),
                Integer.parseInt(user),
                any.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name),
                any.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root"));
    }

    /** Folders of the worker into which it has no look. */
    static void close(List<Path> folders) throws IOException {
        for (Path each : folders) {
            Files.setPosixFilePermissions(
                    Files.createDirectories(each), PosixFilePermissions.fromString(NOBODY_MAY_ENTER));
        }
    }

    @Override
    public Optional<Integer> user() {
        return Optional.of(number);
    }

    @Override
    public void give(Path run) throws IOException {
        handOver(run, account);
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString(ALL_MAY_ENTER));
    }

    @Override
    public void takeBack(Path run) throws IOException {
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString(NOBODY_MAY_ENTER));
        handOver(run, root);
    }

    /** A folder for all scripts. */
    void share(Path folder) throws IOException {
        Files.setOwner(Files.createDirectories(folder), account);
    }

    private static void handOver(Path folder, UserPrincipal owner) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            if (!(stream instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException(Text.of("this system can't hand over a folder safely"));
            }
            handOver(secure, owner);
        }
    }

    /** By handles, not by names: scripts of that account that still run may put links in their places. */
    private static void handOver(SecureDirectoryStream<Path> folder, UserPrincipal owner) throws IOException {
        for (Path each : folder) {
            Path name = each.getFileName();
            PosixFileAttributeView view =
                    folder.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            PosixFileAttributes attributes = view.readAttributes();
            if (attributes.isRegularFile() || attributes.isDirectory()) {
                view.setOwner(owner);
            }
            if (attributes.isDirectory()) {
                leaveToOwner(view);
                try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    handOver(inner, owner);
                }
            }
        }
    }

    /** A process that hid itself may still be in there. */
    private static void leaveToOwner(PosixFileAttributeView view) throws IOException {
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if (permissions.removeAll(Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE))) {
            view.setPermissions(permissions);
        }
    }

    @Override
    public List<String> around(Room room, List<String> command) {
        List<String> words = new ArrayList<>(before);
        words.addAll(command);
        return words;
    }
}
