package org.mutirao.master.front;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.mutirao.protocol.id.WorkerId;
import org.mutirao.protocol.message.DirectoryRequest;
import org.mutirao.protocol.message.OperatorRequest;
import org.mutirao.protocol.message.Reply;
import org.mutirao.protocol.message.Request;
import org.mutirao.protocol.message.WorkerRequest;
import org.mutirao.protocol.wire.WireServer.Answer;
import org.mutirao.protocol.wire.WireServer.Connection;
import org.mutirao.protocol.wire.WireServer.Handler;

/** Takes requests from the network's threads to the loop, workers' to one desk and operators' to the other. */
public final class FrontDesk implements Handler {
    private final Executor loop;
    private final WorkerDesk workers;
    private final OperatorDesk operators;
    /** Which worker's heartbeats come on which connection: when it breaks, that worker may be dead. */
    private final Map<Connection, WorkerId> lifelines = new ConcurrentHashMap<>();

    public FrontDesk(Executor loop, WorkerDesk workers, OperatorDesk operators) {
        this.loop = loop;
        this.workers = workers;
        this.operators = operators;
    }

    @Override
    public void onRequest(Connection from, String dialect, Request request, Answer answer) {
        if (request instanceof OperatorRequest.SubmitTask submit) {
            operators.submit(submit, answer);
        } else if (request instanceof OperatorRequest operator) {
            loop.execute(() -> operators.answer(operator, answer));
        } else if (request instanceof WorkerRequest.SubmitResult submit) {
            workers.submit(submit, answer);
        } else if (request instanceof WorkerRequest.RequestTask ask) {
            loop.execute(() -> workers.requestTask(ask, answer, from, dialect));
        } else if (request instanceof DirectoryRequest directory) {
            loop.execute(() -> answer.send(workers.directory(directory)));
        } else {
            WorkerRequest worker = (WorkerRequest) request;
            if (worker instanceof WorkerRequest.Register register) {
                register.offer().ifPresent(offer -> lifelines.put(from, register.peer()));
            }
            loop.execute(() -> answer.send(answer(worker, from, dialect)));
        }
    }

    private Reply answer(WorkerRequest request, Connection from, String dialect) {
        if (request instanceof WorkerRequest.Register register) {
            return workers.register(register, from.remote(), dialect);
        }
        if (request instanceof WorkerRequest.Heartbeat heartbeat) {
            return workers.heartbeat(heartbeat);
        }
        if (request instanceof WorkerRequest.SendLog part) {
            return workers.log(part);
        }
        if (request instanceof WorkerRequest.ReturnTask giveBack) {
            return workers.giveBack(giveBack);
        }
        return workers.leave((WorkerRequest.Leave) request);
    }

    @Override
    public void onClosed(Connection connection) {
        WorkerId worker = lifelines.remove(connection);
        if (worker != null) {
            loop.execute(() -> workers.disconnected(worker));
        }
    }
}
