package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.OperatorRequest.RetryWith;
import org.mutirao.protocol.message.Reply;

/** {@code console retry --with}. */
class RetryCommandTest extends OnScriptedGrid {
    private static String text(RetryWith retry) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            retry.script().writeTo(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anotherScriptGoesToEachJob() throws IOException {
        Path script = Files.writeString(folder.resolve("relatório.py"), "print('ação')");
        grid.on(
                RetryWith.class,
                retry -> new Reply.Changed(2, Optional.of(retry.job() + " " + retry.onlyFailed() + " " + text(retry))));
        grid.console("retry", "j5", "prices", "--with", script.toString())
                .prints("j5 false print('ação')", "prices false print('ação')");
        grid.console("retry", "j5", "--failed", "--with", script.toString()).prints("j5 true print('ação')");
        assertEquals(
                "[{\"count\":2,\"text\":\"last false print('ação')\"}]",
                grid.console("retry", "last", "--json", "--with", script.toString())
                        .out()
                        .strip());
    }

    @Test
    void whatCanNotBeIsSaidBeforeAnybodyIsAsked() {
        String missing = folder.resolve("no.py").toString();
        grid.console("retry", "j5", "--with", missing).refuses("there is no script " + missing);
        String words = grid.console("retry", "--failed", "--with", missing).err();
        assertTrue(words.contains("say which job gets another script"), words);
        assertEquals(List.of(), grid.asked());
    }
}
