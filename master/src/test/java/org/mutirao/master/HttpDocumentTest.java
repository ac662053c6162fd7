package org.mutirao.master;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.mutirao.protocol.json.Json;

/** What the OpenAPI document says is what is there. */
class HttpDocumentTest extends OverHttp {
    @Test
    void theOpenApiDocumentSaysWhatThereIs() throws Exception {
        Map<String, Object> document = json(get("/openapi.json"));
        assertEquals("3.1.0", document.get("openapi"));
        @SuppressWarnings("unchecked")
        Map<String, Map<String, Object>> paths = (Map<String, Map<String, Object>>) document.get("paths");
        assertTrue(paths.size() >= 15, paths.keySet().toString());
        for (Map.Entry<String, Map<String, Object>> path : paths.entrySet()) {
            String real = path.getKey().replace("{id}", "1").replace("{change}", "drain");
            for (String method : path.getValue().keySet()) {
                if (real.endsWith("/stream")) {
                    continue; // its answer does not end
                }
                HttpResponse<String> answer = method.equals("get") ? get(real) : change(real);
                boolean unknown = answer.statusCode() == 404 && answer.body().contains("/openapi.json lists");
                assertFalse(unknown, method + " " + real + " is in the document and not served");
                assertTrue(answer.statusCode() < 500, method + " " + real + ": " + answer.body());
            }
        }
    }

    @Test
    void theOpenApiDocumentSpeaksTheLanguageOfWhoAsks() throws Exception {
        String english =
                get("/openapi.json", "Accept-Language", "en-GB,pt;q=0.5").body();
        HttpResponse<String> answer = get("/openapi.json", "Accept-Language", "pt-BR,pt;q=0.9,en;q=0.5");
        assertEquals("Accept-Language", answer.headers().firstValue("Vary").orElse(""));
        String portuguese = answer.body();
        assertTrue(portuguese.contains("\"summary\":\"Como está a rede.\""), portuguese);
        assertTrue(portuguese.contains("o número do trabalho, como 5 ou j5"), portuguese);
        assertTrue(portuguese.contains("\"tags\":[\"Trabalhos\"]"), portuguese);
        Map<String, Object> one = Json.readMap(english.getBytes(StandardCharsets.UTF_8));
        Map<String, Object> other = json(answer);
        assertEquals(((Map<?, ?>) one.get("paths")).keySet(), ((Map<?, ?>) other.get("paths")).keySet());
        assertEquals(
                ((Map<?, ?>) one.get("components")).get("schemas"),
                ((Map<?, ?>) other.get("components")).get("schemas"),
                "what programs read is the same");
    }

    /** Nobody has to guess: each parameter and field has a type and a meaning, each answer a shape, and each refusal its own. */
    @Test
    @SuppressWarnings("unchecked")
    void theOpenApiDocumentDescribesEachParameterBodyAnswerAndRefusal() throws Exception {
        Map<String, Map<String, Map<String, Object>>> paths = (Map<String, Map<String, Map<String, Object>>>)
                json(get("/openapi.json")).get("paths");
        List<String> gaps = new ArrayList<>();
        paths.forEach((path, methods) -> methods.forEach((method, operation) -> {
            String where = method + " " + path + ": ";
            for (Map<String, Object> parameter : (List<Map<String, Object>>) operation.get("parameters")) {
                if (((String) parameter.get("description")).isBlank() || !parameter.containsKey("schema")) {
                    gaps.add(where + parameter);
                }
            }
            Map<String, Map<String, Object>> responses = (Map<String, Map<String, Object>>) operation.get("responses");
            Set<String> good = responses.keySet().stream()
                    .filter(status -> status.startsWith("2"))
                    .collect(Collectors.toSet());
            String content =
                    String.valueOf(responses.get(good.iterator().next()).get("content"));
            if (good.size() != 1 || (content.contains("schema={}") && !path.equals("/openapi.json"))) {
                gaps.add(where + responses);
            }
            if (!responses.containsKey("default") || (path.contains("{") && !responses.containsKey("404"))) {
                gaps.add(where + "which refusals?");
            }
            boolean needsHeader = operation.get("parameters").toString().contains("name=X-Mutirao, in=header");
            if (needsHeader != method.equals("post")) {
                gaps.add(where + "X-Mutirao");
            }
        }));
        assertEquals(List.of(), gaps);
        Map<String, Object> job = paths.get("/api/jobs").get("post");
        assertTrue(job.get("requestBody").toString().contains("script={"), job.toString());
        Map<String, Object> many = paths.get("/api/tasks/cancel").get("post");
        assertTrue(many.get("requestBody").toString().contains("ids={"), many.toString());
    }

    /** What is answered is what the document says: the same fields of the same types. */
    @Test
    void answersAreAsTheOpenApiDocumentHasThem() throws Exception {
        upload("job.zip");
        runTheNextTask();
        await().until(() -> get("/api/tasks/1").body().contains("\"result\":\"job.zip\""));
        Map<String, Object> document = json(get("/openapi.json"));
        OpenApiCheck check = new OpenApiCheck(document);
        List<String> checked = new ArrayList<>();
        for (String path : check.paths("get")) {
            String real = path.replace("{id}", "1");
            HttpResponse<String> answer = get(real);
            if (answer.statusCode() == 200 && check.hasSchema(path, "get")) {
                checked.add(path);
                assertEquals(List.of(), check.faults(path, "get", "{\"it\":" + answer.body() + "}"), path);
            }
        }
        assertTrue(
                checked.containsAll(List.of(
                        "/api/jobs",
                        "/api/jobs/{id}",
                        "/api/jobs/{id}/wait",
                        "/api/jobs/{id}/timeline",
                        "/api/jobs/{id}/merged",
                        "/api/jobs/{id}/pictures",
                        "/api/room",
                        "/api/tasks",
                        "/api/events",
                        "/api/workers",
                        "/api/status",
                        "/api/audit",
                        "/api/badges")),
                checked.toString());
        HttpResponse<String> made = post("/api/tasks?name=x", PACKAGE, "X-Mutirao", "1");
        assertEquals(List.of(), check.faults("/api/tasks", "post", "{\"it\":" + made.body() + "}"));
        assertEquals(
                List.of("it.job: there is more than the document says: extra"),
                check.faults(
                        "/api/jobs/{id}",
                        "get",
                        "{\"it\":" + get("/api/jobs/1").body().replaceFirst("\"job\":\\{", "\"job\":{\"extra\":1,")
                                + "}"));
    }
}
