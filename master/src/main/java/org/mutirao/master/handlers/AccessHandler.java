package org.mutirao.master.handlers;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mutirao.master.access.Access;
import org.mutirao.master.access.AccessCommand;
import org.mutirao.master.access.AuditNote;
import org.mutirao.master.access.Issued;
import org.mutirao.master.door.Origin;
import org.mutirao.master.watch.Scope;
import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.BadgeRow;
import org.mutirao.protocol.message.NoteRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Reply.Refusal;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.room.Badge;
import org.mutirao.protocol.room.Entrant;
import org.mutirao.protocol.room.Role;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.text.Text;
import org.mutirao.protocol.units.SafeText;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Gives badges, takes them back, and says who did what. For the loop. */
public final class AccessHandler {
    private static final int MAX_HOLDER = 60;

    private record Asked(Entrant entrant, Answer answer) {}

    private static final SealedSteps<AccessRequest, AccessHandler, Asked> REQUESTS =
            SealedSteps.<AccessRequest, AccessHandler, Asked>of(AccessRequest.class)
                    .row(AccessRequest.WhoAmI.class, (who, by, asked) -> asked.answer()
                            .send(who(asked.entrant())))
                    .row(AccessRequest.IssueBadge.class, (issue, by, asked) -> by.issue(issue, asked.answer()))
                    .row(AccessRequest.ListBadges.class, (list, by, asked) -> asked.answer()
                            .send(by.badges()))
                    .row(AccessRequest.TakeBackBadge.class, (back, by, asked) -> by.takeBack(back, asked.answer()))
                    .row(AccessRequest.RetireSecrets.class, (retire, by, asked) -> by.retire(asked.answer()))
                    .row(AccessRequest.ListNotes.class, (list, by, asked) -> asked.answer()
                            .send(by.notes(list)))
                    .build();

    private final Supplier<Access> access;
    private final Function<AccessCommand, CompletableFuture<Optional<Issued>>> journal;
    private final Supplier<String> grid;
    private final boolean hasKey;
    private final List<String> before;
    private final Shares shares;
    private final InstantSource clock;
    private final Noting noting;

    /**
     * Answers from now on.
     *
     * @param access the one in force, read on the loop only
     * @param journal where commands become durable; completes on the loop
     * @param grid its id
     * @param hasKey whether the room has one
     * @param before labels of the secrets that the room had before and still takes
     * @param shares how much submitters may open
     */
    public AccessHandler(
            Supplier<Access> access,
            Function<AccessCommand, CompletableFuture<Optional<Issued>>> journal,
            Supplier<String> grid,
            boolean hasKey,
            List<String> before,
            Shares shares,
            InstantSource clock) {
        this.access = access;
        this.journal = journal;
        this.grid = grid;
        this.hasKey = hasKey;
        this.before = List.copyOf(before);
        this.shares = shares;
        this.clock = clock;
        this.noting = new Noting(journal, clock);
    }

    /** @param entrant how the one came in who asks */
    void answer(AccessRequest request, Entrant entrant, Answer answer) {
        REQUESTS.run(request, this, new Asked(entrant, answer));
    }

    /** One who asks: which jobs he sees and how much he may open. What is done is noted before it is answered. */
    Ask asking(Request request, Origin origin, Answer answer) {
        Scope scope = Scope.of(origin.entrant(), access);
        Shares.Share share = shares.of(scope);
        return new Ask(noting.noting(request, origin, share.until(answer)), scope, share, origin);
    }

    private static Reply who(Entrant entrant) {
        Stream<Role> may = entrant.isWhole() ? Stream.of(Role.values()) : entrant.badge().map(Badge::role).stream();
        return new Reply.Who(entrant.word(), may.map(Role::word).toList());
    }

    private void issue(AccessRequest.IssueBadge issue, Answer answer) {
        if (!hasKey) {
            answer.send(new Reply.Failure(
                    Refusal.CONFLICT,
                    Text.of("this room has no key, so everybody may do everything; 'mutirao secret new' makes a key")));
            return;
        }
        String holder = SafeText.of(issue.holder(), ' ', MAX_HOLDER).strip();
        propose(
                new AccessCommand.Issue(issue.role(), holder, clock.millis()),
                Text.of("there are too many badges"),
                answer);
    }

    private void takeBack(AccessRequest.TakeBackBadge back, Answer answer) {
        propose(
                new AccessCommand.TakeBack(back.serial(), clock.millis()),
                Text.of("there is no badge %d; 'mutirao secret list' lists them", back.serial()),
                answer);
    }

    /** @param none said when there is no such badge */
    private void propose(AccessCommand command, String none, Answer answer) {
        journal.apply(command).whenComplete((issued, failure) -> {
            if (failure != null) {
                answer.send(notTaken());
            } else {
                answer.send(issued.<Reply>map(badge -> new Reply.BadgeState(row(badge), grid.get()))
                        .orElseGet(() -> new Reply.Failure(Refusal.NOT_FOUND, none)));
            }
        });
    }

    private static Reply notTaken() {
        return new Reply.Failure(Refusal.TRY_LATER, Text.of("the log did not take it; try again"));
    }

    private void retire(Answer answer) {
        List<String> valid = before.stream()
                .filter(label -> !access.get().standing().retired().contains(label))
                .toList();
        if (valid.isEmpty()) {
            answer.send(new Reply.Failure(
                    Refusal.CONFLICT, Text.of("this master takes no older secret; there is nothing to retire")));
            return;
        }
        CompletableFuture.allOf(valid.stream()
                        .map(label -> journal.apply(new AccessCommand.Retire(label)))
                        .toArray(CompletableFuture<?>[]::new))
                .whenComplete(
                        (done, failure) -> answer.send(failure == null ? new Reply.Changed(valid.size()) : notTaken()));
    }

    private Reply badges() {
        return new Reply.BadgeList(
                access.get().badges().values().stream().map(AccessHandler::row).toList());
    }

    private static BadgeRow row(Issued issued) {
        return new BadgeRow(
                issued.badge().serial(),
                issued.badge().role().word(),
                issued.holder(),
                issued.issuedAt(),
                issued.takenBackAt().stream().boxed().findFirst());
    }

    private Reply notes(AccessRequest.ListNotes list) {
        Access now = access.get();
        long first = Math.max(list.after(), now.forgotten());
        if (list.before().isPresent()) {
            long end = Math.min(list.before().get() - 1, now.noted());
            long start = Math.max(first, end - list.limit());
            List<NoteRow> newest = rows(now, start, (int) Math.max(0, end - start));
            Collections.reverse(newest);
            return new Reply.NoteList(newest, start > first);
        }
        List<NoteRow> rows = rows(now, first, list.limit());
        return new Reply.NoteList(rows, first + rows.size() < now.noted());
    }

    private static List<NoteRow> rows(Access now, long after, int limit) {
        List<NoteRow> rows = new ArrayList<>();
        long number = after;
        for (AuditNote note : now.notes(after, limit)) {
            number++;
            rows.add(new NoteRow(number, note.at(), note.who(), note.from(), note.what(), note.about()));
        }
        return rows;
    }
}
