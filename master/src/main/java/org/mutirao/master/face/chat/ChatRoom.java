package org.mutirao.master.face.chat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelListener;
import org.mutirao.master.door.Grid;
import org.mutirao.master.door.Origin;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.ChatMessage;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.ForeignName;
import org.mutirao.protocol.units.Told;
import org.mutirao.protocol.wire.WireServer.ChatHandler;
import org.mutirao.protocol.wire.WireServer.ChatPeer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The general topic of the channel for programs of the course's chat, at any master. Each of them is one more speaker, for whom this asks
 * the channel as our own programs do. Everything is done on one thread of its own.
 */
final class ChatRoom implements ChatHandler, ChannelListener {
    private static final Logger log = LoggerFactory.getLogger(ChatRoom.class);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 500;
    private static final int MAX_HISTORY = 100;
    /** The channel takes no longer texts, so these come in several messages. */
    private static final int MAX_TEXT = 4_000;
    /** How often somebody who is gone already is tried to be heard. */
    private static final int MAX_LAST_TRIES = 60;

    private static final List<String> TOPICS = List.of(Channel.GENERAL);

    /** What one who has joined may say; everything else is as good as nothing. */
    private static final SealedSteps<ChatMessage, ChatRoom, Guest> WORDS = SealedSteps.<ChatMessage, ChatRoom, Guest>of(
                    ChatMessage.class)
            .row(ChatMessage.Say.class, (say, room, guest) -> room.say(guest, say.text()))
            .row(ChatMessage.Read.class, (read, room, guest) -> room.confirm(guest, read.id()))
            .row(ChatMessage.Join.class, (join, room, guest) -> guest.peer.done())
            .row(ChatMessage.History.class, (history, room, guest) -> guest.peer.done())
            .row(ChatMessage.Notice.class, (notice, room, guest) -> guest.peer.done())
            .row(ChatMessage.Said.class, (said, room, guest) -> guest.peer.done())
            .row(ChatMessage.ReadBy.class, (readBy, room, guest) -> guest.peer.done())
            .build();

    private final Grid grid;
    private final Executor thread;
    private final Map<ChatPeer, Guest> guests = new HashMap<>();

    /** Something to say; {@code endsWord} if the client's word ends with it. */
    private record Piece(String text, boolean endsWord) {}

    /** One who talks here. */
    private static final class Guest {
        private final ChatPeer peer;
        private final Speaker speaker;
        private final Deque<Piece> toSay = new ArrayDeque<>();
        private boolean saying;
        private int lastTries;
        private long number;
        private long last;
        private boolean gone;

        Guest(ChatPeer peer, Speaker speaker) {
            this.peer = peer;
            this.speaker = speaker;
        }
    }

    /**
     * Nobody is there yet.
     *
     * @param grid asked for somebody who is connected
     * @param thread does one thing after the other
     */
    ChatRoom(Grid grid, Executor thread) {
        this.grid = grid;
        this.thread = thread;
    }

    @Override
    public void onWord(ChatPeer from, ChatMessage word) {
        thread.execute(() -> {
            Guest guest = guests.get(from);
            if (guest != null) {
                WORDS.run(word, this, guest);
                return;
            }
            if (word instanceof ChatMessage.Join join) {
                join(from, ForeignName.toOurs(join.name()));
            } else {
                from.close();
            }
            from.done();
        });
    }

    @Override
    public void onGone(ChatPeer peer) {
        thread.execute(() -> {
            Guest guest = guests.remove(peer);
            if (guest != null) {
                guest.gone = true;
                if (!guest.saying) {
                    exit(guest);
                }
            }
        });
    }

    private void exit(Guest guest) {
        ask(guest, new ChannelRequest.Exit(guest.speaker), reply -> {});
    }

    private void ask(Guest guest, ChannelRequest request, Consumer<Reply> then) {
        grid.ask(request, Origin.inside(guest.peer))
                .whenCompleteAsync(
                        (reply, failure) -> then.accept(
                                failure == null
                                        ? reply
                                        : new Reply.Failure(
                                                Refusal.TRY_LATER,
                                                Told.of(
                                                        failure,
                                                        Text.of("no master leads at present; try again in a moment")))),
                        thread);
    }

    private void later(Guest guest, Runnable task) {
        CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, thread)
                .execute(() -> {
                    if (!guest.gone) {
                        task.run();
                    }
                });
    }

    private void join(ChatPeer peer, String name) {
        Guest guest = new Guest(peer, new Speaker(name, "chat-" + UUID.randomUUID()));
        List.copyOf(guests.values()).stream()
                .filter(other -> other.speaker.name().equals(name))
                .forEach(other -> other.peer.close()); // silently, as the original server does
        guests.put(peer, guest);
        enter(guest);
    }

    private void enter(Guest guest) {
        ask(guest, new ChannelRequest.Enter(guest.speaker, 0, true), reply -> {
            if (reply instanceof Reply.Heard heard) {
                begin(guest, heard.id());
            } else if (isPassing(reply)) {
                later(guest, () -> enter(guest));
            } else {
                log.info("A chat from {} is refused: {}", guest.peer.remote(), reply);
                guest.peer.close();
            }
        });
    }

    /** First what was said before, then, the newcomer's own coming first, what happens from now on. */
    private void begin(Guest guest, long arrival) {
        ChannelRequest history =
                new ChannelRequest.Read(Optional.empty(), 0, Optional.of(MAX_HISTORY), TOPICS, Duration.ZERO);
        ask(guest, history, reply -> {
            if (reply instanceof Reply.Messages before) {
                guest.peer.send(new ChatMessage.History(before.messages().stream()
                        .filter(row -> row.kind().equals("said") && row.id() < arrival)
                        .map(ChatRoom::said)
                        .toList()));
                guest.last = arrival - 1;
                listen(guest);
            } else {
                later(guest, () -> begin(guest, arrival));
            }
        });
    }

    private static boolean isPassing(Reply reply) {
        return reply instanceof Reply.NotLeader
                || (reply instanceof Reply.Failure failure && failure.refusal() == Refusal.TRY_LATER);
    }

    private void listen(Guest guest) {
        if (guest.gone) {
            return;
        }
        ChannelRequest read =
                new ChannelRequest.Read(Optional.of(guest.speaker), guest.last, Optional.empty(), TOPICS, WAIT);
        ask(guest, read, reply -> {
            if (reply instanceof Reply.Messages messages) {
                guest.last = messages.last();
                messages.messages().forEach(row -> tell(guest, row));
            }
            if (reply instanceof Reply.Messages messages && !messages.messages().isEmpty()) {
                listen(guest);
            } else {
                later(guest, () -> listen(guest));
            }
        });
    }

    private static void tell(Guest guest, ChannelRow row) {
        String who = ForeignName.toTheirs(row.sender());
        switch (row.kind()) {
            case "said" -> guest.peer.send(said(row));
            case "joined" -> guest.peer.send(new ChatMessage.Notice(who + " entrou no chat", row.at(), row.id()));
            case "left" -> guest.peer.send(new ChatMessage.Notice(who + " saiu do chat", row.at(), row.id()));
            default -> {}
        }
    }

    private static ChatMessage.Said said(ChannelRow row) {
        String to = row.person()
                .map(person -> "(para " + ForeignName.toTheirs(person) + ") ")
                .orElse("");
        return new ChatMessage.Said(ForeignName.toTheirs(row.sender()), to + row.text(), row.at(), row.id());
    }

    private void say(Guest guest, String text) {
        int from = 0;
        while (text.length() - from > MAX_TEXT) {
            int to = from + MAX_TEXT;
            to -= Character.isHighSurrogate(text.charAt(to - 1)) ? 1 : 0;
            guest.toSay.add(new Piece(text.substring(from, to), false));
            from = to;
        }
        guest.toSay.add(new Piece(text.substring(from), true));
        if (!guest.saying) {
            guest.saying = true;
            guest.number++;
            sayNext(guest);
        }
    }

    private void sayNext(Guest guest) {
        Piece piece = guest.toSay.element();
        ChannelRequest say = new ChannelRequest.Say(
                guest.speaker, guest.number, Optional.of(Channel.GENERAL), Optional.empty(), piece.text(), guest.last);
        ask(guest, say, reply -> {
            boolean loggedOut = reply instanceof Reply.Failure failure && failure.refusal() == Refusal.CONFLICT;
            if (loggedOut) {
                ask(guest, new ChannelRequest.Enter(guest.speaker, 0, true), entered -> sayAgain(guest));
            } else if (isPassing(reply)) {
                sayAgain(guest);
            } else {
                onSaid(guest, piece); // or nothing that can be said
            }
        });
    }

    private void onSaid(Guest guest, Piece piece) {
        guest.toSay.remove();
        if (piece.endsWord()) {
            guest.peer.done();
        }
        guest.saying = !guest.toSay.isEmpty();
        if (guest.saying) {
            guest.number++;
            sayNext(guest);
        } else if (guest.gone) {
            exit(guest);
        }
    }

    /** After a while; somebody who said it and left is heard all the same, unless it takes too long. */
    private void sayAgain(Guest guest) {
        if (guest.gone && ++guest.lastTries > MAX_LAST_TRIES) {
            log.warn(
                    "{} words of {} were not said: the channel could not be reached",
                    guest.toSay.size(),
                    guest.peer.remote());
            return;
        }
        CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS, thread)
                .execute(() -> sayNext(guest));
    }

    private void confirm(Guest reader, long id) {
        // All are told when it is on the log.
        ask(reader, new ChannelRequest.Confirm(reader.speaker, id), reply -> reader.peer.done());
    }

    /** It looks for itself. */
    @Override
    public void onNews(Channel channel) {}

    @Override
    public void onConfirmed(String reader, long id, long at) {
        ChatMessage word = new ChatMessage.ReadBy(ForeignName.toTheirs(reader), id, at);
        thread.execute(() -> guests.values().stream()
                .filter(guest -> !guest.speaker.name().equals(reader))
                .forEach(guest -> guest.peer.mention(word)));
    }
}
