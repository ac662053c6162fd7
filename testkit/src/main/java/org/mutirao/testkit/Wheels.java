package org.mutirao.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes tiny wheels, from which an installer installs one module each. */
public final class Wheels {
    private Wheels() {}

    /** For any system: a module of the project's name with a text. */
    public static Path pure(Path folder, String project, String version, String module, String... needs) {
        return of(folder, project, version, "py3-none-any", module, needs);
    }

    /**
     * For some systems.
     *
     * @param tags as in the wheel's name
     * @param needs requirements, as {@code other>=2}
     */
    public static Path of(Path folder, String project, String version, String tags, String module, String... needs) {
        String info = project + "-" + version + ".dist-info/";
        StringBuilder metadata =
                new StringBuilder("Metadata-Version: 2.1\nName: " + project + "\nVersion: " + version + "\n");
        for (String need : needs) {
            metadata.append("Requires-Dist: ").append(need).append('\n');
        }
        String wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: " + tags + "\n";
        String record =
                String.join("", project + ".py,,\n", info + "METADATA,,\n", info + "WHEEL,,\n", info + "RECORD,,\n");
        byte[] zip = Zips.of(
                project + ".py",
                module,
                info + "METADATA",
                metadata.toString(),
                info + "WHEEL",
                wheel,
                info + "RECORD",
                record);
        try {
            return Files.write(
                    Files.createDirectories(folder).resolve(project + "-" + version + "-" + tags + ".whl"), zip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
