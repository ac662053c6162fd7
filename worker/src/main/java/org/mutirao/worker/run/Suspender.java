package org.mutirao.worker.run;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets processes stand still. A program of the system does it, which goes on holding them: when the worker dies it lets them go, so that none of
 * them stands still for ever.
 */
final class Suspender {
    /** A signal that a terminal sends to all programs of its session must not end it. */
    private static final String SHELL = "trap '' HUP INT QUIT TERM; kill -STOP \"$@\" 2>/dev/null; echo; read -r end;"
            + " kill -CONT \"$@\" 2>/dev/null";

    /** The right to suspend and to resume is 0x0800. */
    private static final String PYTHON =
            "import ctypes as c, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
                    + " k=c.windll.kernel32; n=c.windll.ntdll; k.OpenProcess.restype=c.c_void_p;"
                    + " h=[c.c_void_p(k.OpenProcess(0x0800,0,int(p))) for p in sys.argv[1:]]; h=[p for p in h if p.value];"
                    + " [n.NtSuspendProcess(p) for p in h]; print(flush=True); sys.stdin.read();"
                    + " [n.NtResumeProcess(p) for p in h]";

    private static final long PATIENCE_SECONDS = 10;

    private final List<String> command;

    private Suspender(List<String> command) {
        this.command = command;
    }

    /** @param python asks Windows, which has no program for it */
    static Suspender here(Python python) {
        if (File.separatorChar != '\\') {
            return new Suspender(List.of("/bin/sh", "-c", SHELL, "sh"));
        }
        return byPython(python);
    }

    static Suspender byPython(Python python) {
        List<String> command = new ArrayList<>(python.command());
        command.addAll(List.of("-c", PYTHON));
        return new Suspender(command);
    }

    /** Processes that stand still until it is closed. */
    interface Hold extends AutoCloseable {
        /** They go on. */
        @Override
        void close();
    }

    /** From now on they stand still. Those that have ended meanwhile don't matter. */
    Hold suspend(Collection<Long> pids) throws IOException {
        List<String> whole = new ArrayList<>(command);
        pids.forEach(pid -> whole.add(String.valueOf(pid)));
        Process holding = new ProcessBuilder(whole)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Hold hold = () -> release(holding);
        try {
            InputStream said = holding.getInputStream();
            if (said.read() < 0) {
                throw new IOException("it ended at once");
            }
            return hold;
        } catch (IOException e) {
            hold.close();
            throw e;
        }
    }

    private static void release(Process holding) {
        try {
            holding.getOutputStream().close();
            holding.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            holding.destroy(); // it has ended already
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it lets them go without us
        }
    }
}
