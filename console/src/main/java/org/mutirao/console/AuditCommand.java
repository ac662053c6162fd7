package org.mutirao.console;

import org.mutirao.protocol.message.AccessRequest;
import org.mutirao.protocol.message.NoteRow;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.text.Text;
import picocli.CommandLine.Command;

/** Who did what. */
@Command(
        name = "audit",
        description = {
            "Lists who handed in, cancelled, removed, set a clock or made a secret, and from where.",
            "What was put into the master's folder tasks/ is not listed, since nobody says who put it there."
        })
final class AuditCommand extends GridCommand {
    private static final int PAGE = 1000;

    @Override
    int run() throws CommandFailed, InterruptedException {
        Table table = new Table(
                screen(),
                Column.left(Text.of("WHEN")),
                Column.left(Text.of("WHO")),
                Column.left(Text.of("FROM")).dispensable(1),
                Column.left(Text.of("WHAT")),
                Column.left(Text.of("ABOUT")).shrinks(16));
        long known = 0;
        Reply.NoteList page;
        do {
            page = ask(new AccessRequest.ListNotes(known, PAGE), Reply.NoteList.class);
            for (NoteRow note : page.notes()) {
                known = note.number();
                if (json()) {
                    printJson(note);
                } else {
                    table.row(BadgeCommand.day(note.at()), note.who(), note.from(), note.what(), note.about());
                }
            }
        } while (page.more() && !page.notes().isEmpty());
        if (known == 0 && !json()) {
            tell(Text.of("Nothing was done yet that is noted."));
        } else if (!json()) {
            table.print(out());
        }
        return 0;
    }
}
