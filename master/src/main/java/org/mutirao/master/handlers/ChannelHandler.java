package org.mutirao.master.handlers;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mutirao.master.channel.Audience;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelJournal;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.protocol.limit.Limit;
import org.mutirao.protocol.limit.LimitsReached;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ForeignName;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;

/**
 * Answers what is asked of the channel, at the master that leads. Readers that wait are answered when messages come. A session that is
 * silent for a while is taken for gone; a new leader gives each session that while anew. For the loop.
 */
public final class ChannelHandler {
    private static final int MAX_NAME = 32;
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9-]{8,64}");
    private static final int MAX_TEXT = 4_000;
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private record Asked(Answer answer, Connection from) {}

    private static final SealedSteps<ChannelRequest, ChannelHandler, Asked> REQUESTS =
            SealedSteps.<ChannelRequest, ChannelHandler, Asked>of(ChannelRequest.class)
                    .row(
                            ChannelRequest.Enter.class,
                            (enter, handler, asked) -> handler.enter(enter, asked.answer(), asked.from()))
                    .row(
                            ChannelRequest.Exit.class,
                            (exit, handler, asked) -> handler.exit(exit.speaker(), asked.answer()))
                    .row(
                            ChannelRequest.MakeTopic.class,
                            (make, handler, asked) -> handler.makeTopic(make, asked.answer(), asked.from()))
                    .row(
                            ChannelRequest.Say.class,
                            (say, handler, asked) ->
                                    handler.say(say, asked.answer(), handler.seen(say.speaker(), asked.from())))
                    .row(
                            ChannelRequest.Read.class,
                            (read, handler, asked) -> handler.read(read, asked.answer(), asked.from()))
                    .row(
                            ChannelRequest.Confirm.class,
                            (confirm, handler, asked) -> handler.confirm(confirm, asked.answer(), asked.from()))
                    .row(ChannelRequest.Look.class, (look, handler, asked) -> asked.answer()
                            .send(handler.view()))
                    .row(ChannelRequest.ListReaders.class, (list, handler, asked) -> asked.answer()
                            .send(new Reply.Readers(
                                    List.copyOf(handler.channel.get().readersOf(list.id())))))
                    .build();

    private static final SealedFunction<ChannelOutcome, ChannelCommand, Reply> OUTCOMES =
            SealedFunction.<ChannelOutcome, ChannelCommand, Reply>of(ChannelOutcome.class)
                    .row(ChannelOutcome.Done.class, (done, to) -> heard(done))
                    .row(ChannelOutcome.Refused.class, (refused, to) -> refused(refused))
                    .build();

    private final Supplier<Channel> channel;
    private final ChannelJournal journal;
    private final InstantSource wall;
    private final Presences presences;
    private final ChannelReaders readers;

    /** Where to do something in a while, on the loop. */
    @FunctionalInterface
    public interface Later {
        void execute(Duration delay, Runnable task);
    }

    /**
     * Answers from now on.
     *
     * @param channel the one in force, read on the loop only
     * @param ticker monotonic, in nanoseconds
     */
    public ChannelHandler(
            Supplier<Channel> channel, ChannelJournal journal, Later loop, InstantSource wall, LongSupplier ticker) {
        this.channel = channel;
        this.journal = journal;
        this.wall = wall;
        this.presences = new Presences(ticker);
        this.readers = new ChannelReaders(new ChannelSearch(channel), loop, ticker);
    }

    /** Answers one question, now or when there is something to tell. */
    public void answer(ChannelRequest request, Answer answer, Connection from) {
        REQUESTS.run(request, this, new Asked(answer, from));
    }

    private Reply view() {
        Channel now = channel.get();
        return new Reply.ChannelView(
                List.copyOf(now.sessions().keySet()), List.copyOf(now.topics()), now.lastId(), now.lamport());
    }

    private void exit(Speaker speaker, Answer answer) {
        presences.remove(speaker.session());
        propose(new ChannelCommand.LogOut(speaker.name(), speaker.session(), "", now()), answer);
    }

    private void confirm(ChannelRequest.Confirm confirm, Answer answer, Connection from) {
        if (mayChange(seen(confirm.speaker(), from), answer)) {
            propose(
                    new ChannelCommand.Confirm(
                            confirm.speaker().name(), confirm.speaker().session(), confirm.id(), now()),
                    answer);
        }
    }

    private long now() {
        return wall.millis();
    }

    private Presences.Presence seen(Speaker speaker, Connection from) {
        return channel.get().isThere(speaker.name(), speaker.session())
                ? presences.heard(speaker.session(), from)
                : new Presences.Presence(); // the channel will say that it has not logged in
    }

    private void enter(ChannelRequest.Enter enter, Answer answer, Connection from) {
        if (!ForeignName.isValid(enter.speaker().name(), MAX_NAME)) {
            answer.send(bad(Text.of("a name has 1 to 32 letters, digits, '_', '.' or '-'")));
            return;
        }
        if (!SESSION.matcher(enter.speaker().session()).matches()) {
            answer.send(bad(Text.of("a session has 8 to 64 letters, digits or '-'")));
            return;
        }
        propose(
                new ChannelCommand.LogIn(
                        enter.speaker().name(), enter.speaker().session(), enter.replaces(), enter.lamport(), now()),
                reply -> {
                    seen(enter.speaker(), from);
                    return answer.send(reply);
                });
    }

    private void makeTopic(ChannelRequest.MakeTopic make, Answer answer, Connection from) {
        if (!mayChange(seen(make.speaker(), from), answer)) {
            return;
        }
        if (!ForeignName.isValid(make.topic(), MAX_NAME)) {
            answer.send(bad(Text.of("a topic has 1 to 32 letters, digits, '_', '.' or '-'")));
            return;
        }
        propose(
                new ChannelCommand.MakeTopic(
                        make.speaker().name(), make.speaker().session(), make.topic(), now()),
                answer);
    }

    private void say(ChannelRequest.Say say, Answer answer, Presences.Presence presence) {
        String text = SafeText.of(say.text(), ' ').strip();
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            answer.send(bad(
                    text.isEmpty()
                            ? Text.of("the text is empty")
                            : Text.of("a text has up to %d characters", MAX_TEXT)));
            return;
        }
        if (say.person().isEmpty() && say.topic().equals(Optional.of(Channel.GRID))) {
            answer.send(bad(Text.of("only the grid itself speaks on '%s'; choose another topic", Channel.GRID)));
            return;
        }
        if (!mayChange(presence, answer)) {
            return;
        }
        Audience to = say.person()
                .<Audience>map(Audience.Person::new)
                .orElseGet(() -> new Audience.Topic(say.topic().orElse(Channel.GENERAL)));
        propose(
                new ChannelCommand.Say(
                        say.speaker().name(), say.speaker().session(), say.number(), to, text, say.lamport(), now()),
                answer);
    }

    private boolean mayChange(Presences.Presence presence, Answer answer) {
        boolean may = presences.maySay(presence);
        if (!may) {
            LimitsReached.here().note(Limit.CHANNEL, Text.of("a session of the channel"));
            answer.send(new Reply.Failure(
                    Refusal.TRY_LATER,
                    Text.of("that is more than %d messages a second; wait a little", Presences.MAX_A_SECOND)));
        }
        return may;
    }

    private static Reply bad(String message) {
        return new Reply.Failure(Refusal.BAD_REQUEST, message);
    }

    private void propose(ChannelCommand command, Answer answer) {
        journal.propose(command)
                .whenComplete((outcome, failure) -> answer.send(
                        failure == null
                                ? OUTCOMES.apply(outcome, command)
                                : new Reply.Failure(Refusal.TRY_LATER, Text.of("the log did not take it; try again"))));
    }

    private static Reply refused(ChannelOutcome.Refused refused) {
        if (refused.why() == ChannelOutcome.Why.TOO_MANY) {
            LimitsReached.here().note(Limit.CHANNEL, refused.message());
        }
        return new Reply.Failure(
                switch (refused.why()) {
                    case NAME_IN_USE, NOT_LOGGED_IN, NUMBER_TAKEN -> Refusal.CONFLICT;
                    case NOT_THERE -> Refusal.NOT_FOUND;
                    case TOO_MANY -> Refusal.BAD_REQUEST;
                },
                refused.message());
    }

    private static Reply heard(ChannelOutcome.Done done) {
        return done.number() == 0
                ? new Reply.Heard(done.id(), done.lamport())
                : new Reply.Heard(done.id(), done.lamport(), Optional.of(done.number()));
    }

    private void read(ChannelRequest.Read read, Answer answer, Connection from) {
        read.speaker().ifPresent(speaker -> seen(speaker, from));
        readers.read(read, answer, from);
    }

    /** There is something new on the channel. */
    public void onNews() {
        readers.onNews();
    }

    /** Another leads. */
    public void onFollowing() {
        readers.onFollowing();
        presences.clear();
    }

    /** A connection broke. */
    void disconnected(Connection connection) {
        readers.disconnected(connection);
        presences.disconnected(connection);
    }

    /**
     * Looks once who is gone; returns when to look again.
     *
     * @param leads whether this master leads
     */
    public Duration tick(boolean leads) {
        readers.tick();
        if (leads) {
            channel.get().sessions().forEach((name, session) -> {
                if (presences.isGone(session)) {
                    journal.propose(
                            new ChannelCommand.LogOut(name, session, Text.kept("the connection was lost"), now()));
                }
            });
            presences.retain(channel.get().sessions().values());
        }
        return INTERVAL;
    }
}
