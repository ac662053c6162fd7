package org.mutirao.protocol.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** {@code client.py}, the client in one file of Python. It lies beside this class, and each program carries it. */
public final class PythonClient {
    /** What it is called where it is served. */
    public static final String NAME = "client.py";

    private PythonClient() {}

    /** The whole file. It is ASCII, so that no shell or editor spoils it. */
    public static String text() {
        try (InputStream file = PythonClient.class.getResourceAsStream(NAME)) {
            if (file == null) {
                throw new IllegalStateException("this program was built without " + NAME);
            }
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
