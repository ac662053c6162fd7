package org.mutirao.protocol.pack;

/** A file that is no acceptable package. */
public final class RefusedPackage extends Exception {
    private static final long serialVersionUID = 1;

    private final String advice;

    public RefusedPackage(String reason, String advice) {
        super(reason);
        this.advice = advice;
    }

    /** What its owner can do about it; a whole sentence. */
    public String advice() {
        return advice;
    }
}
