package org.mutirao.master.face.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.wire.ConnectionCounts;

/** Answers only so many requests at a time for one address, so that slow ones don't take all threads. The others are told at once. */
final class OpenRequests extends Handler.Wrapper {
    private final ConnectionCounts counts;

    OpenRequests(Handler handler, ConnectionCounts counts) {
        super(handler);
        this.counts = counts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        InetAddress from = ((InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress()).getAddress();
        if (!counts.enter(from)) {
            LimitsReached.here().note(Limit.HTTP_REQUESTS, from.getHostAddress());
            response.setStatus(HttpStatus.TOO_MANY_REQUESTS_429);
            response.getHeaders().put("Content-Type", Problem.MEDIA_TYPE);
            response.getHeaders().put("Connection", "close"); // its body is not read
            Content.Sink.write(response, true, Json.write(tooMany().fields()), callback);
            return true;
        }
        AtomicBoolean open = new AtomicBoolean(true);
        Runnable leave = () -> {
            if (open.compareAndSet(true, false)) {
                counts.leave(from);
            }
        };
        boolean handled = false;
        try {
            handled = super.handle(request, response, Callback.from(callback, leave));
            return handled;
        } finally {
            if (!handled) {
                leave.run(); // also when it threw
            }
        }
    }

    private static Problem tooMany() {
        return new Problem(
                HttpStatus.TOO_MANY_REQUESTS_429,
                Text.of("Too many at once"),
                Text.of("Too many requests are open; wait for their answers, or close some pages."));
    }
}
