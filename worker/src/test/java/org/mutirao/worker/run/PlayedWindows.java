package org.mutirao.worker.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A Python that believes that it can ask Windows; what it asks for, Linux does. */
public final class PlayedWindows {
    private static final String WINDLL = """
            import ctypes, os, signal, types
            def opened(rights, inherited, pid): return pid
            def suspended(handle): os.kill(handle.value, signal.SIGSTOP)
            def resumed(handle): os.kill(handle.value, signal.SIGCONT)
            def lowered(handle, wanted): open(r'LOG', 'w').write('%d %#x' % (handle.value, wanted)); return 1
            def touched(info): info._obj.t = 0xfffffff0; return info._obj.s == 8
            def ticks(): return 0x10
            def powered(status): status[0] = 1; return 1
            ctypes.windll = types.SimpleNamespace(
                ntdll=types.SimpleNamespace(NtSuspendProcess=suspended, NtResumeProcess=resumed),
                user32=types.SimpleNamespace(GetLastInputInfo=touched),
                kernel32=types.SimpleNamespace(
                    OpenProcess=opened, SetPriorityClass=lowered, GetTickCount=ticks, GetSystemPowerStatus=powered))
            """;

    private PlayedWindows() {}

    /**
     * One of these.
     *
     * @param folder of its own, for the file {@code lowered} too: whose priority was changed, and to what
     */
    public static Python in(Path folder) throws IOException, InterruptedException {
        Python python = Python.find(Optional.empty());
        Files.writeString(
                Files.createDirectories(folder).resolve("sitecustomize.py"),
                WINDLL.replace("LOG", folder.resolve("lowered").toString()));
        return python.startedBy(List.of("/usr/bin/env", "PYTHONPATH=" + folder, python.executable()));
    }
}
