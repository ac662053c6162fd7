package org.mutirao.master.face.http;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mutirao.protocol.json.Json;

/** JSON schemas of records, as they are written: made from the records themselves, so that nobody keeps a second copy. */
final class Schemas {
    private final Map<String, Object> components = new TreeMap<>();

    /** A list of these. */
    static Type listOf(Class<?> type) {
        return new ListOf(type);
    }

    private record ListOf(Class<?> type) implements Type {}

    /** The schema of a type; what it is made of is kept for {@link #components()}. */
    Map<String, Object> of(Type type) {
        if (type instanceof ListOf list) {
            return Map.of("type", "array", "items", of(list.type()));
        }
        if (type instanceof ParameterizedType generic) {
            Class<?> outer = (Class<?>) generic.getRawType();
            Type[] inner = generic.getActualTypeArguments();
            if (outer == Optional.class) {
                return Map.of("anyOf", List.of(of(inner[0]), Map.of("type", "null")));
            }
            if (Collection.class.isAssignableFrom(outer)) {
                return Map.of("type", "array", "items", of(inner[0]));
            }
            if (Map.class.isAssignableFrom(outer)) {
                return Map.of("type", "object", "additionalProperties", of(inner[1]));
            }
        }
        return of((Class<?>) type);
    }

    private Map<String, Object> of(Class<?> type) {
        if (type == String.class) {
            return Map.of("type", "string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
            return Map.of("type", "integer", "format", type == long.class || type == Long.class ? "int64" : "int32");
        }
        if (type == double.class || type == Double.class) {
            return Map.of("type", "number");
        }
        if (type.isEnum()) {
            return Map.of(
                    "type",
                    "string",
                    "enum",
                    Arrays.stream(type.getEnumConstants()).map(Schemas::word).toList());
        }
        if (!type.isRecord()) {
            throw new IllegalArgumentException("no schema of " + type);
        }
        String name = nameOf(type);
        if (!components.containsKey(name)) {
            components.put(name, Map.of()); // it may be part of itself
            components.put(name, record(type));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    /** As it is written. */
    private static String word(Object constant) {
        String json = Json.write(constant);
        return json.substring(1, json.length() - 1);
    }

    private Map<String, Object> record(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent part : type.getRecordComponents()) {
            String name = inJson(part.getName());
            properties.put(name, of(part.getGenericType()));
            if (part.getType() != Optional.class) {
                required.add(name);
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required", required);
        return schema;
    }

    /** By the classes around it too, unless that is the family of all replies. */
    private static String nameOf(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        return around == null || around.getSimpleName().equals("Reply")
                ? type.getSimpleName()
                : around.getSimpleName() + type.getSimpleName();
    }

    private static String inJson(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    /** All records that were part of what was asked for, by name. */
    Map<String, Object> components() {
        return components;
    }
}
