package org.mutirao.master;

import java.nio.file.Path;
import org.mutirao.protocol.disk.FileNames;

/**
 * What {@code --results} says: a folder, or the word {@code leader}, which keeps the usual folder and fills it only while this master
 * leads.
 *
 * @param folder where results appear
 * @param isLeaderOnly whether the word was given
 */
record ResultsOption(Path folder, boolean isLeaderOnly) {
    private static final String LEADER = "leader";

    static ResultsOption parse(String text) {
        return text.equals(LEADER)
                ? new ResultsOption(MasterConfig.defaults().folders().results(), true)
                : new ResultsOption(FileNames.given(text), false);
    }
}
