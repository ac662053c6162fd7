package org.mutirao.master;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
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

    private static final MasterCard CARD = new MasterCard(
            1, "default", 1, "0123abcd", 1, "highest-priority", 1, "", 50020, 50021, Optional.empty(), 0, 0, false, 0);

    @TempDir
    private Path folder;

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Stream.of(type.getPermittedSubclasses()).flatMap(EveryRequestTest::records);
    }

    /** Something of that type that says nothing in particular. */
    private Object sample(Type generic) {
        Class<?> type = (Class<?>) (generic instanceof ParameterizedType parts ? parts.getRawType() : generic);
        Object simple = simple(type);
        if (simple != null) {
            return simple;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        Class<?> record = records(type).findFirst().orElseThrow();
        RecordComponent[] components = record.getRecordComponents();
        Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] values =
                Stream.of(components).map(part -> sample(part.getGenericType())).toArray();
        try {
            Constructor<?> constructor = record.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no sample of " + record, e);
        }
    }

    private Object simple(Class<?> type) {
        if (type == String.class) {
            return "x";
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == List.class) {
            return List.of();
        }
        if (type == Duration.class) {
            return Duration.ZERO;
        }
        if (type == UUID.class) {
            return new UUID(1, 2);
        }
        if (type == WorkerId.class) {
            return new WorkerId("w");
        }
        if (type == Sha256.class) {
            return new Sha256("0".repeat(64));
        }
        if (type == MasterCard.class) {
            return CARD;
        }
        if (type == Path.class) {
            return file();
        }
        if (type == boolean.class) {
            return false;
        }
        return type == int.class ? (Object) 1 : type == long.class ? (Object) 1L : null;
    }

    private Path file() {
        try {
            return Files.createTempFile(folder, "payload", ".zip");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Asked(Class<?> type, String dialect, CompletableFuture<Reply> reply, AtomicInteger count) {}

    private Asked ask(Master master, Class<?> type, String dialect, Connection from) {
        Asked asked = new Asked(type, dialect, new CompletableFuture<>(), new AtomicInteger());
        master.desk().onRequest(from, dialect, (Request) sample(type), reply -> {
            asked.count.incrementAndGet();
            asked.reply.complete(reply);
            return CompletableFuture.completedFuture(null);
        });
        return asked;
    }

    private void everyTypeIsAnswered(Connection from) throws Exception {
        try (Master master = TestMaster.in(folder).start()) {
            List<Asked> all = new ArrayList<>();
            for (String dialect : List.of("mutirao", "envelope", "flat")) {
                records(Request.class).forEach(type -> all.add(ask(master, type, dialect, from)));
            }
            assertTrue(all.size() > 100, all.size() + " requests");
            TreeMap<String, Integer> silent = new TreeMap<>();
            for (Asked asked : all) {
                try {
                    assertNotNull(asked.reply.get(20, TimeUnit.SECONDS));
                    assertEquals(1, asked.count.get());
                } catch (TimeoutException e) {
                    silent.merge(asked.type.getSimpleName() + " in " + asked.dialect, 1, Integer::sum);
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
