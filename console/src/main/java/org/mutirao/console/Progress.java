package org.mutirao.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.text.StatusWords;
import org.mutirao.protocol.text.Text;

/** How far something is, in one line that is narrower than the terminal. */
final class Progress {
    private static final int LEAST_BAR = 10;
    private static final int MOST_BAR = 40;
    private static final String GAP = "  ";

    private final Screen screen;
    private final List<String> plain = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();

    /** Begins with a bar in which each state of an ended task has its share. */
    Progress(Screen screen, StatusCounts counts) {
        this.screen = screen;
        long all = counts.total();
        int bar = Math.max(LEAST_BAR, Math.min(MOST_BAR, room() / 4));
        int filled = share(bar, counts.ended(), all);
        int failed = Math.min(filled, atLeastOne(bar, counts.failed() + counts.lost(), all));
        int cancelled = Math.min(filled - failed, atLeastOne(bar, counts.cancelled(), all));
        int running = Math.min(bar - filled, atLeastOne(bar, counts.running(), all));
        int open = bar - filled - running;
        String ended = counts.ended() + "/" + all;
        plain.add(" ".repeat(bar) + " " + ended);
        shown.add(screen.show(Style.GOOD, "█".repeat(filled - failed - cancelled))
                + screen.show(Style.BAD, (screen.hasColours() ? "█" : "▓").repeat(failed))
                + screen.show(Style.FAINT, "░".repeat(cancelled))
                + screen.show(Style.BUSY, "▒".repeat(running))
                + screen.show(Style.FAINT, "·".repeat(open)) + " " + ended);
    }

    private int room() {
        return (screen.isTerminal() ? screen.width() : Screen.USUAL) - 1;
    }

    private static int share(int bar, long part, long all) {
        return all == 0 ? 0 : (int) (bar * Math.min(part, all) / all);
    }

    private static int atLeastOne(int bar, long part, long all) {
        return part == 0 ? 0 : Math.max(1, share(bar, part, all));
    }

    /** What is said if there is room, after what was said before. */
    Progress and(String part) {
        return and(Style.PLAIN, part);
    }

    private Progress and(Style style, String part) {
        plain.add(part);
        shown.add(screen.show(style, part));
        return this;
    }

    /** The same, if the number is not 0. */
    Progress count(long number, TaskStatus status) {
        return number == 0 ? this : and(Style.ofState(status.label()), counted(number, status));
    }

    /** So many tasks in a state. */
    static String counted(long number, TaskStatus status) {
        return number + " " + (number == 1 ? StatusWords.ofTask(status.label()) : StatusWords.ofTasks(status.label()));
    }

    /**
     * How fast it goes and how long that takes.
     *
     * @param perSecond 0 if nobody knows
     */
    Progress rate(double perSecond, long open) {
        if (perSecond <= 0 || open == 0) {
            return this;
        }
        String left = Ages.brief(Duration.ofSeconds((long) (open / perSecond)));
        return and(Text.of("%s left", left)).and(Text.of("%.1f/s", perSecond));
    }

    /** As much of it as has room. */
    String line() {
        StringBuilder line = new StringBuilder(shown.get(0));
        int width = plain.get(0).length();
        for (int i = 1; i < plain.size(); i++) {
            width += GAP.length() + Columns.width(plain.get(i));
            if (width > room()) {
                break;
            }
            line.append(GAP).append(shown.get(i));
        }
        return line.toString();
    }
}
