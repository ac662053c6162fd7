package org.mutirao.group.log;

import java.io.IOException;
import org.mutirao.protocol.text.Text;

/**
 * A data folder has less, or other, than was acknowledged. Nothing in it was changed; a person has to choose. The message says what was
 * found, in which file, and the choices.
 */
public final class DamagedLog extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean alone;

    /**
     * Adds the choices to what was found.
     *
     * @param what whole sentences
     * @param alone whether no other master has what this one lost
     */
    public DamagedLog(String what, boolean alone, Throwable cause) {
        super(Text.of("%s Nothing was changed or deleted. %s", what, choices(alone)), cause);
        this.alone = alone;
    }

    /** Whether the log may begin anew, if a person accepts the loss. A member of several copies everything from the others instead. */
    public boolean canBeginAnew() {
        return alone;
    }

    /** What a person is told who wants to accept a loss where others have everything. */
    public static String choicesOfSeveral() {
        return choices(false);
    }

    private static String choices(boolean alone) {
        return alone
                ? Text.of(
                        "Bring the files back from a copy if there is one. Or start once with --accept-loss: the log begins anew, and "
                                + "all stored packages and results are then in lost+found beside it, from where they can be handed in"
                                + " again.")
                : Text.of(
                        "If the other masters are well, empty this one's data folder and start it again with the same --id: it joins"
                                + " them again and copies everything from them. If they are gone for good, see --force-new-group.");
    }
}
