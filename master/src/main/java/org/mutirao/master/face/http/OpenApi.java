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
        for (Route route : routes) {
            @SuppressWarnings("unchecked")
            Map<String, Object> path = (Map<String, Object>) paths.computeIfAbsent(
                    VARIABLE.matcher(route.path()).replaceAll("{$1}"), name -> new LinkedHashMap<String, Object>());
            path.put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
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
        return document;
    }

    private static Map<String, Object> operation(Route route) {
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
                        "200", Map.of("description", "done", "content", Map.of(route.answer(), Map.of())),
                        "default",
                                Map.of(
                                        "description",
                                        "what is wrong, and what to do",
                                        "content",
                                        Map.of("application/problem+json", Map.of()))));
        return operation;
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
