package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.mutirao.master.door.GridFiles;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.Spool;

/** Takes what browsers and programs hand in to the disk, as it arrives; only then is it looked at. */
final class Uploads {
    private static final String SCRIPT = "script";
    private static final String INPUTS = "inputs";
    private static final String FILES = "files";
    private static final String NAME = "name";
    private static final String TASK = "task";
    private static final String SPEC = "task.json";
    private static final int MAX_TEXT = 64 * 1024;

    private final GridFiles files;

    /**
     * What was handed in.
     *
     * @param name as it was said; empty if it was not
     */
    record Upload(Optional<String> name, Payload zip) {}

    /** What is done with one. */
    interface Taking {
        void take(Upload upload) throws IOException;
    }

    Uploads(GridFiles files) {
        this.files = files;
    }

    /** The body is a ZIP, or a form whose files are ZIPs; each is taken before the next one is read. */
    void eachZip(Context context, Taking taking) throws IOException {
        Optional<Multipart> form = form(context);
        if (form.isEmpty()) {
            try (InputStream body = body(context)) {
                taking.take(new Upload(Query.text(context, NAME), stored(body)));
            }
            return;
        }
        int found = 0;
        for (Optional<Multipart.Part> part = next(form.get()); part.isPresent(); part = next(form.get())) {
            if (part.get().file().isPresent()) {
                found++;
                String name = lastStep(part.get().file().get());
                taking.take(new Upload(Optional.of(name), stored(part.get().content())));
            }
        }
        if (found == 0) {
            throw new Problem(
                    400, Text.of("Bad request"), Text.of("The form has no file. Send each ZIP as a file of its own."));
        }
    }

    /** The body is a form with a script and its files, of which the package is made. */
    Upload job(Context context) throws IOException {
        Multipart form = form(context)
                .orElseThrow(
                        () -> new Problem(
                                415,
                                Text.of("Not a form"),
                                Text.of(
                                        "Send multipart/form-data with the files 'script', 'inputs' and 'files'. A ZIP goes to /api/tasks.")));
        Spool.Sink sink = files.uploads().open();
        Building building = new Building();
        try {
            try (ZipOutputStream zip = new ZipOutputStream(into(sink))) {
                zip.setLevel(Deflater.BEST_SPEED);
                for (Optional<Multipart.Part> part = next(form); part.isPresent(); part = next(form)) {
                    building.add(part.get(), zip);
                }
                building.finish(zip);
            }
            Optional<String> name =
                    Optional.ofNullable(building.texts.get(NAME)).filter(text -> !text.isBlank());
            return new Upload(name.isPresent() ? name : Query.text(context, NAME), sink.finish());
        } catch (IOException | RuntimeException e) {
            sink.discard();
            throw e;
        }
    }

    /** The body may be a form with a script; nothing where it is no form. */
    Optional<Payload> script(Context context) throws IOException {
        Optional<Multipart> form = form(context);
        if (form.isEmpty()) {
            return Optional.empty();
        }
        for (Optional<Multipart.Part> part = next(form.get()); part.isPresent(); part = next(form.get())) {
            if (part.get().field().equals(SCRIPT) && part.get().file().isPresent()) {
                return Optional.of(stored(part.get().content()));
            }
        }
        throw bad(Text.of("the form has no file 'script', which is the main.py to run from now on"));
    }

    /** A package while its parts arrive. */
    private static final class Building {
        private final Set<String> names = new LinkedHashSet<>();
        private final Map<String, String> texts = new LinkedHashMap<>();
        private boolean hasInputs;

        void add(Multipart.Part part, ZipOutputStream zip) throws IOException {
            if (part.file().isEmpty()) {
                byte[] text = part.content().readNBytes(MAX_TEXT + 1);
                if (text.length > MAX_TEXT) {
                    throw bad(Text.of("the text '%s' is longer than %d bytes", part.field(), MAX_TEXT));
                }
                texts.put(part.field(), new String(text, StandardCharsets.UTF_8));
                return;
            }
            String file = part.file().get();
            switch (part.field()) {
                case SCRIPT -> add("main.py", part.content(), zip);
                case INPUTS -> {
                    hasInputs = true;
                    add(INPUTS + "/" + lastStep(file), part.content(), zip);
                }
                case FILES -> add(file.replace('\\', '/'), part.content(), zip);
                default ->
                    throw bad(Text.of(
                            "there is no field '%s' for files; there are script, inputs and files", part.field()));
            }
        }

        /** A name that leads elsewhere is refused later, as in any package. */
        private void add(String name, InputStream content, ZipOutputStream zip) throws IOException {
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw bad(Text.of("two files would be called %s; rename one of them", name));
            }
            zip.putNextEntry(new ZipEntry(name));
            content.transferTo(zip);
            zip.closeEntry();
        }

        void finish(ZipOutputStream zip) throws IOException {
            boolean hasSpec = names.contains(SPEC);
            if (hasSpec || (!hasInputs && !texts.containsKey(TASK))) {
                return;
            }
            Map<String, Object> spec = new LinkedHashMap<>();
            if (texts.containsKey(TASK)) {
                try {
                    spec.putAll(Json.readMap(texts.get(TASK).getBytes(StandardCharsets.UTF_8)));
                } catch (IOException e) {
                    throw bad(Text.of(
                            "the text 'task' is not a JSON object: %s", Told.of(e, Text.of("it can't be read"))));
                }
            }
            if (hasInputs) {
                spec.putIfAbsent("each", INPUTS + "/*");
            }
            zip.putNextEntry(new ZipEntry(SPEC));
            zip.write(Json.writePretty(spec).getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
    }

    private static String lastStep(String file) {
        String slashed = file.replace('\\', '/');
        return slashed.substring(slashed.lastIndexOf('/') + 1);
    }

    private static Problem bad(String sentence) {
        return new Problem(400, Text.of("Bad request"), Problem.sentence(sentence));
    }

    private Optional<Multipart> form(Context context) throws IOException {
        String type = Optional.ofNullable(context.contentType()).orElse("");
        return Multipart.of(type, body(context));
    }

    private static Optional<Multipart.Part> next(Multipart form) throws IOException {
        try {
            return form.next();
        } catch (Told e) {
            throw bad(e.getMessage());
        }
    }

    private Payload stored(InputStream content) throws IOException {
        Spool.Sink sink = files.uploads().open();
        try {
            content.transferTo(into(sink));
            return sink.finish();
        } catch (Told e) {
            sink.discard();
            throw bad(e.getMessage());
        } catch (IOException | RuntimeException e) {
            sink.discard();
            throw e;
        }
    }

    private static OutputStream into(Spool.Sink sink) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                sink.write(bytes, offset, length);
            }
        };
    }

    /** Says in our words when it stops, or is too large. */
    private InputStream body(Context context) throws IOException {
        InputStream body = context.req().getInputStream();
        return new InputStream() {
            private long total;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                int count;
                try {
                    count = body.read(target, offset, length);
                } catch (IOException e) {
                    throw new Problem(
                            408, Text.of("Broken off"), Text.of("The upload stopped, or was too slow. Try again."));
                }
                total += Math.max(0, count);
                if (total > files.maxPackage().bytes()) {
                    LimitsReached.here().note(Limit.HTTP_BODIES, context.ip());
                    throw new Problem(
                            413,
                            Text.of("Too large"),
                            Text.of(
                                    "It is larger than %s. Make it smaller, or start the master with a larger --max-package.",
                                    files.maxPackage()));
                }
                return count;
            }
        };
    }
}
