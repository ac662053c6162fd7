package org.mutirao.protocol.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.util.Map;
import org.mutirao.protocol.text.Text;

/** Reads TOML, bounded as {@link Json} is. */
public final class Toml {
    private static final TomlMapper MAPPER = new TomlMapper(TomlFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .build())
            .build());

    private Toml() {}

    /**
     * Reads a whole document.
     *
     * @throws IOException when it is none; the text says where, for people
     */
    public static Map<String, Object> readMap(String text) throws IOException {
        try {
            Map<String, Object> fields = MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
            return fields == null ? Map.of() : fields;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new IOException(
                    line > 0 ? Text.of("it is no TOML, at its line %d", line) : Text.of("it is no TOML"), e);
        } catch (StackOverflowError e) {
            throw new IOException(Text.of("it is no TOML"), e);
        }
    }
}
