package org.mutirao.master.machines;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mutirao.group.log.Frozen;
import org.mutirao.group.log.StateMachine;
import org.mutirao.master.ledger.Command;

/** The state machines on one log, in the order in which a snapshot has them. A new one comes last, which is one line where this is made. */
public final class GridMachine implements StateMachine<Entry, Object> {
    /** Plus the number of machines is the format of a snapshot. Lower numbers are the ledger's own formats, from before there were others. */
    private static final int FORMAT = 62;

    private final LedgerMachine tasks;
    private final List<Machine<?, ?>> machines = new ArrayList<>();
    private final int version;

    /** @param others in the order in which they were added to the log, ever */
    public GridMachine(LedgerMachine tasks, Machine<?, ?>... others) {
        this.tasks = tasks;
        machines.add(tasks);
        machines.addAll(List.of(others));
        version = machines.stream().mapToInt(Machine::forms).sum();
        for (int tag = Byte.MIN_VALUE; tag <= Byte.MAX_VALUE; tag++) {
            int each = tag;
            if (machines.stream().filter(machine -> machine.hasTag(each)).count() > 1) {
                throw new IllegalArgumentException("two machines have commands with tag " + tag);
            }
        }
    }

    /**
     * How many kinds and forms of commands there are. Old logs have them all, so none is ever taken away, and each new one raises it: an older
     * master stops at what it can't read.
     */
    @Override
    public int version() {
        return version;
    }

    static int kinds(Class<?> commands) {
        return commands.isSealed()
                ? Arrays.stream(commands.getPermittedSubclasses())
                        .mapToInt(GridMachine::kinds)
                        .sum()
                : 1;
    }

    @Override
    public Object apply(Entry entry) {
        return apply(machineOf(entry), entry);
    }

    private static <C, R> R apply(Machine<C, R> machine, Entry entry) {
        return machine.apply(machine.commands().cast(entry.command()));
    }

    private Machine<?, ?> machineOf(Entry entry) {
        for (Machine<?, ?> machine : machines) { // for each command twice, so without a stream
            if (machine.commands().isInstance(entry.command())) {
                return machine;
            }
        }
        throw new IllegalArgumentException("no machine takes " + entry);
    }

    @Override
    public void keep(Entry entry, byte[] bytes) {
        if (entry.command() instanceof Command command) {
            tasks.keep(command, bytes);
        }
    }

    @Override
    public void forceKept() throws IOException {
        tasks.forceKept();
    }

    @Override
    public void writeCommand(Entry entry, DataOutput out) throws IOException {
        write(machineOf(entry), entry, out);
    }

    private static <C> void write(Machine<C, ?> machine, Entry entry, DataOutput out) throws IOException {
        machine.writeCommand(machine.commands().cast(entry.command()), out);
    }

    @Override
    public Entry readCommand(DataInput in) throws IOException {
        int tag = in.readByte();
        for (Machine<?, ?> machine : machines) {
            if (machine.hasTag(tag)) {
                return new Entry(machine.readCommand(tag, in));
            }
        }
        throw new IOException("command tag " + tag + " is of a later version");
    }

    @Override
    public Frozen freeze() {
        List<Frozen> states = machines.stream().map(Machine::freeze).toList();
        return out -> {
            out.writeByte(FORMAT + states.size());
            for (Frozen state : states) {
                state.write(out);
            }
        };
    }

    @Override
    public void readSnapshot(DataInput in) throws IOException {
        int format = in.readByte();
        int written = Math.max(1, format - FORMAT);
        if (written > machines.size()) {
            throw new IOException("snapshot format " + format + ", expected " + (FORMAT + machines.size()));
        }
        if (format > FORMAT) {
            for (Machine<?, ?> machine : machines.subList(0, written)) {
                machine.readSnapshot(in);
            }
        } else {
            tasks.readSnapshot(format, in);
        }
        machines.subList(written, machines.size()).forEach(Machine::reset);
    }
}
