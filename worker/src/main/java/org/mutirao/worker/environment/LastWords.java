package org.mutirao.worker.environment;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;

/** The last words of an installer, in one line for people. */
final class LastWords {
    private static final int MAX = 600;
    private static final String ERROR = "ERROR:";
    /** What uv draws around its words. */
    private static final Pattern FRAME = Pattern.compile("^(x |`-> |[\u00d7\u2570\u2500\u25b6\u251c\u2502\\s])+");

    private static final Pattern NOISE = Pattern.compile("(\\[notice]|WARNING:|Looking in |ERROR: ResolutionImpossible|"
            + "To fix this you could|Using Python |\\d\\. (loosen|remove) |The conflict is caused by).*");

    private LastWords() {}

    static String of(String output) {
        List<String> lines = output.lines()
                .map(line -> FRAME.matcher(line).replaceFirst("").strip())
                .filter(line -> !line.isEmpty() && !NOISE.matcher(line).matches())
                .toList();
        int first = 0;
        while (first < lines.size() && !lines.get(first).startsWith(ERROR)) {
            first++;
        }
        List<String> said = new ArrayList<>();
        for (String line : first < lines.size() ? lines.subList(first, lines.size()) : last(lines)) {
            String plain = (line.startsWith(ERROR) ? line.substring(ERROR.length()) : line)
                    .replaceAll(" ?\\(from -r [^)]*\\)", "")
                    .replaceAll("-r \\S+ \\(line (\\d+)\\)", "line $1")
                    .strip();
            if (!said.contains(plain)) {
                said.add(plain);
            }
        }
        String all = SafeText.of(String.join("; ", said), ' ', MAX);
        return all.isEmpty() ? Text.of("the installer failed and said nothing") : all;
    }

    private static List<String> last(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 2), lines.size());
    }
}
