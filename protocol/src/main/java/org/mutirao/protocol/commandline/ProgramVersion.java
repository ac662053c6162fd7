package org.mutirao.protocol.commandline;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
public abstract class ProgramVersion implements IVersionProvider {
    private final String program;
    private final Class<?> main;

    /** @param main of the jar that has the version */
    protected ProgramVersion(String program, Class<?> main) {
        this.program = program;
        this.main = main;
    }

    @Override
    public final String[] getVersion() {
        String version = main.getPackage().getImplementationVersion();
        return new String[] {"mutirao " + program + " " + (version == null ? "(development)" : version)};
    }
}
