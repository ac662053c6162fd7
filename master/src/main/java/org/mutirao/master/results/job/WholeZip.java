package org.mutirao.master.results.job;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mutirao.protocol.disk.FileNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One ZIP of all that lies in a job's folder. It streams, and keeps little of each file in memory. For one thread. */
public final class WholeZip implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WholeZip.class);
    private static final int BLOCK = 64 * 1024;

    private final FileChannel file;
    private final ZipOutputStream zip;
    private final byte[] block = new byte[BLOCK];

    /** Begins one; a file that lies there is overwritten. */
    public WholeZip(Path target) throws IOException {
        file = FileChannel.open(
                target, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        zip = new ZipOutputStream(new BufferedOutputStream(Channels.newOutputStream(file), BLOCK));
    }

    /**
     * Puts a file into it. One that is not there is left out, since a person may take away what is theirs.
     *
     * @param name with slashes; no two may be the same
     */
    public void add(String name, Path content) throws IOException {
        if (!Files.isRegularFile(content, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (InputStream in = Files.newInputStream(content)) {
            ZipEntry entry = new ZipEntry(name);
            entry.setTime(Files.getLastModifiedTime(content).toMillis());
            // What is packed already would only take time.
            zip.setLevel(name.endsWith(PartName.ZIP) ? Deflater.NO_COMPRESSION : Deflater.BEST_SPEED);
            zip.putNextEntry(entry);
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                zip.write(block, 0, count);
            }
            zip.closeEntry();
        } catch (NoSuchFileException e) {
            log.debug("{} was taken away just now", name);
        }
    }

    /** Puts all files of a folder into it, if it is there; names begin with its own. */
    public void addFolder(String name, Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
        for (Path each : files) {
            StringBuilder entry = new StringBuilder(name);
            for (Path step : folder.relativize(each)) {
                entry.append('/').append(FileNames.textOf(step));
            }
            add(entry.toString(), each);
        }
    }

    /** Makes it whole, and returns when it is on the disk. */
    public void finish() throws IOException {
        zip.finish();
        zip.flush();
        file.force(true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
