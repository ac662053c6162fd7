package org.mutirao.protocol.pack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.text.Text;

/** Reads what a package declares: in its requirements.txt or in the header of its script, never in both. */
final class RequirementsReader {
    static final String FILE = "requirements.txt";
    private static final String SCRIPT = "main.py";
    private static final String MERGE = "merge.py";
    /** A header further down in a script is not looked for. */
    private static final int MAX_SCRIPT = 1 << 20;

    private RequirementsReader() {}

    static Requirements read(TaskPackageFile source) throws RefusedPackage, IOException {
        Optional<PackedFile> file = source.file(FILE);
        Optional<String> header = ScriptHeader.find(start(source, SCRIPT, MAX_SCRIPT));
        if (source.file(MERGE).isPresent()
                && ScriptHeader.find(start(source, MERGE, MAX_SCRIPT)).isPresent()) {
            throw new RefusedPackage(
                    Text.of("merge.py has a header with what it needs, and a job has one environment for all of it"),
                    Text.of("Put what both scripts need into the header of main.py, or into requirements.txt."));
        }
        if (file.isEmpty()) {
            return header.isEmpty() ? Requirements.none() : ScriptHeader.read(header.get());
        }
        List<String> lines = lines(source);
        Requirements inHeader = header.isEmpty() ? Requirements.none() : ScriptHeader.read(header.get());
        if (!inHeader.isEmpty() && !lines.isEmpty()) {
            throw new RefusedPackage(
                    Text.of("what it needs is declared twice: in the header of main.py and in requirements.txt"),
                    Text.of("Keep one of them: delete requirements.txt, or the lines of main.py from '# /// script' to"
                            + " '# ///'."));
        }
        return Requirements.of(lines.isEmpty() ? inHeader.lines() : lines, inHeader.python());
    }

    private static List<String> lines(TaskPackageFile source) throws RefusedPackage, IOException {
        String text = start(source, FILE, Requirements.MAX_CHARS + 1);
        if (text.length() > Requirements.MAX_CHARS) {
            throw new RefusedPackage(
                    Text.of("requirements.txt has more than %d KiB", Requirements.MAX_CHARS / 1024),
                    Text.of("Leave out what the script does not import."));
        }
        List<String> found = new ArrayList<>();
        String joined = text.replace("\r\n", "\n").replace('\r', '\n').replaceAll("\\\\\n", " ");
        for (String line : joined.split("\n", -1)) {
            String code = line.replaceAll("(^|\\s)#.*", "").strip();
            if (!code.isEmpty()) {
                found.add(RequirementLine.normalised(FILE, code));
            }
            checkCount(found);
        }
        return found;
    }

    static void checkCount(List<String> found) throws RefusedPackage {
        if (found.size() > Requirements.MAX_LINES) {
            throw new RefusedPackage(
                    Text.of("it asks for more than %d packages", Requirements.MAX_LINES),
                    Text.of("Name only what the script imports; what that needs comes along."));
        }
    }

    /** How a file begins, without a mark of its encoding. */
    private static String start(TaskPackageFile source, String name, int most) throws RefusedPackage, IOException {
        PackedFile file = source.file(name).orElseThrow();
        ByteArrayOutputStream start = new ByteArrayOutputStream();
        byte[] block = file.block();
        try (InputStream in = source.open(file)) {
            for (int count = source.read(in, block, 0, file);
                    count >= 0 && start.size() < most;
                    count = source.read(in, block, 0, file)) {
                start.write(block, 0, count);
            }
        }
        String text = start.toString(StandardCharsets.UTF_8);
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }
}
