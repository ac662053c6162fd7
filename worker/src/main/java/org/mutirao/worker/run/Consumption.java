package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.mutirao.worker.cgroup.TaskGroup;
import org.mutirao.worker.warm.Used;

/** What a script and all it started take, as Linux tells in {@code /proc}. Elsewhere only the time of the processor is known. For one thread. */
final class Consumption {
    /** Linux tells times in these, whatever its own clock. */
    private static final long TICK_MILLIS = 10;
    /** Where a process tells its times, counted from its state. */
    private static final int FIRST_TIME = 11;

    private final Path proc;
    private final TaskGroup group;
    private final boolean isTold;
    private long memory;
    private long peak;
    private long cpuMillis;
    /** Of each process that was there at the last look, without its children. */
    private Map<Long, Long> ticks = new HashMap<>();
    /** Of all that were there before and have ended since. */
    private long ticksOfEnded;

    private Used.Io io = new Used.Io(0, 0);
    private boolean knowsIo;

    Consumption(Path proc) {
        this(proc, TaskGroup.none());
    }

    /** @param group that knows more of what it took together when it has ended */
    Consumption(Path proc, TaskGroup group) {
        this.proc = proc;
        this.group = group;
        this.isTold = Files.isDirectory(proc);
    }

    /** Looks at all processes that there are. */
    void look(Collection<Long> pids) {
        boolean many = pids.size() > 1;
        long all = 0;
        long read = 0;
        long written = 0;
        for (long pid : pids) {
            all += many ? shareOf(pid) : memoryOf(pid);
            String moved = "\n" + read(pid, "io");
            knowsIo = knowsIo || moved.length() > 1;
            read += numberAfter(moved, "read_bytes:");
            written += numberAfter(moved, "write_bytes:");
        }
        io = io.or(new Used.Io(read, written));
        memory = all;
        peak = Math.max(peak, all);
        lookAtTime(pids);
    }

    /**
     * A parent tells of children that have ended, if it has waited for them. Others are remembered from the look before. So there are two sums,
     * and each lacks something.
     */
    private void lookAtTime(Collection<Long> pids) {
        Map<Long, Long> now = new HashMap<>();
        long withChildren = 0;
        for (long pid : pids) {
            Optional<Ticks> known = ticksOf(pid);
            if (known.isPresent()) {
                now.put(pid, known.get().own());
                withChildren += known.get().own() + known.get().ofChildren();
            }
        }
        ticks.forEach((pid, before) -> {
            if (now.getOrDefault(pid, -1L) < before) {
                ticksOfEnded += before;
            }
        });
        ticks = now;
        long alone =
                ticksOfEnded + now.values().stream().mapToLong(each -> each).sum();
        cpuMillis = Math.max(cpuMillis, Math.max(alone, withChildren) * TICK_MILLIS);
    }

    /** What they took together at the last look, in bytes: what they wrote to, not the files that they read. */
    long memory() {
        return memory;
    }

    /** All that is known, when it has ended. */
    Used used(Used ofSystem) {
        Used told = group.used(ofSystem);
        Used.Io both = told.io().map(io::or).orElse(io);
        return new Used(
                Math.max(peak, told.memory()),
                told.cpu().compareTo(cpu()) > 0 ? told.cpu() : cpu(),
                knowsIo || told.io().isPresent() ? Optional.of(both) : Optional.empty());
    }

    /** What all of them took of the processor up to the last look. */
    Duration cpu() {
        return Duration.ofMillis(cpuMillis);
    }

    private String read(long pid, String name) {
        return read(proc.resolve(Long.toString(pid)).resolve(name));
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or is another user's
        }
    }

    private long memoryOf(long pid) {
        String status = ofMemory(pid);
        return kibibytes(status, "RssAnon:") + kibibytes(status, "RssShmem:") + kibibytes(status, "VmSwap:");
    }

    /** The first thread of a process may end before the others, and has no memory then. */
    private String ofMemory(long pid) {
        String status = read(pid, "status");
        if (status.contains("\nState:\tZ")) {
            for (Path thread : OtherThreads.of(proc.resolve(Long.toString(pid)))) {
                status = read(thread.resolve("status"));
                if (status.contains("\nRssAnon:")) {
                    return status;
                }
            }
        }
        return status;
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

    /** @param ofChildren that have ended and were waited for */
    private record Ticks(long own, long ofChildren) {}

    private Optional<Ticks> ticksOf(long pid) {
        String stat = read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (fields.length > FIRST_TIME + 4) {
            return Optional.of(new Ticks(numbers(fields, FIRST_TIME), numbers(fields, FIRST_TIME + 2)));
        }
        return isTold ? Optional.empty() : ofHandle(pid);
    }

    private static long numbers(String[] fields, int first) {
        return Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1]);
    }

    /** Where there is no such place, Java may know. */
    private static Optional<Ticks> ofHandle(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().totalCpuDuration())
                .map(time -> new Ticks(time.toMillis() / TICK_MILLIS, 0));
    }
}
