package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.GroupWord;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import org.mutirao.protocol.message.OperatorRequest.ChangeMasters;
import org.mutirao.protocol.message.OperatorRequest.ChangeWorker;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.OperatorRequest.ListMasters;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.OperatorRequest.ReadEvents;
import org.mutirao.protocol.message.OperatorRequest.ReadLog;
import org.mutirao.protocol.message.OperatorRequest.RetryFailed;
import org.mutirao.protocol.message.OperatorRequest.RetryTask;
import org.mutirao.protocol.message.OperatorRequest.SayToGroup;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.Payload;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.WorkerChange;

/**
 * The console's requests and their answers: our own extension, so that Jackson may map the records as they are. The answer's
 * {@code status} is OK and the rest are the record's fields.
 */
final class OperatorMessages {
    private static final Map<String, Class<? extends OperatorRequest>> ACTIONS = Map.ofEntries(
            Map.entry("SUBMIT_TASK", SubmitTask.class),
            Map.entry("LIST_TASKS", ListTasks.class),
            Map.entry("SHOW_TASK", ShowTask.class),
            Map.entry("LIST_WORKERS", ListWorkers.class),
            Map.entry("CANCEL_TASK", CancelTask.class),
            Map.entry("RETRY_TASK", RetryTask.class),
            Map.entry("RETRY_FAILED", RetryFailed.class),
            Map.entry("EXPLAIN_TASK", ExplainTask.class),
            Map.entry("CHANGE_WORKER", ChangeWorker.class),
            Map.entry("GET_RESULT", GetResult.class),
            Map.entry("READ_LOG", ReadLog.class),
            Map.entry("READ_EVENTS", ReadEvents.class),
            Map.entry("LIST_MASTERS", ListMasters.class),
            Map.entry("CHANGE_MASTERS", ChangeMasters.class),
            Map.entry("SAY_TO_GROUP", SayToGroup.class),
            Map.entry("GET_STATUS", GetStatus.class));

    private OperatorMessages() {}

    static Optional<Class<? extends OperatorRequest>> typeOf(String action) {
        return Optional.ofNullable(ACTIONS.get(action));
    }

    static OperatorRequest read(
            Class<? extends OperatorRequest> type, String action, ObjectNode object, Optional<Payload> payload)
            throws BadMessage {
        Fields fields = new Fields(action, object);
        if (type == SubmitTask.class) {
            if (payload.isEmpty()) {
                throw new BadMessage("SUBMIT_TASK: 'task_data' is missing, expected the package ZIP in base64");
            }
            return new SubmitTask(fields.text("name"), fields.text("key"), payload.get());
        }
        if (type == ListTasks.class) {
            return new ListTasks(fields.optionalText("state"), fields.numberOr("after", 0, Long.MAX_VALUE, 0), (int)
                    fields.numberOr("limit", 1, 1000, 1000));
        }
        if (type == ShowTask.class) {
            return new ShowTask(fields.text("task"));
        }
        if (type == CancelTask.class) {
            return new CancelTask(fields.text("task"));
        }
        if (type == RetryTask.class) {
            return new RetryTask(fields.text("task"));
        }
        if (type == RetryFailed.class) {
            return new RetryFailed();
        }
        if (type == ExplainTask.class) {
            return new ExplainTask(fields.text("task"));
        }
        if (type == GetResult.class) {
            return new GetResult(fields.text("task"));
        }
        if (type == ReadLog.class) {
            return new ReadLog(
                    fields.text("task"), fields.text("stream"), fields.numberOr("from", 0, Long.MAX_VALUE, 0));
        }
        if (type == ReadEvents.class) {
            return new ReadEvents(fields.numberOr("after", 0, Long.MAX_VALUE, 0));
        }
        if (type == ChangeWorker.class) {
            return new ChangeWorker(
                    fields.text("worker"),
                    fields.parsed("change", word -> WorkerChange.valueOf(word.toUpperCase(Locale.ROOT))));
        }
        if (type == ListMasters.class) {
            return new ListMasters();
        }
        if (type == ChangeMasters.class) {
            return new ChangeMasters(
                    fields.parsed("change", word -> MasterChange.valueOf(word.toUpperCase(Locale.ROOT))),
                    fields.text("master"));
        }
        if (type == SayToGroup.class) {
            return new SayToGroup(
                    fields.parsed("word", word -> GroupWord.valueOf(word.toUpperCase(Locale.ROOT))),
                    fields.has("to") ? Optional.of((int) fields.number("to", 0, Integer.MAX_VALUE)) : Optional.empty(),
                    fields.optionalText("text").orElse(""));
        }
        return type == ListWorkers.class ? new ListWorkers() : new GetStatus();
    }

    static Frame write(OperatorRequest request) {
        ObjectNode object = Json.mapper().createObjectNode();
        for (Map.Entry<String, Class<? extends OperatorRequest>> action : ACTIONS.entrySet()) {
            if (action.getValue().isInstance(request)) {
                object.put("action", action.getKey());
            }
        }
        if (request instanceof SubmitTask submit) {
            object.put("name", submit.name()).put("key", submit.key()).put("task_data", "");
            return Frame.of(object, submit.taskPackage());
        }
        if (request instanceof ChangeWorker change) {
            return Frame.of(object.put("worker", change.worker())
                    .put("change", change.change().wireName()));
        }
        if (request instanceof ChangeMasters change) {
            return Frame.of(object.put("change", change.change().wireName()).put("master", change.master()));
        }
        if (request instanceof SayToGroup say) {
            object.put("word", say.word().wireName());
            say.to().ifPresent(to -> object.put("to", to));
            return Frame.of(object.put("text", say.text()));
        }
        object.setAll(Json.mapper().<ObjectNode>valueToTree(request));
        return Frame.of(object);
    }

    static boolean answersOperators(Reply reply) {
        return reply instanceof Reply.TaskState
                || reply instanceof Reply.TaskList
                || reply instanceof Reply.TaskDetails
                || reply instanceof Reply.WorkerList
                || reply instanceof Reply.Changed
                || reply instanceof Reply.Explanation
                || reply instanceof Reply.WorkerState
                || reply instanceof Reply.ResultFile
                || reply instanceof Reply.LogPart
                || reply instanceof Reply.EventList
                || reply instanceof Reply.Group
                || reply instanceof Reply.Status;
    }

    static Frame write(Reply reply) {
        ObjectNode object = Json.mapper().createObjectNode().put("status", "OK");
        if (reply instanceof Reply.ResultFile file) {
            return Frame.of(object.put("name", file.name()).put("result_data", ""), file.result());
        }
        if (reply instanceof Reply.Status status) {
            object.set("grid_status", Json.mapper().valueToTree(status.status()));
        } else {
            object.setAll(Json.mapper().<ObjectNode>valueToTree(reply));
        }
        return Frame.of(object);
    }

    static Reply readReply(OperatorRequest asked, ObjectNode object, Optional<Payload> payload) throws BadMessage {
        if (asked instanceof GetResult) {
            return new Reply.ResultFile(
                    new Fields("GET_RESULT's answer", object).text("name"),
                    FlatDialect.result(payload, "GET_RESULT's answer"));
        }
        try {
            if (asked instanceof GetStatus) {
                JsonNode status = object.path("grid_status");
                return new Reply.Status(Json.mapper().treeToValue(status, StatusRow.class));
            }
            return Json.mapper().treeToValue(object, replyType(asked));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new BadMessage("the master's answer could not be read; is it an older or another program?");
        }
    }

    private static Class<? extends Reply> replyType(OperatorRequest asked) {
        if (asked instanceof ListTasks) {
            return Reply.TaskList.class;
        }
        if (asked instanceof ShowTask) {
            return Reply.TaskDetails.class;
        }
        if (asked instanceof RetryFailed) {
            return Reply.Changed.class;
        }
        if (asked instanceof ExplainTask) {
            return Reply.Explanation.class;
        }
        if (asked instanceof ChangeWorker) {
            return Reply.WorkerState.class;
        }
        if (asked instanceof ReadLog) {
            return Reply.LogPart.class;
        }
        if (asked instanceof ReadEvents) {
            return Reply.EventList.class;
        }
        if (asked instanceof ListMasters || asked instanceof ChangeMasters || asked instanceof SayToGroup) {
            return Reply.Group.class;
        }
        return asked instanceof ListWorkers ? Reply.WorkerList.class : Reply.TaskState.class;
    }
}
