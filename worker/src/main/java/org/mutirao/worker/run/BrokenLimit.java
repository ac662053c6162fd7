package org.mutirao.worker.run;

import java.time.Duration;
import org.mutirao.protocol.id.Ending;
import org.mutirao.protocol.pack.TaskBounds;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;
import org.mutirao.protocol.units.Durations;

/** Says which limit a script broke, how, and what its author can do. */
final class BrokenLimit {
    /** The exit code of a process that the system stopped for the time that it took of the processor. */
    private static final int OUT_OF_TIME = 128 + 24;

    private static final long WHOLE_SECONDS = 10_000;

    private final TaskLimits held;
    private final boolean memoryChosen;
    private final boolean diskChosen;

    /**
     * For one run.
     *
     * @param memoryChosen whether a person chose its memory; else something other may have granted less
     * @param diskChosen the same of its disk
     */
    BrokenLimit(TaskLimits held, boolean memoryChosen, boolean diskChosen) {
        this.held = held;
        this.memoryChosen = memoryChosen;
        this.diskChosen = diskChosen;
    }

    /**
     * How a script ended, with a sentence if it broke a limit. One that asked for too much at once was refused that by the system, and ended
     * by itself.
     *
     * @param stderr its end
     */
    Ending of(Script.Ended ended, byte[] stderr) {
        Ending ending = ended.ending();
        if (ending instanceof Ending.Stopped stopped) {
            return stopped.with(told(stopped.limit(), ended.peak()));
        }
        if (ending.succeeded()) {
            return ending;
        }
        if (memoryChosen && held.memory() > 0 && Explanation.lackedMemory(stderr)) {
            return new Ending.Stopped(
                    Ending.Limit.MEMORY,
                    Text.of(
                            "it asked for more than the %s that it may have; \"memory\" in task.json asks for more, up to the worker's --max-memory",
                            size(held.memory())));
        }
        TaskBounds bounds = held.bounds();
        if (diskChosen && bounds.disk() > 0 && Explanation.lackedRoom(stderr)) {
            return new Ending.Stopped(
                    Ending.Limit.DISK,
                    Text.of(
                            "it wanted a file larger than the %s that it may write; \"disk\" in task.json asks for more, up to the worker's --max-disk",
                            size(bounds.disk())));
        }
        if (ending instanceof Ending.Exited exited
                && exited.code() == OUT_OF_TIME
                && !bounds.cpuTime().isZero()
                && isNearly(ended.peak().used().cpu(), bounds.cpuTime())) {
            return new Ending.Stopped(Ending.Limit.CPU, told(Ending.Limit.CPU, ended.peak()));
        }
        return ending;
    }

    /** A script may end by itself with that code. What it took since the last look, nobody saw. */
    private static boolean isNearly(Duration used, Duration bound) {
        return used.multipliedBy(2).compareTo(bound) >= 0;
    }

    private String told(Ending.Limit limit, RunWatch.Peak peak) {
        TaskBounds bounds = held.bounds();
        return switch (limit) {
            case MEMORY ->
                Text.of(
                        "it used %s of the %s that it may have; \"memory\" in task.json asks for more, up to the worker's --max-memory",
                        size(peak.used().memory()), size(held.memory()));
            case PROCESSES ->
                peak.processes() <= bounds.processes()
                        ? Text.of(
                                "it wanted more than the %s processes and threads that it may have; start fewer, or ask for more with \"processes\" in task.json, up to the worker's --max-processes",
                                held.tasks())
                        : Text.of(
                                "it had %s processes at a time, of the %s that it may have; start fewer, or ask for more with \"processes\" in task.json, up to the worker's --max-processes",
                                peak.processes(), bounds.processes());
            case CPU ->
                Text.of(
                        "it used %s of the processor's time, of the %s that it may have; \"cpu_time\" in task.json asks for more, up to the worker's --max-cpu-time",
                        time(peak.used().cpu()), time(bounds.cpuTime()));
            case DISK ->
                Text.of(
                        "it wrote %s into its folders, of the %s that it may; \"disk\" in task.json asks for more, up to the worker's --max-disk",
                        size(peak.folders().bytes()), size(bounds.disk()));
            case FILES ->
                Text.of(
                        "it made %s files and folders, of the %s that it may; \"files\" in task.json asks for more, up to the worker's --max-files",
                        peak.folders().entries(), bounds.files());
            case TIME, OUTPUT -> "";
        };
    }

    private static String size(long bytes) {
        return new ByteSize(bytes).toString();
    }

    /** Nobody wants to read milliseconds of hours. */
    private static String time(Duration duration) {
        boolean whole = duration.toMillis() > WHOLE_SECONDS;
        return Durations.format(whole ? Duration.ofSeconds(duration.toSeconds()) : duration);
    }
}
