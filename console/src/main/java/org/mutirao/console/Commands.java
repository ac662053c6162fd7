package org.mutirao.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The commands, and which of them was typed. */
final class Commands {
    private static final Set<String> OF_ALL = Set.of("-h", "--help", "-V", "--version");
    private static final Set<String> WITH_VALUE = Set.of("--master", "--secret", "--discovery-ports");
    private static final Map<String, Class<?>> BY_NAME = byName();

    private Commands() {}

    private static Map<String, Class<?>> byName() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("map", MapCommand.class);
        commands.put("submit", SubmitCommand.class);
        commands.put("jobs", JobsCommand.class);
        commands.put("tasks", TasksCommand.class);
        commands.put("show", ShowCommand.class);
        commands.put("workers", PeersCommand.class);
        commands.put("peers", PeersCommand.class);
        commands.put("worker", WorkerCommand.class);
        commands.put("cancel", CancelCommand.class);
        commands.put("retry", RetryCommand.class);
        commands.put("watch", WatchCommand.class);
        commands.put("logs", LogsCommand.class);
        commands.put("results", ResultsCommand.class);
        commands.put("explain", ExplainCommand.class);
        commands.put("events", EventsCommand.class);
        commands.put("drain", WorkerChangeCommand.Drain.class);
        commands.put("resume", WorkerChangeCommand.Resume.class);
        commands.put("aside", WorkerChangeCommand.Aside.class);
        commands.put("forget", ForgetCommand.class);
        commands.put("masters", MastersCommand.class);
        commands.put("group", GroupCommand.class);
        commands.put("admin", AdminCommand.class);
        commands.put("chat", ChatCommand.class);
        commands.put("bot", BotCommand.class);
        commands.put("compat", CompatCommand.class);
        commands.put("secret", SecretCommand.class);
        commands.put("whoami", WhoAmICommand.class);
        commands.put("audit", AuditCommand.class);
        commands.put("wheels", WheelsCommand.class);
        commands.put("pilots", PilotsCommand.class);
        commands.put("client", ClientCommand.class);
        commands.put("generate-completion", CompletionCommand.class);
        return commands;
    }

    static List<Class<?>> all() {
        return BY_NAME.values().stream().distinct().toList();
    }

    /** The command that these words seem to name; empty if all commands are to be known. */
    static Optional<Class<?>> typed(String... words) {
        boolean isValue = false;
        for (String word : words) {
            if (OF_ALL.contains(word)) {
                return Optional.empty();
            }
            if (!isValue && BY_NAME.containsKey(word)) {
                return Optional.<Class<?>>of(BY_NAME.get(word)).filter(found -> found != CompletionCommand.class);
            }
            isValue = WITH_VALUE.contains(word);
        }
        return Optional.empty();
    }
}
