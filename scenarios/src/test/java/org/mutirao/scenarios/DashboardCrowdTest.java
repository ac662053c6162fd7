package org.mutirao.scenarios;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.KeyboardModifier;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mutirao.testkit.Zips;

/** The dashboard with many files, many tasks, many workers and long outputs. */
class DashboardCrowdTest extends InBrowser {
    /** As if so many copies of a package, and some files that are none, were dropped together. */
    private void dragInMany(int good, int bad) {
        Object transfer = page.evaluateHandle(
                "([good, bad, text]) => { const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0)), all = new DataTransfer();"
                        + " for (let i = 1; i <= good; i++) all.items.add(new File([bytes], `part-${i}.zip`));"
                        + " for (let i = 1; i <= bad; i++) all.items.add(new File(['no ZIP'], `bad-${i}.zip`)); return all; }",
                List.of(good, bad, Base64.getEncoder().encodeToString(Zips.of("main.py", "print(1)"))));
        page.dispatchEvent("body", "drop", Map.of("dataTransfer", transfer));
    }

    @Test
    void fiveHundredFilesWithThreeBadOnesAreTakenPickedAndCancelled() {
        dragInMany(497, 3);
        assertSoon(page.locator("#summary"), "3 refused");
        assertSoon(page.locator("#summary"), "497 accepted");
        assertSoon(page.locator("#summary"), "bad-2.zip");
        picture("dropped");
        page.click("#summary >> text=Rejected");
        assertSoon(page.locator("main tbody"), "bad-3.zip");
        page.click("#summary >> text=Close");
        page.click("#nav >> text=Tasks");
        Locator boxes = page.locator("tbody input");
        assertThat(boxes).hasCount(100);
        boxes.nth(2).click();
        boxes.nth(6).click(new Locator.ClickOptions().setModifiers(List.of(KeyboardModifier.SHIFT)));
        assertSoon(page.locator("main"), "5 picked");
        page.click("th >> text=Name");
        assertSoon(page.locator("tbody tr").nth(1), "part-2.zip"); // of all, not of the newest
        page.click("text=Next page");
        assertSoon(page.locator("tbody tr").first(), "part-101.zip");
        assertTrue(page.url().endsWith("#/tasks?sort=name&skip=100"), page.url());
        page.click("th >> text=Name");
        page.click("th >> text=Name");
        page.click("thead input");
        page.click("button:has-text('Pick all that match (497)')");
        assertSoon(page.locator("main"), "497 picked");
        page.click("main >> text=Pick none");
        page.selectOption("main select", "queued");
        page.fill("[placeholder='Part of the name']", "part-12");
        assertThat(page.locator("tbody tr")).hasCount(11);
        assertTrue(page.url().endsWith("#/tasks?state=queued&name=part-12"), page.url());
        page.click("thead input");
        page.click("main button:has-text('Cancel')");
        assertSoon(page.locator("#strip a:has-text('cancelled') b"), "11");
        page.navigate(grid.dashboard() + "/#/tasks?state=cancelled");
        assertThat(page.locator("tbody tr")).hasCount(11);
        keepsItsPlace();
    }

    private void keepsItsPlace() {
        page.click("#nav >> text=Tasks");
        assertThat(page.locator("tbody tr")).hasCount(100);
        page.evaluate("scrollTo(0, 1500)");
        page.locator("tbody tr").nth(50).locator("a").first().click();
        assertSoon(page.locator("main"), "What happened to it");
        page.goBack();
        page.waitForFunction("() => scrollY > 1400");
    }

    @Test
    void aScriptAndItsFilesAreOneJobAndAFileAloneIsRefusedWithASentence() {
        Object transfer = page.evaluateHandle(
                "() => { const all = new DataTransfer(); all.items.add(new File(['print(1)'], 'square.py'));"
                        + " for (const name of ['may.csv', 'june.csv']) all.items.add(new File(['n\\n1\\n'], name)); return all; }");
        page.dispatchEvent("body", "drop", Map.of("dataTransfer", transfer));
        assertSoon(page.locator("#summary"), "2 tasks");
        assertSoon(page.locator("main tbody"), "square");
        Object alone = page.evaluateHandle(
                "() => { const all = new DataTransfer(); all.items.add(new File(['n'], 'may.csv')); return all; }");
        page.dispatchEvent("body", "drop", Map.of("dataTransfer", alone));
        assertSoon(page.locator("#summary"), "may.csv: It is no ZIP, and no script was dropped with it.");
        assertTrue(page.url().startsWith(grid.dashboard()), "nothing leads away");
    }

    @Test
    void aLineOfTenMillionLettersAndCodesOfTerminalsDoNoHarm() {
        grid.drop("long.zip", "main.py", "print('x' * 10_000_000)\nprint('the end')\n");
        grid.startWorker();
        grid.awaitResults(1);
        page.navigate(grid.dashboard() + "/#/tasks/1");
        assertSoon(page.locator("pre").first(), "the end");
        assertTrue((int) page.evaluate("document.querySelector('pre').textContent.length") < 420_000);
        page.locator("input[type=search]").first().fill("the end");
        assertThat(page.locator("pre mark")).hasText("the end");
        assertEquals(
                List.of("50%", "red plain", "abX", "", "title gone", "done"),
                page.evaluate(
                        "async () => { const { lines, textOf } = await import('/assets/ansi.js');"
                                + " return lines('10%\\r50%\\r\\n\\x1b[1;31mred\\x1b[0m plain\\nabc\\bX\\n\\x1b[2K\\n\\x1b]0;evil\\x07title gone\\n\\x1b[31mnothing\\r\\x1b[Kdone').map(textOf); }"));
        assertEquals(
                List.of("c1 b", ""),
                page.evaluate("async () => { const { lines } = await import('/assets/ansi.js');"
                        + " return lines('\\x1b[1;31mred\\x1b[0m plain')[0].map(piece => piece.style); }"));
    }

    /** A script in Latin-1 and two inputs. */
    private void dragInLatin(String input) {
        Object transfer = page.evaluateHandle(
                "input => { const all = new DataTransfer(), bytes = Uint8Array.from('print(\"caf\\xe9\")', each => each.charCodeAt(0));"
                        + " all.items.add(new File([bytes], 'latin.py'));"
                        + " for (const name of [input, 'two.csv']) all.items.add(new File(['n'], name)); return all; }",
                input);
        page.dispatchEvent("body", "drop", Map.of("dataTransfer", transfer));
    }

    /** What people and scripts made is text, whatever it is; and a script in another encoding fails with Python's own sentence. */
    @Test
    void aScriptOfAnotherEncodingAndNamesWithTagsAndCodesAreShownAsText() {
        dragInLatin("<img src=x onerror=alert(1)>.csv");
        assertSoon(page.locator("#summary"), "'inputs/<img src=x onerror=alert(1)>.csv' has a '<' in its name");
        dragInLatin("a & b.csv");
        assertSoon(page.locator("#summary"), "2 tasks");
        grid.drop(
                "reason.zip",
                "main.py",
                "import sys\nsys.exit('\\x1b[31m<script>alert(1)</script>\\x1b[0m\\x1b]0;title\\x07')\n");
        grid.startWorker();
        assertSoon(
                page.locator("tbody"),
                "2 × SyntaxError: Non-UTF-8 code starting with '\\xe9' in file main.py on line 1");
        assertSoon(page.locator("tbody"), "<script>alert(1)</script>");
        page.click("main >> text=latin");
        assertSoon(page.locator("tbody").last(), "a & b.csv");
        assertSoon(page.locator(".failures pre"), "SyntaxError");
        assertThat(page.locator("main img")).hasCount(0);
        assertEquals(false, page.evaluate("document.body.innerText.includes('\\x1b')"), "no codes of terminals");
    }

    @Test
    void twoPeopleCancelAtOnceAndTheSecondIsToldHowItStands() {
        grid.drop("job.zip", "main.py", "print(1)");
        page.navigate(grid.dashboard() + "/#/tasks/1");
        assertThat(page.locator("button:has-text('Cancel')")).isVisible();
        try (Page other = browser.newPage(new Browser.NewPageOptions().setLocale("en-GB"))) {
            other.navigate(grid.dashboard() + "/#/tasks/1");
            assertThat(other.locator("button:has-text('Cancel')")).isVisible();
            String before = (String) other.evaluate("async () => (await fetch('/api/tasks/1')).text()");
            other.route( // it does not see yet what the first one does
                    "**/api/tasks/1",
                    route -> route.fulfill(new Route.FulfillOptions()
                            .setContentType("application/json")
                            .setBody(before)));
            page.click("button:has-text('Cancel')");
            assertSoon(page.locator("main h2").first(), "cancelled");
            other.click("button:has-text('Cancel')");
            assertSoon(other.locator("#said"), "cancelled");
        }
    }

    /** Two workers of one name stay two; the slower one is marked, and what overlaps lies in lanes of its own. */
    @Test
    void aTimelineHasALaneForEachSlotAndMarksTheSlowWorker() {
        Object found = page.evaluate("""
                async () => {
                  const { lanes, slowness } = await import('/assets/timeline.js');
                  const span = (worker, leased_at, started_at, ran_ms) => ({ task: { worker: 'pc', state: 'done', success: true },
                    times: { worker_id: worker, leased_at, started_at, ran_ms, ended_at: started_at + ran_ms } });
                  const spans = [0, 1, 2, 3].flatMap((i) => [span('a', i * 1000, i * 1000 + 10, 900), span('b', i * 3000, i * 3000 + 10, 2900)]);
                  spans.push(span('a', 100, 110, 800));
                  const workers = lanes(spans), all = workers.flatMap((each) => each.runs);
                  return workers.map((each) => `${each.id} ${each.lanes.map((lane) => lane.spans.length)} ${slowness(each, all) ? 'slow' : ''}`.trim());
                }""");
        assertEquals(List.of("a 4,1", "b 4 slow"), found);
    }

    @Test
    void thirtyWorkersFitTheScreenTwoHundredScrollAndWhoLeftStaysGreyed() {
        for (int i = 1; i <= 29; i++) {
            register("pc-" + i);
        }
        grid.drop("runs.zip", "main.py", "import time\ntime.sleep(600)\n");
        grid.startWorker();
        page.click("#nav >> text=Room");
        assertSoon(page.locator(".tile:has-text('runs.zip')"), "1/");
        assertThat(page.locator(".tile")).hasCount(30);
        assertEquals(
                true,
                page.evaluate(
                        "[...document.querySelectorAll('.tile')].every(tile => tile.getBoundingClientRect().bottom <= innerHeight)"),
                "thirty fit");
        picture("room");
        page.selectOption("select[aria-label='Workers with a tag']", "lab2");
        assertThat(page.locator(".tile")).hasCount(7);
        assertTrue(page.url().endsWith("#/room?tag=lab2"), page.url());
        page.selectOption("select[aria-label='Workers with a tag']", "");
        for (int i = 30; i <= 199; i++) {
            register("pc-" + i);
        }
        assertThat(page.locator(".tile")).hasCount(200);
        picture("room-200");
        Locator tile = page.locator(".tile:has-text('runs.zip')");
        tile.locator("summary").click();
        tile.getByText("Drain").click();
        assertSoon(tile, "drained by an operator");
        Locator first = page.locator(".tile").first();
        first.locator("summary").click();
        first.getByText("Forget").click();
        assertSoon(page.locator(".tile.gone").first(), "gone since");
        page.fill("[placeholder=\"Worker's name or id\"]", "pc-19");
        assertThat(page.locator(".tile")).hasCount(11);
        assertTrue(page.url().endsWith("#/room?name=pc-19"), page.url());
    }
}
