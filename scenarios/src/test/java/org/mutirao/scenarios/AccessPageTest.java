package org.mutirao.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.Zips;

/** Who may enter and who did what, as the page tells it. */
class AccessPageTest extends InBrowser {
    private static final int PHONE = 390;

    private void assertNothingIsWiderThanTheScreen() {
        assertEquals(
                true,
                page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
                "wider than the screen");
    }

    /** It is said until a person has read it, and then never again in that browser. */
    @Test
    void aRoomWithoutAKeySaysSoOnce() {
        assertSoon(page.locator("#hint"), "Everybody who reaches the master's port can run code on its workers");
        assertSoon(page.locator("#hint"), "mutirao secret new");
        picture("no-key");
        page.selectOption("#language", "pt");
        assertSoon(page.locator("#hint"), "Esta sala não tem chave.");
        assertNothingIsWiderThanTheScreen();
        page.setViewportSize(PHONE, 844);
        assertNothingIsWiderThanTheScreen();
        picture("no-key-phone-pt");
        page.selectOption("#language", "en");
        page.click("#hint button");
        assertThat(page.locator("#hint")).isHidden();
        page.reload();
        assertSoon(page.locator("#link"), "Live");
        assertThat(page.locator("#hint")).isHidden();
        page.setViewportSize(1366, 768);
        page.click("#nav >> text=Access");
        assertSoon(page.locator("main"), "Nobody has done anything yet.");
        assertSoon(page.locator("main"), "This room has no key: everybody may do everything");
        picture("access-empty");
    }

    @Test
    void itTellsWhoDidWhatAndTakesABadgeBack() throws Exception {
        Path room = Files.createDirectories(folder.resolve("room"));
        Path secret = Files.writeString(room.resolve("room.secret"), "lusab-babad-gutih-tugad-gutuk-bisog");
        page.navigate("about:blank");
        grid.close();
        grid = new Grid(room).startMaster("--secret=" + secret);
        Path zip = Files.write(room.resolve("of-ana.zip"), Zips.of("main.py", "print(1)"));
        for (List<String> words : List.of(
                List.of("secret", "for", "submitter", "--holder", "Ana <3A>", "--file", room + "/ana.secret"),
                List.of("secret", "for", "worker", "--holder", "pc7"),
                List.of("submit", zip.toString()),
                List.of("cancel", "j1"))) {
            boolean isAnas = words.get(0).equals("submit");
            List<String> all = new ArrayList<>(List.of("--secret=" + (isAnas ? room.resolve("ana.secret") : secret)));
            all.addAll(words);
            Program console = grid.console(all.toArray(String[]::new));
            assertEquals(0, console.exitCode(), console.text());
        }
        String token =
                Files.readString(room.resolve("data").resolve("http-token")).strip();
        page.navigate(grid.dashboard() + "/?token=" + token);
        assertSoon(page.locator("#link"), "Live");
        assertThat(page.locator("#hint")).isHidden();
        page.click("#nav >> text=Access");
        assertSoon(page.locator("table[aria-label='Who did what']"), "submitter-1 (Ana <3A>)");
        assertSoon(page.locator("main"), "handed in j1 of-ana");
        assertSoon(page.locator("main"), "127.0.0.1");
        assertNothingIsWiderThanTheScreen();
        picture("access");
        page.onceDialog(Dialog::accept);
        page.click("button[aria-label='Take back: submitter-1 (Ana <3A>)']");
        assertSoon(page.locator("table[aria-label='Badges']"), "taken back");
        assertSoon(
                page.locator("table[aria-label='Who did what'] tbody tr").first(), "took back the badge submitter-1");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.setViewportSize(PHONE, 844);
        page.selectOption("#language", "pt");
        assertSoon(page.locator("main"), "recolheu o crachá submitter-1");
        assertNothingIsWiderThanTheScreen();
        picture("access-phone-pt");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(1366, 768);
        page.reload();
        assertSoon(page.locator("#link"), "Ao vivo");
        assertSoon(page.locator("main"), "recolheu o crachá submitter-1");
        assertNothingIsWiderThanTheScreen();
        picture("access-pt");
        page.selectOption("#language", "en");
        page.click("main >> text=j1 of-ana");
        assertSoon(page.locator("main h2").first(), "of-ana");
        assertTrue(page.url().endsWith("#/jobs/1"), page.url());
        assertSoon(page.locator("main"), "cancelled");
        picture("access-job");
        assertSignedIn("Signed in with this master's token, which may do everything.");
    }

    /** What a person reads in the head of the page; the button below it leads to the form. */
    private void assertSignedIn(String words) {
        page.click("#me summary");
        assertSoon(page.locator("#me"), words);
        assertNothingIsWiderThanTheScreen();
    }

    private void signIn(Path secret) throws Exception {
        page.click("#me >> text=Sign out");
        assertSoon(page.locator("main"), "If somebody gave you a code of six words, type it here.");
        page.fill("input[name=code]", Files.readString(secret).strip());
        page.click("text=Sign in");
        assertSoon(page.locator("#link"), "Live");
    }

    /** The others are there in the room's page, but the master would refuse what is behind them. */
    @Test
    void aPersonSeesWhoSheIsAndOnlyWhatSheMayDo() throws Exception {
        Path room = Files.createDirectories(folder.resolve("room"));
        Path secret = Files.writeString(room.resolve("room.secret"), "lusab-babad-gutih-tugad-gutuk-bisog");
        page.navigate("about:blank");
        grid.close();
        grid = new Grid(room).startMaster("--secret=" + secret);
        for (String role : List.of("submitter", "viewer")) {
            Program console = grid.console(
                    "--secret=" + secret, "secret", "for", role, "--holder=Ana", "--file=" + room.resolve(role));
            assertEquals(0, console.exitCode(), console.text());
        }
        String token =
                Files.readString(room.resolve("data").resolve("http-token")).strip();
        page.navigate(grid.dashboard() + "/?token=" + token);
        assertSoon(page.locator("#link"), "Live");
        assertSignedIn("Signed in with this master's token, which may do everything.");
        signIn(room.resolve("submitter"));
        assertEquals(
                "Jobs Tasks Room Events API", page.locator("#nav").innerText().replaceAll("\\s+", " "));
        dragIn("of-ana.zip", Zips.of("main.py", "print(1)"));
        assertSoon(page.locator("#summary"), "of-ana.zip: accepted");
        page.click("#summary >> text=Close");
        assertSoon(page.locator("tbody"), "of-ana.zip");
        assertSignedIn("Signed in as submitter Ana, badge 1.");
        picture("signed-in");
        page.setViewportSize(PHONE, 844);
        assertNothingIsWiderThanTheScreen();
        picture("signed-in-phone");
        page.selectOption("#language", "pt");
        assertSoon(page.locator("#me"), "Entrou como quem entrega: Ana, crachá 1.");
        assertNothingIsWiderThanTheScreen();
        picture("signed-in-phone-pt");
        page.selectOption("#language", "en");
        page.setViewportSize(1366, 768);
        signIn(room.resolve("viewer"));
        assertThat(page.locator("#nav a:visible")).hasCount(9);
        assertSoon(page.locator("tbody"), "of-ana.zip");
        assertThat(page.locator("input[type=checkbox]")).hasCount(0);
        assertThat(page.locator("#hand-in button, #hand-in summary")).hasCount(0);
        dragIn("more.zip", Zips.of("main.py", "print(1)"));
        page.click("main >> text=of-ana.zip");
        assertSoon(page.locator("main"), "queued");
        assertThat(page.locator("main button:has-text('Cancel')")).hasCount(0);
        page.click("#nav >> text=Access");
        assertSoon(page.locator("table[aria-label='Badges']"), "viewer");
        assertThat(page.locator("main button:has-text('Take back')")).hasCount(0);
        page.click("#nav >> text=Channel");
        assertSoon(page.locator("main"), "grid");
        assertThat(page.locator("main button")).hasCount(0);
        page.setViewportSize(PHONE, 844);
        assertSignedIn("Signed in as viewer Ana, badge 2.");
        assertTrue(page.locator("#me .items").boundingBox().x >= 0, "all of it is on the screen");
        picture("viewer-phone");
        page.setViewportSize(1366, 768);
        page.click("#nav >> text=Tasks");
        assertThat(page.locator("tbody tr")).hasCount(1);
    }
}
