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
                List.of("secret", "for", "submitter", "--holder", "Ana <b>", "--file", room + "/ana.secret"),
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
        assertSoon(page.locator("table[aria-label='Who did what']"), "submitter-1 (Ana <b>)");
        assertSoon(page.locator("main"), "handed in j1 of-ana");
        assertSoon(page.locator("main"), "127.0.0.1");
        assertNothingIsWiderThanTheScreen();
        picture("access");
        page.onceDialog(Dialog::accept);
        page.click("button[aria-label='Take back: submitter-1 (Ana <b>)']");
        assertSoon(page.locator("table[aria-label='Badges']"), "taken back");
        assertSoon(
                page.locator("table[aria-label='Who did what'] tbody tr").first(), "took back the badge submitter-1");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        page.setViewportSize(PHONE, 844);
        page.selectOption("#language", "pt");
        assertSoon(page.locator("main"), "recolheu o crachá submitter-1");
        assertNothingIsWiderThanTheScreen();
        picture("access-phone-pt");
        page.setViewportSize(1366, 768);
        assertNothingIsWiderThanTheScreen();
        picture("access-pt");
        page.selectOption("#language", "en");
        page.click("main >> text=j1 of-ana");
        assertSoon(page.locator("main h2").first(), "of-ana");
        assertTrue(page.url().endsWith("#/jobs/1"), page.url());
        assertSoon(page.locator("main"), "cancelled");
        picture("access-job");
    }
}
