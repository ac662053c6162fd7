import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.mutirao.protocol.dialect.Dialect;
import org.mutirao.protocol.dialect.OwnDialect;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.room.SecretFile;
import org.mutirao.protocol.wire.RoomPass;
import org.mutirao.protocol.wire.Spool;
import org.mutirao.protocol.wire.WireClient;

/**
 * How long a connection takes from its first byte to the answer to a small question, each time on a new one, in milliseconds. {@code room.py} starts it:
 * {@code java -cp console.jar Connections.java PORT COUNT [SECRET]}.
 */
public final class Connections {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Connections() {}

    public static void main(String[] args) throws Exception {
        InetSocketAddress master = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0]));
        double[] took = new double[Integer.parseInt(args[1])];
        Optional<RoomPass> pass = args.length > 2 ? Optional.of(new RoomPass(SecretFile.read(Path.of(args[2])))) : Optional.empty();
        Dialect dialect = new OwnDialect();
        try (WireClient client = new WireClient(1, Spool.none(), pass)) {
            for (int i = 0; i < took.length; i++) {
                long began = System.nanoTime();
                client.ask(
                        new WireClient.Endpoint(master, dialect, false),
                        new OperatorRequest.ListJobs(Optional.empty(), Optional.empty(), 0, 1),
                        PATIENCE);
                took[i] = (System.nanoTime() - began) / 1e6;
            }
        }
        // The first half is for Java to warm up.
        double[] warm = Arrays.copyOfRange(took, took.length / 2, took.length);
        Arrays.sort(warm);
        System.out.printf("%.2f%n", warm[warm.length / 2]);
    }
}
