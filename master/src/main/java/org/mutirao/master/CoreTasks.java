package org.mutirao.master;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.mutirao.master.dispatch.DispatchPolicy;
import org.mutirao.master.dispatch.Dispatcher;
import org.mutirao.master.handlers.ChannelHandler;
import org.mutirao.master.handlers.ForeignPackages;
import org.mutirao.master.handlers.ForeignSizes;
import org.mutirao.master.handlers.JobHandler;
import org.mutirao.master.handlers.JobPackages;
import org.mutirao.master.handlers.WholeResults;
import org.mutirao.master.ledger.TaskLedger;
import org.mutirao.master.ledger.TaskRecord;
import org.mutirao.master.machines.AccessMachine;
import org.mutirao.master.machines.ChannelMachine;
import org.mutirao.master.machines.ChannelNews;
import org.mutirao.master.machines.EffectHandler;
import org.mutirao.master.machines.GridMachine;
import org.mutirao.master.machines.GuardedEffects;
import org.mutirao.master.machines.Leadership;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.master.machines.LedgerQuestions;
import org.mutirao.master.machines.OpenWork;
import org.mutirao.master.machines.PackagesHere;
import org.mutirao.master.machines.RankMachine;
import org.mutirao.master.machines.TaskNews;
import org.mutirao.master.results.AlongGate;
import org.mutirao.master.results.BroughtAlong;
import org.mutirao.master.results.JobAnswers;
import org.mutirao.master.results.Publisher;
import org.mutirao.master.watch.JobNews;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.pack.Extra;
import org.mutirao.protocol.pack.PackageLimits;

/** The way of a task through a master: the machines on the log, the dispatcher, and what becomes of results. */
final class CoreTasks {
    final JobPackages jobPackages;
    final ForeignPackages foreign;
    final Dispatcher dispatcher;
    final EffectHandler effects;
    final ChannelNews news = new ChannelNews();
    final ChannelMachine channelMachine = new ChannelMachine(news);
    final RankMachine ranks = new RankMachine();
    final AccessMachine access;
    final OpenWork open;
    final LedgerMachine ledger;
    final GridMachine machine;
    final ChannelHandler channel;
    final LedgerQuestions questions;
    final JobAnswers answers;
    final JobHandler jobs;
    final Leadership leadership;
    private final BroughtAlong along;

    CoreTasks(CoreBase base, CoreGroup others) {
        access = base.access;
        open = new OpenWork(this::current, access::access);
        JobNews jobNews = new JobNews();
        Watching watching =
                new Watching(base.views, base.clock, others.voice::announce, jobNews, base.world.listener());
        PackageLimits limits = base.packageLimits();
        jobPackages = base.parts.add(new JobPackages(base.blobs, limits, this::alongWith));
        foreign = new ForeignPackages(
                base.blobs,
                limits,
                base.disk,
                jobPackages,
                new ForeignSizes(base.blobs, limits, jobPackages, base.disk, base.loop));
        dispatcher = dispatcher(base, others, watching);
        Publisher publisher = base.parts.add(new Publisher(
                base.results, base.blobs, base.journal(), base.clock, others.blobEvents, base.views.liveness()));
        effects = new EffectHandler(
                others.running,
                base.config.resultsOn() == MasterConfig.ResultsOn.ALL,
                others.exchange,
                dispatcher,
                watching,
                publisher,
                base.loop);
        others.blobEvents.add(effects);
        ledger = new LedgerMachine(
                new GuardedEffects(effects::carryOut, base.loop::execute),
                Optional.of(base.blobs),
                new TaskNews(channelMachine).andThen(open));
        access.onOwned(open::onOwned);
        machine = new GridMachine(ledger, channelMachine, ranks, access);
        channel = new ChannelHandler(
                channelMachine::channel, base.channelJournal(), base.loop::execute, base.clock, base.ticker);
        news.add(changed -> channel.onNews());
        questions = new LedgerQuestions(ledger::ledger, base.loop, base.outputs, effects::deliverAgain);
        answers =
                base.parts.add(new JobAnswers(publisher, base.results, questions, base.ticker, base.views.liveness()));
        effects.onJobs(answers::onChanged);
        along = new BroughtAlong(questions, base.results, base.blobs, answers);
        jobs = new JobHandler(
                ledger::ledger,
                base.views.jobList(),
                base.journal(),
                base.loop::execute,
                base.clock,
                base.ticker,
                new WholeResults(answers::whole, base.disk));
        jobNews.add(jobs::onChanged);
        leadership = new Leadership(
                ledger, effects, List.of(channel::onFollowing, jobs::onFollowing), base.world.onBroken());
    }

    private Dispatcher dispatcher(CoreBase base, CoreGroup others, Watching watching) {
        PackagesHere packages =
                new PackagesHere(base.blobs, others.exchange, others.blobEvents, base.isAlone(), base.loop);
        AlongGate gate = new AlongGate(this::isAlongHere, base.disk, base.loop::execute, this::lookAgain);
        return new Dispatcher(
                base.journal(),
                DispatchPolicy.of(
                        base.config.leases().lease(),
                        base.config.leases().workerTimeout(),
                        base.config.leases().strangerLease()),
                base.clock,
                base.ticker,
                base.loop,
                watching,
                (task, worker) -> packages.isHere(task) && gate.isOpen(task) && foreign.suits(task, worker));
    }

    // What the dispatcher needs comes from parts that are built after it.

    private List<Extra> alongWith(TaskRecord task) throws IOException {
        return along.of(task);
    }

    private boolean isAlongHere(TaskRecord task) throws IOException {
        return along.areHere(task);
    }

    private TaskLedger current() {
        return ledger.ledger();
    }

    private void lookAgain() {
        dispatcher.look();
    }
}
