package org.mutirao.protocol.commandline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mutirao.protocol.units.HostPort;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A person reads one line: what is wrong, and where the help is. */
class WrongUsageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "list one -x # grid list: there is no option -x (see grid list --help)",
                "list --at x # grid list: the value of --at: 'x y' is no address: write it like pc7:50020 (see grid list --help)",
                "list --many x # grid list: the value of --many: expected a whole number, but found 'x y' (see grid list --help)",
                "list --big 12x # grid list: the value of --big: expected a whole number, but found '12x' (see grid list --help)",
                "list --when now # grid list: the value of --when: expected early or late, but found 'now' (see grid list --help)",
                "list --twice=no # grid list: the value of --twice: expected true or false, but found 'no' (see grid list --help)",
                "@nowhere # grid: there is no file nowhere (see grid --help)",
                "list --stat x # grid list: there is no option --stat, did you mean --state? (see grid list --help)",
                "list --state # grid list: the value of --state is missing (see grid list --help)",
                "list one two # grid list: 'two' is one word too many (see grid list --help)",
                "list # grid list: WHICH is missing (see grid list --help)",
                "lst # grid: there is no command 'lst', did you mean 'list'? (see grid --help)",
                "dance # grid: there is no command 'dance' (see grid --help)",
                "need # grid need: --key is missing (see grid need --help)",
                "either # grid either: WHICH | --all is missing (see grid either --help)",
                "choose --a --b # grid choose: Error: --a, --b are mutually exclusive (specify only one) (see grid choose --help)",
                "list on\u001b[2J three # grid list: 'three' is one word too many (see grid list --help)",
                "list a \u001b[2J # grid list: '?[2J' is one word too many (see grid list --help)",
            })
    void itIsOneLine(String words, String line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] typed = Arrays.stream(words.split(" "))
                .map(word -> word.equals("x") ? "x y" : word)
                .toArray(String[]::new);
        int exit = new CommandLine(new Grid())
                .registerConverter(HostPort.class, HostPort::parseMaster)
                .setParameterExceptionHandler(WrongUsage::explain)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(typed);
        assertEquals(List.of(line), err.toString().lines().toList());
        assertEquals("", out.toString());
        assertEquals(2, exit);
    }

    @ParameterizedTest
    @CsvSource({
        "mutirao,,mutirao",
        "mutirao-console,console.jar tasks,mutirao-console",
        "'a b',console.jar tasks,java -jar console.jar",
        ",lib/console.jar tasks a.jar,java -jar lib/console.jar",
        ",console.jar,java -jar console.jar",
        ",my jars/console.jar tasks,console",
        ",org.example.Main tasks,console",
        ",,console"
    })
    void aPersonReadsTheNameThatWasTyped(String script, String started, String name) {
        assertEquals(name, CalledAs.name(script == null ? "" : script, started == null ? "" : started, "console"));
    }

    @Command(
            name = "grid",
            subcommands = {Grid.Leaf.class, Grid.Need.class, Grid.Choose.class, Grid.Either.class})
    static final class Grid implements Runnable {
        @Override
        public void run() {}

        @Command(name = "list")
        static final class Leaf implements Runnable {
            @Parameters(paramLabel = "WHICH")
            String which;

            @Option(names = "--at")
            HostPort at;

            @Option(names = "--many")
            int many;

            @Option(names = "--big")
            Long big;

            @Option(names = "--when")
            When when;

            @Option(names = "--twice")
            boolean twice;

            @Option(names = "--state")
            String state;

            enum When {
                EARLY,
                LATE
            }

            @Override
            public void run() {}
        }

        @Command(name = "need")
        static final class Need implements Runnable {
            @Option(names = "--key", required = true)
            String key;

            @Override
            public void run() {}
        }

        @Command(name = "either")
        static final class Either implements Runnable {
            @ArgGroup(multiplicity = "1")
            Meant meant;

            static final class Meant {
                @Parameters(paramLabel = "WHICH", arity = "1..*")
                List<String> which;

                @Option(names = "--all")
                boolean all;
            }

            @Override
            public void run() {}
        }

        @Command(name = "choose")
        static final class Choose implements Runnable {
            @ArgGroup
            OneOf oneOf;

            static final class OneOf {
                @Option(names = "--a")
                boolean a;

                @Option(names = "--b")
                boolean b;
            }

            @Override
            public void run() {}
        }
    }
}
