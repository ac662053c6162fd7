package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.AccessRequest.ListBadges;
import org.mutirao.protocol.message.AccessRequest.ListNotes;
import org.mutirao.protocol.message.AccessRequest.RetireSecrets;
import org.mutirao.protocol.message.AccessRequest.TakeBackBadge;
import org.mutirao.protocol.message.AccessRequest.WhoAmI;
import org.mutirao.protocol.message.BadgeRow;
import org.mutirao.protocol.message.NoteRow;
import org.mutirao.protocol.message.Reply;

/** {@code console whoami, audit} and what {@code console secret} asks a master. */
class AccessCommandsTest extends OnScriptedGrid {
    private static final BadgeRow ANA = new BadgeRow(3, "submitter", "Ana", 1_700_000_000_000L, Optional.empty());

    @Test
    void eachIsToldAsWhomHeComesIn() {
        Map<Reply.Who, String> told = Map.of(
                new Reply.Who("anybody", List.of()),
                "This room has no key: you may do everything, and so may everybody.",
                new Reply.Who("secret", List.of()),
                "You have the room's own secret, and may do everything.",
                new Reply.Who("operator-1", List.of("operator")),
                "You are operator-1. You may do everything but make secrets.",
                new Reply.Who("submitter-3", List.of("submitter")),
                "You are submitter-3. You may hand in, and see, change and fetch what is your own.",
                new Reply.Who("worker-4", List.of("worker")),
                "You are worker-4. You may take tasks and deliver results.",
                new Reply.Who("viewer-5", List.of("viewer")),
                "You are viewer-5. You may see everything, and change nothing.");
        told.forEach((who, sentence) -> {
            grid.on(WhoAmI.class, who);
            grid.console("whoami").prints(sentence);
        });
    }

    @Test
    void theListHasNoWordsAndSaysWhatIsRevoked() {
        grid.on(ListBadges.class, new Reply.BadgeList(List.of()));
        grid.console("secret", "list").prints("There are none; 'mutirao secret for submitter' makes one.");
        BadgeRow back = new BadgeRow(4, "worker", "", 1_700_000_000_000L, Optional.of(1_700_000_100_000L));
        grid.on(ListBadges.class, new Reply.BadgeList(List.of(ANA, back)));
        List<String> lines = grid.console("secret", "list").out().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(1).matches(" *3 +submitter +Ana +20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d *"), lines.get(1));
        assertTrue(lines.get(2).matches(" *4 +worker +(20\\S+ \\S+ *){2}"), lines.get(2));
    }

    @Test
    void oneIsTakenBackByItsNumber() {
        grid.on(TakeBackBadge.class, new Reply.BadgeState(ANA, "g"));
        grid.console("secret", "revoke", "3").prints("The secret of submitter-3 (Ana) is worth nothing any more.");
        assertEquals(List.of(new TakeBackBadge(3)), grid.asked());
    }

    @Test
    void theOldSecretIsRetired() {
        grid.on(RetireSecrets.class, new Reply.Changed(1));
        String told = grid.console("secret", "retire").out();
        assertTrue(told.startsWith("The old secret is worth nothing any more"), told);
        assertTrue(told.contains("masters that still run with the old one are cut off"), told);
    }

    @Test
    void notesAreListedWithoutWhatATerminalWouldDo() {
        grid.on(ListNotes.class, new Reply.NoteList(List.of(), false));
        grid.console("audit").prints("Nothing was done yet that is noted.");
        NoteRow note = new NoteRow(1, 1_700_000_000_000L, "submitter-3", "10.0.0.7", "CANCEL_JOBS", "j5 \u001b[2J");
        grid.on(ListNotes.class, new Reply.NoteList(List.of(note), false));
        String shown = grid.console("audit").out();
        assertTrue(shown.contains("submitter-3  10.0.0.7  CANCEL_JOBS  j5"), shown);
        assertFalse(shown.contains("\u001b"), shown);
        assertTrue(grid.console("--json", "audit").out().contains("\"what\":\"CANCEL_JOBS\""));
    }
}
