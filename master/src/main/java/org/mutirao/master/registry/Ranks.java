package org.mutirao.master.registry;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which name has which rank. The same names in the same order get the same ranks on every master. For one thread. */
public final class Ranks {
    static final int MOST = 10_000;

    private final SortedMap<String, Integer> ranks = new TreeMap<>();

    /** The one that the name has, or else the next one; empty when there are too many names. */
    public OptionalInt give(String name) {
        Integer given = ranks.get(name);
        if (given == null && ranks.size() < MOST) {
            given = ranks.size() + 1;
            ranks.put(name, given);
        }
        return given == null ? OptionalInt.empty() : OptionalInt.of(given);
    }

    /** The same, which stays so whatever comes later. */
    public Ranks copy() {
        Ranks copy = new Ranks();
        copy.ranks.putAll(ranks);
        return copy;
    }

    /** Those given so far. */
    public SortedMap<String, Integer> all() {
        return Collections.unmodifiableSortedMap(ranks);
    }

    /** All of them. The same state gives the same bytes on every master. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(ranks.size());
        for (Map.Entry<String, Integer> each : ranks.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeInt(each.getValue());
        }
    }

    public static Ranks read(DataInput in) throws IOException {
        Ranks read = new Ranks();
        for (int left = in.readInt(); left > 0; left--) {
            read.ranks.put(in.readUTF(), in.readInt());
        }
        return read;
    }
}
