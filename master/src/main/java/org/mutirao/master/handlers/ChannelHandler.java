package org.mutirao.master.handlers;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mutirao.master.channel.Audience;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelCommand;
import org.mutirao.master.channel.ChannelJournal;
import org.mutirao.master.channel.ChannelMessage;
import org.mutirao.master.channel.ChannelMessage.Kind;
import org.mutirao.master.channel.ChannelOutcome;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.ChannelRow;
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
 * Answers what is asked of the channel, at the master that leads. Who waits for messages is answered when they come. Who is not heard
 * of for a while is taken for gone; a new leader gives everybody that while anew. For the loop.
 */
public final class ChannelHandler {
    private static final int MAX_NAME = 32;
    private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9-]{8,64}");
    private static final int MAX_TEXT = 4_000;
    private static final int MAX_AT_ONCE = 500;
    private static final int MAX_ANSWERS = 1000;
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);
    private static final Duration GONE = Duration.ofSeconds(40);
    /** For one whose connection broke; it may come back over another. */
    private static final Duration GONE_UNPLUGGED = Duration.ofSeconds(5);

    /** While much is said, readers are told of several messages at once rather than of each. */
    private static final Duration BATCH_DELAY = Duration.ofMillis(15);

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int MAX_A_SECOND = 200;
    private static final int MAX_IN_A_BURST = 400;

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
    private final Later loop;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Map<String, Presence> presences = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean wakingDue;
    private long wokenAt;
    /** What was found for a question that others may ask too; good as long as nothing is said. */
    private final Map<Query, Reply.Messages> answers = new HashMap<>();

    private long answersUpTo;

    private record Query(long after, List<String> topics) {}

    /** Where to do something in a while, on the loop. */
    @FunctionalInterface
    public interface Later {
        void execute(Duration delay, Runnable task);
    }

    /** Somebody of whom this master has heard. */
    private static final class Presence {
        private long goneAt;
        private Connection connection;
        private double mayStillSay = MAX_IN_A_BURST;
        private long countedAt;
    }

    private record Waiting(ChannelRequest.Read read, long until, Answer answer, Connection from) {}

    /**
     * Answers from now on.
     *
     * @param channel the one in force, read on the loop only
     */
    public ChannelHandler(
            Supplier<Channel> channel, ChannelJournal journal, Later loop, InstantSource wall, LongSupplier nanos) {
        this.channel = channel;
        this.journal = journal;
        this.loop = loop;
        this.wall = wall;
        this.nanos = nanos;
        this.wokenAt = nanos.getAsLong() - BATCH_DELAY.toNanos();
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

    private Presence seen(Speaker speaker, Connection from) {
        if (!isThere(speaker)) {
            return new Presence(); // the channel will say that it has not logged in
        }
        Presence presence = presences.computeIfAbsent(speaker.session(), unseen -> new Presence());
        presence.goneAt = nanos.getAsLong() + GONE.toNanos();
        presence.connection = from;
        return presence;
    }

    private boolean isThere(Speaker speaker) {
        return channel.get().isThere(speaker.name(), speaker.session());
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

    private void say(ChannelRequest.Say say, Answer answer, Presence presence) {
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

    private boolean mayChange(Presence presence, Answer answer) {
        boolean may = isSlowEnough(presence);
        if (!may) {
            answer.send(new Reply.Failure(
                    Refusal.TRY_LATER, Text.of("that is more than %d messages a second; wait a little", MAX_A_SECOND)));
        }
        return may;
    }

    private boolean isSlowEnough(Presence presence) {
        long now = nanos.getAsLong();
        double since = (now - presence.countedAt) / 1e9 * MAX_A_SECOND;
        presence.mayStillSay = Math.min(MAX_IN_A_BURST, presence.mayStillSay + since);
        presence.countedAt = now;
        if (presence.mayStillSay < 1) {
            return false;
        }
        presence.mayStillSay--;
        return true;
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
        read.speaker().ifPresent(this::endWaiting);
        Reply.Messages found = find(read);
        Duration patience = read.patience().compareTo(MAX_WAIT) > 0 ? MAX_WAIT : read.patience();
        if (found.messages().isEmpty() && read.last().isEmpty() && !patience.isZero()) {
            ChannelRequest.Read rest =
                    new ChannelRequest.Read(read.speaker(), found.last(), Optional.empty(), read.topics(), patience);
            waiting.add(new Waiting(rest, nanos.getAsLong() + patience.toNanos(), answer, from));
        } else {
            answer.send(found);
        }
    }

    /** A session waits once: who asks anew, perhaps for other topics, waits no more for the old ones. */
    private void endWaiting(Speaker speaker) {
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting reader = each.next();
            if (reader.read().speaker().equals(Optional.of(speaker))) {
                each.remove();
                reader.answer().send(find(reader.read()));
            }
        }
    }

    private Reply.Messages find(ChannelRequest.Read read) {
        Channel now = channel.get();
        boolean sameForAll = read.last().isEmpty() && read.after() >= now.newestDirect();
        if (!sameForAll) {
            return search(now, read);
        }
        if (answersUpTo != now.lastId() || answers.size() >= MAX_ANSWERS) {
            answersUpTo = now.lastId();
            answers.clear();
        }
        return answers.computeIfAbsent(new Query(read.after(), read.topics()), query -> search(now, read));
    }

    private Reply.Messages search(Channel now, ChannelRequest.Read read) {
        // Who only says a name gets no more than who says none.
        String reader = read.speaker().filter(this::isThere).map(Speaker::name).orElse("");
        List<ChannelRow> rows = new ArrayList<>();
        if (read.last().isPresent()) {
            return new Reply.Messages(newest(now, read, reader, read.last().get()), now.lastId());
        }
        for (ChannelMessage message : now.after(read.after())) {
            if (wants(read, reader, message)) {
                rows.add(row(message));
                if (rows.size() == MAX_AT_ONCE) {
                    return new Reply.Messages(rows, message.id());
                }
            }
        }
        return new Reply.Messages(rows, Math.max(read.after(), now.lastId()));
    }

    /** The newest so many that say something, with at most as many comings and goings between them. */
    private static List<ChannelRow> newest(Channel now, ChannelRequest.Read read, String reader, int count) {
        List<ChannelRow> rows = new ArrayList<>();
        int others = 0;
        for (Iterator<ChannelMessage> each = now.newestFirst().iterator();
                each.hasNext() && rows.size() - others < count; ) {
            ChannelMessage message = each.next();
            boolean speaks = message.kind() != Kind.JOINED && message.kind() != Kind.LEFT;
            if (wants(read, reader, message) && (speaks || others < count)) {
                rows.add(row(message));
                others += speaks ? 0 : 1;
            }
        }
        Collections.reverse(rows);
        return rows;
    }

    private static boolean wants(ChannelRequest.Read read, String reader, ChannelMessage message) {
        boolean followed = read.topics().isEmpty()
                || !(message.to() instanceof Audience.Topic topic)
                || read.topics().contains(topic.name());
        return followed && message.isFor(reader);
    }

    /** What the grid says itself is in the state in English. */
    private static String text(ChannelMessage message) {
        return message.kind() == Kind.SAID ? message.text() : Text.again(message.text());
    }

    private static ChannelRow row(ChannelMessage message) {
        return new ChannelRow(
                message.id(),
                message.lamport(),
                message.at(),
                message.kind().name().toLowerCase(Locale.ROOT),
                message.sender(),
                message.to() instanceof Audience.Topic topic ? Optional.of(topic.name()) : Optional.empty(),
                message.to() instanceof Audience.Person person ? Optional.of(person.name()) : Optional.empty(),
                text(message));
    }

    /** There is something new on the channel; readers are told once for all that comes at the same time. */
    public void onNews() {
        if (!wakingDue && !waiting.isEmpty()) {
            wakingDue = true;
            long due = wokenAt + BATCH_DELAY.toNanos() - nanos.getAsLong();
            loop.execute(Duration.ofNanos(Math.max(0, due)), this::wake);
        }
    }

    private void wake() {
        wakingDue = false;
        wokenAt = nanos.getAsLong();
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting reader = each.next();
            Reply.Messages found = find(reader.read());
            if (!found.messages().isEmpty()) {
                each.remove();
                reader.answer().send(found);
            }
        }
    }

    /** Another leads: whoever waits here is to ask there. */
    public void onFollowing() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        presences.clear();
        all.forEach(reader -> reader.answer()
                .send(new Reply.Failure(Refusal.TRY_LATER, Text.of("this master does not lead any more"))));
    }

    /** A connection broke. */
    void disconnected(Connection connection) {
        waiting.removeIf(reader -> reader.from() == connection);
        long soon = nanos.getAsLong() + GONE_UNPLUGGED.toNanos();
        presences.values().stream()
                .filter(presence -> presence.connection == connection)
                .forEach(presence -> presence.goneAt = Math.min(presence.goneAt, soon));
    }

    /**
     * Looks once who is gone; returns when to look again.
     *
     * @param leads whether this master leads
     */
    public Duration tick(boolean leads) {
        long now = nanos.getAsLong();
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            Waiting reader = each.next();
            if (now - reader.until() > 0) {
                each.remove();
                reader.answer().send(find(reader.read()));
            }
        }
        if (leads) {
            channel.get().sessions().forEach((name, session) -> {
                Presence presence = presences.computeIfAbsent(session, unseen -> {
                    Presence fresh = new Presence();
                    fresh.goneAt = now + GONE.toNanos();
                    return fresh;
                });
                if (now - presence.goneAt > 0) {
                    presence.goneAt = now + GONE.toNanos(); // if the log does not take it, once more after a while
                    journal.propose(new ChannelCommand.LogOut(
                            name, session, Text.kept("the connection was lost"), wall.millis()));
                }
            });
            presences.keySet().retainAll(Set.copyOf(channel.get().sessions().values()));
        }
        return INTERVAL;
    }
}
