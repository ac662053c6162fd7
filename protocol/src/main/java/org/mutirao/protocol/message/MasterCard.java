package org.mutirao.protocol.message;

import java.util.Optional;
import java.util.regex.Pattern;
import org.mutirao.protocol.units.HostPort;

/**
 * What a master of a group says of itself to the others.
 *
 * @param version of the words that masters speak with one another; only equal ones form a group
 * @param group its name; masters of different groups ignore each other
 * @param id what people call it
 * @param node names its data folder: another one under the same id is another master, or one whose disk was wiped
 * @param priority as the person set it
 * @param election the rule's name
 * @param size how many masters it wants the group to have
 * @param host where it is reached; empty when it leaves that to who sees it
 * @param port of the grid
 * @param enginePort of the replicated log
 * @param grid empty as long as it belongs to none
 * @param rank the how-manieth member of its grid it is; 0 as long as it belongs to none
 * @param applied the last entry of the log that it has acted on; 0 as long as it has none
 * @param ready whether it could lead at once: it has acted on nearly everything that it knows of, and reaches the leader
 * @param missing how many packages and results it knows of and does not have
 */
public record MasterCard(
        int version,
        String group,
        int id,
        String node,
        int priority,
        String election,
        int size,
        String host,
        int port,
        int enginePort,
        Optional<String> grid,
        int rank,
        long applied,
        boolean ready,
        long missing) {
    /** The version of this program. */
    public static final int VERSION = 1;

    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_.-]{1,32}");
    private static final Pattern NODE = Pattern.compile("[0-9a-f]{8}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:%-]{0,255}");

    public MasterCard {
        check(GROUP.matcher(group).matches(), "a group's name has up to 32 letters, digits, '_', '.' or '-'");
        check(id >= 0 && rank >= 0, "a master's id is 0 or more");
        check(NODE.matcher(node).matches(), "a node is 8 hexadecimal digits");
        check(priority >= 0, "a priority is 0 or more");
        check(election.length() <= 32 && size >= 1 && size <= 9, "a group has up to nine masters");
        check(HOST.matcher(host).matches(), "that is no host");
        check(isPort(port) && isPort(enginePort), "a port is 1 to 65535");
        check(grid.isEmpty() || grid.get().length() == 36, "a grid's id has 36 characters");
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= 65_535;
    }

    private static void check(boolean fine, String message) {
        if (!fine) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The same, reached there. */
    public MasterCard at(String where) {
        return with().host(where).build();
    }

    /** Where its grid port is reached. */
    public HostPort address() {
        return new HostPort(host, port);
    }

    /** Begins one. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins another that is the same so far. */
    public Builder with() {
        Builder same = builder();
        same.version = version;
        same.group = group;
        same.id = id;
        same.node = node;
        same.priority = priority;
        same.election = election;
        same.size = size;
        same.host = host;
        same.port = port;
        same.enginePort = enginePort;
        same.grid = grid;
        same.rank = rank;
        same.applied = applied;
        same.ready = ready;
        same.missing = missing;
        return same;
    }

    /** Builds one by name. What is not named is empty, 0 or false; the version is this program's. */
    public static final class Builder {
        private int version = VERSION;
        private String group = "";
        private int id;
        private String node = "";
        private int priority;
        private String election = "";
        private int size;
        private String host = "";
        private int port;
        private int enginePort;
        private Optional<String> grid = Optional.empty();
        private int rank;
        private long applied;
        private boolean ready;
        private long missing;

        private Builder() {}

        public Builder version(int given) {
            version = given;
            return this;
        }

        public Builder group(String given) {
            group = given;
            return this;
        }

        public Builder id(int given) {
            id = given;
            return this;
        }

        public Builder node(String given) {
            node = given;
            return this;
        }

        public Builder priority(int given) {
            priority = given;
            return this;
        }

        public Builder election(String given) {
            election = given;
            return this;
        }

        public Builder size(int given) {
            size = given;
            return this;
        }

        public Builder host(String given) {
            host = given;
            return this;
        }

        public Builder port(int given) {
            port = given;
            return this;
        }

        public Builder enginePort(int given) {
            enginePort = given;
            return this;
        }

        public Builder grid(Optional<String> given) {
            grid = given;
            return this;
        }

        public Builder rank(int given) {
            rank = given;
            return this;
        }

        public Builder applied(long given) {
            applied = given;
            return this;
        }

        public Builder ready(boolean given) {
            ready = given;
            return this;
        }

        public Builder missing(long given) {
            missing = given;
            return this;
        }

        /** The record. */
        public MasterCard build() {
            return new MasterCard(
                    version,
                    group,
                    id,
                    node,
                    priority,
                    election,
                    size,
                    host,
                    port,
                    enginePort,
                    grid,
                    rank,
                    applied,
                    ready,
                    missing);
        }
    }
}
