package org.mutirao.group.raft;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** The engine's options, where its defaults do not suit; each line says what the default would do. */
final class RaftSettings {
    /**
     * After how many ms without a word of the leader another is elected, at the earliest. Where masters share a busy machine
     * with much else, as in tests, {@code -Dmutirao.election} sets more, so that one that is only slow keeps the lead.
     */
    private static final long ELECTION = Long.getLong("mutirao.election", 300);

    private static final TimeDuration FOR_EVER = TimeDuration.valueOf(30, TimeUnit.DAYS);

    private RaftSettings() {}

    /** A group of one starts quicker. */
    static RaftProperties of(NodeConfig nodeConfig, long snapshotEvery) {
        RaftProperties p = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(p, List.of(nodeConfig.folder().toFile())); // would be /tmp
        RaftConfigKeys.Rpc.setType(p, SupportedRpcType.GRPC);
        GrpcConfigKeys.Server.setHost(p, nodeConfig.host()); // would listen to everyone
        GrpcConfigKeys.Server.setPort(p, nodeConfig.self().engine().port());
        GrpcConfigKeys.setUseEpoll(p, false); // its listener could not be limited; see ConnectionLimits
        GrpcConfigKeys.Server.setLeaderOutstandingAppendsMax(p, 2); // batches make more of them useless

        Rpc.setTimeoutMin(p, millis(ELECTION));
        Rpc.setTimeoutMax(p, millis(2 * ELECTION));
        Rpc.setFirstElectionTimeoutMin(
                p, millis(nodeConfig.alone() ? 5 : ELECTION)); // nobody to wait for in a group of one
        Rpc.setFirstElectionTimeoutMax(p, millis(nodeConfig.alone() ? 10 : 2 * ELECTION));
        Rpc.setRequestTimeout(p, millis(1000));
        // After a pause of the process another may lead by now; where there is no other, it would only fail what is
        // under way.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                p, nodeConfig.alone() ? FOR_EVER : millis(Math.max(1000, 2 * ELECTION)));
        RaftServerConfigKeys.setCloseThreshold(p, FOR_EVER); // a suspended laptop is no death

        // The open segment and the last one stay in memory, whole; would be up to seven of 32 MB.
        Log.setSegmentSizeMax(p, SizeInBytes.valueOf("2MB"));
        Log.setSegmentCacheNumMax(p, 1);
        Log.setPreallocatedSize(p, SizeInBytes.valueOf("2MB"));
        Log.setWriteBufferSize(p, SizeInBytes.valueOf("5MB"));
        Log.setForceSyncNum(p, 4096); // would force after every 128 entries even in the middle of a batch
        Log.setLogMetadataEnabled(p, false); // would write and force a second entry after each commit
        Log.setPurgeUptoSnapshotIndex(p, true);
        Log.setPurgeGap(p, 1);
        // What may be cut off was cut off before, by LogInspection; the engine would go on with less and tell nobody.
        Log.setCorruptionPolicy(p, Log.CorruptionPolicy.EXCEPTION);
        Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf("4MB"));
        Log.Appender.setWaitTimeMin(p, millis(0)); // would add 10 ms to every commit
        Log.Appender.setRetryPolicy(p, "10ms,20, 200ms,1000000"); // would sleep for seconds

        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, snapshotEvery);
        RaftServerConfigKeys.Snapshot.setCreationGap(p, 1); // a few hundred entries may be many bytes
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, 2);
        RaftServerConfigKeys.RetryCache.setExpiryTime(p, millis(2000)); // our commands are idempotent themselves
        RaftServerConfigKeys.Write.setElementLimit(p, 8192);
        return p;
    }

    static Parameters parameters(NodeConfig nodeConfig, ConnectionLimits port) {
        Parameters parameters = new Parameters();
        nodeConfig.door().tls().ifPresent(tls -> GrpcConfigKeys.TLS.setConf(parameters, both(tls)));
        GrpcConfigKeys.Server.setServicesCustomizer(parameters, port);
        return parameters;
    }

    private static GrpcTlsConfig both(EngineDoor.MutualTls tls) {
        return GrpcTlsConfig.newBuilder()
                .setKeyManager(tls.own())
                .setTrustManager(tls.others())
                .setMutualTls(true)
                .setProtocols("TLSv1.3") // would take an older one too
                .setSslProvider(SslProvider.JDK) // would look for OpenSSL
                .build();
    }

    private static TimeDuration millis(long amount) {
        return TimeDuration.valueOf(amount, TimeUnit.MILLISECONDS);
    }
}
