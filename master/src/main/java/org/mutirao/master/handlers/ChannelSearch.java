package org.mutirao.master.handlers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.mutirao.master.channel.Audience;
import org.mutirao.master.channel.Channel;
import org.mutirao.master.channel.ChannelMessage;
import org.mutirao.master.channel.ChannelMessage.Kind;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.message.ChannelRequest.Speaker;
import org.mutirao.protocol.message.ChannelRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;

/** Finds the messages that a reader of the channel may see. What thousands ask alike is searched for once. For the loop. */
final class ChannelSearch {
    private static final int MAX_AT_ONCE = 500;
    private static final int MAX_ANSWERS = 1000;

    private record Query(long after, List<String> topics) {}

    private final Supplier<Channel> channel;
    /** What was found for a question that others may ask too; good as long as nothing is said. */
    private final Map<Query, Reply.Messages> answers = new HashMap<>();

    private long answersUpTo;

    /** @param channel the one in force */
    ChannelSearch(Supplier<Channel> channel) {
        this.channel = channel;
    }

    /** What is new for a reader, or the last messages if it asks for those. */
    Reply.Messages find(ChannelRequest.Read read) {
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
        String reader = read.speaker()
                .filter(speaker -> now.isThere(speaker.name(), speaker.session()))
                .map(Speaker::name)
                .orElse("");
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
}
