package org.mutirao.group.raft;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.mutirao.group.log.Frozen;
import org.mutirao.group.log.StateMachine;

/** Keeps all words in order, and counts the snapshots that it was given. */
final class Words implements StateMachine<String, Integer> {
    final StringBuilder text = new StringBuilder();
    int count;
    int restored;
    int bytes;

    @Override
    public void keep(String word, byte[] with) {
        bytes += with.length;
    }

    @Override
    public Integer apply(String word) {
        text.append(word).append(' ');
        return ++count;
    }

    @Override
    public void writeCommand(String word, DataOutput out) throws IOException {
        out.writeUTF(word);
    }

    @Override
    public String readCommand(DataInput in) throws IOException {
        return in.readUTF();
    }

    @Override
    public Frozen freeze() {
        int number = count;
        String words = text.toString();
        return out -> {
            out.writeInt(number);
            out.writeUTF(words);
        };
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        count = in.readInt();
        text.setLength(0);
        text.append(in.readUTF());
        restored++;
    }
}
