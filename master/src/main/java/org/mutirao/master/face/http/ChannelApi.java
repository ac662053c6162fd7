package org.mutirao.master.face.http;

import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.protocol.dialect.BadMessage;
import org.mutirao.protocol.dialect.ChannelJson;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.text.Text;

/** The channel by HTTP: each request carries what the wire's own message carries, each answer is the wire's own answer. */
public final class ChannelApi {
    private static final Duration PULSE = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_ROWS = 1000;

    private static final Param NAME = Param.text("name", "who speaks");
    private static final Param SESSION = Param.text("session", "made up by whoever enters, and told each time");
    private static final Param[] READING = {
        Param.number("after", "only messages with a higher id"),
        Param.limited("last", MAX_ROWS, "only the newest so many"),
        Param.text("topic", "only this one, or these, parted by commas"),
        Param.text("name", "who reads, for what was said to that person"),
        Param.text("session", "as told when entering")
    };

    private final Grid grid;

    /** Asks as a program of ours would. */
    public ChannelApi(Grid grid) {
        this.grid = grid;
    }

    /** The table of routes. */
    List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/channel",
                                "Who is there, which topics there are, and the newest message's id.",
                                context -> answer(context, new ChannelRequest.Look()))
                        .returning(Reply.ChannelView.class),
                Route.get(
                                "/api/channel/messages",
                                "What was said and what happened, in the one order.",
                                context -> answer(context, reading(context, Duration.ZERO)),
                                READING)
                        .returning(Reply.Messages.class),
                Route.get("/api/channel/messages/{id}/readers", "Who said to have read a message.", this::readers)
                        .returning(Reply.Readers.class),
                changing(
                        "/api/channel/enter",
                        Text.kept("Logs in."),
                        "ENTER_CHANNEL",
                        NAME,
                        SESSION,
                        Param.flag("replaces", "true to take the place of whoever has that name")),
                changing("/api/channel/leave", Text.kept("Logs out."), "LEAVE_CHANNEL", NAME, SESSION),
                changing(
                        "/api/channel/topics",
                        Text.kept("Makes a topic."),
                        "MAKE_TOPIC",
                        NAME,
                        SESSION,
                        Param.text("topic", "its name")),
                changing(
                        "/api/channel/messages",
                        Text.kept("Says something."),
                        "SAY",
                        NAME,
                        SESSION,
                        Param.number("number", "counts this speaker's messages, so that a repetition does no harm"),
                        Param.text("text", "what is said"),
                        Param.text("topic", "where it is said"),
                        Param.text("person", "who alone hears it, in place of a topic")),
                changing(
                        "/api/channel/read",
                        Text.kept("Confirms a message as read."),
                        "CONFIRM_READ",
                        NAME,
                        SESSION,
                        Param.number("id", "of the message")));
    }

    /** What is served beside the table, since its answer does not end. */
    static Route stream(String path) {
        return Route.get(path, "The same as it comes, as events 'messages' and 'waiting'.", context -> {}, READING)
                .answering(Route.EVENTS);
    }

    private Route changing(String path, String summary, String action, Param... fields) {
        return Route.post(path, summary, context -> {
                    try {
                        answer(context, ChannelJson.read(action, context.bodyAsBytes()));
                    } catch (BadMessage e) {
                        throw new Problem(400, Text.of("Bad request"), e.getMessage() + ".");
                    }
                })
                .taking(Route.JSON, fields)
                .returning(Reply.Heard.class);
    }

    private void readers(Context context) {
        long id = Query.number(context.pathParam("id"), "id");
        answer(context, new ChannelRequest.ListReaders(id));
    }

    private static ChannelRequest.Read reading(Context context, Duration patience) {
        Optional<Integer> last = Query.text(context, "last").map(text -> {
            long number = Query.number(text, "last");
            if (number < 1 || number > MAX_ROWS) {
                throw new Problem(
                        400, Text.of("Bad parameter"), Text.of("'last' is %d, expected 1 to %d.", number, MAX_ROWS));
            }
            return (int) number;
        });
        List<String> topics = Query.text(context, "topic")
                .map(text -> List.of(text.split(",", -1)))
                .orElse(List.of());
        Optional<ChannelRequest.Speaker> speaker = Query.text(context, "name")
                .map(name -> new ChannelRequest.Speaker(
                        name, Query.text(context, "session").orElse("")));
        return new ChannelRequest.Read(speaker, Query.number(context, "after", 0), last, topics, patience);
    }

    private void answer(Context context, ChannelRequest request) {
        Reply reply;
        try {
            reply = ask(request, Visitor.of(context).origin());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, Text.of("Try again later"), Text.of("The master is stopping."));
        }
        if (reply instanceof Reply.Failure failure) {
            throw Problem.of(failure);
        }
        context.result(Json.write(reply));
        context.contentType(Route.JSON);
    }

    private Reply ask(ChannelRequest request, Origin origin) throws InterruptedException {
        try {
            return grid.ask(request, origin).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return new Reply.Failure(Refusal.TRY_LATER, Text.of("no master leads at present; try again in a moment"));
        }
    }

    /** From one message on, as they come; what there is already comes first. */
    Streams.Source stream(Context context) {
        ChannelRequest.Read first = reading(context, PULSE);
        Origin origin = Visitor.of(context).origin();
        return client -> write(first, origin, client);
    }

    private void write(ChannelRequest.Read first, Origin origin, SseClient client) throws InterruptedException {
        ChannelRequest.Read read = first;
        while (!client.terminated()) {
            Reply reply = ask(read, origin);
            if (reply instanceof Reply.Messages messages) {
                read = new ChannelRequest.Read(
                        read.speaker(), messages.last(), Optional.empty(), read.topics(), read.patience());
                if (messages.messages().isEmpty()) {
                    client.sendComment("nothing new"); // which shows whether somebody still reads
                } else {
                    client.sendEvent("messages", Json.write(messages));
                }
            } else {
                String why = reply instanceof Reply.Failure failure ? failure.message() : "";
                client.sendEvent("waiting", Json.write(Map.of("message", why)));
            }
            Thread.sleep(LiveEvents.REST.toMillis());
        }
    }
}
