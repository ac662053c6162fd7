package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.master.handlers.Asked;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.Dialects;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.wire.WireServer.Connection;

/** Every type of request that there is gets exactly one answer, however little its words mean. */
class EveryRequestTest {
    private static final Connection GOOD = new Connection() {
        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public boolean isOpen() {
            return true;
        }
    };

    /** Makes whatever looks at it throw. */
    private static final Connection BAD = new Connection() {
        @Override
        public InetSocketAddress remote() {
            throw new NoClassDefFoundError("a bug");
        }

        @Override
        public boolean isOpen() {
            throw new IllegalStateException("a bug");
        }
    };

    @TempDir
    private Path folder;

    private SampleRequests samples;

    @BeforeEach
    void begin() {
        samples = new SampleRequests(folder);
    }

    private record Asked(Class<?> type, Dialect dialect, CompletableFuture<Reply> reply, AtomicInteger count) {}

    private Asked ask(Master master, Class<?> type, Dialect dialect, Connection from) {
        Asked asked = new Asked(type, dialect, new CompletableFuture<>(), new AtomicInteger());
        master.grid().wire().onRequest(from, dialect, samples.of(type), reply -> {
            asked.count.incrementAndGet();
            asked.reply.complete(reply);
            return CompletableFuture.completedFuture(null);
        });
        return asked;
    }

    private void everyTypeIsAnswered(Connection from) throws Exception {
        try (Master master = TestMaster.in(folder).start()) {
            List<Asked> all = new ArrayList<>();
            for (Dialect dialect : Dialects.all()) {
                SampleRequests.types().forEach(type -> all.add(ask(master, type, dialect, from)));
            }
            assertTrue(all.size() > 100, all.size() + " requests");
            TreeMap<String, Integer> silent = new TreeMap<>();
            for (Asked asked : all) {
                try {
                    assertNotNull(asked.reply.get(20, TimeUnit.SECONDS));
                    assertEquals(1, asked.count.get());
                } catch (TimeoutException e) {
                    silent.merge(asked.type.getSimpleName() + " in " + asked.dialect.name(), 1, Integer::sum);
                }
            }
            assertEquals(new TreeMap<>(), silent);
        }
    }

    @Test
    void whileItLeads() throws Exception {
        everyTypeIsAnswered(GOOD);
    }

    @Test
    void whenAHandlerThrows() throws Exception {
        everyTypeIsAnswered(BAD);
    }
}
