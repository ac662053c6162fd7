package org.mutirao.worker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mutirao.worker.stay.Senses;
import picocli.CommandLine;

class StayOptionsTest {
    private record Told(Optional<Duration> idle, Optional<Boolean> onBattery) implements Senses {}

    private static final Senses NOTHING = new Told(Optional.empty(), Optional.empty());
    private static final Senses ALL = new Told(Optional.of(Duration.ZERO), Optional.of(true));

    private static StayOptions parsed(String... args) {
        CommandLine line = Main.commandLine();
        line.parseArgs(args);
        return (StayOptions) line.getMixins().get("stay");
    }

    private static String refusal(StayOptions options) {
        return assertThrows(IOException.class, () -> options.check(NOTHING)).getMessage();
    }

    @Test
    void whatASystemDoesNotTellCanNotBeAskedFor() {
        StayOptions idleOnly = parsed("--idle-only", "5m");
        assertTrue(idleOnly.asksTheMachine());
        assertTrue(refusal(idleOnly).startsWith("--idle-only: this system does not tell how long"));
        assertDoesNotThrow(() -> idleOnly.check(ALL));
        StayOptions pauses = parsed("--on-battery", "pause");
        assertTrue(pauses.asksTheMachine());
        assertTrue(refusal(pauses).startsWith("--on-battery: this system does not tell whether"));
        assertDoesNotThrow(() -> pauses.check(ALL));
    }

    @Test
    void nothingIsAskedOfTheSystemOtherwise() {
        StayOptions usual = parsed();
        assertFalse(usual.asksTheMachine());
        assertDoesNotThrow(() -> usual.check(NOTHING));
    }
}
