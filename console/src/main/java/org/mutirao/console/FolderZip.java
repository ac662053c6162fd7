package org.mutirao.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mutirao.protocol.disk.FileNames;

/** Makes packages of files and folders, in a temporary file. Links and hidden files stay out. */
final class FolderZip {
    private FolderZip() {}

    /** Writes a package's files. */
    interface Filling {
        void into(ZipOutputStream zip) throws IOException;
    }

    /** What lies in the folder comes to the top of the ZIP. */
    static Path of(Path folder) throws IOException {
        return made(zip -> addFolder(zip, "", folder));
    }

    /** Its caller deletes it. */
    static Path made(Filling filling) throws IOException {
        Path file = Files.createTempFile("mutirao-", ".zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_SPEED); // it is unpacked once, and the network is rarely what is slow
            filling.into(zip);
        } catch (IOException e) {
            Files.delete(file);
            throw e;
        }
        return file;
    }

    static void addFile(ZipOutputStream zip, String name, Path file) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        Files.copy(file, zip);
        zip.closeEntry();
    }

    /** @param prefix what the names begin with, with a slash at its end */
    static void addFolder(ZipOutputStream zip, String prefix, Path folder) throws IOException {
        for (Path file : filesOf(folder)) {
            addFile(zip, prefix + slashed(folder.relativize(file)), file);
        }
    }

    /** All files below a folder that are neither hidden nor links, by name. */
    static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !isHidden(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isHidden(Path relative) {
        return Stream.iterate(relative, step -> step != null, Path::getParent)
                .anyMatch(step -> step.getFileName().toString().startsWith("."));
    }

    static String slashed(Path relative) {
        List<String> steps = new ArrayList<>();
        relative.forEach(step -> steps.add(FileNames.textOf(step)));
        return String.join("/", steps);
    }
}
