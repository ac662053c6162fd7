package org.mutirao.master.handlers;

import org.mutirao.master.cluster.GroupHandler;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.table.SealedSteps;

/** Leads each of the console's requests to the handler that answers it. */
public final class OperatorHandler {
    private static final SealedSteps<OperatorRequest, OperatorHandler, Ask> REQUESTS =
            SealedSteps.<OperatorRequest, OperatorHandler, Ask>of(OperatorRequest.class)
                    .row(OperatorRequest.SubmitTask.class, (submit, to, ask) -> to.submits.submit(submit, ask))
                    .row(OperatorRequest.ListTasks.class, (list, to, ask) -> ask.answer()
                            .send(to.tasks.list(list, ask.scope())))
                    .row(OperatorRequest.ShowTask.class, (show, to, ask) -> to.tasks.show(show.task(), ask))
                    .row(OperatorRequest.CancelTask.class, (cancel, to, ask) -> to.tasks.cancel(cancel, ask))
                    .row(OperatorRequest.RetryTask.class, (retry, to, ask) -> to.tasks.retry(retry, ask))
                    .row(OperatorRequest.RetryFailed.class, (retry, to, ask) -> to.tasks.retryFailed(ask.answer()))
                    .row(OperatorRequest.GetResult.class, (get, to, ask) -> {
                        if (!to.jobs.sendResult(get, ask)) {
                            to.tasks.result(get, ask);
                        }
                    })
                    .row(OperatorRequest.ReadLog.class, (read, to, ask) -> to.tasks.log(read, ask))
                    .row(OperatorRequest.ListJobs.class, (list, to, ask) -> ask.answer()
                            .send(to.jobs.list(list, ask.scope())))
                    .row(OperatorRequest.ShowJob.class, (show, to, ask) -> ask.answer()
                            .send(to.jobs.show(show, ask.scope())))
                    .row(OperatorRequest.WaitJob.class, (wait, to, ask) -> to.jobs.await(wait, ask))
                    .row(OperatorRequest.CancelJobs.class, (cancel, to, ask) -> to.jobs.cancel(cancel, ask))
                    .row(OperatorRequest.RetryJobs.class, (retry, to, ask) -> to.jobs.retry(retry, ask))
                    .row(OperatorRequest.RetryWith.class, (retry, to, ask) -> to.scripts.retry(retry, ask))
                    .row(OperatorRequest.ForgetJobs.class, (forget, to, ask) -> to.jobs.forget(forget, ask))
                    .row(OperatorRequest.ExplainTask.class, (explain, to, ask) -> ask.answer()
                            .send(to.explainer.explain(explain, ask.scope())))
                    .row(OperatorRequest.ListWorkers.class, (list, to, ask) -> ask.answer()
                            .send(to.fleet.workers()))
                    .row(OperatorRequest.ListWheels.class, (list, to, ask) -> to.fleet.wheels(ask.answer()))
                    .row(OperatorRequest.ShowWorker.class, (show, to, ask) -> ask.answer()
                            .send(to.fleet.show(show)))
                    .row(OperatorRequest.ChangeWorker.class, (change, to, ask) -> ask.answer()
                            .send(to.fleet.change(change)))
                    .row(OperatorRequest.GetStatus.class, (get, to, ask) -> ask.answer()
                            .send(to.fleet.status()))
                    .row(OperatorRequest.ReadEvents.class, (read, to, ask) -> ask.answer()
                            .send(to.fleet.events(read, ask.scope())))
                    .row(OperatorRequest.ListMasters.class, (list, to, ask) -> ask.answer()
                            .send(to.masters.list()))
                    .row(OperatorRequest.SayToGroup.class, (say, to, ask) -> ask.answer()
                            .send(to.masters.say(say)))
                    .row(
                            OperatorRequest.ChangeMasters.class,
                            (change, to, ask) -> to.masters.change(change, ask.answer()))
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
    void answer(OperatorRequest request, Ask ask) {
        REQUESTS.run(request, this, ask);
    }
}
