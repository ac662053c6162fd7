package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.table.Exhaustive;
import org.mutirao.protocol.table.SealedTable;
import org.mutirao.protocol.text.Text;

/**
 * A family of requests in our own words. A row has a request's action, how the request is written and read, and how its answer is read
 * when the status is OK.
 */
final class OwnMessages<F extends Request> implements Exhaustive {
    private final SealedTable<F, Row<F>> table;
    private final Map<String, Row<F>> byAction;

    private record Row<F>(
            String action, Writer<F> writer, Reader<? extends F> reader, Reader<? extends Reply> answer) {}

    /** Writes a request. */
    @FunctionalInterface
    interface Writer<L> {
        /**
         * Writes one.
         *
         * @param object has the action and takes the rest
         */
        Frame write(L request, ObjectNode object);
    }

    /** What arrived. */
    record Received(Fields fields, ObjectNode object, Optional<Payload> payload) {
        Received(String name, ObjectNode object, Optional<Payload> payload) {
            this(new Fields(name, object), object, payload);
        }

        String text(String name) throws BadMessage {
            return fields.text(name);
        }
    }

    /** Reads a request or an answer. */
    @FunctionalInterface
    interface Reader<L> {
        L read(Received in) throws BadMessage;
    }

    private OwnMessages(SealedTable<F, Row<F>> table, Map<String, Row<F>> byAction) {
        this.table = table;
        this.byAction = Map.copyOf(byAction);
    }

    static <F extends Request> Builder<F> of(Class<F> family) {
        return new Builder<>(family);
    }

    /** Writes a request whose fields are those of its record. */
    static Frame fields(Request request, ObjectNode object) {
        object.setAll(Json.mapper().<ObjectNode>valueToTree(request));
        return Frame.of(object);
    }

    /** Reads an answer whose fields are those of its record. */
    static Reader<Reply> as(Class<? extends Reply> type) {
        return in -> {
            try {
                return Json.mapper().treeToValue(in.object(), type);
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw unreadable();
            }
        };
    }

    static BadMessage unreadable() {
        return new BadMessage(Text.of("the master's answer could not be read; is it an older or another program?"));
    }

    Set<String> actions() {
        return byAction.keySet();
    }

    /** @param action one of these */
    F read(String action, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        return byAction.get(action).reader().read(new Received(action, object, payload));
    }

    /** @param request of this family */
    Frame write(Request request) {
        F one = table.family().cast(request);
        Row<F> row = table.rowOf(one);
        return row.writer().write(one, FlatDialect.object("action", row.action()));
    }

    /**
     * Reads an answer with the status OK.
     *
     * @param asked of this family
     */
    Reply readAnswer(Request asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        Row<F> row = table.rowOf(table.family().cast(asked));
        return row.answer().read(new Received(row.action() + "'s answer", object, payload));
    }

    @Override
    public SealedTable<?, ?> table() {
        return table;
    }

    /** Takes the rows, one by one. */
    static final class Builder<F extends Request> {
        private final SealedTable.Builder<F, Row<F>> rows;
        private final Map<String, Row<F>> byAction = new HashMap<>();

        private Builder(Class<F> family) {
            this.rows = SealedTable.of(family);
        }

        <L extends F> Builder<F> row(
                Class<L> type,
                String action,
                Writer<? super L> writer,
                Reader<L> reader,
                Reader<? extends Reply> answer) {
            Row<F> row =
                    new Row<>(action, (request, object) -> writer.write(type.cast(request), object), reader, answer);
            rows.row(type, row);
            if (byAction.putIfAbsent(action, row) != null) {
                throw new IllegalStateException("two requests are called " + action);
            }
            return this;
        }

        OwnMessages<F> build() {
            return new OwnMessages<>(rows.build(), byAction);
        }
    }
}
