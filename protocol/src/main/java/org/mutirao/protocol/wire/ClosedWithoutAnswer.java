package org.mutirao.protocol.wire;

import java.io.IOException;
import org.mutirao.protocol.text.Text;

/** The other side closed the connection in good order, and had not answered. Group F's masters do that when they don't understand. */
public final class ClosedWithoutAnswer extends IOException {
    private static final long serialVersionUID = 1;

    ClosedWithoutAnswer() {
        super(Text.of("the master closed the connection without an answer"));
    }
}
