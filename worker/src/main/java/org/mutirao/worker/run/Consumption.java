package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.mutirao.worker.warm.Used;

/** What a script and all it started take, as Linux tells in {@code /proc}. Elsewhere nothing is known. For one thread. */
final class Consumption {
    /** Linux tells times in these, whatever its own clock. */
    private static final long TICK_MILLIS = 10;

    private final Path proc;
    private long memory;
    private long peak;
    private long cpuMillis;
    private Used.Io io = new Used.Io(0, 0);
    private boolean knowsIo;

    Consumption(Path proc) {
        this.proc = proc;
    }

    static Consumption here() {
        return new Consumption(Path.of("/proc"));
    }

    /** Looks at all processes that there are. */
    void look(Collection<Long> pids) {
        boolean many = pids.size() > 1;
        long all = 0;
        long ticks = 0;
        long read = 0;
        long written = 0;
        for (long pid : pids) {
            all += many ? shareOf(pid) : memoryOf(pid);
            ticks += ticksOf(pid);
            String moved = "\n" + read(pid, "io");
            knowsIo = knowsIo || moved.length() > 1;
            read += numberAfter(moved, "read_bytes:");
            written += numberAfter(moved, "write_bytes:");
        }
        io = io.or(new Used.Io(read, written));
        memory = all;
        peak = Math.max(peak, all);
        cpuMillis = Math.max(cpuMillis, ticks * TICK_MILLIS);
    }

    /** What they took together at the last look, in bytes: what they wrote to, not the files that they read. */
    long memory() {
        return memory;
    }

    /** All that is known, when it has ended. */
    Used used(Used told) {
        Used.Io both = told.io().map(io::or).orElse(io);
        return new Used(
                Math.max(peak, told.memory()),
                told.cpu().compareTo(cpu()) > 0 ? told.cpu() : cpu(),
                knowsIo || told.io().isPresent() ? Optional.of(both) : Optional.empty());
    }

    private Duration cpu() {
        return Duration.ofMillis(cpuMillis);
    }

    private String read(long pid, String name) {
        try {
            return new String(
                    Files.readAllBytes(proc.resolve(Long.toString(pid)).resolve(name)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or is another user's
        }
    }

    private long memoryOf(long pid) {
        String status = read(pid, "status");
        return kibibytes(status, "RssAnon:") + kibibytes(status, "RssShmem:") + kibibytes(status, "VmSwap:");
    }

    /** Memory that a process shares with others counts for each only in part. */
    private long shareOf(long pid) {
        String rollup = read(pid, "smaps_rollup");
        long share = kibibytes(rollup, "Pss_Anon:") + kibibytes(rollup, "Pss_Shmem:") + kibibytes(rollup, "SwapPss:");
        return rollup.contains("Pss_Anon:") ? share : memoryOf(pid);
    }

    private static long kibibytes(String text, String name) {
        return numberAfter(text, name) << 10;
    }

    /** Of the line that begins with a name. */
    private static long numberAfter(String text, String name) {
        int at = text.indexOf("\n" + name);
        if (at < 0) {
            return 0;
        }
        long number = 0;
        for (int i = at + name.length() + 1; i < text.length() && text.charAt(i) != '\n'; i++) {
            char c = text.charAt(i);
            number = c >= '0' && c <= '9' ? number * 10 + (c - '0') : number;
        }
        return number;
    }

    /** Its own, and those of its children that have ended. */
    private long ticksOf(long pid) {
        String stat = read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        long ticks = 0;
        for (int i = 11; i < 15 && fields.length > 15; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }
}
