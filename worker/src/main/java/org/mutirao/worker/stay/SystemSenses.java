package org.mutirao.worker.stay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mutirao.worker.run.Python;
import org.mutirao.worker.run.ShortCommand;

/**
 * What Linux, macOS and Windows tell of the person in front of the machine: by programs of the system, by files, and where there are neither by
 * Python, which can ask Windows.
 */
public final class SystemSenses implements Senses {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 256 * 1024;
    private static final int MAX_SESSIONS = 100;
    /** Longer than anybody asks for. */
    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private static final Set<String> GRAPHICAL = Set.of("x11", "wayland", "mir");
    private static final Pattern HID_IDLE = Pattern.compile("\"HIDIdleTime\" = (\\d{1,18})$");
    private static final String LAST_INPUT =
            "import ctypes as c; t=type('T',(c.Structure,),{'_fields_':[('s',c.c_uint),('t',c.c_uint)]})(8,0);"
                    + " ok=c.windll.user32.GetLastInputInfo(c.byref(t));"
                    + " print((c.windll.kernel32.GetTickCount()-t.t)&0xffffffff if ok else '')";
    private static final String POWER_STATUS =
            "import ctypes as c; s=(c.c_ubyte*12)(); ok=c.windll.kernel32.GetSystemPowerStatus(s);"
                    + " print(s[0] if ok else '')";

    private final String system;
    private final Python python;
    private final InstantSource clock;

    /**
     * Of this machine.
     *
     * @param system {@code linux}, {@code macos}, {@code windows} or another
     */
    public SystemSenses(String system, Python python, InstantSource clock) {
        this.system = system;
        this.python = python;
        this.clock = clock;
    }

    @Override
    public Optional<Duration> idle() throws InterruptedException {
        return switch (system) {
            case "linux" -> ofLogind();
            case "macos" ->
                ask(List.of("ioreg", "-c", "IOHIDSystem", "-d", "4")).flatMap(SystemSenses::idleByRegistry);
            case "windows" ->
                ask(python(LAST_INPUT)).flatMap(SystemSenses::number).map(Duration::ofMillis);
            default -> Optional.empty();
        };
    }

    private Optional<Duration> ofLogind() throws InterruptedException {
        Optional<List<String>> listed = ask(List.of("loginctl", "list-sessions", "--no-legend", "--no-pager"));
        if (listed.isEmpty()) {
            return Optional.empty();
        }
        List<String> names = sessions(listed.get());
        if (names.isEmpty()) {
            return Optional.of(FOR_EVER);
        }
        List<String> command = new ArrayList<>(List.of("loginctl", "show-session", "--no-pager"));
        for (String property : List.of("Type", "Class", "Remote", "State", "IdleHint", "IdleSinceHint")) {
            command.add("--property=" + property);
        }
        command.addAll(names);
        return ask(command).flatMap(lines -> idleBySessions(lines, clock.instant()));
    }

    @Override
    public Optional<Boolean> onBattery() throws InterruptedException {
        return switch (system) {
            case "linux" -> batteryByFiles(Path.of("/sys/class/power_supply"));
            case "macos" -> ask(List.of("pmset", "-g", "batt")).flatMap(SystemSenses::batteryByPmset);
            case "windows" -> ask(python(POWER_STATUS)).flatMap(SystemSenses::batteryByStatus);
            default -> Optional.empty();
        };
    }

    private List<String> python(String line) {
        List<String> command = new ArrayList<>(python.command());
        command.addAll(List.of("-c", line));
        return command;
    }

    private static Optional<List<String>> ask(List<String> command) throws InterruptedException {
        return ShortCommand.ask(command, PATIENCE, MAX_ANSWER);
    }

    /** The first word of each line. */
    static List<String> sessions(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> line.split("\\s+", -1)[0])
                .limit(MAX_SESSIONS)
                .toList();
    }

    /**
     * Of what {@code loginctl show-session} tells of each session, with an empty line between. Who came over the network touches no keyboard here.
     * A desktop says itself since when it is idle. Of a text console logind knows when it was typed at last.
     */
    static Optional<Duration> idleBySessions(List<String> lines, Instant now) {
        List<Map<String, String>> sessions = new ArrayList<>(List.of(new HashMap<>()));
        for (String line : lines) {
            String[] pair = line.strip().split("=", 2);
            if (pair.length == 2) {
                sessions.get(sessions.size() - 1).put(pair[0], pair[1]);
            } else {
                sessions.add(new HashMap<>());
            }
        }
        if (sessions.stream().noneMatch(session -> session.containsKey("IdleHint"))) {
            return Optional.empty();
        }
        return Optional.of(sessions.stream()
                .filter(session -> "user".equals(session.get("Class")) && "no".equals(session.get("Remote")))
                .filter(session -> !"closing".equals(session.get("State")))
                .map(session -> idleOf(session, now))
                .min(Duration::compareTo)
                .orElse(FOR_EVER));
    }

    private static Duration idleOf(Map<String, String> session, Instant now) {
        String type = session.getOrDefault("Type", "");
        boolean isIdle = "yes".equals(session.get("IdleHint"));
        if (!GRAPHICAL.contains(type) && !type.equals("tty")) {
            return FOR_EVER; // of a program that runs by itself
        }
        if (GRAPHICAL.contains(type) && !isIdle) {
            return Duration.ZERO;
        }
        return whole(session.getOrDefault("IdleSinceHint", ""))
                .filter(since -> since > 0)
                .map(since -> Duration.between(Instant.ofEpochMilli(since / 1000), now))
                .filter(idle -> !idle.isNegative())
                .orElse(Duration.ZERO);
    }

    private static Optional<Long> whole(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** Of what {@code ioreg} tells of all that a person can touch: the shortest time. */
    static Optional<Duration> idleByRegistry(List<String> lines) {
        return lines.stream()
                .map(line -> HID_IDLE.matcher(line.strip()))
                .filter(Matcher::find)
                .map(found -> Duration.ofNanos(Long.parseLong(found.group(1))))
                .min(Duration::compareTo);
    }

    private static Optional<Long> number(List<String> lines) {
        return lines.stream().map(String::strip).findFirst().flatMap(SystemSenses::whole);
    }

    /** Of a folder of Linux, with one folder for each source of power. Batteries of mice and the like don't count. */
    static Optional<Boolean> batteryByFiles(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.of(false); // a machine without any of them has no battery
        }
        boolean onMains = false;
        boolean discharging = false;
        try (Stream<Path> sources = Files.list(folder)) {
            for (Path source : sources.toList()) {
                String type = word(source.resolve("type"));
                onMains = onMains
                        || (type.equals("Mains")
                                && word(source.resolve("online")).equals("1"));
                discharging = discharging
                        || (type.equals("Battery")
                                && !word(source.resolve("scope")).equals("Device")
                                && word(source.resolve("status")).equals("Discharging"));
            }
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
        return Optional.of(discharging && !onMains);
    }

    private static String word(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException | UncheckedIOException e) {
            return ""; // not every source has every file
        }
    }

    /** Of what {@code pmset -g batt} says first. */
    static Optional<Boolean> batteryByPmset(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("Now drawing from"))
                .findFirst()
                .map(line -> !line.contains("'AC Power'"));
    }

    /** Of Windows' ACLineStatus: 0 on battery, 1 on mains, anything else is not known. */
    static Optional<Boolean> batteryByStatus(List<String> lines) {
        return number(lines).filter(status -> status <= 1).map(status -> status == 0);
    }
}
