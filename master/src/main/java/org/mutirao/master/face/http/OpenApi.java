package org.mutirao.master.face.http;

import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mutirao.protocol.message.WorkerChange;
import org.mutirao.protocol.text.Language;
import org.mutirao.protocol.text.Text;

/** The table of routes as an OpenAPI 3.1 document. */
final class OpenApi {
    private static final Pattern VARIABLE = Pattern.compile("[{<](\\w+)[}>]");
    private static final String PROBLEM = "#/components/responses/Problem";
    private static final Map<String, Object> BYTES = Map.of("type", "string", "format", "binary");
    private static final Map<String, Object> TEXT = Map.of("type", "string");
    /** What refusals have in common, by their numbers. */
    private static final Map<String, String> REFUSALS = new TreeMap<>(Map.of(
            "400", Text.kept("a parameter or the body is wrong"),
            "401", Text.kept("the token is missing or wrong"),
            "404", Text.kept("there is no such thing"),
            "409", Text.kept("not possible in its present state"),
            "413", Text.kept("too large"),
            "422", Text.kept("it is not acceptable, as its sentence says")));

    private static final Map<String, String> GROUPS = groups();
    /** Whatever has these names, and tags. */
    private static final Set<String> FOR_PEOPLE = Set.of("summary", "description");

    private OpenApi() {}

    /** By what stands first in a path, the longest first. */
    private static Map<String, String> groups() {
        Map<String, String> groups = new LinkedHashMap<>();
        groups.put("/api/jobs", Text.kept("Jobs"));
        groups.put("/api/tasks", Text.kept("Tasks"));
        groups.put("/api/retry-failed", Text.kept("Tasks"));
        groups.put("/api/room", Text.kept("Workers"));
        groups.put("/api/workers", Text.kept("Workers"));
        groups.put("/api/audit", Text.kept("Access"));
        groups.put("/api/badges", Text.kept("Access"));
        groups.put("/api/channel", Text.kept("Channel"));
        groups.put("/api/", Text.kept("Grid"));
        groups.put("/", Text.kept("Programs"));
        return groups;
    }

    /** The document, with what people read of it in a language. */
    static Map<String, Object> of(List<Route> routes, Language language) {
        @SuppressWarnings("unchecked")
        Map<String, Object> document = (Map<String, Object>) said(of(routes), language);
        return document;
    }

    private static Object said(Object part, Language language) {
        if (part instanceof List<?> list) {
            return list.stream().map(each -> said(each, language)).toList();
        }
        if (!(part instanceof Map<?, ?> map)) {
            return part;
        }
        Map<String, Object> said = new LinkedHashMap<>();
        map.forEach((key, value) -> said.put((String) key, said((String) key, value, language)));
        return said;
    }

    private static Object tag(Object described, Language language) {
        return Map.of("name", Text.in(language, (String) ((Map<?, ?>) described).get("name")));
    }

    private static Object said(String key, Object value, Language language) {
        if (key.equals("schemas")) {
            return value; // nothing in these is for people
        }
        if (key.equals("tags") && value instanceof List<?> tags) {
            return tags.stream()
                    .map(tag -> tag instanceof String name ? Text.in(language, name) : tag(tag, language))
                    .toList();
        }
        return FOR_PEOPLE.contains(key) && value instanceof String text
                ? Text.in(language, text)
                : said(value, language);
    }

    private static Map<String, Object> of(List<Route> routes) {
        Map<String, Object> paths = new LinkedHashMap<>();
        Schemas schemas = new Schemas();
        for (Route route : routes) {
            @SuppressWarnings("unchecked")
            Map<String, Object> path = (Map<String, Object>) paths.computeIfAbsent(
                    VARIABLE.matcher(route.path()).replaceAll("{$1}"), name -> new LinkedHashMap<String, Object>());
            path.put(route.method().name().toLowerCase(Locale.ROOT), operation(route, schemas));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put(
                "info",
                Map.of(
                        "title",
                        "Mutirão master",
                        "version",
                        "1",
                        "license",
                        Map.of("name", "Apache-2.0", "identifier", "Apache-2.0"),
                        "description",
                        Text.kept(
                                "Times are milliseconds since 1970. A request that changes something needs the header X-Mutirao with any value, so"
                                        + " that no other site's page can send it. A refusal is application/problem+json with a sentence for people.")));
        document.put(
                "tags",
                GROUPS.values().stream()
                        .distinct()
                        .map(name -> Map.of("name", name))
                        .toList());
        document.put("security", List.of(Map.of(), Map.of("token", List.of()), Map.of("cookie", List.of())));
        document.put("paths", paths);
        document.put("components", components(schemas));
        return document;
    }

    private static Map<String, Object> components(Schemas schemas) {
        Map<String, Object> problem = Map.of(
                "description",
                Text.kept(
                        "what is wrong, and what to do; 429 where too many requests are open, 503 where trying again later helps"),
                "content",
                Map.of(Problem.MEDIA_TYPE, Map.of("schema", schemas.of(Problem.Fields.class))));
        return Map.of(
                "schemas",
                schemas.components(),
                "responses",
                Map.of("Problem", problem),
                "securitySchemes",
                Map.of(
                        "token",
                        Map.of(
                                "type",
                                "http",
                                "scheme",
                                "bearer",
                                "description",
                                Text.kept("where a master asks for a token")),
                        "cookie",
                        Map.of(
                                "type",
                                "apiKey",
                                "in",
                                "cookie",
                                "name",
                                Guard.COOKIE,
                                "description",
                                Text.kept("which a browser gets that opened the dashboard"))));
    }

    private static Map<String, Object> operation(Route route, Schemas schemas) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("tags", List.of(group(route.path())));
        operation.put("operationId", operationId(route));
        operation.put("summary", route.summary());
        operation.put("parameters", parameters(route));
        operation.put("responses", responses(route, schemas));
        if (!route.bodies().isEmpty()) {
            Map<String, Object> bodies = new LinkedHashMap<>();
            route.bodies().forEach(body -> bodies.put(body.mediaType(), Map.of("schema", schemaOf(body))));
            operation.put("requestBody", Map.of("content", bodies));
        }
        return operation;
    }

    private static String group(String path) {
        return GROUPS.entrySet().stream()
                .filter(group -> path.startsWith(group.getKey()))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** As {@code get_jobs_id_tasks}. */
    private static String operationId(Route route) {
        String path = route.path().replaceFirst("^/(api/)?", "").replaceAll("[^a-zA-Z]+", "_");
        return (route.method().name().toLowerCase(Locale.ROOT) + "_" + path).replaceFirst("_$", "");
    }

    private static List<Map<String, Object>> parameters(Route route) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        Matcher variables = VARIABLE.matcher(route.path());
        while (variables.find()) {
            parameters.add(inPath(route.path(), variables.group(1)).in("path", true));
        }
        route.query().forEach(param -> parameters.add(param.in("query", false)));
        if (changes(route)) {
            Map<String, Object> schema = Map.of("type", "string", "default", "1");
            parameters.add(new Param(Guard.OWN_HEADER, schema, Text.kept("any value")).in("header", true));
        }
        return parameters;
    }

    private static boolean changes(Route route) {
        return !HandlerType.GET.equals(route.method());
    }

    private static Param inPath(String path, String name) {
        if (name.equals("change")) {
            return Param.oneOf(name, WorkerChange.WORDS, "what becomes of the worker");
        }
        String before = path.substring(0, path.indexOf("/{" + name));
        return switch (before.substring(before.lastIndexOf('/') + 1)) {
            case "jobs" -> Param.text(name, "the job's number, as 5 or j5");
            case "tasks" -> Param.number(name, "the task's id");
            case "messages" -> Param.number(name, "the message's id");
            default -> Param.text(name, "the worker's id");
        };
    }

    private static Map<String, Object> responses(Route route, Schemas schemas) {
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put(
                String.valueOf(route.answer().status()),
                Map.of(
                        "description",
                        "done",
                        "content",
                        Map.of(route.answer().mediaType(), Map.of("schema", schemaOf(route.answer(), schemas)))));
        REFUSALS.forEach((status, why) -> {
            if (mayRefuse(route, status)) {
                responses.put(status, Map.of("$ref", PROBLEM, "description", why));
            }
        });
        responses.put("default", Map.of("$ref", PROBLEM));
        return responses;
    }

    private static boolean mayRefuse(Route route, String status) {
        boolean isNamed = route.path().contains("{");
        return switch (status) {
            case "400" -> !route.query().isEmpty() || !route.bodies().isEmpty();
            case "404" -> isNamed;
            case "409" -> changes(route) && isNamed;
            case "413", "422" -> !route.bodies().isEmpty();
            case "401" -> !Guard.isOpen(route.path());
            default -> true;
        };
    }

    private static Map<String, Object> schemaOf(Route.Answer answer, Schemas schemas) {
        List<Map<String, Object>> choices =
                answer.types().stream().map(schemas::of).toList();
        if (!choices.isEmpty()) {
            return choices.size() == 1 ? choices.get(0) : Map.of("anyOf", choices);
        }
        return answer.mediaType().startsWith("text/")
                ? TEXT
                : answer.mediaType().equals(Route.JSON) ? Map.of() : BYTES;
    }

    private static Map<String, Object> schemaOf(Route.Body body) {
        if (body.fields().isEmpty()) {
            return BYTES;
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        body.fields().forEach(field -> properties.put(field.name(), field.asProperty()));
        return Map.of("type", "object", "properties", properties);
    }
}
