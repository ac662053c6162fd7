package org.mutirao.console;

import org.mutirao.protocol.text.Text;

/** What a master says of itself and others in one word, in the spoken language. A word that nobody knows stays as it is. */
final class Roles {
    private Roles() {}

    /** What a master is in its group. */
    static String inWords(String role) {
        return switch (role) {
            case "leader" -> Text.of("leader");
            case "follower" -> Text.of("follower");
            case "listener" -> Text.of("listener");
            case "newcomer" -> Text.of("newcomer");
            case "away" -> Text.of("away");
            default -> role;
        };
    }

    /** Of what kind somebody is who takes part. */
    static String kindInWords(String kind) {
        return switch (kind) {
            case "master" -> Text.of("master");
            case "worker" -> Text.of("worker");
            default -> kind;
        };
    }
}
