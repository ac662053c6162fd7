package org.mutirao.master.face.http;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * The files of the dashboard, read and packed once. Only what was built in: a name is looked up, never joined to a path. Below a name made
 * of all their bytes browsers may keep them for ever, since other bytes have another address.
 */
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
    private static final String VERSION = version();
    /** Below it the page finds its files. */
    private static final String FOLDER = "/assets/" + VERSION + "/";

    /** What is served under a name. */
    private record Asset(String type, byte[] bytes, byte[] packed) {}

    private Assets() {}

    private static Map<String, Asset> all() {
        Map<String, Asset> all = new TreeMap<>();
        MODULES.forEach(name -> add(all, name, SCRIPT, OWN + name));
        add(all, "index.html", "text/html; charset=utf-8", OWN + "index.html");
        add(all, "dashboard.css", STYLE, OWN + "dashboard.css");
        add(all, "signin.css", STYLE, OWN + "signin.css");
        add(all, "icon.svg", "image/svg+xml", OWN + "icon.svg");
        add(all, "preact.js", SCRIPT, WEBJARS + "preact/10.28.0/dist/preact.module.js");
        add(all, "uplot.js", SCRIPT, WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js");
        add(all, "uplot.css", STYLE, WEBJARS + "uplot/1.6.30/dist/uPlot.min.css");
        add(all, "papaparse.js", SCRIPT, WEBJARS + "papaparse/5.5.3/papaparse.min.js");
        return all;
    }

    private static void add(Map<String, Asset> all, String name, String type, String resource) {
        try (InputStream file = Assets.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException(resource + " is not built in");
            }
            byte[] bytes = file.readAllBytes();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                out.write(bytes);
            }
            all.put(name, new Asset(type, bytes, packed.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ALL.forEach((name, asset) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(asset.bytes());
            });
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }

    /** All that can be asked for. */
    static Set<String> names() {
        return ALL.keySet();
    }

    /**
     * Sends a page that finds its files where browsers may keep them.
     *
     * @param first what it shows at once, as JSON
     */
    static void sendPage(Context context, String name, String first) {
        Asset page = ALL.get(name);
        String text = new String(page.bytes(), StandardCharsets.UTF_8)
                .replace("\"/assets/", "\"" + FOLDER)
                .replace("<!-- first -->", data(first));
        context.contentType(page.type());
        context.result(text);
    }

    /** No text in it can end the element. */
    static String data(String json) {
        return "<script type=\"application/json\" id=\"first\">" + json.replace("<", "\\u003c") + "</script>";
    }

    static void send(Context context, String version, String name) {
        Asset asset = ALL.get(name);
        if (asset == null) {
            throw new Problem(404, "Not found", "There is no such file.");
        }
        context.contentType(asset.type());
        if (version.equals(VERSION)) {
            context.header("Cache-Control", "public, max-age=31536000, immutable");
        }
        boolean canUnpack = Optional.ofNullable(context.header("Accept-Encoding"))
                .orElse("")
                .contains("gzip");
        if (canUnpack) {
            context.header("Content-Encoding", "gzip");
        }
        context.header("Vary", "Accept-Encoding");
        context.result(canUnpack ? asset.packed() : asset.bytes());
    }
}
