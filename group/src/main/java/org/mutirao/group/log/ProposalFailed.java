package org.mutirao.group.log;

/** A command is not known to be committed. */
public final class ProposalFailed extends Exception {
    private static final long serialVersionUID = 1;

    public ProposalFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
