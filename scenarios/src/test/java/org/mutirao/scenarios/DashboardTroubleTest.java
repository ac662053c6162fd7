package org.mutirao.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person at the dashboard reads when something is wrong, or far too large. */
class DashboardTroubleTest extends InBrowser {
    private static final long GIB = 1L << 30;
    /** Until the largest upload is there on a slow machine. */
    private static final double LATER = 300_000;

    @Test
    void aLostConnectionIsSaid() throws Exception {
        assertSoon(page.locator("#link"), "Live");
        expectALostConnection();
        grid.master.kill();
        assertSoon(page.locator("#link"), "Connection lost");
        picture("connection-lost");
    }

    private String port() {
        return grid.dashboard().replaceAll(".*:", "");
    }

    private String token() throws IOException {
        return Files.readString(folder.resolve("data").resolve("http-token")).strip();
    }

    /** The page was opened with the token of before, and its cookie opens nothing any more. */
    @Test
    void anOpenPageSaysThatItsTokenWasChanged() throws Exception {
        page.navigate("about:blank");
        grid.master.close();
        grid.startMaster("--http=0.0.0.0:0");
        page.navigate(grid.dashboard() + "/?token=" + token());
        assertSoon(page.locator("#link"), "Live");
        assertSoon(page.locator("main"), "There are no jobs yet");
        String port = port();
        expectALostConnection();
        grid.master.close();
        assertSoon(page.locator("#link"), "Connection lost");
        String before = token();
        Files.writeString(folder.resolve("data").resolve("http-token"), "another-token-0123456789-0123456789");
        grid.startMaster("--http=0.0.0.0:" + port);
        assertFalse(before.equals(token()), "it was not changed");
        assertSoon(page.locator("#said"), "The master printed the token when it started.");
        picture("token-changed");
        dragIn("late.zip", new byte[9]);
        assertSoon(page.locator("#summary"), "Open http://HOST:PORT/?token=TOKEN once");
        page.reload();
        assertSoon(page.locator("main"), "This dashboard asks who you are.");
        page.fill("input[name=code]", token());
        page.click("button");
        assertSoon(page.locator("#link"), "Live");
        assertEquals(grid.dashboard() + "/", page.url().replaceAll("[?#].*", ""), "the new token lets it in");
    }

    /** Sparse files, which cost no disk. */
    private Path large(int gibibytes) throws IOException {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("main.py"), "print('large')");
        for (int i = 1; i <= gibibytes; i++) {
            try (RandomAccessFile file =
                    new RandomAccessFile(project.resolve(i + ".bin").toFile(), "rw")) {
                file.setLength(GIB);
            }
        }
        return project;
    }

    private long heap() {
        return ((Number) page.evaluate("performance.memory.usedJSHeapSize")).longValue();
    }

    private void assertHolds(long before) {
        long more = heap() - before;
        assertTrue(more < 64 << 20, "the page holds " + more + " bytes more");
    }

    @Test
    void aFolderThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
        page.navigate("about:blank");
        grid.master.close();
        grid.startMaster("--max-package=1GiB");
        page.navigate(grid.dashboard() + "/");
        assertSoon(page.locator("#link"), "Live");
        List<String> sent = new ArrayList<>();
        page.onRequest(request -> sent.add(request.method() + " " + request.url()));
        page.setInputFiles("#choose-folder", large(2));
        assertSoon(page.locator("#summary"), "project: It is too large; the master takes packages up to 1.0 GiB.");
        assertEquals(
                List.of(), sent.stream().filter(each -> each.startsWith("POST")).toList());
        picture("too-large");
    }

    @Test
    void aFolderOfTwoGibibytesGoesThroughASmallMaster() throws Exception {
        page.navigate("about:blank");
        grid.close();
        grid = new Grid(folder, List.of("-Xmx192m")).startMaster();
        page.navigate(grid.dashboard() + "/");
        assertSoon(page.locator("#link"), "Live");
        long before = heap();
        page.setInputFiles("#choose-folder", large(2));
        assertThat(page.locator("#summary h3"))
                .hasText("1 accepted", new LocatorAssertions.HasTextOptions().setTimeout(LATER));
        assertHolds(before);
        assertEquals("queued", grid.row("project").get("status"));
    }
}
