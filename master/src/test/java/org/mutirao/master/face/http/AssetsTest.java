package org.mutirao.master.face.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page finds all that it asks for, and says all of it in both languages. */
class AssetsTest {
    /** As they are in the project: what an earlier build left elsewhere does not count. */
    private static Path folder() {
        return Path.of("src/main/resources/dashboard");
    }

    private static Set<String> found(String text, String pattern) {
        Set<String> found = new TreeSet<>();
        for (Matcher matcher = Pattern.compile(pattern).matcher(text); matcher.find(); ) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Set<String> everywhere(String pattern) throws IOException {
        Set<String> all = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file : files.toList()) {
                all.addAll(found(Files.readString(file), pattern));
            }
        }
        return all;
    }

    @Test
    void everyFileOfTheDashboardIsServedAndEachIsThere() throws Exception {
        Set<String> own = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder())) {
            files.forEach(file -> own.add(file.getFileName().toString()));
        }
        own.removeAll(Set.of("signin.html", "signin_pt.html")); // sent to those who may see nothing else
        Set<String> served = Assets.names();
        assertTrue(served.containsAll(own), "not served: " + own + " of " + served);
        for (String name : served) {
            assertTrue(Assets.isThere(name), name + " is not built in");
        }
        Set<String> asked = everywhere("(?:(?:from |import\\()\"\\./|/assets/|script\\(\")([\\w.]+)\"");
        assertTrue(served.containsAll(asked), "asked for: " + asked);
    }

    @Test
    void nothingInTheFirstRowsIsTakenForAPartOfThePage() {
        assertEquals(
                "<script type=\"application/json\" id=\"first\">{\"reason\":\"\\u003c/script>\\u003c!--\"}</script>",
                Assets.data("{\"reason\":\"</script><!--\"}"));
    }

    @Test
    void everyWordHasItsTwinAndEachIsUsed() throws Exception {
        Set<String> english = new TreeSet<>();
        for (String module : List.of("words.js", "accesswords.js", "hint.js", "me.js")) {
            String words = Files.readString(folder().resolve(module));
            int second = words.indexOf("\n  pt: {");
            Set<String> here = found(words.substring(0, second), "\n    (\\w+): \"");
            assertEquals(here, found(words.substring(second), "\n    (\\w+): \""));
            assertTrue(english.stream().noneMatch(here::contains), () -> "said twice, in " + module + " too");
            english.addAll(here);
        }
        assertTrue(english.size() > 150, english.size() + " words");
        Set<String> asked = everywhere("(?:\\bword\\(|data-word=|data-label=)\"(\\w+)\"");
        assertTrue(english.containsAll(asked), () -> "without words: " + without(asked, english));
        Set<String> quoted = everywhere("\"(\\w+)\"");
        quoted.addAll(everywhere("\\b(\\w+)[:,]")); // names of states stand without quotes
        Set<String> unused = without(english, quoted);
        unused.removeIf(word -> word.startsWith("kind_"));
        assertEquals(Set.of(), unused, "words that nothing shows");
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
