package org.mutirao.protocol.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.text.Text;

/**
 * Makes a package anew with another {@code main.py}. All other files stay as they are packed, and it makes the same tasks: where the text of
 * the script would decide that, its {@code task.json} says it from now on.
 */
public final class OtherScript {
    /** Of a script, in bytes. */
    public static final int MAX_SIZE = 8 << 20;

    private static final String SCRIPT = "main.py";
    private static final String SPEC = "task.json";
    private static final String EACH = "each";

    private OtherScript() {}

    /**
     * Writes the new package; the same bytes each time.
     *
     * @param source one that was accepted, and split if it was to be
     * @param to stays open
     * @throws RefusedPackage when that is no script
     */
    public static void write(TaskPackageFile source, byte[] script, OutputStream to)
            throws RefusedPackage, IOException {
        check(script);
        Map<String, Object> fields = new LinkedHashMap<>(source.specFields());
        JobLayout layout = JobLayout.of(source);
        JobSpec.Each said = layout.spec().each();
        boolean hasFolder = source.files().stream().anyMatch(file -> file.name().startsWith("inputs/"));
        if (hasFolder && said.glob().isEmpty() && !said.isOff()) {
            if (layout.kind() == JobLayout.Kind.EACH) {
                fields.put(EACH, "inputs/**/*");
            } else if (layout.kind() != JobLayout.Kind.SPLIT) {
                fields.put(EACH, false);
            }
        }
        RawZip zip = new RawZip(to);
        zip.add(SCRIPT, script);
        for (PackedFile file : source.files()) {
            if (!file.name().equals(SCRIPT) && !file.name().equals(SPEC)) {
                source.copyPacked(file, zip);
            }
        }
        if (!fields.isEmpty()) {
            zip.add(SPEC, Json.write(fields).getBytes(StandardCharsets.UTF_8));
        }
        zip.finish();
    }

    private static void check(byte[] script) throws RefusedPackage {
        if (script.length == 0) {
            throw new RefusedPackage(Text.of("the script is empty"), Text.of("Save it, and try again."));
        }
        for (byte each : script) {
            if (each == 0) {
                throw new RefusedPackage(
                        Text.of("that is no Python script"), Text.of("Give main.py itself, not a ZIP with it."));
            }
        }
    }
}
