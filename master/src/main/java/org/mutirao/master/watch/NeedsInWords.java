package org.mutirao.master.watch;

import org.mutirao.master.dispatch.Shortage;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ByteSize;

/** What a worker's machine lacks for a task, in sentences for people. */
public final class NeedsInWords {
    private NeedsInWords() {}

    /** Why one worker does not get the task. */
    public static String of(String worker, Shortage lack) {
        return switch (lack.kind()) {
            case UNTOLD -> Text.of("%s does not tell what its machine has.", worker);
            case KEY ->
                lack.has().equals(Shortage.NO_KEY)
                        ? Text.of(
                                "%s knows no key, since this room has none, and the job wants trusted workers.", worker)
                        : Text.of("%s was let in without the key, and the job wants trusted workers.", worker);
            case NETWORK ->
                Text.of("%s gives scripts no network, and the job asks for it: start it with --allow-network.", worker);
            case SYSTEM -> Text.of("%s runs on %s, not on %s.", worker, known(lack.has()), lack.wanted());
            case PYTHON -> Text.of("%s has Python %s, not %s.", worker, known(lack.has()), lack.wanted());
            case PACKAGES -> Text.of("%s can't import %s.", worker, lack.wanted());
            case ENVIRONMENT -> Text.of("%s can't install what it asks for: %s.", worker, lack.wanted());
            case TAGS -> Text.of("%s has not the tag %s.", worker, lack.wanted());
            case CPUS ->
                lack.ever()
                        ? Text.of("%s has %s of the %s cores.", worker, lack.has(), lack.wanted())
                        : Text.of("%s has %s of the %s cores free.", worker, lack.has(), lack.wanted());
            case MEMORY ->
                lack.ever()
                        ? Text.of("%s has %s of the %s of memory.", worker, size(lack.has()), size(lack.wanted()))
                        : Text.of("%s has %s of the %s of memory free.", worker, size(lack.has()), size(lack.wanted()));
            case TASK_MEMORY ->
                Text.of(
                        "%s gives a task at most %s of the %s of memory.",
                        worker, size(lack.has()), size(lack.wanted()));
            case GPUS ->
                lack.ever()
                        ? Text.of("%s has %s of the %s GPUs.", worker, lack.has(), lack.wanted())
                        : Text.of("%s has %s of the %s GPUs free.", worker, lack.has(), lack.wanted());
        };
    }

    /**
     * Why no worker gets it, if all lack the same.
     *
     * @param others what they have instead
     */
    static String nobody(Shortage lack, String others) {
        return switch (lack.kind()) {
            case UNTOLD -> Text.of("no connected worker tells what its machine has: %s", others);
            case KEY ->
                lack.has().equals(Shortage.NO_KEY)
                        ? Text.of("this room has no key, so no worker is trusted")
                        : Text.of("no connected worker is trusted: %s", others);
            case NETWORK ->
                Text.of("no connected worker gives scripts the network; start one with --allow-network: %s", others);
            case SYSTEM -> Text.of("no connected worker runs on %s: %s", lack.wanted(), others);
            case PYTHON -> Text.of("no connected worker has Python %s: %s", lack.wanted(), others);
            case PACKAGES -> Text.of("no connected worker can import all of its packages: %s", others);
            case ENVIRONMENT -> Text.of("no connected worker can install what it asks for: %s", others);
            case TAGS -> Text.of("no connected worker has all of its tags: %s", others);
            case CPUS -> Text.of("no connected worker has %s cores: %s", lack.wanted(), others);
            case MEMORY -> Text.of("no connected worker has %s of memory: %s", size(lack.wanted()), others);
            case TASK_MEMORY ->
                Text.of("no connected worker gives a task %s of memory: %s", size(lack.wanted()), others);
            case GPUS -> Text.of("no connected worker has %s GPUs: %s", lack.wanted(), others);
        };
    }

    /** The same where each lacks something else. */
    static String nobodyHasAll(String others) {
        return Text.of("no connected worker has all that it asks for: %s", others);
    }

    /** What a worker has, or lacks, in a list of several. */
    static String has(String worker, Shortage lack) {
        return switch (lack.kind()) {
            case UNTOLD -> Text.of("%s does not tell", worker);
            case KEY -> Text.of("%s was let in without the key", worker);
            case NETWORK -> Text.of("%s has no network", worker);
            case SYSTEM -> worker + " " + known(lack.has());
            case PYTHON -> Text.of("%s Python %s", worker, known(lack.has()));
            case PACKAGES, TAGS -> Text.of("%s lacks %s", worker, lack.wanted());
            case ENVIRONMENT -> lack.wanted(); // which says of which worker it is
            case CPUS -> Text.of("%s %s cores", worker, lack.has());
            case MEMORY -> worker + " " + size(lack.has());
            case TASK_MEMORY -> Text.of("%s at most %s for a task", worker, size(lack.has()));
            case GPUS -> Text.of("%s %s GPUs", worker, lack.has());
        };
    }

    private static String known(String word) {
        return word.isEmpty() ? "?" : word;
    }

    private static String size(String bytes) {
        return new ByteSize(Long.parseLong(bytes)).toString();
    }
}
