package org.mutirao.worker.run;

/** What a package wants to have installed can't be had here. */
public final class EnvironmentFailed extends Exception {
    private static final long serialVersionUID = 1;

    /**
     * Says why.
     *
     * @param reason for people, mostly the last words of the installer
     */
    public EnvironmentFailed(String reason) {
        super(reason);
    }
}
