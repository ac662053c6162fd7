package org.mutirao.protocol.pack;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a wheel's file, in its parts.
 *
 * @param project as installers compare names
 * @param python tags of Python versions, with dots between
 * @param abi of C interfaces
 * @param platform of systems
 */
public record WheelName(String project, String python, String abi, String platform) {
    private static final Pattern FORM = Pattern.compile(
            "([A-Za-z0-9][A-Za-z0-9._]*)-[^-/\\\\]+(?:-\\d[^-/\\\\]*)?-([A-Za-z0-9._]+)-([A-Za-z0-9._]+)-([A-Za-z0-9._]+)\\.whl");

    /** Of a file; empty if it is not called like a wheel. */
    public static Optional<WheelName> of(String file) {
        Matcher form = FORM.matcher(file);
        return form.matches()
                ? Optional.of(new WheelName(
                        Requirements.comparable(form.group(1)), form.group(2), form.group(3), form.group(4)))
                : Optional.empty();
    }

    /**
     * Whether it may be one for an interpreter. The installer looks closer; this only saves fetching those of other systems.
     *
     * @param minor of Python 3
     * @param system as {@code linux}
     * @param machine as {@code x86_64}
     */
    public boolean mayFit(int minor, String system, String machine) {
        boolean pure = hasTag(python, "py3") || hasTag(python, "py3" + minor);
        boolean own = hasTag(python, "cp3" + minor) || hasTag(python, "pp3" + minor);
        boolean stable = hasTag(abi, "abi3") && python.startsWith("cp3");
        return (pure || own || stable) && mayFit(system, machine);
    }

    private boolean mayFit(String system, String machine) {
        if (hasTag(platform, "any")) {
            return true;
        }
        return switch (system) {
            case "linux" -> platform.contains("linux") && platform.contains(machine);
            case "macos" -> platform.startsWith("macosx");
            case "windows" -> platform.startsWith("win");
            default -> true;
        };
    }

    private static boolean hasTag(String tags, String wanted) {
        return ("." + tags + ".").contains("." + wanted + ".");
    }
}
