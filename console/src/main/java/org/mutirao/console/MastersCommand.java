package org.mutirao.console;

import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code console masters}. */
@Command(
        name = "masters",
        description = {
            "Lists the masters of the group, who leads, and whether one more may be lost.",
            "With a word it changes the group: add a newcomer, remove one, promote one to be counted now, "
                    + "or transfer the lead."
        })
final class MastersCommand extends GridCommand {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "CHANGE",
            description = "add, remove, promote or transfer; without it nothing changes.")
    private MasterChange change;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "ID[@ADDRESS]",
            description = "Which master; a newcomer that is not found by itself with its address.")
    private String master;

    @Override
    int run() throws CommandFailed, InterruptedException {
        if (change == null) {
            show(ask(new OperatorRequest.ListMasters(), Reply.Group.class).group());
            return 0;
        }
        if (master == null) {
            throw new CommandFailed(Text.of("say which master to %s: its id", change.wireName()));
        }
        show(ask(new OperatorRequest.ChangeMasters(change, master), Reply.Group.class)
                .group());
        return 0;
    }

    private void show(GroupRow group) {
        if (json()) {
            printJson(group);
            return;
        }
        Table table = new Table(
                screen(),
                Column.right(Text.of("ID")),
                Column.left(Text.of("ADDRESS")).shrinks(21),
                Column.left(Text.of("ROLE")),
                Column.right(Text.of("PRIORITY")).dispensable(1),
                Column.right(Text.of("RANK")).dispensable(2),
                Column.right(Text.of("BEHIND")),
                Column.right(Text.of("MISSING")));
        for (MasterRow row : group.masters()) {
            table.row(
                    row.id(),
                    row.address(),
                    Roles.inWords(row.role()),
                    row.priority(),
                    row.rank() == 0 ? "" : row.rank(),
                    row.behind() < 0 ? "?" : row.behind(),
                    row.missing() < 0 ? "?" : row.missing());
        }
        table.print(out());
        out().println();
        tell(summary(group));
        if (!group.note().isEmpty()) {
            tell(Table.clean(group.note()));
        }
        for (MasterRow row : group.masters()) {
            row.problem().ifPresent(problem -> tell(Table.clean(problem)));
        }
        for (GroupRow.GuestRow guest : group.guests()) {
            out().println(Text.of(
                    "guest %s, priority %s, at %s", guest.id(), guest.priority(), Table.printable(guest.address())));
        }
    }

    private static String summary(GroupRow group) {
        String leads =
                group.leader().map(id -> Text.of("master %s leads", id)).orElseGet(() -> Text.of("nobody leads"));
        String spare =
                switch (group.spare()) {
                    case 0 -> Text.of("no master may be lost now");
                    case 1 -> Text.of("one more master may be lost");
                    default -> Text.of("%d more masters may be lost", group.spare());
                };
        return Text.of(
                "group %s, %s, term %d, election by %s: %s",
                Table.printable(group.group()), leads, group.term(), group.election(), spare);
    }
}
