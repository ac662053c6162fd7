package org.mutirao.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.Test;

/** The page that shows the API. */
class ApiPageTest extends InBrowser {
    @Test
    void eachRequestIsShownAndOneIsTried() {
        page.click("#nav >> text=API");
        Locator status = page.locator(".opblock", new Page.LocatorOptions().setHasText("/api/status"));
        assertSoon(status, "How the grid stands.");
        picture("api");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        picture("api-dark");
        page.setViewportSize(360, 800);
        assertEquals(false, page.evaluate("document.documentElement.scrollWidth > innerWidth"), "nothing sticks out");
        picture("api-narrow-dark");
        page.setViewportSize(1366, 768);
        status.locator("button").first().click();
        status.getByText("Try it out").click();
        status.getByText("Execute").click();
        assertSoon(status.locator(".live-responses-table"), "\"tasks_folder\"");
        Locator retry = page.locator(".opblock", new Page.LocatorOptions().setHasText("/api/retry-failed"));
        retry.locator("button").first().click();
        retry.getByText("Try it out").click();
        retry.getByText("Execute").click();
        assertSoon(retry.locator(".live-responses-table"), "\"count\": 0");
        Locator list = page.locator(".opblock", new Page.LocatorOptions().setHasText("/api/tasks/{id}/explain"));
        list.locator("button").first().click();
        assertSoon(list, "task's id");
        picture("api-opened");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        picture("api-opened-light");
        page.navigate(grid.dashboard() + "/");
        page.selectOption("#language", "pt");
        page.navigate(grid.dashboard() + "/docs");
        assertSoon(status, "Como está a rede.");
        assertSoon(page.locator(".opblock-tag").first(), "Trabalhos");
        picture("api-portuguese");
    }
}
