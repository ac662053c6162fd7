package org.mutirao.protocol.limit;

import java.util.Locale;
import org.mutirao.protocol.text.Text;

/** A kind of thing of which those outside get only so much. PROTOCOL.md says how much, in "Limits". */
public enum Limit {
    CONNECTIONS,
    UNPROVEN,
    PROOFS,
    HELD,
    MESSAGES,
    SLOW,
    UNREAD,
    PAYLOADS,
    DATAGRAMS,
    HTTP_CONNECTIONS,
    HTTP_REQUESTS,
    HTTP_STREAMS,
    HTTP_BODIES,
    RATES,
    TASKS,
    SUBMITTERS,
    PARKED,
    CHANNEL,
    ZMQ;

    /** For programs that count, as {@code http-bodies}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people. */
    String inWords() {
        return switch (this) {
            case CONNECTIONS -> Text.of("connections that are open");
            case UNPROVEN -> Text.of("connections on which nothing is proven yet");
            case PROOFS -> Text.of("wrong proofs");
            case HELD -> Text.of("memory for messages that are half or wait");
            case MESSAGES -> Text.of("a message that is too long, too deep or none");
            case SLOW -> Text.of("time for a message");
            case UNREAD -> Text.of("time to read an answer");
            case PAYLOADS -> Text.of("the size of a file");
            case DATAGRAMS -> Text.of("questions by UDP");
            case HTTP_CONNECTIONS -> Text.of("HTTP connections that are open");
            case HTTP_REQUESTS -> Text.of("HTTP requests at a time");
            case HTTP_STREAMS -> Text.of("pages that are told of events");
            case RATES -> Text.of("how often something costly is asked for");
            case TASKS -> Text.of("unfinished tasks of all");
            case SUBMITTERS -> Text.of("unfinished tasks and jobs of one submitter");
            case PARKED -> Text.of("programs that wait for jobs");
            case CHANNEL -> Text.of("users and topics of the channel");
            case ZMQ -> Text.of("users, servers, subscriptions and elections by ZeroMQ");
            case HTTP_BODIES -> Text.of("the size of an HTTP request");
        };
    }
}
