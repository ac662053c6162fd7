package org.mutirao.master.face.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of routes as an OpenAPI 3.1 document. */
final class OpenApi {
    private static final Pattern VARIABLE = Pattern.compile("[{<](\\w+)[}>]");

    private OpenApi() {}

    static Map<String, Object> of(List<Route> routes) {
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
                        "description",
                        "Requests that change something need the header 'X-Mutirao: 1'. Errors are application/problem+json."));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", schemas.components()));
        return document;
    }

    private static Map<String, Object> operation(Route route, Schemas schemas) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        Matcher variables = VARIABLE.matcher(route.path());
        while (variables.find()) {
            parameters.add(parameter(variables.group(1), "path", "see the path", true));
        }
        for (String each : route.query()) {
            int colon = each.indexOf(':');
            parameters.add(parameter(
                    each.substring(0, colon), "query", each.substring(colon + 1).strip(), false));
        }
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("summary", route.summary());
        operation.put("parameters", parameters);
        operation.put(
                "responses",
                Map.of(
                        "2XX",
                        Map.of(
                                "description",
                                "done",
                                "content",
                                Map.of(route.answer().mediaType(), content(route, schemas))),
                        "default",
                        Map.of(
                                "description",
                                "what is wrong, and what to do",
                                "content",
                                Map.of(
                                        "application/problem+json",
                                        Map.of("schema", schemas.of(Problem.Fields.class))))));
        if (!route.bodies().isEmpty()) {
            Map<String, Object> bodies = new LinkedHashMap<>();
            route.bodies().forEach(body -> bodies.put(body.mediaType(), content(body)));
            operation.put("requestBody", Map.of("content", bodies));
        }
        return operation;
    }

    private static Map<String, Object> content(Route route, Schemas schemas) {
        List<Map<String, Object>> choices =
                route.answer().types().stream().map(schemas::of).toList();
        if (choices.isEmpty()) {
            return Map.of();
        }
        return Map.of("schema", choices.size() == 1 ? choices.get(0) : Map.of("anyOf", choices));
    }

    /** What is no form is bytes. */
    private static Map<String, Object> content(Route.Body body) {
        if (!body.mediaType().equals(Route.FORM)) {
            return Map.of("schema", Map.of());
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String each : body.fields()) {
            int colon = each.indexOf(':');
            properties.put(
                    each.substring(0, colon),
                    Map.of("description", each.substring(colon + 1).strip()));
        }
        return Map.of("schema", Map.of("type", "object", "properties", properties));
    }

    private static Map<String, Object> parameter(String name, String in, String description, boolean required) {
        Map<String, Object> parameter = new LinkedHashMap<>();
        parameter.put("name", name);
        parameter.put("in", in);
        parameter.put("description", description);
        parameter.put("required", required);
        parameter.put("schema", Map.of("type", "string"));
        return parameter;
    }
}
