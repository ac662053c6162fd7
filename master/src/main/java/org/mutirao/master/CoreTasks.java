package org.mutirao.master;

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
import org.mutirao.master.machines.AccessMachine;
import org.mutirao.master.machines.ChannelMachine;
import org.mutirao.master.machines.ChannelNews;
import org.mutirao.master.machines.EffectHandler;
import org.mutirao.master.machines.GridMachine;
import org.mutirao.master.machines.GuardedEffects;
import org.mutirao.master.machines.HandInNotes;
import org.mutirao.master.machines.Leadership;
import org.mutirao.master.machines.LedgerMachine;
import org.mutirao.master.machines.LedgerQuestions;
import org.mutirao.master.machines.OpenWork;
import org.mutirao.master.machines.PackagesHere;
import org.mutirao.master.machines.RankMachine;
import org.mutirao.master.machines.ResultDelivery;
import org.mutirao.master.machines.TaskNews;
import org.mutirao.master.results.AlongGate;
import org.mutirao.master.results.BroughtAlong;
import org.mutirao.master.results.JobAnswers;
import org.mutirao.master.results.Publisher;
import org.mutirao.master.watch.Watching;
import org.mutirao.protocol.pack.PackageLimits;

/**
 * The way of a task through a master: the machines on the log, what becomes of results, the dispatcher. Each part is made from those above
 * it. Those who are told later what happens are added to the parts that tell it.
 */
final class CoreTasks {
    final ChannelNews news = new ChannelNews();
    final ChannelMachine channelMachine = new ChannelMachine(news);
    final RankMachine ranks = new RankMachine();
    final AccessMachine access;
    final LedgerMachine ledger;
    final GridMachine machine;
    final OpenWork open;
    final ChannelHandler channel;
    final LedgerQuestions questions;
    final JobAnswers answers;
    final JobPackages jobPackages;
    final ForeignPackages foreign;
    final JobHandler jobs;
    final Dispatcher dispatcher;
    final EffectHandler effects;
    final Leadership leadership;

    CoreTasks(CoreBase base, CoreGroup others) {
        access = base.access;
        ledger = new LedgerMachine(Optional.of(base.blobs));
        machine = new GridMachine(ledger, channelMachine, ranks, access);
        open = new OpenWork(ledger::ledger, access::access);
        channel = new ChannelHandler(
                channelMachine::channel, base.channelJournal(), base.loop::execute, base.clock, base.ticker);
        Publisher publisher = base.parts.add(new Publisher(
                base.results, base.blobs, base.journal(), base.clock, others.blobEvents, base.views.liveness()));
        ResultDelivery delivery = new ResultDelivery(
                base.isAlone(),
                base.config.resultsOn() == MasterConfig.ResultsOn.ALL,
                others.exchange,
                publisher,
                ledger::ledger,
                base.loop);
        questions = new LedgerQuestions(ledger::ledger, base.loop, base.outputs, delivery::again);
        answers =
                base.parts.add(new JobAnswers(publisher, base.results, questions, base.ticker, base.views.liveness()));
        BroughtAlong along = new BroughtAlong(questions, base.results, base.blobs, answers);
        AlongGate gate = new AlongGate(along::areHere, base.disk, base.loop::execute);
        PackageLimits limits = base.packageLimits();
        jobPackages = base.parts.add(new JobPackages(base.blobs, limits, along));
        foreign = new ForeignPackages(
                base.blobs,
                limits,
                base.disk,
                jobPackages,
                new ForeignSizes(base.blobs, limits, jobPackages, base.disk, base.loop));
        jobs = new JobHandler(
                ledger::ledger,
                base.views.jobList(),
                base.journal(),
                base.loop::execute,
                base.clock,
                base.ticker,
                new WholeResults(answers::whole, base.disk));
        Watching watching =
                new Watching(base.views, base.clock, others.voice::announce, jobs::onChanged, base.world.listener());
        dispatcher = dispatcher(base, others, watching, gate);
        effects =
                new EffectHandler(others.running, others.exchange, dispatcher, watching, delivery, answers::onChanged);
        leadership = new Leadership(
                ledger, effects, List.of(channel::onFollowing, jobs::onFollowing), base.world.onBroken());

        ledger.add(new GuardedEffects(effects::carryOut, base.loop::execute));
        ledger.add(new TaskNews(channelMachine));
        ledger.add(open);
        ledger.add(new HandInNotes(access));
        access.onOwned(open::onOwned);
        news.add(changed -> channel.onNews());
        gate.onOpened(dispatcher::look);
        others.blobEvents.add(effects);
    }

    private Dispatcher dispatcher(CoreBase base, CoreGroup others, Watching watching, AlongGate gate) {
        PackagesHere packages =
                new PackagesHere(base.blobs, others.exchange, others.blobEvents, base.isAlone(), base.loop);
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
}
