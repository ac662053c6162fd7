package org.mutirao.master;

import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.mutirao.master.dispatch.MasterListener;
import org.mutirao.master.door.Grid;
import org.mutirao.master.inbox.Inbox;
import org.mutirao.protocol.discovery.DiscoveryPorts;
import org.mutirao.protocol.text.Text;

/**
 * One master without its faces, from its folders to its TCP and UDP ports.
 *
 * <pre>
 *   tasks/ -> Inbox -> Intake -> BlobStore          Publisher -> results/
 *                         |                             ^
 *                      Journal -> RaftLog -> GridMachine -> effects
 *                         ^                             v
 *   TCP -> WireDoor -> Door -> RequestHandlers -----> Dispatcher         (all of this on the loop)
 * </pre>
 */
public final class Core implements AutoCloseable {
    private final Parts parts;
    private final Grid grid;
    private final Inbox inbox;
    private final int port;
    private final DiscoveryPorts discovery;
    private volatile boolean takesIn;

    Core(Parts parts, Grid grid, Inbox inbox, int port, DiscoveryPorts discovery) {
        this.parts = parts;
        this.grid = grid;
        this.inbox = inbox;
        this.port = port;
        this.discovery = discovery;
    }

    /**
     * The world round a master.
     *
     * @param clock the machine's
     * @param ticker monotonic, in nanoseconds
     * @param listener told what happens to tasks and workers
     * @param onBroken told when the log can't be written any more; the process should end
     * @param onWaiting told in words what the master waits for before it can serve
     */
    public record World(
            InstantSource clock,
            LongSupplier ticker,
            MasterListener listener,
            Consumer<String> onBroken,
            Consumer<String> onWaiting) {}

    /**
     * Starts and returns when it serves, except for tasks/: see {@link #takeIn}.
     *
     * @throws IOException with a sentence for the person who started it
     */
    public static Core start(MasterConfig config, World world) throws IOException {
        Parts parts = new Parts();
        try {
            return new CoreBuilder(config, world, parts).open();
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            parts.close();
            throw new IOException(Text.of("interrupted while starting"), e);
        }
    }

    /** Begins to take in what lies in tasks/. To be called once, when it was said that this master serves. */
    public void takeIn() {
        takesIn = true;
        inbox.start();
    }

    /** Whether it was told to; for tests. */
    boolean takesIn() {
        return takesIn;
    }

    /** What its faces may touch. */
    public Grid grid() {
        return grid;
    }

    /** The TCP port in force. */
    public int port() {
        return port;
    }

    /** The discovery ports in force. */
    public DiscoveryPorts discoveryPorts() {
        return discovery;
    }

    /** Stops in the order in which work arrives: first nothing new, then what is under way, then the log. */
    @Override
    public synchronized void close() {
        parts.close();
    }
}
