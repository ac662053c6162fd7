package org.mutirao.protocol.dialect;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.AccessRequest.IssueBadge;
import org.mutirao.protocol.message.AccessRequest.ListBadges;
import org.mutirao.protocol.message.AccessRequest.ListNotes;
import org.mutirao.protocol.message.AccessRequest.RetireSecrets;
import org.mutirao.protocol.message.AccessRequest.TakeBackBadge;
import org.mutirao.protocol.message.AccessRequest.WhoAmI;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.text.Text;

/** What is asked about who may do what, and its answers; our own extension. */
final class AccessMessages {
    private static final int MAX_ROWS = 1000;
    private static final int MAX_HOLDER = 60;

    static final OwnMessages<AccessRequest> ALL = OwnMessages.of(AccessRequest.class)
            .row(WhoAmI.class, "WHO_AM_I", OwnMessages::fields, in -> new WhoAmI(), OwnMessages.as(Reply.Who.class))
            .row(
                    IssueBadge.class,
                    "ISSUE_BADGE",
                    (issue, object) ->
                            Frame.of(object.put("role", issue.role().word()).put("holder", issue.holder())),
                    in -> new IssueBadge(role(in.text("role")), holder(in)),
                    OwnMessages.as(Reply.BadgeState.class))
            .row(
                    ListBadges.class,
                    "LIST_BADGES",
                    OwnMessages::fields,
                    in -> new ListBadges(),
                    OwnMessages.as(Reply.BadgeList.class))
            .row(
                    TakeBackBadge.class,
                    "TAKE_BACK_BADGE",
                    OwnMessages::fields,
                    in -> new TakeBackBadge((int) in.fields().number("serial", 1, Integer.MAX_VALUE)),
                    OwnMessages.as(Reply.BadgeState.class))
            .row(
                    RetireSecrets.class,
                    "RETIRE_SECRETS",
                    OwnMessages::fields,
                    in -> new RetireSecrets(),
                    OwnMessages.as(Reply.Changed.class))
            .row(
                    ListNotes.class,
                    "LIST_NOTES",
                    OwnMessages::fields,
                    in -> new ListNotes(
                            in.fields().numberOr("after", 0, Long.MAX_VALUE, 0),
                            Optional.of(in.fields().numberOr("before", 1, Long.MAX_VALUE, 0))
                                    .filter(before -> before > 0),
                            (int) in.fields().numberOr("limit", 1, MAX_ROWS, MAX_ROWS)),
                    OwnMessages.as(Reply.NoteList.class))
            .build();

    private AccessMessages() {}

    private static Role role(String word) throws BadMessage {
        return Role.named(word)
                .orElseThrow(() -> new BadMessage(Text.of(
                        "there is no such role; there are %s",
                        Stream.of(Role.values()).map(Role::word).collect(Collectors.joining(", ")))));
    }

    private static String holder(OwnMessages.Received in) throws BadMessage {
        String holder = in.fields().optionalText("holder").orElse("");
        if (holder.length() > MAX_HOLDER) {
            throw new BadMessage(Text.of("a holder's name has %d letters at most", MAX_HOLDER));
        }
        return holder;
    }
}
