package org.mutirao.protocol.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.text.Text;

/**
 * One requirement, such as {@code pandas>=2,<3} or {@code numpy==2.1.0 --hash=sha256:…}. What would bring code from elsewhere than the room's
 * wheels and the index of a worker's owner is refused by name.
 */
final class RequirementLine {
    private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?";
    private static final String VERSION = "(?:===|==|~=|!=|<=|>=|<|>)\\s*[A-Za-z0-9][A-Za-z0-9._*+!-]{0,99}";
    private static final String VERSIONS = VERSION + "(?:\\s*,\\s*" + VERSION + ")*\\s*,?";
    private static final Pattern FORM = Pattern.compile("(" + NAME + ")\\s*"
            + "(?:\\[\\s*(" + NAME + "(?:\\s*,\\s*" + NAME + ")*)?\\s*])?\\s*"
            + "(?:\\(\\s*(" + VERSIONS + ")\\s*\\)|(" + VERSIONS + "))?\\s*"
            + "(?:;\\s*([A-Za-z0-9_.,'\"()<>=!~ \\t*+-]{1,1000}?))?"
            + "((?:\\s+--hash[= ]\\w{1,20}:[0-9A-Fa-f]{32,128})*)\\s*");
    private static final Pattern HASH = Pattern.compile("--hash[= ](\\w+:[0-9A-Fa-f]+)");
    private static final Pattern OPTION = Pattern.compile("(?:^|\\s)(--[A-Za-z][A-Za-z-]*|-[A-Za-z])");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/|\\s@\\s|^\\S+@");
    private static final Pattern ARCHIVE = Pattern.compile("^\\S+\\.(?:whl|zip|tar\\.gz|tgz)(?:\\s|$)");
    private static final Pattern FILE =
            Pattern.compile("^[./\\\\~]|[/\\\\]|^[A-Za-z]:|\\.(?:whl|zip|tar\\.gz|tgz)(?:\\s|$)");
    private static final int SHOWN = 100;
    /** With the hashes of some hundred wheels. */
    private static final int MAX_LENGTH = 16 * 1024;

    private final String where;
    private final String line;

    private RequirementLine(String where, String line) {
        this.where = where;
        this.line = line;
    }

    /**
     * As an installer reads it, the same for all ways of writing it.
     *
     * @param where it stands, for people
     * @throws RefusedPackage with a sentence that names it
     */
    static String normalised(String where, String line) throws RefusedPackage {
        return new RequirementLine(where, line.strip()).normalised();
    }

    private String normalised() throws RefusedPackage {
        Matcher form = FORM.matcher(line);
        if (line.length() > MAX_LENGTH || ARCHIVE.matcher(line).find() || !form.matches()) {
            throw refusal();
        }
        StringBuilder written = new StringBuilder(name(form.group(1)));
        if (form.group(2) != null) {
            TreeSet<String> extras = new TreeSet<>();
            for (String extra : form.group(2).split(",", -1)) {
                extras.add(name(extra.strip()));
            }
            written.append('[').append(String.join(",", extras)).append(']');
        }
        written.append(versions(form.group(3) == null ? form.group(4) : form.group(3)));
        if (form.group(5) != null) {
            written.append(" ; ").append(form.group(5).strip().replaceAll("\\s+", " "));
        }
        TreeSet<String> hashes = new TreeSet<>();
        Matcher hash = HASH.matcher(form.group(6));
        while (hash.find()) {
            hashes.add(hash.group(1).toLowerCase(Locale.ROOT));
        }
        hashes.forEach(each -> written.append(" --hash=").append(each));
        return written.toString();
    }

    /** As PEP 503 has it. */
    private static String name(String written) {
        return written.replaceAll("[-_.]+", "-").toLowerCase(Locale.ROOT);
    }

    private static String versions(String written) {
        if (written == null) {
            return "";
        }
        List<String> all = new ArrayList<>();
        for (String each : written.replaceAll("\\s", "").split(",", -1)) {
            if (!each.isEmpty()) {
                all.add(each);
            }
        }
        return String.join(",", new TreeSet<>(all));
    }

    private RefusedPackage refusal() {
        String shown = EntryNames.printable(line.substring(0, Math.min(SHOWN, line.length())));
        Matcher option = OPTION.matcher(line);
        boolean isOption = line.startsWith("-") && option.find();
        if (isOption) {
            return ofOption(option.group(1), shown);
        }
        if (ADDRESS.matcher(line).find()) {
            return new RefusedPackage(
                    Text.of("%s has '%s', and nothing is installed from an address that a package names", where, shown),
                    Text.of(
                            "Write the package's name and version instead, like pandas==2.2.3, and put its wheel into the"
                                    + " master's folder wheels/."));
        }
        if (FILE.matcher(line).find()) {
            return new RefusedPackage(
                    Text.of("%s has '%s', and nothing is installed from a file or folder", where, shown),
                    Text.of("Write the package's name and version instead, and put its wheel into the master's folder"
                            + " wheels/; modules of your own lie beside main.py and need no line."));
        }
        if (option.find()) {
            return ofOption(option.group(1), shown);
        }
        return new RefusedPackage(
                Text.of("%s has '%s', which is no requirement", where, shown),
                Text.of("Write the name of a package and its versions, like pandas or pandas>=2,<3."));
    }

    private RefusedPackage ofOption(String option, String shown) {
        String advice =
                switch (option) {
                    case "-e", "--editable" -> Text.of("Put the modules beside main.py; then they need no line.");
                    case "-i",
                            "--index-url",
                            "--extra-index-url",
                            "--no-index",
                            "-f",
                            "--find-links",
                            "--trusted-host" ->
                        Text.of("Leave it out: the owner of a worker says by --allow-index where packages may come"
                                + " from.");
                    case "-r", "--requirement", "-c", "--constraint" ->
                        Text.of("Put all requirements into this one file.");
                    default -> Text.of("Leave it out: only --hash may follow a requirement.");
                };
        return new RefusedPackage(
                Text.of("%s has '%s', and the option %s is not allowed there", where, shown, option), advice);
    }
}
