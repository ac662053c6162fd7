package org.mutirao.master.results.job;

import java.util.Optional;

/**
 * Where the result of a job's task belongs: a folder of {@code results/} and a name in it without an ending. Both are plain names on every
 * system.
 */
public record PartName(String folder, String stem) {
    static final String ZIP = ".zip";

    /**
     * Reads {@code folder/stem.zip}.
     *
     * @param resultName as the ledger has it
     * @param index of the task in its job, which tells two names apart that would be the same plain one
     * @return empty when it is the name of a single task's result, in no folder
     */
    public static Optional<PartName> of(String resultName, int index) {
        int slash = resultName.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String stem = withoutZip(resultName.substring(slash + 1));
        String plain = PlainSteps.plain(stem);
        return Optional.of(
                new PartName(folder(resultName.substring(0, slash)), plain.equals(stem) ? plain : plain + "-" + index));
    }

    /** The nearest plain name of a folder for what comes of a job. */
    public static String of(String jobName) {
        return PlainSteps.plain(withoutZip(jobName));
    }

    /** The nearest plain name of a job's folder. */
    public static String folder(String name) {
        return PlainSteps.plain(name);
    }

    static String withoutZip(String name) {
        return name.endsWith(ZIP) ? name.substring(0, name.length() - ZIP.length()) : name;
    }
}
