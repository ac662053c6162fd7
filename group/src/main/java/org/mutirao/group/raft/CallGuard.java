package org.mutirao.group.raft;

import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCall.Listener;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the other master's certificate with each call too, and once a second while a call goes on. A connection may be older than the
 * retirement of the secret that its certificate is of, and a session of TLS that is taken up again shows no certificate at all. Safe for
 * any number of threads.
 */
final class CallGuard implements ServerInterceptor {
    private static final Logger log = LoggerFactory.getLogger(CallGuard.class);
    private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
    private static final Status REFUSED = Status.UNAUTHENTICATED.withDescription("the secret of this room was changed");

    private final X509TrustManager trust;
    private final LongSupplier nanos;

    /** @param nanos monotonic */
    CallGuard(X509TrustManager trust, LongSupplier nanos) {
        this.trust = trust;
        this.nanos = nanos;
    }

    @Override
    public <Q, A> Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata head, ServerCallHandler<Q, A> next) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (!isTrusted(session)) {
            call.close(REFUSED, new Metadata());
            return new Listener<>() {};
        }
        return new SimpleForwardingServerCallListener<>(next.startCall(call, head)) {
            private long lookedAt = nanos.getAsLong();
            private boolean isOver;

            @Override
            public void onMessage(Q message) {
                long now = nanos.getAsLong();
                if (!isOver && now - lookedAt >= INTERVAL) {
                    lookedAt = now;
                    isOver = !isTrusted(session);
                    if (isOver) {
                        call.close(REFUSED, new Metadata());
                    }
                }
                if (!isOver) {
                    super.onMessage(message);
                }
            }
        };
    }

    private boolean isTrusted(SSLSession session) {
        if (session == null) {
            return false;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            trust.checkClientTrusted(
                    Arrays.copyOf(chain, chain.length, X509Certificate[].class),
                    chain[0].getPublicKey().getAlgorithm());
            return true;
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            log.debug("A call of a master is refused: {}", e.getMessage());
            return false;
        }
    }
}
