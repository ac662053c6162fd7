package org.mutirao.worker.run;

/** Lets every script run at once. */
final class FreePermits implements RunPermits {
    @Override
    public void begin() {}

    @Override
    public void end() {}
}
