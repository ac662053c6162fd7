package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.ChannelRequest;
import org.mutirao.protocol.units.Told;

/** What is asked of the channel where the action stands somewhere else, as in a path. */
public final class ChannelJson {
    private ChannelJson() {}

    /**
     * Reads the fields of a message whose action is known.
     *
     * @param body a JSON object; empty for one without fields
     * @throws BadMessage with a sentence for whoever sent it
     */
    public static ChannelRequest read(String action, byte[] body) throws BadMessage {
        ObjectNode object;
        try {
            object = body.length == 0 ? Json.mapper().createObjectNode() : Json.readObject(body);
        } catch (IOException e) {
            throw new BadMessage("the body is no JSON object: " + Told.of(e, "it can't be read"));
        }
        return ChannelMessages.ALL.read(action, object, Optional.empty());
    }
}
