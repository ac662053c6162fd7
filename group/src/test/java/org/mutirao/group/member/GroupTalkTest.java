package org.mutirao.group.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.message.MasterCard;
import org.mutirao.protocol.multicast.GroupDatagram;
import org.mutirao.protocol.multicast.GroupDatagram.Join;
import org.mutirao.protocol.multicast.GroupDatagram.Leave;
import org.mutirao.protocol.multicast.GroupDatagram.Welcome;

/** A master beside the course's own program, whose habits these are: it answers a JOIN unless that has its own number. */
class GroupTalkTest {
    private static final MasterCard CARD = MasterCard.builder()
            .group("default")
            .id(1)
            .node("0123abcd")
            .priority(1)
            .election("highest-priority")
            .size(1)
            .port(50020)
            .enginePort(50021)
            .build();

    private final InetAddress here = address("10.0.0.1");
    private final InetAddress there = address("10.0.0.2");
    private final List<GroupDatagram> sent = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private GroupTalk talk(OptionalInt given) {
        return new GroupTalk(given, () -> CARD, here::equals, sent::add, warnings::add);
    }

    /** All that was said, heard back as this machine hears itself. */
    private void echo(GroupTalk talk) {
        List.copyOf(sent).forEach(datagram -> talk.hear(datagram, here));
    }

    @Test
    void aMasterWithoutAnIdMovesAwayFromARealNumberOne() {
        GroupTalk talk = talk(OptionalInt.empty());
        talk.join();
        assertTrue(sent.get(0) instanceof Join join && join.id() != 1, "that program would not answer its own number");
        echo(talk);
        talk.hear(new Welcome(1, 7), there);
        talk.settle();
        assertEquals(2, talk.number());
        assertEquals(new Leave(((Join) sent.get(0)).id()), sent.get(1));
        assertEquals(new Join(2, 1), sent.get(2));
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("10.0.0.2"), warnings.get(0));
    }

    @Test
    void whereNobodyHasItsIdItTakesThat() {
        GroupTalk talk = talk(OptionalInt.empty());
        talk.join();
        echo(talk);
        talk.settle();
        echo(talk);
        assertEquals(1, talk.number());
        assertEquals(List.of(), warnings);
    }

    @Test
    void itMovesWhenAnotherComesLater() {
        GroupTalk talk = talk(OptionalInt.empty());
        talk.join();
        talk.settle();
        sent.clear();
        talk.hear(new Join(1, 1), there);
        assertEquals(2, talk.number());
        assertEquals(new Join(2, 1), sent.get(0), "a LEAVE of the old number would be the other one's");
        assertTrue(sent.stream().noneMatch(Leave.class::isInstance));
    }

    @Test
    void anotherProgramOfThisMachineIsToldByItsPriority() {
        GroupTalk talk = talk(OptionalInt.empty());
        talk.join();
        talk.settle();
        talk.hear(new Welcome(1, 9), here);
        assertEquals(2, talk.number());
    }

    @Test
    void aGivenIdStaysAndThePersonIsWarnedOnce() {
        GroupTalk talk = talk(OptionalInt.of(1));
        talk.join();
        echo(talk);
        talk.hear(new Join(1, 5), there);
        talk.hear(new Welcome(1, 5), there);
        talk.settle();
        assertEquals(1, talk.number());
        assertEquals(List.of(new Join(1, 1)), sent);
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("Give one of them another number"), warnings.get(0));
    }
}
