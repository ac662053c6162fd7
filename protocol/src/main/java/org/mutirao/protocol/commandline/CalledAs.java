package org.mutirao.protocol.commandline;

import java.util.regex.Pattern;

/** What a person types to start this program, so that each command that we print can be typed again. */
public final class CalledAs {
    /** A property of the JVM, set by the scripts in {@code bin/} to the name by which they were called. */
    private static final String PROPERTY = "mutirao.command";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final String JAR = ".jar";

    private CalledAs() {}

    /**
     * For example {@code mutirao} or {@code java -jar console.jar}.
     *
     * @param program what to say where nobody knows
     */
    public static String name(String program) {
        return name(System.getProperty(PROPERTY, ""), System.getProperty("sun.java.command", ""), program);
    }

    static String name(String script, String started, String program) {
        if (PLAIN.matcher(script).matches()) {
            return script;
        }
        int end = started.indexOf(JAR + " ");
        String jar = end < 0 ? started : started.substring(0, end + JAR.length());
        return jar.endsWith(JAR) && !jar.contains(" ") ? "java -jar " + jar : program;
    }

    /** Whether it is one word, which a shell can complete. */
    public static boolean isOneWord(String name) {
        return PLAIN.matcher(name).matches();
    }
}
