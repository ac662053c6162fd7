package org.mutirao.protocol.room;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.mutirao.protocol.disk.DurableFiles;
import org.mutirao.protocol.disk.FileNames;
import org.mutirao.protocol.disk.OwnerOnly;
import org.mutirao.protocol.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master's certificate for TLS, and its private key. Nobody signs it and nobody looks at its dates: to programs, {@link RoomProof} shows that it
 * is a master's of the room, to other masters its name does. Java's own keytool makes it, since no class of the JDK that may be used does.
 */
public final class RoomCertificate {
    private static final Logger log = LoggerFactory.getLogger(RoomCertificate.class);
    private static final String TYPE = "PKCS12";
    private static final String ALIAS = "master";
    /**
     * Many iterations slow down those who guess passwords. This one is made of 96 random bits, which nobody guesses, and they would slow down each
     * start of a master.
     */
    private static final List<String> ITERATION_COUNTS =
            List.of("certPbeIterationCount", "keyPbeIterationCount", "macIterationCount");

    private static final String PASSWORD = "MUTIRAO_KEY_PASSWORD";
    private static final long KEYTOOL_SECONDS = 60;
    private static final int MAX_WORDS = 500;

    private final KeyStore keys;
    private final char[] password;

    private RoomCertificate(KeyStore keys, char[] password) {
        this.keys = keys;
        this.password = password;
    }

    /**
     * Reads the file, or makes it when there is none, or one that belongs to another secret.
     *
     * @throws IOException with a sentence
     */
    public static RoomCertificate open(Path file, RoomSecret secret) throws IOException {
        char[] password = HexFormat.of().formatHex(secret.key("certificate")).toCharArray();
        if (Files.exists(file)) {
            try {
                RoomCertificate found = read(file, password);
                if (MasterMark.isOn(found.certificate(), secret)) {
                    return found;
                }
                log.info("The certificate in {} does not show other masters whose it is, and a new one is made", file);
            } catch (IOException | GeneralSecurityException e) {
                log.info("The certificate in {} is damaged or belongs to another secret, and a new one is made", file);
            }
        }
        try {
            make(file, secret, password);
            return read(file, password);
        } catch (GeneralSecurityException e) {
            throw new IOException(Text.of("the master's certificate in %s can't be read", FileNames.textOf(file)), e);
        }
    }

    private static RoomCertificate read(Path file, char[] password) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(TYPE);
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, password);
        }
        if (keys.getKey(ALIAS, password) == null) {
            throw new UnrecoverableKeyException();
        }
        return new RoomCertificate(keys, password);
    }

    private static void make(Path file, RoomSecret secret, char[] password)
            throws IOException, GeneralSecurityException {
        // keytool gives its file the rights of any file, so nobody else may come as far as that.
        Path folder = FileNames.resolveSibling(file, FileNames.nameOf(file) + ".new");
        DurableFiles.deleteTree(folder);
        OwnerOnly.createFolder(folder);
        try {
            Path fresh = FileNames.resolve(folder, FileNames.nameOf(file));
            keytool(fresh, password, "-genkeypair", "CN=mutirao", "-keyalg", "EC", "-groupname", "secp256r1");
            // The name depends on the key, which keytool makes together with a certificate that has a name already.
            String name = MasterMark.nameOf(read(fresh, password).certificate().getPublicKey(), secret);
            keytool(fresh, password, "-selfcert", name);
            OwnerOnly.restrict(fresh);
            DurableFiles.force(fresh);
            DurableFiles.moveForced(fresh, file);
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    static void keytool(Path file, char[] password, String command, String name, String... more) throws IOException {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        Path tool = Path.of(System.getProperty("java.home"), "bin", windows ? "keytool.exe" : "keytool");
        List<String> words = new ArrayList<>(List.of(
                tool.toString(),
                command,
                "-alias",
                ALIAS,
                "-dname",
                name,
                "-startdate",
                "-3650d",
                "-validity",
                "36500",
                "-storetype",
                TYPE,
                "-keystore",
                file.toAbsolutePath().toString(),
                "-storepass:env",
                PASSWORD));
        words.addAll(List.of(more));
        ITERATION_COUNTS.forEach(each -> words.add("-J-Dkeystore.pkcs12." + each + "=1"));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put(PASSWORD, new String(password));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(tool, Text.of("it does not end"), null);
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw failed(tool, said.strip(), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(tool, Text.of("it was interrupted"), e);
        }
    }

    private static IOException failed(Path tool, String why, Exception cause) {
        String words = why.length() > MAX_WORDS ? why.substring(0, MAX_WORDS) : why;
        return new IOException(
                Text.of("%s, which is part of Java, could not make the master's certificate: %s", tool, words), cause);
    }

    /** For a TLS context. */
    public KeyManagerFactory keyManagers() throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        return factory;
    }

    /** What this master shows. */
    public X509Certificate certificate() throws GeneralSecurityException {
        return (X509Certificate) keys.getCertificate(ALIAS);
    }

    /**
     * For a TLS context that takes one only.
     *
     * @throws IOException with a sentence when this Java can't do it
     */
    public KeyManager keyManager() throws IOException {
        try {
            return keyManagers().getKeyManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IOException(Text.of("this Java can't serve TLS: %s", e.getMessage()), e);
        }
    }

    /**
     * For servers that are not Netty's.
     *
     * @throws IOException with a sentence when this Java can't do it
     */
    public SSLContext serverTls() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // Nobody shows this server a certificate. With null in place of an empty list Java reads all those it was
            // shipped with.
            context.init(keyManagers().getKeyManagers(), new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(Text.of("this Java can't serve TLS: %s", e.getMessage()), e);
        }
    }

    /** SHA-256 of the certificate, in DER. */
    public byte[] hash() throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
    }
}
