package org.mutirao.master.face.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;

/**
 * Reads {@code multipart/form-data} part by part as it arrives, so that nothing of it needs a file of its own. The next
 * part may be asked for before this one was read to its end.
 */
final class Multipart {
    private static final int MAX_HEAD = 8 * 1024;
    private static final int MAX_PARTS = 250_000;
    private static final Pattern BOUNDARY = Pattern.compile(
            "multipart/form-data\\s*;.*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70})).*", Pattern.CASE_INSENSITIVE);

    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([A-Za-z]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;]+))");

    private final InputStream in;
    /** What stands before each further part: a line end, two dashes and the boundary. */
    private final byte[] delimiter;

    private final int[] failure;
    private Optional<Part> open = Optional.empty();
    private int parts;
    private boolean begun;

    /**
     * One field of the form.
     *
     * @param field its name
     * @param file the name of the file that it has, with slashes; empty for a text
     */
    record Part(String field, Optional<String> file, InputStream content) {}

    private Multipart(InputStream in, String boundary) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        this.failure = failureOf(delimiter);
    }

    /** Empty if a request with that type has no form. */
    static Optional<Multipart> of(String contentType, InputStream body) {
        Matcher form = BOUNDARY.matcher(contentType);
        return form.matches()
                ? Optional.of(new Multipart(body, form.group(1) != null ? form.group(1) : form.group(2)))
                : Optional.empty();
    }

    /**
     * The next part; what is left of the one before is passed over.
     *
     * @throws Told when it is no such form, or ends in the middle
     */
    Optional<Part> next() throws IOException {
        if (!begun) {
            begun = true;
            // The first boundary begins the body; what stands before it is to be ignored.
            Content preamble = new Content(2);
            preamble.skipAll();
        } else if (open.isPresent()) {
            ((Content) open.get().content()).skipAll();
        }
        String rest = line();
        if (rest.startsWith("--")) {
            open = Optional.empty();
            return open;
        }
        if (!rest.isBlank()) {
            throw broken(Text.of("something stands behind a boundary"));
        }
        if (++parts > MAX_PARTS) {
            throw new Told(Text.of("the form has more than %d parts", MAX_PARTS));
        }
        Map<String, String> head = head();
        Map<String, String> named = parameters(head.getOrDefault("content-disposition", ""));
        if (!named.containsKey("name")) {
            throw broken(Text.of("a part has no name"));
        }
        open = Optional.of(new Part(named.get("name"), Optional.ofNullable(named.get("filename")), new Content(0)));
        return open;
    }

    private Map<String, String> head() throws IOException {
        Map<String, String> head = new LinkedHashMap<>();
        int room = MAX_HEAD;
        for (String line = line(); !line.isEmpty(); line = line()) {
            room -= line.length() + 2;
            int colon = line.indexOf(':');
            if (room < 0 || colon < 0) {
                throw broken(Text.of("the head of a part is too long, or no head"));
            }
            head.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1));
        }
        return head;
    }

    private static Map<String, String> parameters(String disposition) {
        Map<String, String> found = new LinkedHashMap<>();
        Matcher each = PARAMETER.matcher(disposition);
        while (each.find()) {
            String text = each.group(2) != null ? unquoted(each.group(2)) : each.group(3);
            found.put(each.group(1).toLowerCase(Locale.ROOT), text);
        }
        return found;
    }

    /** Browsers write a quote as %22, other programs with a backslash. A backslash before anything else is one of Windows. */
    private static String unquoted(String text) {
        return text.replace("\\\"", "\"").replace("%22", "\"");
    }

    /** One line of UTF-8 without its end. */
    private String line() throws IOException {
        byte[] text = new byte[MAX_HEAD];
        int length = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 && length >= 2 && text[0] == '-' && text[1] == '-') {
                break; // nothing has to follow the last boundary
            }
            if (next < 0) {
                throw broken(Text.of("it ends in the middle"));
            }
            if (length == text.length) {
                throw broken(Text.of("a line of it is too long"));
            }
            text[length++] = (byte) next;
        }
        int end = length > 0 && text[length - 1] == '\r' ? length - 1 : length;
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    private static Told broken(String why) {
        return new Told(Text.of("the form can't be read: %s", why));
    }

    private static int[] failureOf(byte[] word) {
        int[] failure = new int[word.length];
        for (int i = 1, matched = 0; i < word.length; i++) {
            while (matched > 0 && word[i] != word[matched]) {
                matched = failure[matched - 1];
            }
            matched += word[i] == word[matched] ? 1 : 0;
            failure[i] = matched;
        }
        return failure;
    }

    /** What stands before the next delimiter, found in one pass over the bytes. */
    private final class Content extends InputStream {
        /** As many bytes of the delimiter were read and not given on. */
        private int matched;
        /** Bytes that turned out to be content after all: the start of the delimiter, and one more. */
        private byte[] late = new byte[0];

        private int given;
        private boolean ended;

        /** @param matched as if so much of the delimiter had been read */
        Content(int matched) {
            this.matched = matched;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = 0;
            while (count < length) {
                if (given < late.length) {
                    target[offset + count++] = late[given++];
                    continue;
                }
                if (ended) {
                    break;
                }
                int next = in.read();
                if (next < 0) {
                    throw broken(Text.of("it ends in the middle"));
                }
                int before = matched;
                while (matched > 0 && (byte) next != delimiter[matched]) {
                    matched = failure[matched - 1];
                }
                boolean goesOn = (byte) next == delimiter[matched];
                matched += goesOn ? 1 : 0;
                int free = before + 1 - matched;
                if (matched == delimiter.length) {
                    ended = true;
                    free = 0;
                }
                if (free > 0) {
                    // Of what was taken for the delimiter's start, the first bytes are none of it.
                    late = new byte[free];
                    System.arraycopy(delimiter, 0, late, 0, Math.min(free, before));
                    if (free > before) {
                        late[free - 1] = (byte) next;
                    }
                    given = 0;
                }
            }
            return count == 0 && length > 0 ? -1 : count;
        }

        void skipAll() throws IOException {
            byte[] block = new byte[8192];
            for (int count = read(block, 0, block.length); count >= 0; ) {
                count = read(block, 0, block.length);
            }
        }
    }
}
