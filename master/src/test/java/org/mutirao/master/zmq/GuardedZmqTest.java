package org.mutirao.master.zmq;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.zeromq.ZMQException;

/** The threads between ZeroMQ's sockets end with their sockets only. */
class GuardedZmqTest {
    @Test
    void whateverAStepThrowsTheThreadGoesOn() {
        assertDoesNotThrow(() -> ZmqFace.guarded("a test", () -> {
            throw new NoClassDefFoundError("a bug");
        }));
        assertDoesNotThrow(() -> ZmqFace.guarded("a test", () -> {
            throw new IllegalStateException("a bug");
        }));
    }

    @Test
    void theEndOfTheSocketsEndsIt() {
        assertThrows(
                ZMQException.class,
                () -> ZmqFace.guarded("a test", () -> {
                    throw new ZMQException(zmq.ZError.ETERM);
                }));
        assertThrows(
                InterruptedException.class,
                () -> ZmqFace.guarded("a test", () -> {
                    throw new InterruptedException();
                }));
    }
}
