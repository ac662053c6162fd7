package org.mutirao.testkit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The machine's files, seen through a file system that notes each operation that names a file: an opening, a look at its attributes, a
 * listing, a deletion. Reading and writing what is open is not noted. Safe for several threads.
 */
public final class CountingFiles {
    private final FileSystem files;
    private final Provider provider = new Provider();
    private final FileSystem counting = new Counting();
    private volatile boolean heldToModes;
    private final List<String> operations = Collections.synchronizedList(new ArrayList<>());

    /** @param folder of the system's own file system */
    public CountingFiles(Path folder) {
        this.files = folder.getFileSystem();
    }

    /** From now on folders are closed to whom their modes close them, also to root. */
    public void holdToModes() {
        heldToModes = true;
    }

    private Path mayEnter(Path folder, PosixFilePermission needed) throws IOException {
        if (heldToModes
                && folder != null
                && !Files.getPosixFilePermissions(folder).contains(needed)) {
            throw new AccessDeniedException(folder.toString());
        }
        return folder;
    }

    /** The same place, seen through this. */
    public Path see(Path path) {
        return wrapped(path);
    }

    /** What was done so far, each with its path; forgets it. */
    public List<String> take() {
        synchronized (operations) {
            List<String> taken = List.copyOf(operations);
            operations.clear();
            return taken;
        }
    }

    private Path note(String operation, Path path) {
        Path plain = plain(path);
        operations.add(operation + " " + plain);
        return plain;
    }

    /** Of a path that is seen through some of these. */
    private interface Seen {
        Path plainPath();
    }

    private static Path plain(Path path) {
        return path instanceof Seen seen ? seen.plainPath() : path;
    }

    private static Object plainArgument(Object argument) {
        return argument instanceof Path path ? plain(path) : argument;
    }

    private Path wrapped(Path plain) {
        return (Path) Proxy.newProxyInstance(
                CountingFiles.class.getClassLoader(),
                new Class<?>[] {Path.class, Seen.class},
                (proxy, method, arguments) -> {
                    String asked = method.getName();
                    if (asked.equals("plainPath")) {
                        return plain;
                    }
                    if (asked.equals("getFileSystem")) {
                        return counting;
                    }
                    if (asked.equals("iterator")) {
                        return StreamSupport.stream(plain.spliterator(), false)
                                .map(this::wrapped)
                                .iterator();
                    }
                    Object[] plainArguments = new Object[arguments == null ? 0 : arguments.length];
                    for (int i = 0; i < plainArguments.length; i++) {
                        plainArguments[i] = plainArgument(arguments[i]);
                    }
                    try {
                        Object answer = method.invoke(plain, plainArguments);
                        return answer instanceof Path path ? wrapped(path) : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private final class Counting extends FileSystem {
        @Override
        public FileSystemProvider provider() {
            return provider;
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return files.getSeparator();
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return files.getRootDirectories();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return files.getFileStores();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return files.supportedFileAttributeViews();
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrapped(files.getPath(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            PathMatcher matcher = files.getPathMatcher(pattern);
            return path -> matcher.matches(plain(path));
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            return files.getUserPrincipalLookupService();
        }

        @Override
        public WatchService newWatchService() throws IOException {
            return files.newWatchService();
        }
    }

    private final class Provider extends FileSystemProvider {
        private FileSystemProvider real() {
            return files.provider();
        }

        @Override
        public String getScheme() {
            return "counting";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return counting;
        }

        @Override
        public Path getPath(URI uri) {
            return wrapped(real().getPath(uri));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            return real().newByteChannel(note("open", path), options, attributes);
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            return real().newFileChannel(note("open", path), options, attributes);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            DirectoryStream<Path> stream = real().newDirectoryStream(
                            mayEnter(note("list", folder), PosixFilePermission.OWNER_READ),
                            path -> filter.accept(wrapped(path)));
            return new DirectoryStream<>() {
                @Override
                public Iterator<Path> iterator() {
                    return StreamSupport.stream(stream.spliterator(), false)
                            .map(CountingFiles.this::wrapped)
                            .iterator();
                }

                @Override
                public void close() throws IOException {
                    stream.close();
                }
            };
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
            real().createDirectory(note("mkdir", folder), attributes);
        }

        @Override
        public void delete(Path path) throws IOException {
            real().delete(note("delete", path));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            real().copy(note("copy", source), plain(target), options);
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            real().move(note("move", source), plain(target), options);
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return real().isSameFile(note("look", path), plain(other));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return real().isHidden(note("look", path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return real().getFileStore(note("look", path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            real().checkAccess(note("look", path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return real().getFileAttributeView(note("attributes", path), type, options);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            mayEnter(plain(path).getParent(), PosixFilePermission.OWNER_EXECUTE);
            return real().readAttributes(note("look", path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) throws IOException {
            return real().readAttributes(note("look", path), names, options);
        }

        @Override
        public void setAttribute(Path path, String name, Object value, LinkOption... options) throws IOException {
            real().setAttribute(note("attributes", path), name, value, options);
        }
    }
}
