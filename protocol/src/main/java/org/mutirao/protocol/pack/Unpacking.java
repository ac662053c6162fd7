package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Set;
import org.mutirao.protocol.disk.FileNames;

/** Writes a package's files into a folder. */
final class Unpacking {
    private final TaskPackageFile source;
    private final Path folder;
    private final TaskPackageFile.Unpacked unpacked =
            new TaskPackageFile.Unpacked(new LinkedHashMap<>(), new HashSet<>());

    /** @param folder there, and empty */
    Unpacking(TaskPackageFile source, Path folder) {
        this.source = source;
        this.folder = folder;
    }

    TaskPackageFile.Unpacked unpack() throws RefusedPackage, IOException {
        long total = 0;
        for (PackedFile file : source.files()) {
            Path target = below(file.name());
            if (file.isFolder()) {
                makeFolders(target);
            } else {
                makeFolders(target.getParent());
                long before = total;
                try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
                    total = source.copy(file, out, total);
                }
                makeExecutable(target, file.executeBits());
                unpacked.files().put(target, total - before);
            }
        }
        return unpacked;
    }

    private void makeFolders(Path target) throws IOException {
        if (target.equals(folder) || unpacked.folders().contains(target)) {
            return;
        }
        Files.createDirectories(target);
        for (Path each = target; !each.equals(folder); each = each.getParent()) {
            unpacked.folders().add(each);
        }
    }

    /** Only the name is looked at: the folder itself may be called {@code ./work} or {@code ../work}. */
    private Path below(String name) {
        Path relative = FileNames.asWritten(name).normalize();
        if (relative.isAbsolute()
                || relative.startsWith("..")
                || relative.toString().isEmpty()) {
            throw new IllegalStateException("an unchecked name got through: " + EntryNames.printable(name));
        }
        return FileNames.resolve(folder, name);
    }

    /** Adds to what the system gives a new file; no other bit of the ZIP's is taken over. */
    private static void makeExecutable(Path file, int bits) throws IOException {
        if (bits == 0) {
            return;
        }
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return; // Windows decides by the name
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        if ((bits & 0100) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
        }
        if ((bits & 0010) != 0) {
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if ((bits & 0001) != 0) {
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        view.setPermissions(permissions);
    }
}
