package org.mutirao.console;

import java.util.List;
import java.util.Optional;
import org.mutirao.protocol.id.TaskStatus;
import org.mutirao.protocol.id.WorkerFacts;
import org.mutirao.protocol.message.AttemptRow;
import org.mutirao.protocol.message.FailureRow;
import org.mutirao.protocol.message.GroupRow;
import org.mutirao.protocol.message.GroupRow.GuestRow;
import org.mutirao.protocol.message.GroupRow.MasterRow;
import org.mutirao.protocol.message.JobRow;
import org.mutirao.protocol.message.OperatorRequest.CancelTask;
import org.mutirao.protocol.message.OperatorRequest.ExplainTask;
import org.mutirao.protocol.message.OperatorRequest.ListJobs;
import org.mutirao.protocol.message.OperatorRequest.ListMasters;
import org.mutirao.protocol.message.OperatorRequest.ListTasks;
import org.mutirao.protocol.message.OperatorRequest.ListWorkers;
import org.mutirao.protocol.message.OperatorRequest.ShowJob;
import org.mutirao.protocol.message.OperatorRequest.ShowTask;
import org.mutirao.protocol.message.OperatorRequest.ShowWorker;
import org.mutirao.protocol.message.RegistryRequest.ListServers;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.ServerRow;
import org.mutirao.protocol.message.StatusCounts;
import org.mutirao.protocol.message.TaskRow;
import org.mutirao.protocol.message.WorkerRow;
import org.mutirao.protocol.text.Language;

/** The same with jobs and tasks in each state, a worker and three masters. */
abstract class OnScriptedRoom extends OnScriptedJob {
    private static final List<String> STATES =
            List.of("queued", "running", "succeeded", "failed", "lost", "cancelled", "waiting");

    private JobRow aJob(int number, String state) {
        boolean ended = number > 1;
        return JobRow.builder()
                .job(number + 1)
                .name(say("sales-", "vendas-") + number + ".zip")
                .state(state)
                .tasks(7)
                .counts(new StatusCounts(1, 1, 2, number == 3 ? 1 : 0, 1, 1))
                .beganAt(number == 0 ? Optional.empty() : Optional.of(1_500L))
                .endedAt(ended ? Optional.of(9_000L) : Optional.empty())
                .explanation(Optional.of(
                        state.equals("succeeded")
                                ? say("exit code 0", "código de saída 0")
                                : say("4 of 7 tasks succeeded", "4 de 7 tarefas com sucesso")))
                .build();
    }

    private TaskRow aTask(int number, String state) {
        Optional<String> reason = state.equals("succeeded")
                ? Optional.of(say("exit code 0", "código de saída 0"))
                : state.equals("failed")
                        ? Optional.of(say("exit code 1: KeyError: 'price'", "código de saída 1: KeyError: 'preço'"))
                        : Optional.empty();
        return ScriptedGrid.task(
                number + 1, say("sales-", "vendas-") + number + ".zip", state, reason, Optional.empty());
    }

    private Language language = Language.ENGLISH;

    /** What a master of that language says. */
    private String say(String english, String portuguese) {
        return language == Language.ENGLISH ? english : portuguese;
    }

    /** From now on the grid has a job of each state and a worker, and its master speaks that language. */
    final void answersIn(Language spoken) {
        language = spoken;
        List<String> ofTasks = STATES.subList(0, 6);
        Reply all = new Reply.TaskList(
                ofTasks.stream()
                        .map(state -> aTask(ofTasks.indexOf(state), state))
                        .toList(),
                false);
        Reply none = new Reply.Failure(
                Reply.Refusal.NOT_FOUND,
                say(
                        "there is no such task or job; 'console jobs' and 'console tasks' list them",
                        "essa tarefa ou trabalho não existe; 'console jobs' e 'console tasks' listam todos"));
        grid.on(ListTasks.class, list -> list.job().isPresent() ? none : all);
        grid.on(
                ListJobs.class,
                new Reply.JobList(
                        STATES.stream()
                                .filter(state -> !state.equals("lost"))
                                .map(state -> aJob(STATES.indexOf(state), state))
                                .toList(),
                        false));
        endsAs(failed());
        FailureRow why = new FailureRow(
                say("exit code 1: KeyError: 'price'", "código de saída 1: KeyError: 'preço'"),
                1,
                6,
                Optional.of(say("june.csv", "junho.csv")));
        grid.on(ShowJob.class, new Reply.JobDetails(failed(), List.of(why)));
        AttemptRow first = new AttemptRow(
                1,
                "w1",
                "pc7",
                0,
                Optional.of(65_000L),
                Optional.of(say(
                        "exit code 1: ValueError: the table of the second quarter has no column called price",
                        "código de saída 1: ValueError: a tabela do segundo trimestre não tem a coluna preço")),
                Optional.of(1_000L),
                Optional.of(62_000L));
        AttemptRow now = new AttemptRow(
                2, "w2", "", 70_000, Optional.empty(), Optional.empty(), Optional.of(71_000L), Optional.empty());
        grid.on(
                ShowTask.class,
                new Reply.TaskDetails(
                        part(6, say("june.csv", "junho.csv"), TaskStatus.RUNNING),
                        List.of(first, now),
                        Optional.empty()));
        grid.on(
                ExplainTask.class,
                new Reply.Explanation(
                        part(6, say("june.csv", "junho.csv"), TaskStatus.QUEUED),
                        List.of(say("nobody is free", "ninguém está livre"))));
        grid.on(
                CancelTask.class,
                new Reply.TaskState(
                        part(6, say("june.csv", "junho.csv"), TaskStatus.CANCELLED),
                        true,
                        Optional.empty(),
                        Optional.empty()));
        fleet();
    }

    final JobRow failed() {
        return job("failed")
                .counts(new StatusCounts(0, 0, 2, 1, 0, 0))
                .beganAt(Optional.of(4_000L))
                .endedAt(Optional.of(34_000L))
                .explanation(Optional.of(say("2 of 3 tasks succeeded", "2 de 3 tarefas com sucesso")))
                .build();
    }

    private void fleet() {
        WorkerRow worker = WorkerRow.builder()
                .id("01234567-9abc")
                .name("pc-lab3-01")
                .kind("D")
                .dialect("super-peer")
                .address("192.168.100.7:40000")
                .slots(4)
                .holding(List.of(17L, 18L))
                .delivered(1234)
                .lost(2)
                .silentMs(3_000)
                .facts(Optional.of(WorkerFacts.builder()
                        .machine("linux", "x86_64")
                        .pythons(List.of("3.12.1"))
                        .cores(8)
                        .memory(16L << 30)
                        .disk(1L << 40)
                        .tags(List.of("lab3"))
                        .build()))
                .build();
        grid.on(ListWorkers.class, new Reply.WorkerList(List.of(worker)));
        grid.on(ShowWorker.class, new Reply.WorkerState(worker));
        grid.on(
                ListMasters.class,
                new Reply.Group(GroupRow.builder()
                        .group("default")
                        .leader(Optional.of(1))
                        .term(7)
                        .election("highest-priority")
                        .spare(1)
                        .masters(List.of(
                                new MasterRow(1, "a", "10.0.0.1:50020", 10, 1, "leader", 0, 0, Optional.empty()),
                                new MasterRow(2, "b", "10.0.0.2:50020", 20, 2, "follower", 3, 0, Optional.empty()),
                                new MasterRow(3, "c", "10.0.0.3:50020", 30, 0, "newcomer", -1, -1, Optional.empty())))
                        .guests(List.of(new GuestRow(9, 5, "10.0.0.9:1")))
                        .build()));
        grid.on(
                ListServers.class,
                new Reply.ServerList(
                        List.of(
                                new ServerRow(
                                        "1",
                                        "master-1",
                                        "master",
                                        Optional.of(1),
                                        "10.0.0.1:50020",
                                        "leader",
                                        0,
                                        Optional.empty()),
                                new ServerRow(
                                        "01234567",
                                        "pc-lab3-01",
                                        "worker",
                                        Optional.empty(),
                                        "10.0.0.7",
                                        say("working", "em serviço"),
                                        -1,
                                        Optional.empty())),
                        0));
    }
}
