package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.mutirao.protocol.id.Attempt;
import org.mutirao.protocol.id.Lease;
import org.mutirao.protocol.id.TaskId;
import org.mutirao.protocol.units.HostPort;

/** Reads an object's fields and says in words which one is wrong. */
final class Fields {
    private static final int MAX_TEXT = 4096;
    private static final int MAX_LIST = 4096;

    private final String message;
    private final ObjectNode node;

    /** @param message what is being read, for the error's text */
    Fields(String message, ObjectNode node) {
        this.message = message;
        this.node = node;
    }

    ObjectNode node() {
        return node;
    }

    boolean has(String name) {
        JsonNode value = node.get(name);
        return value != null && !value.isNull();
    }

    String text(String name) throws BadMessage {
        return longText(name, MAX_TEXT);
    }

    String longText(String name, int longest) throws BadMessage {
        JsonNode value = node.get(name);
        if (value == null || !value.isTextual()) {
            throw bad(name, "text", value);
        }
        if (value.textValue().length() > longest) {
            throw new BadMessage(message + ": '" + name + "' has more than " + longest + " characters");
        }
        return value.textValue();
    }

    Optional<String> optionalText(String name) throws BadMessage {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /** Which task or job is meant: a text, or simply its number. */
    String selector(String name) throws BadMessage {
        JsonNode value = node.get(name);
        return value != null && value.isIntegralNumber() && value.canConvertToLong()
                ? String.valueOf(number(name, 0, Long.MAX_VALUE))
                : text(name);
    }

    /** False when it is not there. */
    boolean flag(String name) throws BadMessage {
        if (!has(name)) {
            return false;
        }
        JsonNode value = node.get(name);
        if (!value.isBoolean()) {
            throw bad(name, "true or false", value);
        }
        return value.booleanValue();
    }

    long number(String name, long lowest, long highest) throws BadMessage {
        JsonNode value = node.get(name);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
            throw bad(name, "a whole number", value);
        }
        long number = value.longValue();
        if (number < lowest || number > highest) {
            throw new BadMessage(message + ": '" + name + "' is " + number + ", expected " + lowest + " to " + highest);
        }
        return number;
    }

    long numberOr(String name, long lowest, long highest, long otherwise) throws BadMessage {
        return has(name) ? number(name, lowest, highest) : otherwise;
    }

    Duration millis(String name, Duration highest, Duration otherwise) throws BadMessage {
        return Duration.ofMillis(numberOr(name, 0, highest.toMillis(), otherwise.toMillis()));
    }

    List<JsonNode> list(String name) throws BadMessage {
        JsonNode value = node.get(name);
        if (value == null || !value.isArray()) {
            throw bad(name, "a list", value);
        }
        if (value.size() > MAX_LIST) {
            throw new BadMessage(message + ": '" + name + "' has more than " + MAX_LIST + " entries");
        }
        List<JsonNode> entries = new ArrayList<>();
        value.forEach(entries::add);
        return entries;
    }

    /** A list of up to so many texts; empty when it is not there. */
    List<String> texts(String name, int most, int longest) throws BadMessage {
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : has(name) ? list(name) : List.<JsonNode>of()) {
            if (!entry.isTextual() || entry.textValue().length() > longest || texts.size() >= most) {
                throw new BadMessage(String.format(
                        "%s: '%s': expected up to %d texts with up to %d characters", message, name, most, longest));
            }
            texts.add(entry.textValue());
        }
        return texts;
    }

    /** A list of {@code {"task_id":…,"attempt":…}}. */
    List<Lease> leases(String name) throws BadMessage {
        List<Lease> leases = new ArrayList<>();
        for (JsonNode entry : list(name)) {
            if (!(entry instanceof ObjectNode object)) {
                throw bad(name, "a list of objects", entry);
            }
            leases.add(new Fields(message + " " + name, object).lease());
        }
        return leases;
    }

    Lease lease() throws BadMessage {
        return new Lease(new TaskId(number("task_id", 1, Long.MAX_VALUE)), new Attempt((int)
                number("attempt", 1, Integer.MAX_VALUE)));
    }

    /** A list of addresses; empty when it is not there. */
    List<HostPort> addresses(String name) throws BadMessage {
        List<HostPort> addresses = new ArrayList<>();
        for (JsonNode entry : has(name) ? list(name) : List.<JsonNode>of()) {
            addresses.add(address(name, entry.asText()));
        }
        return addresses;
    }

    Optional<HostPort> optionalAddress(String name) throws BadMessage {
        return has(name) ? Optional.of(address(name, text(name))) : Optional.empty();
    }

    private HostPort address(String name, String text) throws BadMessage {
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadMessage(message + ": '" + name + "': " + e.getMessage());
        }
    }

    /** Turns a checked text into an id type, whose own message then explains what is wrong. */
    <T> T parsed(String name, Function<String, T> parser) throws BadMessage {
        try {
            return parser.apply(text(name));
        } catch (IllegalArgumentException e) {
            throw new BadMessage(message + ": '" + name + "': " + e.getMessage());
        }
    }

    private BadMessage bad(String name, String expected, JsonNode found) {
        String what = found == null || found.isNull()
                ? "is missing"
                : "is " + found.getNodeType().name().toLowerCase(Locale.ROOT);
        return new BadMessage(message + ": '" + name + "' " + what + ", expected " + expected);
    }
}
