package org.mutirao.master.channel;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.mutirao.master.channel.ChannelMessage.Kind;
import org.mutirao.master.channel.ChannelOutcome.Done;
import org.mutirao.master.channel.ChannelOutcome.Refused;
import org.mutirao.master.channel.ChannelOutcome.Why;
import org.mutirao.protocol.table.SealedFunction;
import org.mutirao.protocol.text.Text;

/** The channel's whole state. The same commands in the same order make the same state on every master. For one thread. */
public final class Channel {
    /** Where people talk who don't say where. */
    public static final String GENERAL = "general";
    /** What the grid says of itself. */
    public static final String GRID = "grid";

    static final int MAX_MESSAGES = 10_000;
    static final int MAX_EVENTS = 1_000;
    /** Characters of all texts together. */
    static final long MAX_TEXT = 8_000_000;
    /** Of so many of the newest messages it is known who has read them. */
    static final int MAX_CONFIRMED = 1_000;

    static final long MAX_KEPT_MILLIS = 30L * 24 * 60 * 60 * 1000;
    static final int MAX_USERS = 5_000;
    static final int MAX_TOPICS = 1_000;
    /** Sessions that ended, of which a late repetition may still come. */
    static final int MAX_DEPARTED = 1_000;

    /**
     * What a session has said so far.
     *
     * @param number the last of its own count
     * @param id the message that came of it
     */
    record Progress(long number, long id, long lamport) {
        static final Progress NONE = new Progress(0, 0, 0);
    }

    /** Somebody who is there. */
    record User(String session, Progress progress) {}

    private static final SealedFunction<ChannelCommand, Channel, ChannelOutcome> COMMANDS =
            SealedFunction.<ChannelCommand, Channel, ChannelOutcome>of(ChannelCommand.class)
                    .row(ChannelCommand.LogIn.class, (logIn, channel) -> channel.logIn(logIn))
                    .row(ChannelCommand.LogOut.class, (logOut, channel) -> channel.logOut(logOut))
                    .row(
                            ChannelCommand.MakeTopic.class,
                            (make, channel) ->
                                    channel.ifThere(make.name(), make.session(), () -> channel.makeTopic(make.topic())))
                    .row(
                            ChannelCommand.Say.class,
                            (say, channel) -> channel.ifThere(say.name(), say.session(), () -> channel.say(say)))
                    .row(
                            ChannelCommand.Confirm.class,
                            (confirm, channel) ->
                                    channel.ifThere(confirm.name(), confirm.session(), () -> channel.confirm(confirm)))
                    .row(ChannelCommand.Announce.class, (announce, channel) -> {
                        channel.announce(announce.text(), announce.at());
                        return channel.done();
                    })
                    .build();

    private long lastId;
    private long lamport;
    private long textLength;
    /** The last one that not everybody may read. */
    private long newestDirect;

    private final NavigableMap<Long, ChannelMessage> messages = new TreeMap<>();
    /** Those of the messages that the grid itself made. */
    private final NavigableSet<Long> events = new TreeSet<>();

    private final NavigableMap<String, User> users = new TreeMap<>();
    private final SortedSet<String> topics = new TreeSet<>(Set.of(GENERAL, GRID));
    private final SortedMap<Long, SortedSet<String>> confirmations = new TreeMap<>();
    private final Map<String, Progress> departed = new LinkedHashMap<>();

    /** Does it, or says why not. */
    public ChannelOutcome apply(ChannelCommand command) {
        return COMMANDS.apply(command, this);
    }

    private ChannelOutcome ifThere(String name, String session, Supplier<ChannelOutcome> outcome) {
        return isThere(name, session) ? outcome.get() : notLoggedIn();
    }

    /** Whether somebody of that name is there, in that session. */
    public boolean isThere(String name, String session) {
        User user = users.get(name);
        return user != null && user.session().equals(session);
    }

    private static Refused notLoggedIn() {
        return new Refused(Why.NOT_LOGGED_IN, Text.of("log in first"));
    }

    private Done done() {
        return new Done(lastId, lamport);
    }

    private ChannelOutcome logIn(ChannelCommand.LogIn logIn) {
        User there = users.get(logIn.name());
        if (there != null && there.session().equals(logIn.session())) {
            return new Done(lastId, lamport, there.progress().number());
        }
        if (there != null && !logIn.replaces()) {
            return new Refused(
                    Why.NAME_IN_USE, Text.of("somebody is called %s already; take another name", logIn.name()));
        }
        if (there == null && users.size() >= MAX_USERS) {
            return new Refused(Why.TOO_MANY, Text.of("no more than %d people can be there at once", MAX_USERS));
        }
        if (there != null) {
            depart(there);
        }
        Progress before = departed.remove(logIn.session());
        users.put(logIn.name(), new User(logIn.session(), before == null ? Progress.NONE : before));
        lamport = Math.max(lamport, logIn.lamport());
        append(Kind.JOINED, logIn.name(), new Audience.Everyone(), "", logIn.at());
        return new Done(lastId, lamport, users.get(logIn.name()).progress().number());
    }

    private ChannelOutcome logOut(ChannelCommand.LogOut logOut) {
        if (isThere(logOut.name(), logOut.session())) {
            depart(users.remove(logOut.name()));
            append(Kind.LEFT, logOut.name(), new Audience.Everyone(), logOut.reason(), logOut.at());
        }
        return done();
    }

    private void depart(User user) {
        departed.put(user.session(), user.progress());
        if (departed.size() > MAX_DEPARTED) {
            departed.remove(departed.keySet().iterator().next());
        }
    }

    private ChannelOutcome makeTopic(String topic) {
        if (!topics.contains(topic) && topics.size() >= MAX_TOPICS) {
            return new Refused(Why.TOO_MANY, Text.of("there can be no more than %d topics", MAX_TOPICS));
        }
        topics.add(topic);
        return done();
    }

    private ChannelOutcome say(ChannelCommand.Say say) {
        Progress before = users.get(say.name()).progress();
        if (say.number() <= before.number()) {
            return isSaidAlready(say, before)
                    ? new Done(before.id(), before.lamport()) // the answer to the first time was lost
                    : new Refused(
                            Why.NUMBER_TAKEN,
                            Text.of(
                                    "this session has said something else as its number %d; count on from there",
                                    before.number()));
        }
        if (say.to() instanceof Audience.Topic topic && !topics.contains(topic.name())) {
            return new Refused(Why.NOT_THERE, Text.of("there is no topic %s", topic.name()));
        }
        if (say.to() instanceof Audience.Person person && !users.containsKey(person.name())) {
            return new Refused(Why.NOT_THERE, Text.of("nobody is called %s", person.name()));
        }
        lamport = Math.max(lamport, say.lamport());
        append(Kind.SAID, say.name(), say.to(), say.text(), say.at());
        users.put(say.name(), new User(say.session(), new Progress(say.number(), lastId, lamport)));
        return done();
    }

    private boolean isSaidAlready(ChannelCommand.Say say, Progress before) {
        ChannelMessage message = messages.get(before.id()); // it may be forgotten by now
        return say.number() == before.number()
                && (message == null
                        || (message.text().equals(say.text()) && message.to().equals(say.to())));
    }

    private ChannelOutcome confirm(ChannelCommand.Confirm confirm) {
        if (confirm.id() <= lastId - MAX_CONFIRMED) {
            return new Refused(Why.NOT_THERE, Text.of("message %d is too old to be confirmed", confirm.id()));
        }
        ChannelMessage message = messages.get(confirm.id());
        if (message == null || !message.isFor(confirm.name())) {
            return new Refused(Why.NOT_THERE, Text.of("there is no message %d", confirm.id()));
        }
        String reader = users.ceilingKey(confirm.name()); // the one that is kept already
        confirmations.computeIfAbsent(confirm.id(), same -> new TreeSet<>()).add(reader);
        return done();
    }

    /** Something about the grid that everybody may read. */
    public void announce(String text, long at) {
        append(Kind.EVENT, "", new Audience.Topic(GRID), text, at);
    }

    private void append(Kind kind, String sender, Audience to, String text, long at) {
        lastId++;
        lamport++;
        keep(new ChannelMessage(lastId, lamport, at, kind, sender, to, text));
        forget(at);
    }

    private void keep(ChannelMessage message) {
        messages.put(message.id(), message);
        textLength += message.text().length();
        if (message.to() instanceof Audience.Person) {
            newestDirect = message.id();
        }
        if (message.kind() == Kind.EVENT) {
            events.add(message.id());
        }
    }

    /** The grid talks more than people do; its events don't push out what they said. */
    private void forget(long now) {
        confirmations.headMap(lastId - MAX_CONFIRMED + 1).clear();
        while (!messages.isEmpty()
                && (messages.size() - events.size() > MAX_MESSAGES
                        || textLength > MAX_TEXT
                        || messages.firstEntry().getValue().at() < now - MAX_KEPT_MILLIS)) {
            remove(messages.firstKey());
        }
        if (events.size() > MAX_EVENTS) {
            remove(events.first());
        }
    }

    private void remove(long id) {
        textLength -= messages.remove(id).text().length();
        events.remove(id);
        confirmations.remove(id);
    }

    /** The id of the newest message; 0 before the first. */
    public long lastId() {
        return lastId;
    }

    /** The newest stamp. */
    public long lamport() {
        return lamport;
    }

    /** The id of the last message that not everybody may read; 0 before the first. */
    public long newestDirect() {
        return newestDirect;
    }

    /** What is kept with a higher id, in order. */
    public Collection<ChannelMessage> after(long id) {
        return Collections.unmodifiableCollection(messages.tailMap(id, false).values());
    }

    /** What is kept, the newest first. */
    public Collection<ChannelMessage> newestFirst() {
        return Collections.unmodifiableCollection(messages.descendingMap().values());
    }

    /** Who is there, and in which session. */
    public SortedMap<String, String> sessions() {
        SortedMap<String, String> sessions = new TreeMap<>();
        users.forEach((name, user) -> sessions.put(name, user.session()));
        return sessions;
    }

    public SortedSet<String> topics() {
        return Collections.unmodifiableSortedSet(topics);
    }

    /** Who said to have read a message. */
    public SortedSet<String> readersOf(long id) {
        return Collections.unmodifiableSortedSet(confirmations.getOrDefault(id, new TreeSet<>()));
    }

    SortedMap<String, User> users() {
        return users;
    }

    Map<String, Progress> departed() {
        return departed;
    }

    SortedMap<Long, SortedSet<String>> confirmations() {
        return confirmations;
    }

    /** For the codec. */
    void restore(long id, long stamp) {
        lastId = id;
        lamport = stamp;
    }

    void restore(ChannelMessage message, Collection<String> readers) {
        keep(message);
        if (!readers.isEmpty()) {
            confirmations.put(message.id(), new TreeSet<>(readers));
        }
    }

    void restoreTopic(String topic) {
        topics.add(topic);
    }
}
