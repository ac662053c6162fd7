package org.mutirao.protocol.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.mutirao.protocol.dialect.OwnMessages.Received;
import org.mutirao.protocol.json.Json;
import org.mutirao.protocol.message.GroupMessage;
import org.mutirao.protocol.message.MasterChange;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.OperatorRequest.CancelJobs;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import org.mutirao.protocol.message.OperatorRequest.ChangeMasters;
import org.mutirao.protocol.message.OperatorRequest.ChangeWorker;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.OperatorRequest.ForgetJobs;
import org.mutirao.protocol.message.OperatorRequest.GetResult;
import org.mutirao.protocol.message.OperatorRequest.GetStatus;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.OperatorRequest.ListMasters;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ListWheels;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.OperatorRequest.ReadEvents;
import org.mutirao.protocol.message.OperatorRequest.ReadLog;
import org.mutirao.protocol.message.OperatorRequest.RetryFailed;
import org.mutirao.protocol.message.OperatorRequest.RetryJobs;
import org.mutirao.protocol.message.OperatorRequest.RetryTask;
import org.mutirao.protocol.message.OperatorRequest.RetryWith;
import org.mutirao.protocol.message.OperatorRequest.SayToGroup;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.OperatorRequest.ShowWorker;
import org.mutirao.protocol.message.OperatorRequest.SubmitTask;
import org.mutirao.protocol.message.OperatorRequest.WaitJob;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.StatusRow;
import org.mutirao.protocol.message.WorkerChange;

/**
 * The console's requests and their answers: our own extension, so that Jackson may map the records as they are. The answer's
 * {@code status} is OK and the rest are the record's fields.
 */
final class OperatorMessages {
    private static final int MAX_ROWS = 1000;
    /** Of one question; whoever wants to know more asks again. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(30);

    static final OwnMessages<OperatorRequest> ALL = OwnMessages.of(OperatorRequest.class)
            .row(
                    SubmitTask.class,
                    "SUBMIT_TASK",
                    (submit, object) -> Frame.of(
                            object.put("name", submit.name())
                                    .put("key", submit.key())
                                    .put("task_data", ""),
                            submit.taskPackage()),
                    OperatorMessages::readSubmit,
                    OwnMessages.as(Reply.TaskState.class))
            .row(
                    ListTasks.class,
                    "LIST_TASKS",
                    OwnMessages::fields,
                    in -> new ListTasks(
                            in.fields().optionalText("state"),
                            in.fields().numberOr("after", 0, Long.MAX_VALUE, 0),
                            (int) in.fields().numberOr("limit", 1, MAX_ROWS, MAX_ROWS),
                            in.fields().has("job") ? Optional.of(in.fields().selector("job")) : Optional.empty()),
                    OwnMessages.as(Reply.TaskList.class))
            .row(
                    ListJobs.class,
                    "LIST_JOBS",
                    OperatorMessages::writeList,
                    in -> new ListJobs(
                            in.fields().optionalText("state"),
                            in.fields().optionalText("name"),
                            in.fields().numberOr("before", 0, Long.MAX_VALUE, 0),
                            (int) in.fields().numberOr("limit", 1, MAX_ROWS, MAX_ROWS)),
                    OwnMessages.as(Reply.JobList.class))
            .row(
                    ShowJob.class,
                    "SHOW_JOB",
                    OwnMessages::fields,
                    in -> new ShowJob(in.fields().selector("job")),
                    OwnMessages.as(Reply.JobDetails.class))
            .row(
                    WaitJob.class,
                    "WAIT_JOB",
                    (wait, object) -> Frame.of(object.put("job", wait.job())
                            .put("seen", wait.seen())
                            .put("wait_ms", wait.patience().toMillis())
                            .put("limit", wait.limit())),
                    in -> new WaitJob(
                            in.fields().selector("job"),
                            in.fields().numberOr("seen", 0, Long.MAX_VALUE, 0),
                            in.fields().millis("wait_ms", MAX_WAIT, Duration.ZERO),
                            (int) in.fields().numberOr("limit", 1, MAX_ROWS, MAX_ROWS)),
                    OwnMessages.as(Reply.JobProgress.class))
            .row(
                    CancelJobs.class,
                    "CANCEL_JOBS",
                    OwnMessages::fields,
                    in -> new CancelJobs(in.fields().selector("what")),
                    OwnMessages.as(Reply.Changed.class))
            .row(
                    RetryJobs.class,
                    "RETRY_JOBS",
                    OwnMessages::fields,
                    in -> new RetryJobs(
                            in.fields().selector("what"), in.fields().flag("only_failed")),
                    OwnMessages.as(Reply.Changed.class))
            .row(
                    RetryWith.class,
                    "RETRY_WITH",
                    (retry, object) -> Frame.of(
                            object.put("job", retry.job())
                                    .put("only_failed", retry.onlyFailed())
                                    .put("task_data", ""),
                            retry.script()),
                    OperatorMessages::readRetryWith,
                    OwnMessages.as(Reply.Changed.class))
            .row(
                    ForgetJobs.class,
                    "FORGET_JOBS",
                    OwnMessages::fields,
                    in -> new ForgetJobs(in.fields().selector("what")),
                    OwnMessages.as(Reply.Changed.class))
            .row(
                    ShowTask.class,
                    "SHOW_TASK",
                    OwnMessages::fields,
                    in -> new ShowTask(in.fields().selector("task")),
                    OwnMessages.as(Reply.TaskDetails.class))
            .row(
                    ListWorkers.class,
                    "LIST_WORKERS",
                    OwnMessages::fields,
                    in -> new ListWorkers(),
                    OwnMessages.as(Reply.WorkerList.class))
            .row(
                    ListWheels.class,
                    "LIST_WHEELS",
                    OwnMessages::fields,
                    in -> new ListWheels(),
                    OwnMessages.as(Reply.WheelList.class))
            .row(
                    ShowWorker.class,
                    "SHOW_WORKER",
                    OwnMessages::fields,
                    in -> new ShowWorker(in.text("worker")),
                    OwnMessages.as(Reply.WorkerState.class))
            .row(
                    CancelTask.class,
                    "CANCEL_TASK",
                    OwnMessages::fields,
                    in -> new CancelTask(in.fields().selector("task")),
                    OwnMessages.as(Reply.TaskState.class))
            .row(
                    RetryTask.class,
                    "RETRY_TASK",
                    OwnMessages::fields,
                    in -> new RetryTask(in.fields().selector("task")),
                    OwnMessages.as(Reply.TaskState.class))
            .row(
                    RetryFailed.class,
                    "RETRY_FAILED",
                    OwnMessages::fields,
                    in -> new RetryFailed(),
                    OwnMessages.as(Reply.Changed.class))
            .row(
                    ExplainTask.class,
                    "EXPLAIN_TASK",
                    OwnMessages::fields,
                    in -> new ExplainTask(in.fields().selector("task")),
                    OwnMessages.as(Reply.Explanation.class))
            .row(
                    ChangeWorker.class,
                    "CHANGE_WORKER",
                    (change, object) -> Frame.of(object.put("worker", change.worker())
                            .put("change", change.change().wireName())),
                    in -> new ChangeWorker(in.text("worker"), in.fields().parsed("change", WorkerChange::named)),
                    OwnMessages.as(Reply.WorkerState.class))
            .row(
                    GetResult.class,
                    "GET_RESULT",
                    OwnMessages::fields,
                    in -> new GetResult(in.fields().selector("task")),
                    in -> new Reply.ResultFile(
                            in.text("name"), FlatDialect.result(in.payload(), "GET_RESULT's answer")))
            .row(
                    ReadLog.class,
                    "READ_LOG",
                    OwnMessages::fields,
                    in -> new ReadLog(
                            in.fields().selector("task"),
                            in.text("stream"),
                            in.fields().numberOr("from", 0, Long.MAX_VALUE, 0)),
                    OwnMessages.as(Reply.LogPart.class))
            .row(
                    ReadEvents.class,
                    "READ_EVENTS",
                    OperatorMessages::writeRead,
                    in -> new ReadEvents(
                            in.fields().numberOr("after", 0, Long.MAX_VALUE, 0),
                            in.fields().has("job")
                                    ? Optional.of(in.fields().numberOr("job", 1, Long.MAX_VALUE, 1))
                                    : Optional.empty()),
                    OwnMessages.as(Reply.EventList.class))
            .row(
                    ListMasters.class,
                    "LIST_MASTERS",
                    OwnMessages::fields,
                    in -> new ListMasters(),
                    OwnMessages.as(Reply.Group.class))
            .row(
                    ChangeMasters.class,
                    "CHANGE_MASTERS",
                    (change, object) -> Frame.of(
                            object.put("change", change.change().wireName()).put("master", change.master())),
                    in -> new ChangeMasters(
                            in.fields().parsed("change", word -> MasterChange.valueOf(word.toUpperCase(Locale.ROOT))),
                            in.text("master")),
                    OwnMessages.as(Reply.Group.class))
            .row(
                    SayToGroup.class,
                    "SAY_TO_GROUP",
                    OperatorMessages::writeSay,
                    OperatorMessages::readSay,
                    OwnMessages.as(Reply.Group.class))
            .row(
                    GetStatus.class,
                    "GET_STATUS",
                    OwnMessages::fields,
                    in -> new GetStatus(),
                    OperatorMessages::readStatus)
            .build();

    private OperatorMessages() {}

    private static Frame writeList(ListJobs list, ObjectNode object) {
        list.state().ifPresent(state -> object.put("state", state));
        list.name().ifPresent(name -> object.put("name", name));
        if (list.before() > 0) {
            object.put("before", list.before());
        }
        return Frame.of(object.put("limit", list.limit()));
    }

    private static Frame writeRead(ReadEvents read, ObjectNode object) {
        object.put("after", read.after());
        read.job().ifPresent(job -> object.put("job", job));
        return Frame.of(object);
    }

    private static RetryWith readRetryWith(Received in) throws BadMessage {
        if (in.payload().isEmpty()) {
            throw new BadMessage("RETRY_WITH: 'task_data' is missing, expected the script in base64");
        }
        return new RetryWith(
                in.fields().selector("job"),
                in.fields().flag("only_failed"),
                in.payload().get());
    }

    private static SubmitTask readSubmit(Received in) throws BadMessage {
        if (in.payload().isEmpty()) {
            throw new BadMessage("SUBMIT_TASK: 'task_data' is missing, expected the package ZIP in base64");
        }
        return new SubmitTask(in.text("name"), in.text("key"), in.payload().get());
    }

    private static Frame writeSay(SayToGroup say, ObjectNode object) {
        object.put("word", say.word().wireName());
        say.to().ifPresent(to -> object.put("to", to));
        return Frame.of(object.put("text", say.text()));
    }

    private static SayToGroup readSay(Received in) throws BadMessage {
        Fields fields = in.fields();
        return new SayToGroup(
                fields.parsed("word", word -> GroupMessage.valueOf(word.toUpperCase(Locale.ROOT))),
                fields.has("to") ? Optional.of((int) fields.number("to", 0, Integer.MAX_VALUE)) : Optional.empty(),
                fields.optionalText("text").orElse(""));
    }

    static Frame write(Reply.ResultFile file) {
        return Frame.of(
                FlatDialect.object("status", "OK").put("name", file.name()).put("result_data", ""), file.result());
    }

    static Frame write(Reply.Status status) {
        ObjectNode object = FlatDialect.object("status", "OK");
        object.set("grid_status", Json.mapper().valueToTree(status.status()));
        return Frame.of(object);
    }

    private static Reply readStatus(Received in) throws BadMessage {
        try {
            return new Reply.Status(Json.mapper().treeToValue(in.object().path("grid_status"), StatusRow.class));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw OwnMessages.unreadable();
        }
    }
}
