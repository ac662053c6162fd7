package org.mutirao.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** The dashboard in a real browser. Pictures of what it saw lie in target/screenshots. */
@Tag("slow")
class DashboardTest {
    private static final Path PICTURES = Path.of("target/screenshots");
    private static final double SOON = 60_000;
    private static final String AXE = read("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");

    private static Playwright playwright;
    private static Browser browser;

    @TempDir
    private Path folder;

    private final List<String> complaints = new ArrayList<>();
    private Grid grid;
    private Page page;

    private static String read(String resource) {
        try (InputStream file = DashboardTest.class.getResourceAsStream(resource)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void openBrowser() {
        Optional<Path> chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(chromium.isPresent(), "SKIPPED: there is no Chromium on this machine");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium.get())
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    }

    @AfterAll
    static void closeBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void open() {
        grid = new Grid(folder).startMaster();
        page = browser.newPage(new Browser.NewPageOptions().setLocale("en-GB").setViewportSize(1200, 1000));
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("the server responded with a status of 4")) {
                complaints.add(message.text());
            }
        });
        page.navigate(grid.dashboard() + "/");
    }

    @AfterEach
    void close() {
        if (page != null) {
            page.close();
            assertEquals(List.of(), complaints, "what the browser complained about");
        }
        if (grid != null) {
            grid.close();
        }
    }

    /** A picture for people, and a look by a program that knows what keeps people out. */
    private void picture(String name) {
        assertEquals(List.of(), barriers(), "barriers in " + name);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(PICTURES.resolve(name + ".png"))
                .setFullPage(true));
    }

    @SuppressWarnings("unchecked")
    private List<Object> barriers() {
        page.evaluate(AXE);
        return (List<Object>) page.evaluate("async () => (await axe.run()).violations.map("
                + "each => each.id + ': ' + each.nodes.map(node => node.html).join(' ').slice(0, 300))");
    }

    private static void assertSoon(Locator locator, String text) {
        assertThat(locator).containsText(text, new LocatorAssertions.ContainsTextOptions().setTimeout(SOON));
    }

    /** As a person drags a file from a folder and lets it go over the page. */
    private void dragIn(String name, byte[] zip) {
        Object transfer = page.evaluateHandle(
                "([name, text]) => { const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));"
                        + " const all = new DataTransfer(); all.items.add(new File([bytes], name)); return all; }",
                List.of(name, Base64.getEncoder().encodeToString(zip)));
        page.dispatchEvent(".drop", "drop", Map.of("dataTransfer", transfer));
    }

    @Test
    void aTaskIsDraggedInWatchedWhileItRunsAndItsResultLookedAt() throws Exception {
        assertSoon(page.locator("main"), "There are no tasks yet");
        picture("empty");
        Path go = folder.resolve("go");
        dragIn(
                "plot.zip",
                Zips.of(
                        "main.py",
                        "import os, sys, time\nprint('0%\\r50%\\r\\x1b[32mfirst <b>line</b>', flush=True)\nprint('an error', file=sys.stderr, "
                                + "flush=True)\nwhile not os.path.exists('"
                                + go.toString().replace('\\', '/') + "'):\n"
                                + "    time.sleep(0.05)\nprint('last line')\n"
                                + "open('table.csv', 'w').write('name,value\\n\"a, b\",7\\n')\n"));
        assertSoon(page.locator("#said"), "plot.zip: accepted");
        assertSoon(page.locator("tbody"), "queued");
        grid.startWorker();
        assertSoon(page.locator("tbody"), "running");
        page.click("text=plot.zip");
        assertSoon(page.locator("main"), "attempt 1");
        assertSoon(page.locator("pre").first(), "first <b>line</b>");
        assertEquals("first <b>line</b>\n", page.locator("pre").first().textContent(), "no colours, no older states");
        assertSoon(page.locator("pre").nth(1), "an error");
        picture("task-running");
        Files.createFile(go);
        assertSoon(page.locator("h2").first(), "done");
        assertSoon(page.locator("pre").first(), "last line");
        assertSoon(page.locator("main"), "files/table.csv");
        page.locator("tr", new Page.LocatorOptions().setHasText("files/table.csv"))
                .getByText("Show")
                .click();
        assertSoon(page.locator("td td").first(), "a, b");
        picture("task-done");
        Download download = page.waitForDownload(() -> page.click("text=Download the result"));
        assertTrue(Zips.read(download.path()).get("stdout.txt").contains("first <b>line</b>"));
        assertEquals("plot.zip", download.suggestedFilename());
    }

    @Test
    void aFailureIsSeenWithItsReasonAndRunAgain() {
        grid.drop("bad.zip", "main.py", "import sys\nsys.exit('no such column: price')\n");
        grid.drop("wrong.zip", "script.py", "");
        grid.startWorker();
        assertSoon(page.locator("tbody"), "script failed");
        assertSoon(page.locator(".numbers a:has-text('script failed') b"), "1");
        page.locator(".numbers a").nth(3).focus();
        for (String name : List.of("word-count", "primes", "temperatures")) {
            grid.drop(name + ".zip", "main.py", "print(1)");
        }
        assertSoon(page.locator(".numbers a:has-text('done') b"), "3");
        assertSoon(page.locator("tbody"), "temperatures.zip");
        assertThat(page.locator(".numbers a").nth(3)).isFocused(); // though it was drawn anew meanwhile
        picture("tasks");
        page.click("text=bad.zip");
        assertSoon(page.locator("pre").nth(1), "no such column: price");
        page.click("button:has-text('Run again')");
        assertSoon(page.locator("ol.line"), "attempt 2");
        page.click("text=Workers");
        assertSoon(page.locator("tbody"), "ours");
        picture("workers");
        page.click("text=Rejected");
        assertSoon(page.locator("main"), "there is no main.py in it");
        picture("rejected");
        page.click("text=Events");
        assertSoon(page.locator("main"), "bad.zip is unsuccessful");
        picture("events");
    }

    /** Forty files are one row, one page and one download, and what failed is run again as one. */
    @Test
    void aJobOfFortyTasksIsOneRowOpensAndDownloadsAsOne() throws Exception {
        Path mended = folder.resolve("mended");
        List<String> files = new ArrayList<>(List.of(
                "main.py",
                "import os, sys\nrows = open('input.csv').read().split()\n"
                        + "if rows[1] == '7' and not os.path.exists('"
                        + mended.toString().replace('\\', '/') + "'):\n"
                        + "    sys.exit('seven is no number')\n"
                        + "open('out.csv', 'w').write('n,square\\n%s,%d\\n' % (rows[1], int(rows[1]) ** 2))\n"));
        for (int i = 1; i <= 40; i++) {
            files.addAll(List.of("inputs/part-" + i + ".csv", "n\n" + i + "\n"));
        }
        dragIn("squares.zip", Zips.of(files.toArray(String[]::new)));
        assertSoon(page.locator("#said"), "40 tasks");
        page.click("text=Jobs");
        assertSoon(page.locator("tbody"), "squares.zip");
        assertThat(page.locator("tbody tr")).hasCount(1);
        grid.startWorker();
        assertSoon(page.locator("tbody"), "failed");
        picture("jobs");
        page.click("text=squares.zip");
        assertSoon(page.locator("main"), "seven is no number");
        assertSoon(page.locator("main"), "Progress: 40 / 40; succeeded 39, Without success 1");
        assertThat(page.locator("tbody").last().locator("tr")).hasCount(40);
        picture("job");
        Files.createFile(mended);
        page.click("button:has-text('Run failed ones again')");
        assertSoon(page.locator("h2").first(), "succeeded");
        assertThat(page.locator("text=Why tasks failed")).hasCount(0);
        Download download = page.waitForDownload(() -> page.click("text=Download everything"));
        assertEquals("squares.zip", download.suggestedFilename());
        Map<String, String> answer = Zips.read(Files.readAllBytes(download.path()));
        assertEquals(41, answer.get("merged/out.csv").lines().count(), answer.get("merged/out.csv"));
        page.click("text=part-7.csv");
        assertSoon(page.locator("main"), "Job j1");
        page.click("text=Job j1");
        page.click("button:has-text('Forget the job')");
        assertSoon(page.locator("main"), "There are no jobs yet");
    }

    @Test
    void aFolderIsChosenAndBecomesAPackage() throws Exception {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("main.py"), "print(open('data/x.txt').read())");
        Files.createDirectories(project.resolve("data"));
        Files.writeString(project.resolve("data/x.txt"), "from below");
        Files.writeString(project.resolve(".secret"), "no");
        assertSoon(page.locator("main"), "There are no tasks yet");
        page.setInputFiles("#choose-folder", project);
        assertSoon(page.locator("#said"), "project.zip: accepted");
        grid.startWorker();
        grid.awaitResults(1);
        assertEquals(
                "from below\n", Zips.read(grid.results.resolve("project.zip")).get("stdout.txt"));
    }

    @Test
    void itShowsTheGroupOfMastersAndSaysWhenItMoved() throws Exception {
        page.click("text=Masters");
        assertSoon(page.locator("main"), "This master is alone");
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ports.add(free.getLocalPort());
            }
        }
        String peers = "1@127.0.0.1:" + ports.get(0) + ",2@127.0.0.1:" + ports.get(1) + ",3@127.0.0.1:" + ports.get(2);
        List<Program> masters = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            Path place = Files.createDirectories(folder.resolve("master-" + id));
            masters.add(grid.remember(Program.start(
                    place,
                    "master",
                    List.of(),
                    "--host=127.0.0.1",
                    "--id=" + id,
                    "--peers=" + peers,
                    "--discovery-ports=none",
                    "--http=127.0.0.1:0",
                    "--port-file=ports")));
        }
        masters.forEach(Program::ready);
        Path file = folder.resolve("master-1").resolve("ports");
        await().atMost(Duration.ofMinutes(3)).until(() -> Files.exists(file));
        String http = Grid.readLines(file).stream()
                .filter(line -> line.startsWith("http="))
                .map(line -> line.substring("http=".length()))
                .findFirst()
                .orElseThrow();
        page.navigate("http://localhost:" + http + "/#/masters");
        assertSoon(page.locator("#group"), "master 3 at 127.0.0.1:" + ports.get(2) + " leads");
        assertSoon(page.locator("tbody").first(), "leader");
        assertSoon(page.locator("main"), "Masters that may still be lost: 1.");
        assertSoon(page.locator("tr:has-text('master-1')"), "±");
        picture("masters");
        page.click("text=Events");
        masters.get(2).kill();
        assertSoon(page.locator("#group"), "master 2 at");
        assertSoon(page.locator("main"), "Master 2 leads");
    }

    @Test
    void twoPeopleTalkOnTheChannel() {
        assertSoon(page.locator("#link"), "Live");
        page.click("text=Channel");
        page.fill("#name", "ana");
        Request entering = page.waitForRequest("**/api/channel/enter", () -> page.click("button:has-text('Join')"));
        assertSoon(page.locator("ol.said"), "ana came");
        try (Page other = browser.newPage()) {
            other.navigate(grid.dashboard() + "/#/channel");
            assertSoon(other.locator("#link"), "Live");
            other.fill("#name", "ana");
            other.click("button:has-text('Join')");
            assertSoon(other.locator("#said"), "somebody is called ana already");
            other.fill("#name", "rui");
            other.click("button:has-text('Join')");
            assertSoon(page.locator("ol.said"), "rui came");
            page.locator("form input").fill("good <b>morning</b>");
            page.click("button:has-text('Say it')");
            assertSoon(other.locator("ol.said"), "ana: good <b>morning</b>");
            page.locator("form select").last().selectOption("@rui");
            page.locator("form input").fill("between us");
            page.keyboard().press("Enter");
            assertSoon(other.locator("ol.said"), "to rui ana: between us");
            Locator morning = page.locator("li", new Page.LocatorOptions().setHasText("morning"));
            morning.locator("button").click();
            assertSoon(morning, "✓ rui");
            picture("channel");
            other.click("button:has-text('Leave')");
        }
        assertSoon(page.locator("ol.said"), "rui left");
        page.evaluate(
                "body => fetch('/api/channel/leave', {method: 'POST', headers: {'X-Mutirao': '1'}, body})",
                entering.postData());
        assertSoon(page.locator("ol.said"), "ana left");
        page.locator("form select").last().selectOption("#general");
        page.locator("form input").fill("back again");
        page.keyboard().press("Enter");
        assertSoon(page.locator("ol.said"), "ana: back again");
    }

    @Test
    void itSpeaksPortugueseInTheDarkAndOnANarrowScreen() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.setViewportSize(390, 800);
        page.selectOption("#language", "pt");
        assertSoon(page.locator("main"), "Ainda não há tarefas");
        assertSoon(page.locator("#link"), "Ao vivo");
        picture("narrow-dark-portuguese");
        Object overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth");
        assertEquals(false, overflow, "nothing sticks out");
    }

    @Test
    void aLostConnectionIsSaid() throws Exception {
        assertSoon(page.locator("#link"), "Live");
        grid.master.kill();
        assertSoon(page.locator("#link"), "Connection lost");
        complaints.clear(); // the browser tells of each try
    }
}
