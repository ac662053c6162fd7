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
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.mutirao.protocol.text.Text;

/**
 * The files of the dashboard, packed once. Only what was built in: a name is looked up, never joined to a path. Below a name made
 * of all their bytes browsers may keep them for ever, since other bytes have another address.
 */
final class Assets {
    private static final String PAGE = "text/html; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";
    private static final String OWN = "/dashboard/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    /** A module each. */
    private static final List<String> MODULES = List.of(
            "access.js",
            "accesswords.js",
            "ansi.js",
            "bars.js",
            "channel.js",
            "dashboard.js",
            "docs.js",
            "drops.js",
            "elements.js",
            "events.js",
            "failures.js",
            "hint.js",
            "job.js",
            "jobs.js",
            "lists.js",
            "log.js",
            "masters.js",
            "me.js",
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
    private static final Map<String, byte[]> PACKED = new ConcurrentHashMap<>();
    private static final String VERSION = version();
    /** Below it the page finds its files. */
    private static final String FOLDER = "/assets/" + VERSION + "/";

    /** What is served under a name. */
    private record Asset(String type, String resource) {
        /** A part of a library, whose version stands in its path. */
        boolean isVersioned() {
            return resource.startsWith(WEBJARS);
        }

        byte[] bytes() {
            try (InputStream file = Assets.class.getResourceAsStream(resource)) {
                if (file == null) {
                    throw new IllegalStateException(resource + " is not built in");
                }
                return file.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Assets() {}

    private static Map<String, Asset> all() {
        Map<String, Asset> all = new TreeMap<>();
        MODULES.forEach(name -> all.put(name, new Asset(SCRIPT, OWN + name)));
        all.put("index.html", new Asset(PAGE, OWN + "index.html"));
        all.put("docs.html", new Asset(PAGE, OWN + "docs.html"));
        all.put("dashboard.css", new Asset(STYLE, OWN + "dashboard.css"));
        all.put("docs.css", new Asset(STYLE, OWN + "docs.css"));
        all.put("signin.css", new Asset(STYLE, OWN + "signin.css"));
        all.put("icon.svg", new Asset("image/svg+xml", OWN + "icon.svg"));
        all.put("preact.js", new Asset(SCRIPT, WEBJARS + "preact/10.28.0/dist/preact.module.js"));
        all.put("uplot.js", new Asset(SCRIPT, WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js"));
        all.put("uplot.css", new Asset(STYLE, WEBJARS + "uplot/1.6.30/dist/uPlot.min.css"));
        all.put("papaparse.js", new Asset(SCRIPT, WEBJARS + "papaparse/5.5.3/papaparse.min.js"));
        all.put("swagger.js", new Asset(SCRIPT, WEBJARS + "swagger-ui/5.34.1/swagger-ui-bundle.js"));
        all.put("swagger.css", new Asset(STYLE, WEBJARS + "swagger-ui/5.34.1/swagger-ui.css"));
        return all;
    }

    private static byte[] packed(String name) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(ALL.get(name).bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static String version() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ALL.forEach((name, asset) -> {
                digest.update((name + asset.resource()).getBytes(StandardCharsets.UTF_8));
                digest.update(asset.isVersioned() ? new byte[0] : asset.bytes());
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

    static boolean isThere(String name) {
        return ALL.get(name).bytes().length > 0;
    }

    /** A page that finds its files where browsers may keep them. */
    private static String page(String name) {
        return new String(ALL.get(name).bytes(), StandardCharsets.UTF_8).replace("\"/assets/", "\"" + FOLDER);
    }

    /**
     * Sends the dashboard.
     *
     * @param first what it shows at once, as JSON
     */
    static void sendDashboard(Context context, String first) {
        context.contentType(PAGE);
        context.result(page("index.html").replace("<!-- first -->", data(first)));
    }

    /** Sends the page that shows the API. */
    static void sendDocs(Context context) {
        context.contentType(PAGE);
        context.result(page("docs.html"));
    }

    /** No text in it can end the element. */
    static String data(String json) {
        return "<script type=\"application/json\" id=\"first\">" + json.replace("<", "\\u003c") + "</script>";
    }

    static void send(Context context, String version, String name) {
        Asset asset = ALL.get(name);
        if (asset == null) {
            throw new Problem(404, Text.of("Not found"), Text.of("There is no such file."));
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
        context.result(canUnpack ? PACKED.computeIfAbsent(name, Assets::packed) : asset.bytes());
    }
}
