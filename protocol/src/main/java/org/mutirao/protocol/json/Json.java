package org.mutirao.protocol.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.id.ResourceUse;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.BadgeRow;
import org.mutirao.protocol.message.CheckRow;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/** The one configured Jackson: bounded, strict about duplicates, field names in snake case. */
public final class Json {
    /** How deep a message may nest; ours need three levels. */
    public static final int MAX_DEPTH = 64;

    private static final ObjectMapper MAPPER = newMapper();

    private Json() {}

    private static ObjectMapper newMapper() {
        ObjectMapper mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .addModule(new Jdk8Module())
                .addMixIn(AttemptRow.class, LaterFields.class)
                .addMixIn(Reply.Heard.class, LaterNumber.class)
                .addMixIn(TaskRow.class, LaterPart.class)
                .addMixIn(WorkerRow.class, LaterFacts.class)
                .addMixIn(WorkerFacts.class, WhatThereIs.class)
                .addMixIn(ResourceUse.class, WhatThereIs.class)
                .addMixIn(Reply.TaskDetails.class, WhatThereIs.class)
                .addMixIn(EventRow.class, LaterJob.class)
                .addMixIn(OperatorRequest.ListTasks.class, LaterJob.class)
                .addMixIn(Reply.TaskState.class, LaterWords.class)
                .addMixIn(Reply.Changed.class, LaterWords.class)
                .addMixIn(JobRow.class, WhatThereIs.class)
                .addMixIn(TaskStatus.class, Labelled.class)
                .addMixIn(FailureRow.class, WhatThereIs.class)
                .addMixIn(BadgeRow.class, WhatThereIs.class)
                .addMixIn(AccessRequest.ListNotes.class, WhatThereIs.class)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(40)
                        .build());
        return mapper;
    }

    /** Fields that came later are left out when there is nothing to say, so that what was written before stays as it was. */
    @SuppressWarnings("UnusedMethod") // Jackson looks at them
    private interface LaterFields {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Long> startedAt();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Long> ranMs();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<List<String>> marks();
    }

    /** As above. */
    @SuppressWarnings("UnusedMethod") // Jackson looks at it
    private interface LaterNumber {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Long> number();
    }

    /** As above. */
    @SuppressWarnings("UnusedMethod") // Jackson looks at them
    private interface LaterPart {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Long> job();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Integer> index();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<String> input();

        /** One that a later program may say; the words of before are there then, too. */
        @JsonFormat(with = JsonFormat.Feature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
        TaskStatus status();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<CheckRow> check();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Long> waitedMs();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Long> ranMs();
    }

    /** Written as the word that people read. */
    @SuppressWarnings("UnusedMethod") // Jackson looks at it
    private interface Labelled {
        @JsonValue
        String label();
    }

    /** As above. */
    @SuppressWarnings("UnusedMethod") // Jackson looks at them
    private interface LaterFacts {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Boolean> withoutKey();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<WorkerFacts> facts();
    }

    /** As above. */
    @SuppressWarnings("UnusedMethod") // Jackson looks at it
    private interface LaterJob {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Object> job();
    }

    /** As above. */
    @SuppressWarnings("UnusedMethod") // Jackson looks at them
    private interface LaterWords {
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<JobRow> job();

        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<String> text();
    }

    /** Nothing is written of what there is not. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    private interface WhatThereIs {}

    /** For the wire packages, which speak Jackson themselves. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /**
     * Reads one JSON object.
     *
     * @throws IOException when it is not one; the message says in our words what and where
     */
    public static ObjectNode readObject(byte[] text) throws IOException {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new Told(faultOf(e), e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new Told(Text.of("expected a JSON object"));
    }

    /** In our words: a parser's own speak of its settings, and repeat what somebody sent. */
    private static String faultOf(JsonProcessingException fault) {
        JsonLocation at = fault.getLocation();
        String where = at == null ? "" : Text.of(" at line %s, column %s", at.getLineNr(), at.getColumnNr());
        if (fault instanceof JsonEOFException) {
            return Text.of("it ends in the middle; a bracket, brace or quote is not closed");
        }
        if (fault instanceof StreamConstraintsException) {
            return Text.of("a number, text or nesting%s is longer or deeper than allowed", where);
        }
        if (fault.getOriginalMessage().startsWith("Duplicate field")) {
            return Text.of("the same name stands twice in one object%s", where);
        }
        if (fault instanceof MismatchedInputException) {
            return Text.of("it has a value of another kind than expected, or something follows the object");
        }
        return Text.of("it is no JSON%s; look for a missing or extra quote, comma or brace", where);
    }

    /** Reads one JSON object into plain Java values: maps, lists, text, numbers, booleans. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> readMap(byte[] text) throws IOException {
        return MAPPER.convertValue(readObject(text), Map.class);
    }

    /** Reads one JSON object into a record. */
    public static <T> T read(byte[] text, Class<T> type) throws IOException {
        try {
            return MAPPER.treeToValue(readObject(text), type);
        } catch (JsonProcessingException e) {
            throw new Told(faultOf(e), e);
        }
    }

    /** The bytes that a text has in base64; empty when it is none, or has another number of them. */
    public static Optional<byte[]> bytes(JsonNode text, int length) {
        try {
            return Optional.ofNullable(text.binaryValue()).filter(bytes -> bytes.length == length);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** One line. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("can't be written as JSON: " + value.getClass(), e);
        }
    }

    /** One line of ASCII: every other character is written as an escape. */
    public static String writeAscii(Object value) {
        try {
            return MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("can't be written as JSON: " + value.getClass(), e);
        }
    }

    /** Indented, for files that people open. */
    public static String writePretty(Object value) {
        try {
            return MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("can't be written as JSON: " + value.getClass(), e);
        }
    }
}
