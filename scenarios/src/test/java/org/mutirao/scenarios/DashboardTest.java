package org.mutirao.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.Zips;

/** The dashboard as people use it, view by view. */
class DashboardTest extends InBrowser {
    @Test
    void aTaskIsDraggedInWatchedWhileItRunsAndItsResultLookedAt() throws Exception {
        assertSoon(page.locator("main"), "There are no jobs yet");
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
        assertSoon(page.locator("#summary"), "plot.zip: accepted");
        page.click("#summary button");
        page.click("#nav >> text=Tasks");
        assertSoon(page.locator("tbody"), "queued");
        grid.startWorker();
        assertSoon(page.locator("tbody"), "running");
        page.click("main >> text=plot.zip");
        assertSoon(page.locator("main"), "attempt 1");
        assertSoon(page.locator("pre").first(), "first <b>line</b>");
        assertEquals("first <b>line</b>\n", page.locator("pre").first().textContent(), "no codes, no older states");
        assertThat(page.locator("pre .c2")).hasText("first <b>line</b>");
        assertSoon(page.locator("pre").nth(1), "an error");
        picture("task-running");
        page.locator("input[type=search]").first().fill("<B>LINE");
        assertThat(page.locator("pre mark")).hasText("<b>line");
        page.locator("input[type=search]").first().fill("");
        Files.createFile(go);
        assertSoon(page.locator("main h2").first(), "succeeded");
        assertSoon(page.locator("pre").first(), "last line");
        assertSoon(page.locator("main"), "files/table.csv");
        Locator table = page.locator("li", new Page.LocatorOptions().setHasText("files/table.csv"));
        table.getByText("Show").click();
        assertSoon(page.locator(".sheet td").first(), "a, b");
        picture("task-done");
        table.getByText("Close").click();
        assertThat(page.locator(".sheet")).hasCount(0);
        Download download = page.waitForDownload(() -> page.click("text=Download the result"));
        assertTrue(Zips.read(download.path()).get("stdout.txt").contains("first <b>line</b>"));
        assertEquals("plot.zip", download.suggestedFilename());
    }

    @Test
    void aFailureIsSeenWithItsReasonAndRunAgain() {
        grid.drop("bad.zip", "main.py", "import sys\nsys.exit('no such column: <b>price</b>')\n");
        grid.drop("wrong.zip", "script.py", "");
        grid.startWorker();
        assertSoon(page.locator("tbody"), "1 × no such column: <b>price</b>");
        assertSoon(page.locator("#strip a:has-text('failed') b"), "1");
        page.locator("#strip .legend a").nth(3).focus();
        List<String> names = List.of(
                "word-count", "primes", "temperatures", "sales", "letters", "graph", "a-long-" + "name-".repeat(30));
        for (String name : names) {
            grid.drop(name + ".zip", "main.py", "print(1)");
        }
        assertSoon(page.locator("#strip a:has-text('succeeded') b"), "7");
        assertSoon(page.locator("tbody"), "temperatures.zip");
        assertThat(page.locator("tbody tr")).hasCount(8);
        assertThat(page.locator("#strip .legend a").nth(3)).isFocused(); // though it was drawn anew meanwhile
        assertEquals(
                true,
                page.evaluate(
                        "[...document.querySelectorAll('tbody tr')].every(row => row.getBoundingClientRect().bottom < innerHeight)"),
                "eight jobs are on the first screen");
        picture("jobs");
        page.click("th >> text=Name");
        assertSoon(page.locator("tbody tr").first(), "a-long-name");
        assertTrue(page.url().endsWith("#/jobs?sort=name"), page.url());
        page.click("#nav >> text=Tasks");
        assertSoon(page.locator("tbody"), "primes.zip");
        picture("tasks");
        page.click("main >> text=bad.zip");
        assertSoon(page.locator("pre").nth(1), "no such column: <b>price</b>");
        page.click("button:has-text('Run again')");
        assertSoon(page.locator("ol.line"), "attempt 2");
        page.click("#nav >> text=Rejected");
        assertSoon(page.locator("main"), "there is no main.py in it");
        picture("rejected");
        page.click("#nav >> text=Events");
        assertSoon(page.locator("main"), "bad.zip failed");
        picture("events");
    }

    /** Forty files are one row, one page and one download, and what failed is run again as one. */
    @Test
    void aJobOfFortyTasksIsOneRowOpensAndDownloadsAsOne() throws Exception {
        Path mended = folder.resolve("mended");
        dragIn("squares.zip", fortySquares(mended, "out.csv", "square", "seven is no number", "part"));
        assertSoon(page.locator("#summary"), "40 tasks");
        page.click("#summary >> text=Close");
        assertSoon(page.locator("tbody"), "squares.zip");
        assertThat(page.locator("tbody tr")).hasCount(1);
        grid.startWorker();
        assertSoon(page.locator("tbody"), "1 × seven is no number");
        page.click("main >> text=squares.zip");
        assertSoon(page.locator("main"), "40 / 40 · 39 succeeded, 1 failed");
        assertSoon(page.locator(".failures pre"), "seven is no number");
        assertThat(page.locator(".lanes canvas")).isVisible();
        assertThat(page.locator("tbody").last().locator("tr")).hasCount(40);
        picture("job");
        Files.createFile(mended);
        page.click("button:has-text('Run failed ones again')");
        assertSoon(page.locator("main h2").first(), "succeeded");
        assertThat(page.locator("text=Why tasks failed")).hasCount(0);
        Download download = page.waitForDownload(() -> page.click("text=Download everything"));
        assertEquals("squares.zip", download.suggestedFilename());
        Map<String, String> answer = Zips.read(Files.readAllBytes(download.path()));
        assertEquals(41, answer.get("merged/out.csv").lines().count(), answer.get("merged/out.csv"));
        page.click("main >> text=Tables");
        assertSoon(page.locator(".sheet tbody"), "1600");
        assertThat(page.locator(".histogram canvas")).hasCount(2);
        picture("job-tables");
        page.click("main >> text=Pictures");
        assertSoon(page.locator(".wall"), "part-40.csv");
        assertThat(page.locator(".wall img")).hasCount(24);
        page.click("text=More pictures");
        assertThat(page.locator(".wall img")).hasCount(40);
        picture("job-pictures");
        page.goBack();
        page.goBack();
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
        assertSoon(page.locator("main"), "There are no jobs yet");
        page.setInputFiles("#choose-folder", project);
        assertSoon(page.locator("#summary"), "project: accepted");
        grid.startWorker();
        grid.awaitResults(1);
        assertEquals(
                "from below\n", Zips.read(grid.results.resolve("project.zip")).get("stdout.txt"));
    }

    @Test
    void itShowsTheGroupOfMastersAndSaysWhenItMoved() throws Exception {
        page.click("#nav >> text=Masters");
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
        page.click("#nav >> text=Events");
        masters.get(2).kill();
        assertSoon(page.locator("#group"), "master 2 at");
        assertSoon(page.locator("main"), "Master 2 leads");
    }

    @Test
    void twoPeopleTalkOnTheChannel() {
        assertSoon(page.locator("#link"), "Live");
        page.click("#nav >> text=Channel");
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
        page.setViewportSize(360, 800);
        page.selectOption("#language", "pt");
        assertSoon(page.locator("main"), "Ainda não há trabalhos");
        assertSoon(page.locator("#link"), "Ao vivo");
        grid.drop("um-nome-muito-comprido-".repeat(5) + ".zip", "main.py", "");
        assertSoon(page.locator("tbody"), "um-nome");
        picture("narrow-dark-portuguese");
        page.addInitScript("const real = Date.now; Date.now = () => real() - 3600000;");
        page.reload();
        assertSoon(page.locator("tbody"), "um-nome");
        assertThat(page.locator("tbody time"))
                .hasText(
                        Pattern.compile("agora|há \\d+ (seg|min)\\.?"),
                        new LocatorAssertions.HasTextOptions().setTimeout(SOON));
        Object overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth");
        assertEquals(false, overflow, "nothing sticks out");
    }
}
