package org.mutirao.protocol.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mutirao.protocol.id.PythonRange;

class RequirementsTest {
    private static final String SCRIPT = "print(1)\n";

    @TempDir
    private Path folder;

    private Requirements of(String... namesAndTexts) throws IOException, RefusedPackage {
        Path file = folder.resolve("x.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        try (TaskPackageFile opened = TaskPackageFile.open(file, PackageLimits.defaults())) {
            return JobLayout.of(opened).requirements();
        }
    }

    private Requirements listed(String text) throws IOException, RefusedPackage {
        return of("main.py", SCRIPT, "requirements.txt", text);
    }

    private RefusedPackage refusal(String... namesAndTexts) {
        RefusedPackage refused = assertThrows(RefusedPackage.class, () -> of(namesAndTexts));
        assertFalse(refused.advice().isBlank());
        return refused;
    }

    private static String header(String... lines) {
        return "# /// script\n" + String.join("\n", List.of(lines)) + "\n# ///\n" + SCRIPT;
    }

    @Test
    void whatDeclaresNothingNeedsNothing() throws Exception {
        assertTrue(of("main.py", SCRIPT).isEmpty());
        assertTrue(listed("# nothing\n\n").isEmpty());
        assertEquals(Optional.empty(), of("main.py", SCRIPT).key());
    }

    @Test
    void allWaysOfWritingItAreTheSame() throws Exception {
        Requirements written = listed(
                "\ufeff# for the table\r\nPandas >= 2, <3   # newest\r\n\r\nScikit_Learn[Extra.One , b]==1.5.0\r\n");
        assertEquals(List.of("pandas<3,>=2", "scikit-learn[b,extra-one]==1.5.0"), written.lines());
        Requirements other = listed("scikit-learn[b, extra_one] == 1.5.0\npandas (<3,>=2)\npandas>=2,<3");
        assertEquals(written.key(), other.key());
        assertNotEquals(written.key(), listed("pandas\n").key());
        assertEquals("pandas<3,>=2\nscikit-learn[b,extra-one]==1.5.0\n", other.text());
    }

    @Test
    void hashesAndMarkersStay() throws Exception {
        String hash = "a".repeat(64);
        assertEquals(
                List.of("numpy==2.1.0 ; python_version >= \"3.9\" --hash=sha256:" + hash),
                listed("numpy==2.1.0 ; python_version >= \"3.9\" \\\n    --hash=sha256:" + hash + "\n")
                        .lines());
    }

    @Test
    void aHeaderIsRead() throws Exception {
        Requirements found = of(
                "main.py",
                header(
                        "# requires-python = \"~=3.11\"",
                        "# dependencies = [",
                        "#   \"Pandas<3\", # a table",
                        "# ]",
                        "#",
                        "# [tool.x]",
                        "# y = 1"));
        assertEquals(List.of("pandas<3"), found.lines());
        assertEquals(Optional.of(new PythonRange(">=3.11,==3.*")), found.python());
    }

    @Test
    void aHeaderMayNameOnlyPython() throws Exception {
        Requirements found = of("main.py", header("# requires-python = \">=3.8\""), "requirements.txt", "pandas\n");
        assertEquals(List.of("pandas"), found.lines());
        assertTrue(found.python().isPresent());
    }

    @Test
    void aBlockWithoutAnEndIsAComment() throws Exception {
        assertTrue(of("main.py", "# /// script\n# dependencies = [\"pandas\"]\nprint(1)\n")
                .isEmpty());
    }

    @Test
    void bothAreRefusedByName() {
        String why = refusal("main.py", header("# dependencies = [\"numpy\"]"), "requirements.txt", "pandas\n")
                .getMessage();
        assertTrue(why.contains("main.py") && why.contains("requirements.txt"), why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "git+https://example.org/x.git         | address that a package names | wheels/",
                "x @ https://example.org/x.whl         | address that a package names | wheels/",
                "file:///etc/passwd                    | address that a package names | wheels/",
                "-e .                                  | the option -e                | beside main.py",
                "--editable=./x                        | the option --editable        | beside main.py",
                "--index-url https://example.org/      | the option --index-url       | --allow-index",
                "--extra-index-url=https://example.org | the option --extra-index-url | --allow-index",
                "-i https://example.org/               | the option -i                | --allow-index",
                "-f wheels                             | the option -f                | --allow-index",
                "--trusted-host example.org            | the option --trusted-host    | --allow-index",
                "-r more.txt                           | the option -r                | this one file",
                "-cconstraints.txt                     | the option -c                | this one file",
                "--no-binary :all:                     | the option --no-binary       | --hash",
                "numpy --global-option=x               | the option --global-option   | --hash",
                "./lib                                 | from a file or folder        | version",
                "lib/x-1.0-py3-none-any.whl            | from a file or folder        | version",
                "x-1.0.tar.gz                          | from a file or folder        | version",
                "C:\\x                                 | from a file or folder        | version",
                "${SECRET}                             | no requirement               | versions",
                "pandas 2.0                            | no requirement               | versions",
                "pandas==                              | no requirement               | versions",
                "pandas ; x > '3' --index-url=evil     | the option --index-url       | --allow-index",
                "pandas ; -e x                         | the option -e                | beside main.py",
                "pandas ; x > '3' -                    | no requirement               | versions",
                "pandas ; x > '3' --hash=sha256:no     | the option --hash            | --hash",
                "pandas ;                              | no requirement               | versions",
                "pandas[a                              | no requirement               | versions",
                "pandas[a,]                            | no requirement               | versions",
                "pandas ()                             | no requirement               | versions",
                "pandas (>1                            | no requirement               | versions",
                "pandas >1,,<3                         | no requirement               | versions",
                "pandas ,                              | no requirement               | versions",
                "pandas-                               | no requirement               | versions",
            })
    void whatComesFromElsewhereIsRefusedByName(String line, String why, String advice) {
        RefusedPackage refused = refusal("main.py", SCRIPT, "requirements.txt", "numpy\n" + line + "\n");
        assertTrue(refused.getMessage().contains("requirements.txt has '"), refused.getMessage());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
        assertTrue(refused.advice().contains(advice), refused.advice());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# dependencies = [           | can't be read: it is no TOML",
                "# dependencies = \"pandas\"  | no list of texts",
                "# dependencies = [1]         | no list of texts",
                "# dependecies = []           | unknown field 'dependecies'",
                "# dependencies = [\"-e .\"]  | the option -e",
                "# requires-python = \"new\"  | 'requires-python' that names no versions",
            })
    void aBadHeaderIsRefused(String line, String why) {
        String message = refusal("main.py", header(line)).getMessage();
        assertTrue(message.contains(why) && message.contains("header of main.py"), message);
    }

    @Test
    void twoHeadersAreRefused() {
        String twice = header("# dependencies = []");
        assertTrue(refusal("main.py", twice + twice).getMessage().contains("twice"));
    }

    @Test
    void theMergeScriptHasTheEnvironmentOfItsJob() throws Exception {
        assertTrue(refusal("main.py", SCRIPT, "merge.py", header("# dependencies = []"))
                .getMessage()
                .contains("merge.py"));
    }

    @Test
    void tooManyAreRefused() {
        assertTrue(refusal("main.py", SCRIPT, "requirements.txt", "x\n".repeat(Requirements.MAX_LINES + 1))
                .getMessage()
                .contains("more than 500 packages"));
        assertTrue(refusal("main.py", SCRIPT, "requirements.txt", "#".repeat(Requirements.MAX_CHARS + 1))
                .getMessage()
                .contains("more than 256 KiB"));
    }

    @Test
    void aLongLineOfNonsenseIsReadAtOnce() {
        assertTrue(refusal("main.py", SCRIPT, "requirements.txt", "a==1" + " , ".repeat(50_000) + "!")
                .getMessage()
                .contains("no requirement"));
    }

    private static Stream<Arguments> longLines() {
        int most = 16 * 1024;
        String versions = "a>1" + ",>1".repeat(most / 3 - 1);
        String extras = "b" + ",b".repeat(most / 2 - 2);
        String hash = " --hash=sha256:" + "a".repeat(64);
        return Stream.of(
                arguments("a" + " ".repeat(most - 2) + "|", false),
                arguments("a" + " \t".repeat(most / 2 - 2) + ">1", true),
                arguments("a ; x" + " ".repeat(most - 6) + "|", false),
                arguments("a ; " + "'".repeat(most - 4), false),
                arguments(versions, true),
                arguments(versions + "|", false),
                arguments("a>1" + " ,>1".repeat(most / 4 - 1) + "|", false),
                arguments("a[" + extras + "]", true),
                arguments("a[" + extras, false),
                arguments("a" + hash.repeat(most / hash.length() - 1), true),
                arguments("a" + hash.repeat(most / hash.length() - 1) + "|", false),
                arguments("a" + "-.".repeat(most / 2 - 1), false),
                arguments("a".repeat(250_000), false),
                arguments("a.whl".repeat(50_000), false),
                arguments("a@".repeat(100_000) + " ", false));
    }

    @ParameterizedTest
    @MethodSource("longLines")
    void aLongLineIsAnsweredAtOnce(String line, boolean isOne) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            if (isOne) {
                assertEquals(1, listed(line).lines().size());
            } else {
                refusal("main.py", SCRIPT, "requirements.txt", line);
            }
        });
    }

    @Test
    void aLongRangeOfPythonIsRefusedAtOnce() {
        String range = "~=" + "1.".repeat(100_000) + "1";
        String message = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> refusal("main.py", header("# requires-python = \"" + range + "\""))
                        .getMessage());
        assertTrue(message.contains("'requires-python' that names no versions"), message);
    }

    @Test
    void blanksInALineAreOneBlank() throws Exception {
        String hash = "A".repeat(64);
        assertEquals(
                List.of("a-b[c]<3,>=2 ; x > '3' and y == 'z-1' --hash=sha256:" + hash.toLowerCase(Locale.ROOT)),
                listed("A.b\t[ C ]  ( >= 2 ,\t<3 , ) ;x  >\t'3'   and y == 'z-1' \t--hash=sha256:" + hash + " \n")
                        .lines());
        assertEquals(List.of("a"), listed("a[]\n").lines());
    }

    @Test
    void aLineOfTheHeaderIsOneLine() {
        assertTrue(refusal("main.py", header("# dependencies = [\"pandas\\n>1\"]"))
                .getMessage()
                .contains("no requirement"));
    }
}
