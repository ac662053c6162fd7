package org.mutirao.master;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Request;

/** Requests of each type, which say nothing in particular. */
public final class SampleRequests {
    private static final MasterCard CARD = MasterCard.builder()
            .group("default")
            .id(1)
            .node("0123abcd")
            .priority(1)
            .election("highest-priority")
            .size(1)
            .port(50020)
            .enginePort(50021)
            .build();

    private final Path folder;

    /** @param folder where files of payloads go */
    public SampleRequests(Path folder) {
        this.folder = folder;
    }

    /** Each type of request that there is. */
    public static Stream<Class<?>> types() {
        return records(Request.class);
    }

    /** One of that type. */
    public Request of(Class<?> type) {
        return (Request) sample(type);
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Stream.of(type.getPermittedSubclasses()).flatMap(SampleRequests::records);
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
        if (type == Payload.class) {
            return new Payload(file(), (Blob) sample(Blob.class));
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
}
