package org.mutirao.master.face.zmq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mutirao.protocol.threads.Activity;
import org.mutirao.protocol.threads.Liveness;
import org.mutirao.protocol.threads.Stall;
import org.mutirao.testkit.ManualClock;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/** The threads between ZeroMQ's sockets end with their sockets only. */
@Timeout(60)
class ZmqThreadsTest {
    private static final byte[] HELLO = Packing.write(new Envelope("hello", Map.of()));

    private final ManualClock clock = new ManualClock();
    private final Liveness liveness = new Liveness(clock::nanos);
    private final ZmqThreads threads = new ZmqThreads(liveness);
    private final ZMQ.Context context = ZMQ.context(1);

    @AfterEach
    void close() {
        threads.close();
        context.term(); // returns only when each thread has closed its sockets
    }

    /** A REP socket that fails once where it is told to. */
    private static final class Faulty extends ZMQ.Socket {
        private final Throwable atReceiving;
        private final Throwable atSending;

        Faulty(ZMQ.Context context, Throwable atReceiving, Throwable atSending) {
            super(context, SocketType.REP);
            this.atReceiving = atReceiving;
            this.atSending = atSending;
        }

        @Override
        public byte[] recv() {
            raise(atReceiving);
            return super.recv();
        }

        @Override
        public boolean send(byte[] data) {
            raise(atSending);
            return super.send(data);
        }

        private static void raise(Throwable fault) {
            if (fault instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (fault instanceof Error error) {
                throw error;
            }
        }
    }

    private static final Service ECHO = new Service() {
        @Override
        public Envelope answer(Envelope request) {
            return request;
        }

        @Override
        public Envelope unreadable(String why) {
            return new Envelope(Envelope.ERROR, Map.of("description", why));
        }
    };

    private ZMQ.Socket bound(ZMQ.Socket socket, String endpoint) {
        socket.setLinger(0);
        socket.bind(endpoint);
        return socket;
    }

    private ZMQ.Socket asking(String endpoint) {
        ZMQ.Socket client = context.socket(SocketType.REQ);
        client.setLinger(0);
        client.setReceiveTimeOut(1000);
        client.connect(endpoint);
        return client;
    }

    private String serve(ZMQ.Socket first) {
        bound(first, "tcp://127.0.0.1:*");
        String endpoint = first.getLastEndpoint();
        Supplier<ZMQ.Socket> again = () -> {
            ZMQ.Socket next = context.socket(SocketType.REP);
            try {
                return bound(next, endpoint);
            } catch (ZMQException e) {
                next.close();
                throw e;
            }
        };
        threads.start("reference", new RepServer(threads, first, again, ECHO));
        return endpoint;
    }

    /** A request may still reach the old socket, and is lost with it: its program asks again. */
    private byte[] askUntilAnswered(String endpoint) {
        for (int tries = 0; tries < 20; tries++) {
            try (ZMQ.Socket client = asking(endpoint)) {
                client.send(HELLO);
                byte[] answer = client.recv();
                if (answer != null) {
                    return answer;
                }
            }
        }
        throw new AssertionError("nobody serves there any more");
    }

    @Test
    void aFaultAtReceivingCostsTheSocketAndNotTheThread() {
        for (Throwable fault : List.of(new ZMQException(ZError.EFSM), new AssertionError("a bug of the library"))) {
            assertArrayEquals(HELLO, askUntilAnswered(serve(new Faulty(context, fault, null))));
        }
    }

    @Test
    void aFaultAtSendingCostsThatAnswerAndNotTheNextOnes() {
        for (Throwable fault : List.of(new ZMQException(ZError.EHOSTUNREACH), new StackOverflowError())) {
            assertArrayEquals(HELLO, askUntilAnswered(serve(new Faulty(context, null, fault))));
        }
    }

    @Test
    void whateverATurnThrowsTheNextOneComes() throws Exception {
        List<Throwable> faults = List.of(
                new NoClassDefFoundError("a bug"),
                new IllegalStateException("a bug"),
                new ZMQException(ZError.EFSM),
                new StackOverflowError());
        AtomicInteger permits = new AtomicInteger();
        CountDownLatch survived = new CountDownLatch(1);
        threads.start("broker", activity -> {
            int turn = permits.getAndIncrement();
            if (turn < faults.size()) {
                Faulty.raise(faults.get(turn));
            }
            survived.countDown();
            threads.pause(Duration.ofSeconds(1));
        });
        assertTrue(survived.await(30, TimeUnit.SECONDS));
    }

    @Test
    void theEndOfTheContextEndsItOnceAndClosesItsSockets() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicBoolean began = new AtomicBoolean();
        threads.start("proxy", new ZmqThreads.Turn() {
            @Override
            public void run(Activity activity) {
                assertTrue(began.compareAndSet(false, true), "no turn after the end");
                throw new ZMQException(ZError.ETERM);
            }

            @Override
            public void end() {
                ended.countDown();
            }
        });
        assertTrue(ended.await(30, TimeUnit.SECONDS));
    }

    @Test
    void oneThatHangsAtItsWorkIsNamedAndOneThatWaitsIsNot() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        threads.start("server-1", activity -> {
            activity.doing("answering a request of a ZeroMQ program");
            working.countDown();
            never.await();
        });
        serve(context.socket(SocketType.REP)); // waits for its first request
        assertTrue(working.await(30, TimeUnit.SECONDS));
        clock.advance(ZmqThreads.WITHIN.plusSeconds(1));
        List<String> said = new CopyOnWriteArrayList<>(
                liveness.stalls().stream().map(Stall::sentence).toList());
        never.countDown();
        assertEquals(
                List.of("the ZeroMQ server-1 has not moved for 121 s: answering a request of a ZeroMQ program"), said);
    }
}
