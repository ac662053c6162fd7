package org.mutirao.protocol.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnFiles;
import org.mutirao.protocol.disk.OwnerOnly;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.text.Text;

/** A worker's key pair. Its private half never leaves the work folder. Immutable; {@link #toString} does not tell it. */
public final class WorkerKey {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern LINES = Pattern.compile("(\\S+)\\s+(\\S+)\\s*");

    private final byte[] secret;
    private final byte[] open;

    private WorkerKey(byte[] secret) {
        this.secret = secret;
        this.open = Curve.publicOf(secret);
    }

    /** A new one. */
    public static WorkerKey random() {
        byte[] secret = new byte[Curve.LENGTH];
        RANDOM.nextBytes(secret);
        return new WorkerKey(secret);
    }

    /**
     * Reads what {@link #write} wrote; empty when it is damaged.
     *
     * @throws IOException with a sentence, when the file can't be read
     */
    public static Optional<WorkerKey> read(Path file) throws IOException {
        Matcher lines = LINES.matcher(OwnFiles.readSmall(file));
        if (!lines.matches() || !KeyText.isValid(lines.group(1))) {
            return Optional.empty();
        }
        WorkerKey key = new WorkerKey(KeyText.bytes(lines.group(1)));
        return key.id().value().equals(lines.group(2)) ? Optional.of(key) : Optional.empty();
    }

    /** Writes it to a file that only its owner may read: the private key, and the id that shows whether the file is damaged. */
    public void write(Path file) throws IOException {
        DurableFiles.writeSecret(file, KeyText.of(secret) + "\n" + id() + "\n");
    }

    /** What is wrong when other users of this machine may read or change the file; empty where the system does not tell. */
    public static Optional<String> exposure(Path file) throws IOException {
        return Files.exists(file) && OwnerOnly.isOpenToOthers(file)
                ? Optional.of(Text.of(
                        "other users of this machine may read or change this worker's key in %s, and speak in its name; take that"
                                + " right from them, on Linux and macOS with: chmod 600",
                        FileNames.textOf(file)))
                : Optional.empty();
    }

    /** The id that belongs to it. */
    public WorkerId id() {
        return KeyedId.of(open);
    }

    /** The public key, as it stands in REGISTER. */
    public String open() {
        return KeyText.of(open);
    }

    /**
     * What this worker and a master that asked for its key know from now on.
     *
     * @param key the master's
     * @param nonce what it drew
     * @throws InvalidKeyException when that is no key to agree on
     */
    public SessionKey agree(String key, String nonce) throws InvalidKeyException {
        byte[] master = KeyText.bytes(key);
        return SessionKey.of(Curve.agree(secret, master), open, master, KeyText.bytes(nonce));
    }

    @Override
    public String toString() {
        return "the key of " + id();
    }
}
