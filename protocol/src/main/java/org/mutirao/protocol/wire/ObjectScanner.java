package org.mutirao.protocol.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;

/**
 * Finds the JSON objects in a stream of bytes that has no framing: white space between them or none, several in one
 * segment, one in a thousand segments. It looks at no more of JSON than it needs to find an object's end; Jackson judges
 * the rest.
 *
 * <pre>
 *   … }  {"action":"SUBMIT_RESULT","result_data":"UEsDBBQ…AAA="}  { …
 *        |------------ text, at most headLimit ----||--payload-|
 *                                                   straight to the {@link Spool}, decoded
 * </pre>
 *
 * Where raw bytes were agreed on, an object may have {@code "raw":N} instead, and its payload is the N bytes behind its last brace.
 * Memory stays below {@code headLimit} plus two blocks, whatever arrives. Not for use by two threads.
 */
public final class ObjectScanner {
    private static final Set<String> PAYLOAD_KEYS = Set.of("task_data", "result_data", "blob_data");
    private static final int MAX_PAYLOAD_KEY = 11;
    private static final String RAW_KEY = "raw";
    /** A payload stands in the object itself or in the envelope's {@code data}. */
    private static final int PAYLOAD_DEPTH = 2;

    private static final int SOME_BYTES = 512;
    private static final int MAX_KEPT_BYTES = 8 * 1024;

    private final int headLimit;
    private final Spool spool;
    /** What a ByteArrayOutputStream does would cost two locks a byte. */
    private byte[] text = new byte[SOME_BYTES];

    private int length;

    private final boolean[] isArray = new boolean[Json.MAX_DEPTH + 1];
    private int depth;
    private boolean inString;
    private int escape; // 0 none, 1 after the backslash, 2 to 5 in a payload's unicode escape
    private int unicode;
    private boolean expectKey;
    private boolean readingKey;
    private final StringBuilder key = new StringBuilder();

    /** A line feed stood between two objects, or behind the last one. */
    private boolean sendsLines;

    private PayloadReader payload;
    private boolean rawAgreed;
    private final RawCount rawCount = new RawCount();
    private RawBytes raw;
    private Optional<Payload> received = Optional.empty();
    private Optional<IOException> problem = Optional.empty();

    /**
     * Starts between two objects.
     *
     * @param headLimit how many bytes an object may have without its payload
     */
    public ObjectScanner(int headLimit, Spool spool) {
        this.headLimit = headLimit;
        this.spool = spool;
    }

    /** From the next object on its bytes may follow it. */
    void agreeOnRaw() {
        rawAgreed = true;
    }

    /** From the next object on there are no such bytes. */
    void disagreeOnRaw() {
        rawAgreed = false;
    }

    /** Whether bytes may follow a message, see {@link org.mutirao.protocol.dialect.RawAgreement}. */
    boolean mayBeRaw() {
        return rawAgreed;
    }

    /** Whether an object has begun and not ended, with the bytes that follow it. */
    public boolean midObject() {
        return depth > 0 || raw != null;
    }

    /** How much memory the half object takes, not counting its payload, which is on the disk. */
    int held() {
        return midObject() ? text.length : 0;
    }

    /** Whether a payload is being received, which may take its time. */
    boolean midPayload() {
        return payload != null || raw != null;
    }

    /**
     * Takes the next bytes and hands over each object that they complete.
     *
     * @throws StreamBroken when they can't be part of any object; the scanner is of no use afterwards
     */
    void feed(byte[] bytes, int from, int to, Consumer<ScannedObject> objects) throws StreamBroken {
        int at = from;
        while (at < to) {
            if (raw != null) {
                at += raw.accept(bytes, at, to);
                endRaw(bytes, at, to, objects);
            } else if (payload != null) {
                at = feedPayload(bytes, at, to);
            } else if (inString) {
                feedString(bytes[at++]);
            } else if (feedStructure(bytes[at++])) {
                if (rawCount.isPresent()) {
                    beginRaw();
                    endRaw(bytes, at, to, objects);
                } else {
                    objects.accept(take(endsLine(bytes, at, to)));
                }
            }
        }
    }

    private void beginRaw() throws StreamBroken {
        if (received.isPresent() || problem.isPresent()) {
            throw new StreamBroken(Text.of("a message carries its bytes in base64 or behind itself, not both"));
        }
        raw = new RawBytes(spool, rawCount.take());
    }

    /** Hands over the object once its bytes are there, or as soon as they can't be kept. */
    private void endRaw(byte[] bytes, int at, int to, Consumer<ScannedObject> objects) throws StreamBroken {
        if (!raw.ended()) {
            return;
        }
        RawBytes ended = raw;
        raw = null;
        problem = ended.failure();
        if (problem.isEmpty()) {
            try {
                received = Optional.of(ended.finish());
            } catch (IOException e) {
                problem = Optional.of(e);
            }
        }
        boolean cut = ended.failure().isPresent();
        objects.accept(take(!cut && endsLine(bytes, at, to)));
        if (cut) {
            throw new StreamBroken(Text.of("the bytes that follow a message can't be kept"));
        }
    }

    /** Whether a line feed follows; where nothing is known yet, whether one followed before. */
    private boolean endsLine(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '\n' && isWhiteSpace(bytes[at])) {
            at++;
        }
        return at < to ? bytes[at] == '\n' : sendsLines;
    }

    /** Forgets a half-received object and deletes its half-received payload. */
    public void abandon() {
        if (payload != null) {
            payload.discard();
            payload = null;
        }
        if (raw != null) {
            raw.discard();
            raw = null;
        }
        rawCount.forget();
        received.ifPresent(FilesOf::deleteQuietly);
        received = Optional.empty();
        forgetText();
        depth = 0;
    }

    /** Whether the character completes an object. */
    private boolean feedStructure(byte character) throws StreamBroken {
        if (depth == 0) {
            if (isWhiteSpace(character)) {
                sendsLines |= character == '\n';
                return false;
            }
            if (character != '{') {
                throw new StreamBroken(Text.of("expected a JSON object, found %s", describe(character)));
            }
        }
        keep(character);
        if (rawCount.reading()) {
            feedRawCount(character);
        }
        switch (character) {
            case '{' -> push(false);
            case '[' -> push(true);
            case '}' -> {
                pop(false);
                return depth == 0;
            }
            case ']' -> pop(true);
            case ',' -> expectKey = !isArray[depth];
            case ':' -> {
                expectKey = false;
                if (rawAgreed && depth == 1 && key.length() == RAW_KEY.length() && RAW_KEY.contentEquals(key)) {
                    rawCount.begin();
                }
            }
            case '"' -> beginString();
            default -> {
                // Numbers, words and white space: Jackson reads them later.
            }
        }
        return false;
    }

    private void feedRawCount(byte character) throws StreamBroken {
        if (character == ',' || character == '}') {
            rawCount.end();
        } else if (!isWhiteSpace(character)) {
            rawCount.accept(character);
        }
    }

    private void beginString() {
        readingKey = expectKey;
        if (readingKey) {
            key.setLength(0);
        } else if (depth <= PAYLOAD_DEPTH && !isArray[depth] && PAYLOAD_KEYS.contains(key.toString())) {
            payload = new PayloadReader(spool);
            return;
        }
        inString = true;
    }

    private void feedString(byte character) throws StreamBroken {
        keep(character);
        if (escape > 0) {
            escape = 0;
        } else if (character == '\\') {
            escape = 1;
        } else if (character == '"') {
            inString = false;
            return;
        }
        if (readingKey && key.length() <= MAX_PAYLOAD_KEY) {
            key.append((char) character);
        }
    }

    private int feedPayload(byte[] bytes, int from, int to) throws StreamBroken {
        int at = from;
        if (escape > 0) {
            feedEscape(bytes[at]);
            return at + 1;
        }
        while (at < to && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        payload.accept(bytes, from, at);
        if (at < to) {
            if (bytes[at] == '\\') {
                escape = 1;
            } else {
                endPayload();
            }
            at++;
        }
        return at;
    }

    /** Some encoders escape slashes, write a plus as a unicode escape, and break lines with an escaped newline. */
    private void feedEscape(byte character) {
        if (escape == 1) {
            escape = 0;
            switch (character) {
                case 'u' -> {
                    escape = 2;
                    unicode = 0;
                }
                case '/' -> payload.accept((byte) '/');
                case 'n', 'r', 't' -> payload.accept((byte) ' ');
                default -> payload.fail(new BadBase64(Text.of("not base64: an escaped %s", describe(character))));
            }
            return;
        }
        int digit = Character.digit(character, 16);
        unicode = unicode * 16 + digit;
        if (digit < 0 || escape == 5) {
            boolean ascii = digit >= 0 && unicode < 0x80;
            if (ascii) {
                payload.accept((byte) unicode);
            } else {
                payload.fail(new BadBase64(Text.of("not base64: a bad unicode escape")));
            }
            escape = 0;
        } else {
            escape++;
        }
    }

    private void endPayload() throws StreamBroken {
        keep((byte) '"');
        Optional<Payload> before = received;
        try {
            received = Optional.of(payload.finish());
            if (before.isPresent()) {
                before.ifPresent(FilesOf::deleteQuietly);
                problem = Optional.of(new IOException(Text.of("the message carries two payloads")));
            }
        } catch (IOException e) {
            problem = Optional.of(e);
        }
        payload = null;
        key.setLength(0);
    }

    private ScannedObject take(boolean endsLine) {
        if (problem.isPresent()) {
            received.ifPresent(FilesOf::deleteQuietly);
            received = Optional.empty();
        }
        ScannedObject object = new ScannedObject(Arrays.copyOf(text, length), received, problem, endsLine);
        forgetText();
        received = Optional.empty();
        problem = Optional.empty();
        return object;
    }

    /** One long message is no reason to hold that much for every connection. */
    private void forgetText() {
        length = 0;
        if (text.length > MAX_KEPT_BYTES) {
            text = new byte[SOME_BYTES];
        }
    }

    private void push(boolean array) throws StreamBroken {
        if (depth == Json.MAX_DEPTH) {
            throw new StreamBroken(Text.of("nested deeper than %d levels", Json.MAX_DEPTH));
        }
        isArray[++depth] = array;
        expectKey = !array;
        key.setLength(0);
    }

    private void pop(boolean array) throws StreamBroken {
        if (isArray[depth] != array) {
            throw new StreamBroken(Text.of("brackets and braces do not match"));
        }
        depth--;
        expectKey = false;
    }

    private void keep(byte character) throws StreamBroken {
        if (length >= headLimit) {
            throw new StreamBroken(
                    Text.of("a message of more than %d bytes, not counting its package or result", headLimit));
        }
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = character;
    }

    private static boolean isWhiteSpace(byte character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    private static String describe(byte character) {
        return character > 0x20 && character < 0x7f
                ? "'" + (char) character + "'"
                : Text.of("byte 0x%02x", character & 0xff);
    }
}
