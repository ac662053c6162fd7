package org.mutirao.master.ledger;

import java.util.Arrays;
import org.mutirao.protocol.id.Blob;
import org.mutirao.protocol.id.CompactSize;
import org.mutirao.protocol.id.Sha256;
import org.mutirao.protocol.id.TaskNeeds;

/**
 * How a task was handed in: a {@link Command.Submit}. A master holds one for each of very many tasks, so what each has by itself is
 * packed, and made into objects when somebody asks for it. Of job tasks the key is empty.
 */
public final class Submitted implements References.Referrer {
    /** Where the hash begins. */
    private static final int HASH = 1;

    /** How many numbers come before one. */
    private static final int AT = 1;

    private static final int PRIORITY = 2;
    private static final int RETRIES = 3;
    private static final int ATTEMPTS = 4;
    private static final int NUMBERS = 5;

    /** Where the name begins, then the package's hash, numbers that begin with its size, the name and the key. */
    private final byte[] packed;

    private final CompactSize compact;
    private final TaskNeeds needs;

    private Submitted(byte[] packed, CompactSize compact, TaskNeeds needs) {
        this.packed = packed;
        this.compact = compact;
        this.needs = needs;
    }

    static Submitted of(Command.Submit submit) {
        HandInKey key = new HandInKey(submit.key());
        PackedBytes.Writer out = new PackedBytes.Writer(HASH
                + Sha256.BYTES
                + NUMBERS * PackedBytes.MAX_OF_NUMBER
                + PackedBytes.maxOf(submit.name())
                + PackedBytes.maxOf(submit.key()));
        out.put(0); // until it is known where the name begins
        out.hash(submit.taskPackage().hash());
        out.number(submit.taskPackage().size());
        out.number(submit.at());
        out.number(submit.priority());
        out.number(submit.retries());
        out.number(submit.attempts());
        out.set(0, out.position());
        out.text(submit.name());
        key.writeTo(out);
        return new Submitted(out.bytes(), submit.compact(), submit.needs());
    }

    /** The command that handed it in. */
    Command.Submit command() {
        PackedBytes.Reader in = new PackedBytes.Reader(packed, HASH);
        Blob taskPackage = new Blob(in.hash(), in.number());
        long at = in.number();
        int priority = (int) in.number();
        int retries = (int) in.number();
        int attempts = (int) in.number();
        String name = in.text();
        String key = HandInKey.read(in).toString();
        return new Command.Submit(key, name, taskPackage, compact, priority, retries, attempts, needs, at);
    }

    /** The same with another package. */
    Submitted with(Blob otherPackage, CompactSize otherCompact) {
        return of(command().with(otherPackage, otherCompact));
    }

    /** The command that would hand it in as a job. */
    Command.SubmitJob asJob(JobPlan plan) {
        Command.Submit submit = command();
        return new Command.SubmitJob(
                submit.key(),
                submit.name(),
                submit.taskPackage(),
                compact,
                submit.priority(),
                submit.retries(),
                submit.attempts(),
                needs.isNone() ? plan : plan.with(needs),
                submit.at());
    }

    @Override
    public Sha256 hash() {
        return new PackedBytes.Reader(packed, HASH).hash();
    }

    Blob taskPackage() {
        PackedBytes.Reader in = new PackedBytes.Reader(packed, HASH);
        return new Blob(in.hash(), in.number());
    }

    CompactSize compact() {
        return compact;
    }

    TaskNeeds needs() {
        return needs;
    }

    long at() {
        return numberBehind(AT);
    }

    int priority() {
        return (int) numberBehind(PRIORITY);
    }

    int retries() {
        return (int) numberBehind(RETRIES);
    }

    int attempts() {
        return (int) numberBehind(ATTEMPTS);
    }

    String name() {
        return texts().text();
    }

    HandInKey key() {
        PackedBytes.Reader in = texts();
        in.skipText();
        return HandInKey.read(in);
    }

    private PackedBytes.Reader texts() {
        return new PackedBytes.Reader(packed, packed[0]);
    }

    private long numberBehind(int others) {
        PackedBytes.Reader in = new PackedBytes.Reader(packed, HASH + Sha256.BYTES);
        for (int i = 0; i < others; i++) {
            in.number();
        }
        return in.number();
    }

    @Override
    public boolean equals(Object other) {
        return other == this
                || (other instanceof Submitted that
                        && Arrays.equals(packed, that.packed)
                        && compact.equals(that.compact)
                        && needs.equals(that.needs));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(packed);
    }

    @Override
    public String toString() {
        return command().toString();
    }
}
