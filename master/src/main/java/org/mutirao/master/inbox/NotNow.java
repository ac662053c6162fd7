package org.mutirao.master.inbox;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.mutirao.protocol.text.Text;

/** A package that can't be taken at the moment; the message is for people, and the package is tried again. */
public final class NotNow extends IOException {
    private static final long serialVersionUID = 1;

    /** With a sentence for people. */
    public NotNow(String message) {
        super(message);
    }

    NotNow(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a person is told of a failure: our own words, never those of an exception of the system. */
    public static String inWords(IOException failure) {
        if (failure instanceof NotNow) {
            return failure.getMessage();
        }
        if (failure instanceof NoSuchFileException) {
            return Text.of(
                    "a file or folder of the master has vanished; its data folder and tasks folder must stay while it runs");
        }
        if (failure instanceof AccessDeniedException) {
            return Text.of("the master may not read or write one of its files; give its user the right to");
        }
        return Text.of("reading or writing failed; look whether the master's disk is full, broken or gone");
    }
}
