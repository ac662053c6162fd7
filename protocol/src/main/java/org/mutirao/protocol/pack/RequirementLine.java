package org.mutirao.protocol.pack;

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
    /** Each matches a small piece in one pass: a package is read by few threads, and a stranger writes the line. */
    private static final Pattern ASCII = Pattern.compile("[\\x20-\\x7e]++");

    private static final Pattern BLANKS = Pattern.compile("[ \t]++");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?");
    private static final Pattern START = Pattern.compile("[A-Za-z0-9._-]*+");
    private static final Pattern VERSION =
            Pattern.compile("(?:===|==|~=|!=|<=|>=|<|>) ?+[A-Za-z0-9][A-Za-z0-9._*+!-]{0,99}+");
    private static final Pattern MARKER = Pattern.compile("[A-Za-z0-9_.,'\"()<>=!~ *+-]{1,1000}+");
    private static final String HASH_OPTION = " --hash";
    private static final Pattern HASH = Pattern.compile("[= ](\\w{1,20}+:[0-9A-Fa-f]{32,128}+)");
    private static final Pattern OPTION = Pattern.compile("(?:^|\\s)(--[A-Za-z][A-Za-z-]{0,60}+|-[A-Za-z])");
    /** An installer reads what begins so as an option of its own, in a marker too. */
    private static final Pattern DASH = Pattern.compile("(?:^| )-");

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9+.-]:/|\\s@\\s|^\\S+@");
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
        String stripped = line.strip();
        boolean tooLong = stripped.length() > MAX_LENGTH;
        String read = BLANKS.matcher(tooLong ? stripped.substring(0, MAX_LENGTH) : stripped)
                .replaceAll(" ");
        RequirementLine one = new RequirementLine(where, read);
        if (tooLong) {
            throw one.refusal();
        }
        return one.normalised();
    }

    private String normalised() throws RefusedPackage {
        check(ASCII.matcher(line).matches() && !ARCHIVE.matcher(line).find());
        int hashes = line.indexOf(HASH_OPTION);
        String before = hashes < 0 ? line : line.substring(0, hashes);
        int marker = before.indexOf(';');
        return wanted(marker < 0 ? before : before.substring(0, marker))
                + (marker < 0 ? "" : " ; " + marker(before.substring(marker + 1).strip()))
                + (hashes < 0 ? "" : hashes(line.substring(hashes + HASH_OPTION.length())));
    }

    /** The name, the extras and the versions. */
    private String wanted(String text) throws RefusedPackage {
        Matcher start = START.matcher(text);
        check(start.lookingAt());
        String rest = text.substring(start.end()).strip();
        String extras = "";
        if (rest.startsWith("[")) {
            int close = rest.indexOf(']');
            check(close > 0);
            extras = extras(rest.substring(1, close).strip());
            rest = rest.substring(close + 1).strip();
        }
        if (rest.startsWith("(")) {
            check(rest.endsWith(")"));
            rest = rest.substring(1, rest.length() - 1).strip();
            check(!rest.isEmpty());
        }
        return name(start.group()) + extras + versions(rest);
    }

    private String extras(String written) throws RefusedPackage {
        if (written.isEmpty()) {
            return "";
        }
        TreeSet<String> extras = new TreeSet<>();
        for (String extra : written.split(",", -1)) {
            extras.add(name(extra.strip()));
        }
        return "[" + String.join(",", extras) + "]";
    }

    private String versions(String written) throws RefusedPackage {
        if (written.isEmpty()) {
            return "";
        }
        // One comma may stand behind the last.
        String list = written.endsWith(",") ? written.substring(0, written.length() - 1) : written;
        TreeSet<String> versions = new TreeSet<>();
        for (String each : list.split(",", -1)) {
            check(VERSION.matcher(each.strip()).matches());
            versions.add(each.replace(" ", ""));
        }
        return String.join(",", versions);
    }

    private String marker(String written) throws RefusedPackage {
        check(MARKER.matcher(written).matches() && !DASH.matcher(written).find());
        return written;
    }

    private String hashes(String written) throws RefusedPackage {
        TreeSet<String> hashes = new TreeSet<>();
        for (String each : written.split(HASH_OPTION, -1)) {
            Matcher hash = HASH.matcher(each);
            check(hash.matches());
            hashes.add(HASH_OPTION + "=" + hash.group(1).toLowerCase(Locale.ROOT));
        }
        return String.join("", hashes);
    }

    private String name(String written) throws RefusedPackage {
        check(NAME.matcher(written).matches());
        return Requirements.comparable(written);
    }

    private void check(boolean isRight) throws RefusedPackage {
        if (!isRight) {
            throw refusal();
        }
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
