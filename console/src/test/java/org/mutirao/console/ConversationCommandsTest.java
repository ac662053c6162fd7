package org.mutirao.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.mutirao.console.ScriptedGrid.Shown;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.EventRow;
import org.mutirao.protocol.message.GroupMessage;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.GroupRow.GuestRow;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.OperatorRequest.ReadEvents;
import org.mutirao.protocol.message.OperatorRequest.SayToGroup;
import org.mutirao.protocol.message.Reply;
import picocli.CommandLine;

/** {@code console group}, which a person types into, and {@code console bot}, which talks by itself. */
class ConversationCommandsTest extends OnScriptedGrid {
    private Shown type(InputStream typed) {
        return grid.console(
                new CommandLine.IFactory() {
                    @Override
                    public <K> K create(Class<K> type) throws Exception {
                        return type == GroupCommand.class
                                ? type.cast(new GroupCommand(() -> typed))
                                : CommandLine.defaultFactory().create(type);
                    }
                },
                "group");
    }

    private static InputStream lines(String... lines) {
        return new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private static Reply group() {
        MasterRow master = new MasterRow(10, "0000000a", "10.0.0.1:50020", 10, 1, "leader", 0, 0, Optional.empty());
        return new Reply.Group(GroupRow.builder()
                .masters(List.of(master))
                .guests(List.of(new GuestRow(77, 999, "10.0.0.9")))
                .build());
    }

    @Test
    void whatIsTypedIsSaidOrAnsweredAndTheRestIsExplained() {
        grid.on(ReadEvents.class, new Reply.EventList(List.of(), 5));
        grid.on(
                SayToGroup.class,
                say -> say.to().equals(Optional.of(99))
                        ? new Reply.Failure(Reply.Refusal.NOT_FOUND, "there is no member 99")
                        : group());
        Shown shown = type(lines(
                "join",
                "list",
                "send good evening",
                "sendto 77 only you",
                "sendto 99 hello",
                "sendto x hello",
                "sendto 7",
                "dance",
                "",
                "leave",
                "exit",
                "send never"));
        String help = "join, leave, list, send TEXT, sendto ID TEXT, exit";
        List<String> list = List.of(
                "member 10, priority 10: master of ours, leader",
                "member 77, priority 999: guest at 10.0.0.9",
                "highest priority: member 77");
        List<String> expected = new ArrayList<>(List.of(help));
        expected.addAll(list); // joined
        expected.addAll(list);
        expected.addAll(List.of(
                "there is no member 99",
                "'x' is no id",
                "write: sendto ID TEXT",
                "write: sendto ID TEXT",
                "no such command; there are: " + help));
        expected.addAll(list); // left
        shown.prints(expected.toArray(String[]::new));
        List<SayToGroup> said = grid.asked().stream()
                .filter(SayToGroup.class::isInstance)
                .map(SayToGroup.class::cast)
                .filter(say -> say.word() == GroupMessage.SEND)
                .toList();
        assertEquals(
                List.of(
                        new SayToGroup(GroupMessage.SEND, Optional.empty(), "good evening"),
                        new SayToGroup(GroupMessage.SEND, Optional.of(77), "only you"),
                        new SayToGroup(GroupMessage.SEND, Optional.of(99), "hello")),
                said);
    }

    @Test
    void whatOthersSayIsShownAndOtherEventsAreNot() {
        CountDownLatch heard = new CountDownLatch(1);
        grid.on(ReadEvents.class, read -> {
            if (read.after() == Long.MAX_VALUE) {
                return new Reply.EventList(List.of(), 5);
            }
            if (read.after() > 5) {
                heard.countDown();
                return new Reply.EventList(List.of(), 7);
            }
            return new Reply.EventList(
                    List.of(event(6, "message", "Member 77: hello\u0007"), event(7, "task", "task 1 succeeded")), 7);
        });
        Shown shown = type(ChatCommandTest.after(heard, "exit\n"));
        shown.prints("join, leave, list, send TEXT, sendto ID TEXT, exit", "Member 77: hello?");
    }

    private static EventRow event(long id, String kind, String text) {
        return new EventRow(id, 0, kind, Optional.empty(), Optional.empty(), text);
    }

    @Test
    void aMasterThatDoesNotTalkEndsIt() {
        grid.refuse(ReadEvents.class, "not now");
        type(lines("list")).refuses("not now");
    }

    /** A channel that keeps all, gives it to everybody, and loses or doubles what a test says. */
    private final class Channel {
        private final List<ChannelRow> rows = new ArrayList<>();
        private final boolean doubling;

        Channel(boolean doubling) {
            this.doubling = doubling;
            grid.on(ChannelRequest.Enter.class, heard())
                    .on(ChannelRequest.MakeTopic.class, heard())
                    .on(ChannelRequest.Exit.class, heard())
                    .on(ChannelRequest.Look.class, new Reply.ChannelView(List.of(), List.of(), 0, 0))
                    .on(ChannelRequest.Say.class, this::say)
                    .on(ChannelRequest.Read.class, this::read);
        }

        private Reply heard() {
            return new Reply.Heard(1, 1, Optional.empty());
        }

        private Reply say(ChannelRequest.Say say) {
            for (int times = doubling && say.number() == 2 ? 2 : 1; times > 0; times--) {
                synchronized (rows) {
                    long id = rows.size() + 1L;
                    rows.add(new ChannelRow(
                            id, id, 0, "said", say.speaker().name(), say.topic(), Optional.empty(), say.text()));
                    rows.notifyAll();
                }
            }
            return heard();
        }

        private Reply read(ChannelRequest.Read read) {
            synchronized (rows) {
                try {
                    if (rows.size() <= read.after()) {
                        rows.wait(read.patience().toMillis());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return new Reply.Messages(rows.stream().skip(read.after()).toList(), rows.size());
            }
        }
    }

    @Test
    void botsThatHearEverythingOnceAreContent() {
        new Channel(false);
        Shown shown = grid.console("bot", "--rate=100", "--users=2", "--for=1s");
        assertEquals(0, shown.exit(), shown.out() + shown.err());
        assertTrue(shown.out().contains("each to be heard by 2: all heard, 0 lost or doubled"), shown.out());
    }

    @Test
    void botsThatHearSomethingTwiceSaySo() {
        new Channel(true);
        Shown shown = grid.console("bot", "--rate=100", "--users=1", "--for=1s");
        assertEquals(1, shown.exit(), shown.out());
        assertTrue(shown.out().contains(", 1 lost or doubled"), shown.out());
    }

    @Test
    void botsNeedAChannelAndAReasonableNumber() {
        grid.console("bot", "--users=0").refuses("there can be 1 to 1000 users, 1 to 100 topics, and a rate above 0");
        grid.refuse(ChannelRequest.Enter.class, "the channel is full");
        grid.console("bot", "--for=1s").refuses("the channel is full");
    }
}
