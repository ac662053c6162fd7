package org.mutirao.master.ledger;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.PythonRange;
import org.mutirao.protocol.id.TaskNeeds;

/** What a task asks of its machine, as bytes: a 0 if nothing. */
final class NeedsCodec {
    /** Nothing, and two others, each with an environment or without, and with the network or without. */
    static final int FORMS = 9;

    private static final int NOTHING = 0;
    private static final int SOMETHING = 1;
    /** As above, and only of workers that know the room's key. */
    private static final int TRUSTED = 2;
    /** Added to one of these: the name of an environment follows. */
    private static final int ENVIRONMENT = 4;
    /** Added likewise: only of workers that give scripts the network. */
    private static final int NETWORK = 8;

    private NeedsCodec() {}

    static void write(TaskNeeds needs, DataOutput out) throws IOException {
        if (needs.isNone()) {
            out.writeByte(NOTHING);
            return;
        }
        out.writeByte((needs.trusted() ? TRUSTED : SOMETHING)
                + (needs.environment().isPresent() ? ENVIRONMENT : 0)
                + (needs.network() ? NETWORK : 0));
        out.writeUTF(needs.python().map(PythonRange::text).orElse(""));
        writeTexts(needs.packages(), out);
        out.writeUTF(needs.system().orElse(""));
        writeTexts(needs.tags(), out);
        out.writeInt(needs.cpus());
        out.writeLong(needs.memory());
        out.writeInt(needs.gpus());
        if (needs.environment().isPresent()) {
            out.writeUTF(needs.environment().get());
        }
    }

    static TaskNeeds read(DataInput in) throws IOException {
        int first = in.readUnsignedByte();
        int form = first & ~(ENVIRONMENT | NETWORK);
        if (first == NOTHING) {
            return TaskNeeds.none();
        }
        if (form != SOMETHING && form != TRUSTED) {
            throw new IOException("needs of form " + first);
        }
        TaskNeeds ofMachine = new TaskNeeds(
                readRange(in),
                readTexts(in),
                Optional.of(in.readUTF()).filter(text -> !text.isEmpty()),
                readTexts(in),
                in.readInt(),
                in.readLong(),
                in.readInt());
        Optional<String> environment = (first & ENVIRONMENT) == 0 ? Optional.empty() : Optional.of(in.readUTF());
        return ofMachine
                .in(environment, Optional.empty())
                .trusted(form == TRUSTED)
                .network((first & NETWORK) != 0);
    }

    private static Optional<PythonRange> readRange(DataInput in) throws IOException {
        String text = in.readUTF();
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(new PythonRange(text));
        } catch (IllegalArgumentException e) {
            throw new IOException("needs with the versions " + text, e);
        }
    }

    private static void writeTexts(List<String> texts, DataOutput out) throws IOException {
        out.writeByte(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readTexts(DataInput in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = in.readUnsignedByte(); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
