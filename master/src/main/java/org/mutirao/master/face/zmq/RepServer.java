package org.mutirao.master.face.zmq;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.Faults;
import org.mutirao.protocol.units.Told;
import org.zeromq.ZMQ.Socket;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * A service behind one REP socket. A fault costs the socket, since such a socket refuses everything once question and answer are out of
 * step; the next turn opens another one at the same place.
 */
final class RepServer implements ZmqThreads.Turn {
    private static final Faults FAULTS = new Faults("ZeroMQ");
    /** While nobody leads, a request is asked 40 times, and each time may take 20 s. */
    static final Duration ANSWERED_WITHIN = Duration.ofMinutes(15);

    private static final int TRIES = 50;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ZmqThreads threads;
    private final Supplier<Socket> opening;
    private final Service service;
    private Socket socket;

    /**
     * Serves once it is started.
     *
     * @param first the socket to begin with
     * @param again opens another one at the same place; throws ZMQException when that can't be
     */
    RepServer(ZmqThreads threads, Socket first, Supplier<Socket> again, Service service) {
        this.threads = threads;
        this.socket = first;
        this.opening = again;
        this.service = service;
    }

    @Override
    public void run(Activity activity) throws InterruptedException {
        if (socket == null) {
            socket = reopen();
        }
        boolean answered = false;
        try {
            byte[] frame = socket.recv();
            activity.doing(Text.of("answering a request of a ZeroMQ program"), ANSWERED_WITHIN);
            boolean more = socket.hasReceiveMore();
            while (socket.hasReceiveMore()) {
                socket.recv();
            }
            byte[] answer = more ? unreadable(Text.of("one frame was expected")) : answer(frame);
            if (!socket.send(answer)) {
                throw new IllegalStateException("the answer was not taken");
            }
            answered = true;
        } finally {
            activity.idle();
            if (!answered) {
                end();
            }
        }
    }

    /** The place is free a moment after the old socket was closed. */
    private Socket reopen() throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return opening.get();
            } catch (ZMQException e) {
                if (e.getErrorCode() != ZError.EADDRINUSE || tries == TRIES || threads.isClosed()) {
                    throw e;
                }
                threads.pause(PAUSE);
            }
        }
    }

    private byte[] answer(byte[] frame) throws InterruptedException {
        try {
            return Packing.write(service.answer(Packing.read(frame)));
        } catch (IOException e) {
            LimitsReached.here().note(Limit.MESSAGES, Text.of("a program by ZeroMQ"));
            return unreadable(Told.of(e, Text.of("not a message")));
        } catch (RuntimeException | Error e) {
            FAULTS.report(Text.of("a request"), e);
            return unreadable("erro interno");
        }
    }

    private byte[] unreadable(String why) {
        return Packing.write(service.unreadable(why));
    }

    @Override
    public void end() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
