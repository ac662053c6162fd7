package org.mutirao.worker.stay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What systems answer, written as their manuals describe it. */
class SystemSensesTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_600);
    private static final String TEN_MINUTES_AGO = "IdleSinceHint=1700000000000000";

    private static Optional<Duration> idle(String... lines) {
        return SystemSenses.idleBySessions(List.of(lines), NOW);
    }

    @Test
    void aListOfSessionsBeginsEachLineWithAName() {
        assertEquals(
                List.of("2", "c1"),
                SystemSenses.sessions(List.of(
                        "      2 1000 ana   seat0 4711 user    tty2 no -",
                        "     c1  120 gdm   seat0 1402 greeter tty1 no -",
                        "")));
    }

    @Test
    void aDesktopThatIsIdleTellsSinceWhen() {
        assertEquals(
                Optional.of(Duration.ofMinutes(10)),
                idle("Type=wayland", "Class=user", "Remote=no", "State=active", "IdleHint=yes", TEN_MINUTES_AGO));
    }

    @Test
    void aDesktopInUseIsNotIdleWheneverThatBegan() {
        assertEquals(
                Optional.of(Duration.ZERO),
                idle("Type=x11", "Class=user", "Remote=no", "State=active", "IdleHint=no", TEN_MINUTES_AGO));
    }

    @Test
    void theOneWhoTouchedItLastCounts() {
        assertEquals(
                Optional.of(Duration.ofMinutes(10)),
                idle(
                        "Type=x11",
                        "Class=user",
                        "Remote=no",
                        "State=online",
                        "IdleHint=yes",
                        "IdleSinceHint=1600000000000000",
                        "",
                        "Type=tty",
                        "Class=user",
                        "Remote=no",
                        "State=active",
                        "IdleHint=no",
                        TEN_MINUTES_AGO));
    }

    @Test
    void whoComesOverTheNetworkOrIsNoPersonTouchesNothing() {
        Duration idle = idle(
                        "Type=tty",
                        "Class=user",
                        "Remote=yes",
                        "State=active",
                        "IdleHint=no",
                        "IdleSinceHint=0",
                        "",
                        "Type=wayland",
                        "Class=greeter",
                        "Remote=no",
                        "State=online",
                        "IdleHint=no",
                        "IdleSinceHint=0",
                        "",
                        "Type=unspecified",
                        "Class=user",
                        "Remote=no",
                        "State=active",
                        "IdleHint=no",
                        "IdleSinceHint=0")
                .orElseThrow();
        assertTrue(idle.compareTo(Duration.ofDays(365)) > 0, "nobody is there");
    }

    @Test
    void anAnswerWithoutAHintTellsNothing() {
        assertEquals(Optional.empty(), idle());
        assertEquals(Optional.empty(), idle("Failed to connect to bus: No such file or directory"));
    }

    @Test
    void macOsTellsNanoseconds() {
        assertEquals(
                Optional.of(Duration.ofMillis(1500)),
                SystemSenses.idleByRegistry(List.of(
                        "    | |   {",
                        "    | |     \"HIDIdleTime\" = 9000000000",
                        "    | |     \"HIDIdleTime\" = 1500000000",
                        "    | |   }")));
        assertEquals(Optional.empty(), SystemSenses.idleByRegistry(List.of("+-o Root")));
    }

    @ParameterizedTest
    @CsvSource({"0,true", "1,false", "255,", "'',"})
    void windowsTellsTheStateOfTheLine(String answer, Boolean onBattery) {
        assertEquals(Optional.ofNullable(onBattery), SystemSenses.batteryByStatus(List.of(answer)));
    }

    @ParameterizedTest
    @CsvSource({"Battery Power,true", "AC Power,false", "UPS Power,true"})
    void macOsTellsWhereThePowerComesFrom(String source, boolean onBattery) {
        assertEquals(
                Optional.of(onBattery),
                SystemSenses.batteryByPmset(List.of(
                        "Now drawing from '" + source + "'",
                        " -InternalBattery-0 (id=1234)\t95%; discharging; 4:20 remaining present: true")));
    }

    @TempDir
    private Path folder;

    private void source(String name, String... files) throws Exception {
        Path source = Files.createDirectories(folder.resolve("power").resolve(name));
        for (int i = 0; i < files.length; i += 2) {
            Files.writeString(source.resolve(files[i]), files[i + 1] + "\n");
        }
    }

    private Optional<Boolean> onBattery() {
        return SystemSenses.batteryByFiles(folder.resolve("power"));
    }

    @Test
    void linuxHasAFolderForEachSource() throws Exception {
        assertEquals(Optional.of(false), onBattery(), "there is nothing that could be a battery");
        source("hidpp_battery_0", "type", "Battery", "scope", "Device", "status", "Discharging");
        assertEquals(Optional.of(false), onBattery(), "a mouse");
        source("BAT0", "type", "Battery", "status", "Discharging");
        assertEquals(Optional.of(true), onBattery());
        source("AC", "type", "Mains", "online", "0");
        assertEquals(Optional.of(true), onBattery());
        source("AC", "type", "Mains", "online", "1");
        assertEquals(Optional.of(false), onBattery(), "a weak charger");
        source("AC", "type", "Mains", "online", "0");
        source("BAT0", "type", "Battery", "status", "Charging");
        assertEquals(Optional.of(false), onBattery(), "by USB");
    }
}
