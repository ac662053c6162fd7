package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of the dashboard. Only what was built in: a name is looked up, never joined to a path. */
final class Assets {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String OWN = "/dashboard/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    /** A module each. */
    private static final List<String> MODULES = List.of(
            "ansi.js",
            "bars.js",
            "channel.js",
            "dashboard.js",
            "drops.js",
            "elements.js",
            "events.js",
            "failures.js",
            "job.js",
            "jobs.js",
            "lists.js",
            "log.js",
            "masters.js",
            "menu.js",
            "parts.js",
            "pictures.js",
            "plot.js",
            "rejected.js",
            "room.js",
            "route.js",
            "strip.js",
            "table.js",
            "tables.js",
            "task.js",
            "tasks.js",
            "timeline.js",
            "times.js",
            "words.js");

    private static final Map<String, Asset> ALL = all();

    /** What is served under a name. */
    private record Asset(String type, String resource) {}

    private Assets() {}

    private static Map<String, Asset> all() {
        Map<String, Asset> all = new HashMap<>();
        MODULES.forEach(name -> all.put(name, new Asset(SCRIPT, OWN + name)));
        all.put("index.html", new Asset("text/html; charset=utf-8", OWN + "index.html"));
        all.put("dashboard.css", new Asset(STYLE, OWN + "dashboard.css"));
        all.put("signin.css", new Asset(STYLE, OWN + "signin.css"));
        all.put("icon.svg", new Asset("image/svg+xml", OWN + "icon.svg"));
        all.put("preact.js", new Asset(SCRIPT, WEBJARS + "preact/10.28.0/dist/preact.module.js"));
        all.put("uplot.js", new Asset(SCRIPT, WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js"));
        all.put("uplot.css", new Asset(STYLE, WEBJARS + "uplot/1.6.30/dist/uPlot.min.css"));
        all.put("papaparse.js", new Asset(SCRIPT, WEBJARS + "papaparse/5.5.3/papaparse.min.js"));
        return all;
    }

    /** All that can be asked for. */
    static Set<String> names() {
        return ALL.keySet();
    }

    static boolean isThere(String name) {
        return Assets.class.getResource(ALL.get(name).resource()) != null;
    }

    static void send(Context context, String name) throws IOException {
        Asset asset = ALL.get(name);
        InputStream file = asset == null ? null : Assets.class.getResourceAsStream(asset.resource());
        if (file == null) {
            throw new Problem(404, "Not found", "There is no such file.");
        }
        try (file) {
            context.contentType(asset.type());
            context.result(file.readAllBytes());
        }
    }
}
