package org.mutirao.master.face.zmq;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.MessageUnpacker;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/** Envelopes as MessagePack, which is also what is answered to JSON. */
final class Packing {
    private static final int DEEPEST = 8;
    private static final int MAX_VALUES = 10_000;

    private Packing() {}

    /** @throws IOException with a few words when it is neither MessagePack nor JSON, or no envelope */
    @SuppressWarnings("unchecked")
    static Envelope read(byte[] frame) throws IOException {
        Object value = isJson(frame) ? Json.readMap(frame) : unpack(frame);
        if (value instanceof Map<?, ?> map
                && map.get("service") instanceof String service
                && map.get("data") instanceof Map<?, ?> data) {
            return new Envelope(service, (Map<String, Object>) data);
        }
        throw new Told(Text.of("an object with 'service' and 'data' was expected"));
    }

    /** A brace would be a bare number in MessagePack, which is no envelope. */
    private static boolean isJson(byte[] frame) {
        return frame.length > 0 && (frame[0] == '{' || Character.isWhitespace(frame[0]));
    }

    private static Object unpack(byte[] frame) throws IOException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(frame)) {
            Object value = value(unpacker, DEEPEST, new int[] {MAX_VALUES});
            if (unpacker.hasNext()) {
                throw new Told(Text.of("something follows the message"));
            }
            return value;
        } catch (MessagePackException e) {
            throw new Told(Text.of("not MessagePack"), e);
        }
    }

    /** By hand, since the library's own way follows nesting as deep as a stranger likes. */
    private static Object value(MessageUnpacker unpacker, int depth, int[] left) throws IOException {
        if (depth == 0 || --left[0] < 0) {
            throw new Told(Text.of("nested too deeply, or too much"));
        }
        return switch (unpacker.getNextFormat().getValueType()) {
            case STRING -> unpacker.unpackString();
            case INTEGER -> integer(unpacker);
            case FLOAT -> unpacker.unpackDouble();
            case BOOLEAN -> unpacker.unpackBoolean();
            case NIL -> {
                unpacker.unpackNil();
                yield null;
            }
            case MAP -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int each = unpacker.unpackMapHeader(); each > 0; each--) {
                    String name = String.valueOf(value(unpacker, depth - 1, left));
                    map.put(name, value(unpacker, depth - 1, left));
                }
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (int each = unpacker.unpackArrayHeader(); each > 0; each--) {
                    list.add(value(unpacker, depth - 1, left));
                }
                yield list;
            }
            case BINARY, EXTENSION -> throw new Told(Text.of("only texts, numbers, lists and maps are understood"));
        };
    }

    private static Number integer(MessageUnpacker unpacker) throws IOException {
        return unpacker.unpackBigInteger().longValue();
    }

    static byte[] write(Envelope envelope) {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(2).packString("service").packString(envelope.service());
            write(packer.packString("data"), envelope.data());
            return packer.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("a buffer in memory can't be written", e);
        }
    }

    private static void write(MessagePacker packer, Object value) throws IOException {
        if (value == null) {
            packer.packNil();
        } else if (value instanceof Map<?, ?> map) {
            packer.packMapHeader(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                write(packer.packString((String) entry.getKey()), entry.getValue());
            }
        } else if (value instanceof List<?> list) {
            packer.packArrayHeader(list.size());
            for (Object each : list) {
                write(packer, each);
            }
        } else if (value instanceof Double number) {
            packer.packDouble(number);
        } else if (value instanceof Number number) {
            packer.packLong(number.longValue());
        } else {
            packer.packString(String.valueOf(value));
        }
    }
}
