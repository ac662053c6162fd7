package org.mutirao.master.handlers;

import org.mutirao.master.cluster.GroupHandler;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.table.SealedSteps;
import org.mutirao.protocol.wire.WireServer.Answer;

/** Leads each of the console's requests to the handler that answers it. */
public final class OperatorHandler {
    private static final SealedSteps<OperatorRequest, OperatorHandler, Answer> REQUESTS =
            SealedSteps.<OperatorRequest, OperatorHandler, Answer>of(OperatorRequest.class)
                    .row(OperatorRequest.SubmitTask.class, (submit, to, answer) -> to.submits.submit(submit, answer))
                    .row(OperatorRequest.ListTasks.class, (list, to, answer) -> answer.send(to.tasks.list(list)))
                    .row(OperatorRequest.ShowTask.class, (show, to, answer) -> answer.send(to.tasks.show(show.task())))
                    .row(OperatorRequest.CancelTask.class, (cancel, to, answer) -> to.tasks.cancel(cancel, answer))
                    .row(OperatorRequest.RetryTask.class, (retry, to, answer) -> to.tasks.retry(retry, answer))
                    .row(OperatorRequest.RetryFailed.class, (retry, to, answer) -> to.tasks.retryFailed(answer))
                    .row(OperatorRequest.GetResult.class, (get, to, answer) -> {
                        if (!to.jobs.sendResult(get, answer)) {
                            to.tasks.result(get, answer);
                        }
                    })
                    .row(OperatorRequest.ReadLog.class, (read, to, answer) -> to.tasks.log(read, answer))
                    .row(OperatorRequest.ListJobs.class, (list, to, answer) -> answer.send(to.jobs.list(list)))
                    .row(OperatorRequest.ShowJob.class, (show, to, answer) -> answer.send(to.jobs.show(show)))
                    .row(OperatorRequest.WaitJob.class, (wait, to, answer) -> to.jobs.await(wait, answer))
                    .row(OperatorRequest.CancelJobs.class, (cancel, to, answer) -> to.jobs.cancel(cancel, answer))
                    .row(OperatorRequest.RetryJobs.class, (retry, to, answer) -> to.jobs.retry(retry, answer))
                    .row(OperatorRequest.RetryWith.class, (retry, to, answer) -> to.scripts.retry(retry, answer))
                    .row(OperatorRequest.ForgetJobs.class, (forget, to, answer) -> to.jobs.forget(forget, answer))
                    .row(
                            OperatorRequest.ExplainTask.class,
                            (explain, to, answer) -> answer.send(to.explainer.explain(explain)))
                    .row(OperatorRequest.ListWorkers.class, (list, to, answer) -> answer.send(to.fleet.workers()))
                    .row(OperatorRequest.ShowWorker.class, (show, to, answer) -> answer.send(to.fleet.show(show)))
                    .row(
                            OperatorRequest.ChangeWorker.class,
                            (change, to, answer) -> answer.send(to.fleet.change(change)))
                    .row(OperatorRequest.GetStatus.class, (get, to, answer) -> answer.send(to.fleet.status()))
                    .row(OperatorRequest.ReadEvents.class, (read, to, answer) -> answer.send(to.fleet.events(read)))
                    .row(OperatorRequest.ListMasters.class, (list, to, answer) -> answer.send(to.masters.list()))
                    .row(OperatorRequest.SayToGroup.class, (say, to, answer) -> answer.send(to.masters.say(say)))
                    .row(OperatorRequest.ChangeMasters.class, (change, to, answer) -> to.masters.change(change, answer))
                    .build();

    private final SubmitHandler submits;
    private final TaskHandler tasks;
    private final JobHandler jobs;
    private final ScriptHandler scripts;
    private final ExplainHandler explainer;
    private final FleetHandler fleet;
    private final GroupHandler masters;

    /** Leads to these. */
    public OperatorHandler(
            SubmitHandler submits,
            TaskHandler tasks,
            JobHandler jobs,
            ScriptHandler scripts,
            ExplainHandler explainer,
            FleetHandler fleet,
            GroupHandler masters) {
        this.submits = submits;
        this.scripts = scripts;
        this.tasks = tasks;
        this.jobs = jobs;
        this.explainer = explainer;
        this.fleet = fleet;
        this.masters = masters;
    }

    /** Answers. To be called on the loop; {@code SubmitTask} and {@code SayToGroup} may come on any thread. */
    void answer(OperatorRequest request, Answer answer) {
        REQUESTS.run(request, this, answer);
    }
}
