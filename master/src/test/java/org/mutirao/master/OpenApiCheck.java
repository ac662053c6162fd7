package org.mutirao.master;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.mutirao.protocol.json.Json;

/** Compares answers with an OpenAPI document, as far as ours goes. */
final class OpenApiCheck {
    private final Map<String, Object> document;

    OpenApiCheck(Map<String, Object> document) {
        this.document = document;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> at(Object object, String... path) {
        Map<String, Object> found = (Map<String, Object>) object;
        for (String step : path) {
            found = (Map<String, Object>) found.getOrDefault(step, Map.of());
        }
        return found;
    }

    /** Those that can be asked so. */
    List<String> paths(String method) {
        return at(document, "paths").entrySet().stream()
                .filter(path -> at(path.getValue()).containsKey(method))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Map<String, Object> schema(String path, String method) {
        Map<String, Object> responses = at(document, "paths", path, method, "responses");
        String good = responses.keySet().stream()
                .filter(status -> status.startsWith("2"))
                .findFirst()
                .orElseThrow();
        return at(responses, good, "content", "application/json", "schema");
    }

    boolean hasSchema(String path, String method) {
        return !schema(path, method).isEmpty();
    }

    /**
     * What is otherwise than the document says.
     *
     * @param answer an object whose field {@code it} is the answer
     */
    List<String> faults(String path, String method, String answer) throws IOException {
        List<String> faults = new ArrayList<>();
        check("it", Json.readMap(answer.getBytes(StandardCharsets.UTF_8)).get("it"), schema(path, method), faults);
        return faults;
    }

    private void check(String where, Object value, Map<String, Object> schema, List<String> faults) {
        if (schema.containsKey("$ref")) {
            String name = ((String) schema.get("$ref")).substring("#/components/schemas/".length());
            check(where, value, at(document, "components", "schemas", name), faults);
        } else if (schema.containsKey("anyOf")) {
            boolean fits = ((List<?>) schema.get("anyOf")).stream().anyMatch(each -> {
                List<String> ofOne = new ArrayList<>();
                check(where, value, at(each), ofOne);
                return ofOne.isEmpty();
            });
            if (!fits) {
                faults.add(where + ": fits none of the choices: " + value);
            }
        } else {
            checkType(where, value, schema, faults);
        }
    }

    private void checkType(String where, Object value, Map<String, Object> schema, List<String> faults) {
        String type = (String) schema.get("type");
        boolean fits =
                switch (type) {
                    case "string" -> value instanceof String;
                    case "boolean" -> value instanceof Boolean;
                    case "integer" -> value instanceof Integer || value instanceof Long;
                    case "number" -> value instanceof Number;
                    case "null" -> value == null;
                    case "array" -> value instanceof List;
                    default -> value instanceof Map;
                };
        if (schema.containsKey("enum") && !((List<?>) schema.get("enum")).contains(value)) {
            faults.add(where + ": is none of " + schema.get("enum") + ": " + value);
        }
        if (!fits) {
            faults.add(where + ": is no " + type + ": " + value);
        } else if (value instanceof List<?> list) {
            list.forEach(each -> check(where + "[]", each, at(schema, "items"), faults));
        } else if (value instanceof Map) {
            checkFields(where, at(value), schema, faults);
        }
    }

    private void checkFields(String where, Map<String, Object> value, Map<String, Object> schema, List<String> faults) {
        if (schema.containsKey("additionalProperties")) {
            value.forEach((name, each) -> check(where + "." + name, each, at(schema, "additionalProperties"), faults));
            return;
        }
        Map<String, Object> properties = at(schema, "properties");
        TreeSet<String> more = new TreeSet<>(value.keySet());
        more.removeAll(properties.keySet());
        if (!more.isEmpty()) {
            faults.add(where + ": there is more than the document says: " + String.join(", ", more));
        }
        for (Object required : (List<?>) schema.get("required")) {
            if (!value.containsKey(required)) {
                faults.add(where + ": is without " + required);
            }
        }
        properties.forEach((name, each) -> {
            if (value.containsKey(name)) {
                check(where + "." + name, value.get(name), at(each), faults);
            }
        });
    }
}
