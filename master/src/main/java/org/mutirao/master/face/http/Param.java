package org.mutirao.master.face.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mutirao.protocol.text.Text;

/**
 * A parameter of a request, or a field of its body, as the OpenAPI document has it.
 *
 * @param schema of its values
 * @param meaning a few words
 */
record Param(String name, Map<String, Object> schema, String meaning) {
    static Param text(String name, String meaning) {
        return new Param(name, Map.of("type", "string"), meaning);
    }

    static Param number(String name, String meaning) {
        return new Param(name, Map.of("type", "integer", "format", "int64"), meaning);
    }

    /** How many rows there are in an answer. */
    static Param limit(int most) {
        Map<String, Object> schema = Map.of("type", "integer", "minimum", 1, "maximum", most, "default", Query.LIMIT);
        return new Param("limit", schema, Text.kept("how many rows, at most"));
    }

    /** From 1 on. */
    static Param limited(String name, int most, String meaning) {
        return new Param(name, Map.of("type", "integer", "minimum", 1, "maximum", most), meaning);
    }

    static Param flag(String name, String meaning) {
        return new Param(name, Map.of("type", "boolean", "default", false), meaning);
    }

    /** One of these words. */
    static Param oneOf(String name, List<String> words, String meaning) {
        return new Param(name, Map.of("type", "string", "enum", words), meaning);
    }

    static Param file(String name, String meaning) {
        return new Param(name, Map.of("type", "string", "format", "binary"), meaning);
    }

    /** As many as there are. */
    static Param files(String name, String meaning) {
        return new Param(name, Map.of("type", "array", "items", file(name, "").schema()), meaning);
    }

    static Param numbers(String name, String meaning) {
        return new Param(name, Map.of("type", "array", "items", number(name, "").schema()), meaning);
    }

    /** Its schema with its meaning, as a property of a body. */
    Map<String, Object> asProperty() {
        Map<String, Object> property = new LinkedHashMap<>(schema);
        property.put("description", meaning);
        return property;
    }

    /** As a parameter in the path or the query. */
    Map<String, Object> in(String place, boolean required) {
        Map<String, Object> parameter = new LinkedHashMap<>();
        parameter.put("name", name);
        parameter.put("in", place);
        parameter.put("description", meaning);
        parameter.put("required", required);
        parameter.put("schema", schema);
        return parameter;
    }
}
