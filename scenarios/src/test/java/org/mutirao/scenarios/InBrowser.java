package org.mutirao.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;
import org.mutirao.testkit.Zips;

/** A master with its dashboard in a real browser. Pictures of what it saw lie in target/screenshots. */
@Tag("slow")
abstract class InBrowser {
    private static final Path PICTURES = Path.of("target/screenshots");
    /** Of a picture of a whole view; of a longer one only the first screen is kept. */
    private static final int MAX_HEIGHT = 2000;

    private static final String ENGLISH = "en-GB";

    static final double SOON = 60_000;
    private static final String AXE = read("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");

    /** Leaves a PNG of a few grey pixels. */
    private static final String PICTURE = """
            import struct, zlib
            def chunk(kind, data):
                return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
            head = struct.pack('>IIBBBBB', 16, 9, 8, 0, 0, 0, 0)
            rows = b''.join(b'\\0' + bytes((x * int(rows[1]) + 9 * y) % 256 for x in range(16)) for y in range(9))
            open('plot.png', 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
            """;

    private static Playwright playwright;
    static Browser browser;

    @TempDir
    Path folder;

    private final List<String> complaints = new ArrayList<>();
    /** The browser tells of each try to reach a master that was ended, also long after that. */
    private boolean losesConnection;

    Grid grid;
    Page page;

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

    /** What the master, and the person in front of the browser, speak. Pictures in another language than English have a folder of their own. */
    String locale() {
        return ENGLISH;
    }

    @BeforeEach
    void open() {
        grid = new Grid(folder).startMaster("--lang=" + locale().substring(0, 2));
        page = browser.newPage(new Browser.NewPageOptions().setLocale(locale()).setViewportSize(1366, 768));
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            boolean isExpected = message.text().contains("the server responded with a status of 4")
                    || (losesConnection && message.text().contains("net::ERR_"));
            if (message.type().equals("error") && !isExpected) {
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

    /** From now on the browser may say that nothing answers. */
    final void expectALostConnection() {
        losesConnection = true;
    }

    /** A picture for people, and a look by a program that knows what keeps people out. */
    final void picture(String name) {
        assertEquals(List.of(), barriers(), "barriers in " + name);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath((locale().equals(ENGLISH) ? PICTURES : PICTURES.resolve(locale())).resolve(name + ".png"))
                .setFullPage((int) page.evaluate("document.documentElement.scrollHeight") < MAX_HEIGHT));
    }

    @SuppressWarnings("unchecked")
    private List<Object> barriers() {
        page.evaluate(AXE);
        return (List<Object>) page.evaluate("async () => (await axe.run()).violations.map("
                + "each => each.id + ': ' + each.nodes.map(node => node.html).join(' ').slice(0, 300))");
    }

    static void assertSoon(Locator locator, String text) {
        assertThat(locator).containsText(text, new LocatorAssertions.ContainsTextOptions().setTimeout(SOON));
    }

    /** One of ours, with all that it can tell of its machine. */
    final void register(String id) {
        int number = Integer.parseInt(id.substring(id.indexOf('-') + 1));
        String hello = "{\"action\":\"REGISTER\",\"peer_id\":\"" + id
                + "\",\"addr\":[\"lab\",1],\"features\":[\"lease\",\"slots\",\"facts\"],\"name\":\"" + id
                + "\",\"slots\":4,\"heartbeat_ms\":5000,\"held\":[]}{\"action\":\"TELL_FACTS\",\"peer_id\":\"" + id
                + "\",\"system\":\"" + List.of("linux", "windows", "macos").get(number % 3)
                + "\",\"machine\":\"x86_64\",\"pythons\":[\"3.12.1\"],\"cores\":8,\"memory\":16700000000,"
                + (number % 5 == 0 ? "\"gpus\":[\"NVIDIA RTX A2000\"]," : "") + "\"tags\":[\"lab" + number % 4 + "\"]}";
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), grid.socketAddress().getPort())) {
            socket.getOutputStream().write(hello.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A job of forty tasks, each of which leaves a table and a picture. The seventh fails until it is mended.
     *
     * @param mended a file that is not there yet
     * @param square what the table's second column is called
     * @param why the seventh fails
     * @param input how the inputs are called, before a number
     */
    static byte[] fortySquares(Path mended, String table, String square, String why, String input) {
        List<String> files = new ArrayList<>(List.of(
                "main.py",
                "import os, sys\nrows = open('input.csv').read().split()\n"
                        + "if rows[1] == '7' and not os.path.exists('"
                        + mended.toString().replace('\\', '/') + "'):\n"
                        + "    sys.exit('" + why + "')\n"
                        + "open('" + table + "', 'w').write('n," + square
                        + "\\n%s,%d\\n' % (rows[1], int(rows[1]) ** 2))\n"
                        + PICTURE));
        for (int i = 1; i <= 40; i++) {
            files.addAll(List.of("inputs/" + input + "-" + i + ".csv", "n\n" + i + "\n"));
        }
        return Zips.of(files.toArray(String[]::new));
    }

    /** As a person drags a file from a folder and lets it go over the page. */
    final void dragIn(String name, byte[] zip) {
        Object transfer = page.evaluateHandle(
                "([name, text]) => { const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));"
                        + " const all = new DataTransfer(); all.items.add(new File([bytes], name)); return all; }",
                List.of(name, Base64.getEncoder().encodeToString(zip)));
        page.dispatchEvent("body", "drop", Map.of("dataTransfer", transfer));
    }
}
