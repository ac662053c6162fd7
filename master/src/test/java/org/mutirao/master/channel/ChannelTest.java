package org.mutirao.master.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.mutirao.master.channel.ChannelMessage.Kind;
import org.mutirao.master.channel.ChannelOutcome.Done;
import org.mutirao.master.channel.ChannelOutcome.Refused;
import org.mutirao.master.channel.ChannelOutcome.Why;

class ChannelTest {
    private static final Audience GENERAL = new Audience.Topic(Channel.GENERAL);

    private final Channel channel = new Channel();

    private ChannelOutcome logIn(String name, String session) {
        return channel.apply(new ChannelCommand.LogIn(name, session, false, 0, 1));
    }

    private ChannelOutcome say(String name, String session, long number, Audience to, String text) {
        return channel.apply(new ChannelCommand.Say(name, session, number, to, text, 0, 2));
    }

    private static Why refusal(ChannelOutcome outcome) {
        return assertInstanceOf(Refused.class, outcome).why();
    }

    private List<Long> ids() {
        return channel.after(0).stream().map(ChannelMessage::id).toList();
    }

    @Test
    void whoComesSaysSomethingAndGoesIsInTheHistoryWithIdsWithoutAGap() {
        logIn("ana", "s1");
        assertEquals(new Done(2, 2), say("ana", "s1", 1, GENERAL, "good morning"));
        channel.apply(new ChannelCommand.LogOut("ana", "s1", "", 3));
        assertEquals(List.of(1L, 2L, 3L), ids());
        assertEquals(
                List.of(Kind.JOINED, Kind.SAID, Kind.LEFT),
                channel.after(0).stream().map(ChannelMessage::kind).toList());
        assertEquals(Set.of(), channel.sessions().keySet());
    }

    @Test
    void aNameBelongsToOneSessionAndTheSameOneMayComeAgain() {
        logIn("ana", "s1");
        assertEquals(new Done(1, 1), logIn("ana", "s1"), "nothing new is said about it");
        assertEquals(Why.NAME_IN_USE, refusal(logIn("ana", "s2")));
        assertInstanceOf(Done.class, channel.apply(new ChannelCommand.LogIn("ana", "s2", true, 0, 1)));
        assertEquals(Why.NOT_LOGGED_IN, refusal(say("ana", "s1", 1, GENERAL, "still here?")));
        assertInstanceOf(Done.class, say("ana", "s2", 1, GENERAL, "it is me now"));
    }

    @Test
    void aRepetitionIsTheSameMessageEvenAfterALogOut() {
        logIn("ana", "s1");
        ChannelOutcome first = say("ana", "s1", 1, GENERAL, "once");
        assertEquals(first, say("ana", "s1", 1, GENERAL, "once"));
        channel.apply(new ChannelCommand.LogOut("ana", "s1", "the connection was lost", 3));
        logIn("ana", "s1");
        assertEquals(first, say("ana", "s1", 1, GENERAL, "once"));
        assertEquals(
                1, channel.after(0).stream().filter(m -> m.kind() == Kind.SAID).count());
        assertInstanceOf(Done.class, say("ana", "s1", 2, GENERAL, "twice"));
        assertEquals(
                2, channel.after(0).stream().filter(m -> m.kind() == Kind.SAID).count());
    }

    @Test
    void whatIsSaidToOnePersonIsForTheTwoOnly() {
        logIn("ana", "s1");
        logIn("bento", "s2");
        assertEquals(Why.NOT_THERE, refusal(say("ana", "s1", 1, new Audience.Person("carla"), "psst")));
        say("ana", "s1", 1, new Audience.Person("bento"), "psst");
        ChannelMessage secret = channel.newestFirst().iterator().next();
        assertTrue(secret.isFor("ana") && secret.isFor("bento"));
        assertFalse(secret.isFor("carla") || secret.isFor(""));
        logIn("carla", "s3");
        assertEquals(Why.NOT_THERE, refusal(channel.apply(new ChannelCommand.Confirm("carla", "s3", secret.id(), 4))));
    }

    @Test
    void topicsAreMadeAndConfirmationsCounted() {
        logIn("ana", "s1");
        Audience weather = new Audience.Topic("weather");
        assertEquals(Why.NOT_THERE, refusal(say("ana", "s1", 1, weather, "rain")));
        channel.apply(new ChannelCommand.MakeTopic("ana", "s1", "weather", 2));
        Done said = assertInstanceOf(Done.class, say("ana", "s1", 1, weather, "rain"));
        channel.apply(new ChannelCommand.Confirm("ana", "s1", said.id(), 3));
        channel.apply(new ChannelCommand.Confirm("ana", "s1", said.id(), 3));
        assertEquals(Set.of("ana"), channel.readersOf(said.id()));
        assertEquals(Why.NOT_THERE, refusal(channel.apply(new ChannelCommand.Confirm("ana", "s1", 99, 3))));
        assertEquals(Set.of("general", "grid", "weather"), channel.topics());
    }

    @Test
    void aStampIsLargerThanAllThatTheSenderHadSeen() {
        logIn("ana", "s1");
        Done said = (Done) channel.apply(new ChannelCommand.Say("ana", "s1", 1, GENERAL, "late", 41, 2));
        assertEquals(42, said.lamport());
        assertEquals(43, ((Done) say("ana", "s1", 2, GENERAL, "later")).lamport());
    }

    @Test
    void onlySoMuchIsKeptAndTheGridsEventsDoNotPushOutWhatPeopleSaid() {
        logIn("ana", "s1");
        say("ana", "s1", 1, GENERAL, "kept");
        for (int i = 0; i < Channel.MAX_EVENTS + 10; i++) {
            channel.announce("event " + i, 3);
        }
        assertEquals(Channel.MAX_EVENTS + 2, channel.after(0).size());
        assertTrue(ids().contains(2L));
        for (int i = 0; i < Channel.MAX_MESSAGES; i++) {
            say("ana", "s1", 2 + i, GENERAL, "more");
        }
        assertFalse(ids().contains(2L));
        channel.announce("a month later", 4 + Channel.MAX_KEPT_MILLIS);
        assertEquals(1, channel.after(0).size());
    }

    @Test
    void longTextsPushOutOldOnesAndOldMessagesAreNotConfirmedAnyMore() {
        logIn("ana", "s1");
        String text = "x".repeat(4_000);
        for (int i = 1; i <= Channel.MAX_TEXT / text.length() + 5; i++) {
            say("ana", "s1", i, GENERAL, text);
        }
        assertTrue(channel.after(0).stream().mapToLong(m -> m.text().length()).sum() <= Channel.MAX_TEXT);
        long newest = channel.lastId();
        long first = newest - Channel.MAX_CONFIRMED + 1;
        assertInstanceOf(Done.class, channel.apply(new ChannelCommand.Confirm("ana", "s1", first, 3)));
        assertEquals(Why.NOT_THERE, refusal(channel.apply(new ChannelCommand.Confirm("ana", "s1", first - 1, 3))));
        assertEquals(Set.of("ana"), channel.readersOf(first));
        say("ana", "s1", 1_000_000, GENERAL, "one more");
        assertEquals(Set.of(), channel.readersOf(first));
    }

    @Property(tries = 60)
    void replicasAgreeByteForByteWithAndWithoutSnapshots(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Channel one = new Channel();
        Channel other = new Channel();
        Map<ChannelSnapshot, byte[]> frozen = new LinkedHashMap<>();
        Map<String, Long> heard = new HashMap<>();
        long lastId = 0;
        for (int i = 0; i < 400; i++) {
            ChannelCommand command = command(random, i);
            ChannelOutcome outcome = one.apply(command);
            assertEquals(outcome, other.apply(throughBytes(command)));
            if (random.nextInt(30) == 0) {
                one.announce("event " + i, i);
                other.announce("event " + i, i);
            }
            for (ChannelMessage message : one.after(lastId)) {
                assertEquals(++lastId, message.id(), "no gap");
                assertTrue(message.lamport() > heard.getOrDefault("", 0L), "stamps grow");
                heard.put("", message.lamport());
            }
            if (random.nextInt(50) == 0) {
                other = ChannelSnapshot.read(new DataInputStream(new ByteArrayInputStream(snapshot(other))));
            }
            if (random.nextInt(30) == 0) {
                frozen.put(ChannelSnapshot.of(one), snapshot(one));
            }
        }
        assertArrayEquals(snapshot(one), snapshot(other));
        for (Map.Entry<ChannelSnapshot, byte[]> each : frozen.entrySet()) {
            assertArrayEquals(each.getValue(), bytes(each.getKey()), "written later, but as it was");
        }
    }

    private static ChannelCommand command(Random random, int step) {
        String name = "user" + random.nextInt(3);
        String session = "session" + random.nextInt(4);
        return switch (random.nextInt(8)) {
            case 0 -> new ChannelCommand.LogIn(name, session, random.nextInt(4) == 0, random.nextInt(500), step);
            case 1 -> new ChannelCommand.LogOut(name, session, random.nextBoolean() ? "" : "lost", step);
            case 2 -> new ChannelCommand.MakeTopic(name, session, "topic" + random.nextInt(3), step);
            case 3 -> new ChannelCommand.Confirm(name, session, random.nextInt(60), step);
            case 4 -> say(name, session, random, new Audience.Person("user" + random.nextInt(3)), step);
            default -> say(name, session, random, new Audience.Topic("topic" + random.nextInt(3)), step);
        };
    }

    private static ChannelCommand say(String name, String session, Random random, Audience to, int step) {
        return new ChannelCommand.Say(
                name, session, 1 + random.nextInt(40), to, "text " + step, random.nextInt(500), step);
    }

    private static ChannelCommand throughBytes(ChannelCommand command) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ChannelCodec.write(command, new DataOutputStream(bytes));
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        ChannelCommand read = ChannelCodec.readCommand(in.readByte(), in);
        assertEquals(command, read);
        assertEquals(0, in.available());
        return read;
    }

    private static byte[] snapshot(Channel channel) throws IOException {
        return bytes(ChannelSnapshot.of(channel));
    }

    private static byte[] bytes(ChannelSnapshot snapshot) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        snapshot.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Test
    void bytesOfALaterVersionAreRefused() {
        DataInputStream nothing = new DataInputStream(new ByteArrayInputStream(new byte[] {9, 9, 9}));
        assertThrows(IOException.class, () -> ChannelCodec.readCommand(99, nothing));
        assertThrows(IOException.class, () -> ChannelSnapshot.read(nothing));
    }
}
