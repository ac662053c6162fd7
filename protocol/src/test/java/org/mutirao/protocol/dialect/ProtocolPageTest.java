package org.mutirao.protocol.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** PROTOCOL.md says of each message of our own what the rows say. */
class ProtocolPageTest {
    private static final Pattern ACTION = Pattern.compile("\"action\":\"([A-Z_]+)\"");
    /** Those that other groups' programs know too. */
    private static final Set<String> COMMON = Set.of(
            "DISCOVER_MASTER",
            "MASTER_ANNOUNCE",
            "REGISTER",
            "HEARTBEAT",
            "REQUEST_TASK",
            "TASK_PACKAGE",
            "NO_TASK",
            "SUBMIT_RESULT",
            "DISCOVER_SUPER_PEER",
            "SUPER_PEER_ANNOUNCEMENT",
            "LIST_PEERS",
            "GET_PEER_INFO");
    /** What only our workers say has no rows of that kind. */
    private static final Set<String> WORKERS =
            Set.of("RETURN_TASK", "SEND_LOG", "FETCH_SHARED", "FETCH_WHEEL", "TELL_FACTS", "LEAVE");

    /** Between two connections' ends, whoever they are. */
    private static final Set<String> CONNECTIONS = Set.of("AGREE", "PROVE");

    @Test
    void itHasEachMessageAndNoOther() throws IOException {
        Set<String> rows = Stream.<OwnMessages<?>>of(
                        OperatorMessages.ALL,
                        GroupMessages.ALL,
                        ChannelMessages.ALL,
                        RegistryMessages.ALL,
                        AccessMessages.ALL)
                .flatMap(family -> family.actions().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> page = actions(Files.readString(Path.of("..", "PROTOCOL.md")));
        page.removeAll(COMMON);
        page.removeAll(WORKERS);
        page.removeAll(CONNECTIONS);
        assertSame(rows, page);
    }

    @Test
    void theTableOfTheConsoleHasTheConsolesMessages() throws IOException {
        String page = Files.readString(Path.of("..", "PROTOCOL.md"));
        List<String> chapters = List.of(page.split("\n## "));
        String console = chapters.stream()
                .filter(chapter -> chapter.startsWith("The console's messages"))
                .findFirst()
                .orElseThrow();
        assertSame(OperatorMessages.ALL.actions(), actions(console));
    }

    private static void assertSame(Set<String> rows, Set<String> page) {
        assertEquals(Set.of(), without(rows, page), "messages that PROTOCOL.md does not have");
        assertEquals(Set.of(), without(page, rows), "messages that only PROTOCOL.md has");
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> left = new TreeSet<>(all);
        left.removeAll(some);
        return left;
    }

    private static Set<String> actions(String text) {
        return ACTION.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
