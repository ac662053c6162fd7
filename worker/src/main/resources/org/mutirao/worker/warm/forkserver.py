"""Forks an interpreter for each task, so that a task does not pay for the start of one.

The worker puts this file into a folder of its own under the name sitecustomize.py, names that folder in PYTHONPATH, and starts
`python3 main.py input.csv` where there is no main.py yet. So this runs when the interpreter is ready and has not looked at main.py. Here
it waits for requests and forks. The parent never comes out of this file. A child does, and the interpreter goes on by itself: it finds the
folder of main.py, reads main.py and runs it as ever. No frame, module or variable of this file is left by then.

What many scripts import first is imported once, in a child that waits in its turn and is forked for them: a Loaded. All others are forked from the
bare parent.

A request on standard input is a line with a number of bytes, and so many bytes: texts with a NUL between them. They are the mark of the run, the
folder, the file for stdout, the file for stderr, the lines with which main.py begins to import (one with ! before it was asked for by a person), the limits
like NOFILE=100 or CPU=10:20, `wait` or nothing, the number of arguments, the arguments, and variables like A=b.
Answers on standard output are lines: `ready PID`, or `unfit REASON` before the end; for each request `waits PID`, if that was asked for, after
which the child reads a byte from standard input; `started PID`, if the script was about to start, and `ended STATUS KIBIBYTES MILLISECONDS READ WRITTEN` with the status as waitpid has it, the most memory at a time, the time of the
processor, and blocks of the disk. Before those there may be `note TEXT` for a person.
Python 3.8 or newer, and nothing that a bare interpreter has not loaded.

In a sandbox all of this runs inside, with the folder of one run at a time. A script must not reach the next one that runs there, nor this server: see
Wall.
"""
import os
import sys

MARK = 'MUTIRAO_RUN'
# The worker sets it for a server that runs in a sandbox.
BOXED = 'MUTIRAO_BOXED'
IDLE_SECONDS = 300
LOADING_SECONDS = 60
MAX_LOADED = 2
MAX_SEEN = 100
# Descriptors of ours are below.
MAX_DESCRIPTOR = 64

# A script that speaks of these has the usual end; see ShortEnd.
SPECIAL = b'__cached__', b'__dict__', b'globals', b'vars', b'addaudithook', b'_ncallbacks', b'ctypes'
# Libraries in C that write only what Python sees, and have nothing to do at the end.
HARMLESS = {'numpy', 'pandas', 'numexpr', 'bottleneck'}
# What the worker sets for each script. Others may make an interpreter say something at its very end.
USUAL = {'PYTHONUTF8', 'PYTHONIOENCODING', 'PYTHONUNBUFFERED', 'PYTHONDONTWRITEBYTECODE', 'PYTHONPATH', 'PYTHONHASHSEED',
         'PYTHONUSERBASE'}


def hidden_import(name):
    """A module that a script finds loaded only if any start of the interpreter loads it."""
    was_there = name in sys.modules
    module = __import__(name)
    if not was_there:
        del sys.modules[name]
    return module


# A library in C, which a script finds as not loaded.
resource = hidden_import('resource')


class Unfit(Exception):
    """Here tasks have to be run the plain way."""


class Wall:
    """Stands between the server in a sandbox and its scripts, and between one script and the next.

    A child that becomes a script takes a user namespace of its own, in which it has no rights. So the system lets it look neither into the memory nor into the
    variables of the server, which it could change otherwise. Its shared memory is its own too. When it has ended, all that it has started is ended.
    """

    NEW_USER, NEW_IPC, NEW_MOUNTS = 0x10000000, 0x08000000, 0x00020000
    NO_PROGRAMS_OF_OTHERS = 0x2 | 0x4
    VERSION_OF_RIGHTS = 0x20080522
    ROUNDS = 10000

    def __init__(self):
        library = hidden_import('_ctypes')
        own = library.dlopen(None, 2)
        unshare, mount, capset = (library.dlsym(own, name) for name in ('unshare', 'mount', 'capset'))
        self.unshare = lambda: library.call_function(unshare, (self.NEW_USER | self.NEW_IPC | self.NEW_MOUNTS,))
        self.mount = lambda: library.call_function(
            mount, (b'tmpfs', b'/dev/shm', b'tmpfs', self.NO_PROGRAMS_OF_OTHERS, b'mode=1777,size=1g'))
        self.give_up_rights = lambda: library.call_function(
            capset, (self.VERSION_OF_RIGHTS.to_bytes(4, sys.byteorder) + bytes(4), bytes(24)))
        trial = os.fork()
        if not trial:
            try:
                self.close()
                os._exit(0)
            except BaseException:
                os._exit(1)
        if os.waitpid(trial, 0)[1]:
            raise Unfit('this system has no user namespaces in others')

    def close(self):
        user, group = os.getuid(), os.getgid()
        if self.unshare():
            raise Unfit('no user namespace')
        for name, text in ('setgroups', 'deny'), ('uid_map', '%d %d 1' % (user, user)), ('gid_map', '%d %d 1' % (group, group)):
            file = os.open('/proc/self/' + name, os.O_WRONLY)
            os.write(file, text.encode())
            os.close(file)
        if self.mount() or self.give_up_rights():
            raise Unfit('no shared memory of its own')

    def end_others(self):
        """Whatever a script does, what it starts is never in the session of the server."""
        session = os.getsid(0)
        for _ in range(self.ROUNDS):
            found = False
            for name in os.listdir('/proc'):
                try:
                    if name.isdigit() and os.getsid(int(name)) not in (0, session):
                        found = True
                        os.kill(int(name), 9)
                except ProcessLookupError:
                    found = True  # it may have begun another just before
            if not found:
                return
            os.sched_yield()
        os._exit(70)


class End:
    """Ends the process when it is deleted."""

    def __init__(self):
        self.leave = os._exit

    def __del__(self):
        self.leave(0)


class ShortEnd:
    """The end of an interpreter after a script that came to its end without any trouble.

    By far most of the work of an end is to take apart what a start has made. In a child that means copies of nearly all its memory, which
    then cost as much as a start. So what was there before the script is kept from being taken apart: it is frozen, in a circle, and no longer among
    the modules. All the rest goes its usual way: threads, exit functions, garbage, the modules of the script in their order, with all that their
    objects do when they are deleted. The module that is deleted last is our own, and deleting it ends the process. In any doubt nothing is
    changed here, and the end is the usual one.
    """

    def __init__(self):
        self.modules = {}
        self.last = type(sys)('last')
        self.last.end = End()
        self.circle = self
        self.count_threads = hidden_import('_thread')._count
        self.streams = sys.stdin, sys.stdout, sys.stderr
        exit_functions = hidden_import('atexit')
        # Tried with these; older ones crash at such an end.
        self.plain = bool(
            not (3, 10) <= sys.version_info < (3, 13) or exit_functions._ncallbacks()
            or not USUAL.issuperset(name for name in os.environ if name.startswith('PYTHON'))
            or sys.flags.dev_mode or sys.flags.verbose or sys.flags.inspect or sys.flags.debug or sys._xoptions)
        exit_functions.register(self)
        self.adopt()

    def adopt(self):
        """All that is there now belongs to the start."""
        if self.modules:
            self.plain = self.plain or not all(map(self.is_harmless_library, sys.modules))
        self.modules = dict(sys.modules)
        self.modules.pop('__main__')
        self.sizes = [(vars(each), len(vars(each))) for each in self.modules.values()
                      if getattr(each, '__name__', '') in ('sys', 'builtins', 'os', 'io', 'posix')]
        self.values = [list(vars(each).values()) for each in self.modules.values() if hasattr(each, '__dict__')]
        gc = hidden_import('gc')
        gc.collect()
        gc.freeze()

    def __call__(self):
        """The last of the exit functions. Only here the interpreter is done with main.py."""
        try:
            if self.is_due():
                left = {'last': self.last}
                left.update(each for each in sys.modules.items() if each[0] not in self.modules)
                sys.modules.clear()
                sys.modules.update(left)
        except Exception:
            pass  # whatever the script has done to the interpreter: the usual end, then

    def is_due(self):
        main = vars(sys.modules['__main__'])
        # The interpreter takes these two away when main.py has come to its end, and not when it exits with a code.
        if self.plain or '__file__' in main or '__cached__' in main or 'last_type' in vars(sys):
            return False
        if type(main['__loader__']).__name__ != 'SourceFileLoader' or self.count_threads():
            return False
        if (sys.stdin, sys.stdout, sys.stderr) != self.streams or sys.stdout.closed or sys.stderr.closed:
            return False
        if '_ctypes' in self.modules and any(map(self.is_own, sys.modules)):
            return False
        return all(len(variables) == size for variables, size in self.sizes) and all(map(self.is_harmless, sys.modules))

    def is_harmless(self, name):
        """A library in C could have something of its own to do after the interpreter's end, like writing what it has printed."""
        if name in self.modules:
            return True
        file = self.file_of(name)
        return file.endswith('.py') or name == '__main__' or name != '_ctypes' and (not file or '/lib-dynload/' in file)

    def is_harmless_library(self, name):
        return self.is_harmless(name) or name == '_ctypes' or name.partition('.')[0] in HARMLESS

    def is_own(self, name):
        return name not in self.modules and name != '__main__' and self.file_of(name).startswith(os.getcwd() + os.sep)

    def file_of(self, name):
        return getattr(sys.modules[name], '__file__', None) or ''


def hide(folder):
    """Takes back what brought the interpreter here."""
    rest = os.environ['PYTHONPATH'].split(os.pathsep, 1)[1:]
    if rest:
        os.environ['PYTHONPATH'] = rest[0]
    else:
        del os.environ['PYTHONPATH']
    os.environ.pop(BOXED, None)
    sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    del sys.modules['sitecustomize']


def import_the_real_one():
    """There may be a sitecustomize of this machine, which any start of the interpreter imports."""
    try:
        import sitecustomize
        return True
    except ImportError as error:
        if error.name != 'sitecustomize':
            raise
        return False


def stream(old, descriptor, mode):
    """As the interpreter itself makes sys.stdin, sys.stdout and sys.stderr, on what is at the descriptor now."""
    import io
    buffering = 0 if mode == 'w' and old.write_through else -1
    binary = io.open(descriptor, mode + 'b', buffering, closefd=False)
    (binary.raw if buffering else binary).name = old.name
    new = io.TextIOWrapper(binary, old.encoding, old.errors, '\n', old.line_buffering, old.write_through)
    new.mode = mode
    return new


def take_streams():
    """Moves the pipes to and from the worker away, and puts things like those of a script in their places."""
    requests, answers = os.dup(0), os.dup(1)
    empty_input()
    os.dup2(2, 1)
    sys.stdin = sys.__stdin__ = stream(sys.stdin, 0, 'r')
    sys.stdout = sys.__stdout__ = stream(sys.stdout, 1, 'w')
    sys.stderr = sys.__stderr__ = stream(sys.stderr, 2, 'w')
    return requests, answers


def empty_input():
    reader, writer = os.pipe()
    os.dup2(reader, 0)
    os.close(reader)
    os.close(writer)


def place_of_mark():
    """Where in memory the system looks up the mark for those who ask which variables this process was started with."""
    with open('/proc/self/environ', 'rb') as file:
        variables = file.read()
    with open('/proc/self/stat', 'rb') as file:
        begin = int(file.read().rsplit(b')', 1)[1].split()[47])
    name = MARK.encode() + b'='
    if variables.startswith(name):
        return begin + len(name)
    at = variables.find(b'\0' + name)
    if at < 0:
        raise Unfit('the variable ' + MARK + ' is missing')
    return begin + at + 1 + len(name)


def threads():
    return os.stat('/proc/self/task').st_nlink - 2


def read_exactly(descriptor, size):
    parts = []
    while size:
        part = os.read(descriptor, size)
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b''.join(parts)


def read_request(descriptor):
    line = b''
    while not line.endswith(b'\n'):
        line += read_exactly(descriptor, 1)
    return read_exactly(descriptor, int(line)).split(b'\0')


def write_all(descriptor, text):
    data = text.encode() if isinstance(text, str) else text
    while data:
        data = data[os.write(descriptor, data):]


def open_as(descriptor, path):
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.dup2(opened, descriptor)
    os.close(opened)


def close_others(kept):
    os.closerange(3, kept)
    os.closerange(kept + 1, MAX_DESCRIPTOR)


# How many threads a library held ready after its import, by its name.
pools = {}


def end_threads():
    """Some libraries in C start threads at their import, before anything needs them."""
    numexpr = sys.modules.get('numexpr')
    if numexpr and 'numexpr' not in pools:
        pools['numexpr'] = numexpr.set_num_threads(1)
    if threads() != 1 and not hidden_import('_thread')._count():
        # Others end theirs when a process forks, and begin them anew when they need them.
        trial = os.fork()
        if not trial:
            os._exit(0)
        os.waitpid(trial, 0)


def refresh_libraries():
    """What a library has taken at its import, and what each start of an interpreter has for itself."""
    for name, count in pools.items():
        sys.modules[name].set_num_threads(count)
    threading, logging, processes, random = map(sys.modules.get, ('threading', 'logging', 'multiprocessing.process', 'numpy.random'))
    if threading:
        getattr(threading.main_thread(), '_set_native_id', int)()
    if logging:
        time = sys.modules['time']
        logging._startTime = (time.time if isinstance(logging._startTime, float) else time.time_ns)()
    if processes:
        processes.current_process()._config['authkey'] = processes.AuthenticationString(os.urandom(32))
    if random:
        random.seed()


def hold_to(limits):
    """Lowers what the system grants this process, for good; what is lower already stays."""
    for limit in limits.split():
        name, values = limit.split('=')
        number, values = getattr(resource, 'RLIMIT_' + name), list(map(int, values.split(':')))
        granted = resource.getrlimit(number)[1]
        if granted != resource.RLIM_INFINITY:
            values = [min(each, granted) for each in values]
        resource.setrlimit(number, (values[0], values[-1]))


def become(request, answers, gate, home, place, wall):
    """Makes this fresh child what the start of an interpreter in the task's folder would be. Only then the script counts as started."""
    if request[6]:
        write_all(answers, 'waits %d\n' % os.getpid())
        read_exactly(gate, 1)
    close_others(answers)
    os.setsid()
    if wall:
        wall.close()
    mark, folder, stdout, stderr, _, limits, _, count = request[:8]
    arguments = [os.fsdecode(each) for each in request[8:8 + int(count)]]
    os.chdir(folder)
    if os.getcwd() != home:
        raise Unfit('the folder has moved')
    memory = os.open('/proc/self/mem', os.O_WRONLY)
    os.pwrite(memory, mark, place)
    os.close(memory)
    os.environb[MARK.encode()] = mark
    for variable in request[8 + int(count):]:
        name, value = variable.split(b'=', 1)
        os.environb[name] = value
    if hasattr(sys, 'orig_argv'):
        sys.orig_argv[-2:] = arguments
    sys.argv[:] = arguments
    refresh_libraries()
    # The one that was there is frozen, so that nothing in it would ever be garbage.
    main = type(sys)('__main__')
    vars(main).clear()
    vars(main).update(vars(sys.modules['__main__']))
    sys.modules['__main__'] = main
    hold_to(limits.decode())
    empty_input()
    open_as(1, stdout)
    open_as(2, stderr)
    write_all(answers, 'started %d\n' % os.getpid())
    os.close(answers)


def speaks_of_special(folder):
    file = os.open(os.path.join(folder, b'main.py'), os.O_RDONLY)
    source = os.read(file, 1 << 16)
    os.close(file)
    return len(source) == 1 << 16 or any(each in source for each in SPECIAL)


class Recorder:
    """Notes what is looked for by those who import. It finds nothing."""

    def __init__(self):
        self.names = set()

    def find_spec(self, name, path=None, target=None):
        self.names.add(name.partition('.')[0])


def load(lines, report):
    """Imports, in a child that is there for that; whatever goes wrong ends it. Tells the number of each line before it, and at the end all names."""
    recorder = Recorder()
    sys.meta_path.insert(0, recorder)
    before = os.fstat(2).st_size, os.listdir('/proc/self/fd')
    for number, line in enumerate(lines):
        write_all(report, '%d\n' % number)
        exec(line.lstrip('!'), {'__name__': '__main__'})
        if threads() != 1:
            end_threads()
        if threads() != 1 or before != (os.fstat(2).st_size, os.listdir('/proc/self/fd')):
            raise Unfit('it starts threads, prints or opens files')
    sys.meta_path.remove(recorder)
    write_all(report, 'ready %s\n' % ','.join(recorder.names))


class Loaded:
    """A child that has imported something and is forked for the scripts that import that first."""

    def __init__(self, lines):
        self.lines = lines
        self.heard = b''
        self.names = None
        reader, self.requests = os.pipe()
        self.reports, writer = os.pipe()
        self.child = os.fork()
        if self.child:
            os.close(reader)
            os.close(writer)
            os.set_blocking(self.reports, False)
        else:
            self.requests, self.reports = reader, writer

    def look(self):
        """Returns whether it can be forked, or None when it has ended."""
        while self.names is None:
            try:
                heard = os.read(self.reports, 1 << 16)
            except BlockingIOError:
                return False
            if not heard:
                return None
            self.heard += heard
            if self.heard.endswith(b'\n') and b'ready ' in self.heard:
                self.names = set(self.heard.split(b'ready ')[1].decode().strip().split(','))
                os.set_blocking(self.reports, True)
        return True

    def without_trouble(self):
        """The lines that could be imported; what follows a line that a script begins with can't be imported before it."""
        number = int(self.heard.split()[-1]) if self.heard else 0
        trouble = self.lines[number]
        return trouble, self.lines[:number] + (self.lines[number + 1:] if trouble.startswith('!') else ())

    def run(self, request):
        """Lets it fork. Returns when the script has ended, or False when it has not begun."""
        data = b'\0'.join(request)
        try:
            write_all(self.requests, b'%d\n' % len(data) + data)
        except BrokenPipeError:
            return False
        if not os.read(self.reports, 1):
            # Only the end of all who could still answer tells the worker whether the script has begun.
            os._exit(70)
        return True

    def close(self):
        os.close(self.requests)
        os.close(self.reports)
        os.kill(self.child, 9)
        os.waitpid(self.child, 0)


class Pool:
    """Decides what is loaded: what is asked for again and again."""

    def __init__(self, answers):
        self.answers = answers
        self.loaded = {}
        self.seen = {}
        self.hopeless = set()

    def find(self, lines, folder):
        """Something loaded that fits. In a child that has to load, that child itself."""
        if not lines or lines in self.hopeless or all(line.split()[1] in sys.modules for line in lines):
            return None
        names = os.listdir(folder)
        if any(name.startswith(b'.') or name.endswith((b'rc', b'.ini', b'.cfg', b'.toml', b'.conf', b'.pth')) for name in names):
            return None  # some libraries read such a file when they are imported
        known = self.loaded.pop(lines, None)
        if not known:
            return self.count(lines)
        self.loaded[lines] = known
        state = known.look()
        if state is None:
            return self.recover(lines)
        if not state or not known.names.isdisjoint(name.partition(b'.')[0].decode(errors='replace') for name in names):
            return None  # a file of the script would be imported in place of a library
        return known

    def count(self, lines):
        if len(self.seen) > MAX_SEEN:
            self.seen.clear()
        times, needed = self.seen.get(lines, (0, 2))
        if times + 1 < needed:
            self.seen[lines] = times + 1, needed
            return None
        self.seen[lines] = 0, needed * 2
        if len(self.loaded) >= MAX_LOADED:
            self.loaded.pop(next(iter(self.loaded))).close()
        return self.start(lines, lines)

    def start(self, lines, imported):
        child = self.loaded[lines] = Loaded(imported)
        return child if not child.child else None

    def recover(self, lines):
        failed = self.loaded.pop(lines)
        failed.close()
        trouble, rest = failed.without_trouble()
        if trouble.startswith('!'):
            write_all(self.answers, 'note %s: it can not be loaded for all scripts (not there, too slow, or with threads, files or output of its own)\n' % trouble[1:])
        if rest:
            return self.start(lines, rest)
        self.hopeless.add(lines)
        return None


def serve(requests, answers, home, place, wall):
    """Comes back in children only."""
    alarm = hidden_import('_signal').alarm
    gate = requests
    short_end = ShortEnd()
    pool = Pool(answers)
    report = None
    while True:
        alarm(0 if report else IDLE_SECONDS)
        request = read_request(requests)
        alarm(0)
        if threads() != 1:
            os._exit(70)
        loaded = pool and pool.find(tuple(request[4].decode().splitlines()), request[1])
        if loaded and not loaded.child:
            requests, report, pool = loaded.requests, loaded.reports, None
            for descriptor in range(3, MAX_DESCRIPTOR):
                if descriptor not in (requests, report, answers, gate):
                    os.closerange(descriptor, descriptor + 1)
            alarm(LOADING_SECONDS)
            os.chdir(home)
            load(loaded.lines, report)
            short_end.adopt()
            continue
        if loaded and loaded.run(request):
            continue
        child = os.fork()
        if not child:
            special = speaks_of_special(request[1])
            become(request, answers, gate, home, place, wall)
            short_end.plain = short_end.plain or special
            return
        sys.modules['resource'] = resource  # which this would import each time
        _, status, used = os.wait4(child, 0)
        del sys.modules['resource']
        if wall:
            wall.end_others()
        write_all(answers, 'ended %d %d %d %d %d\n' % (
            status, used.ru_maxrss, (used.ru_utime + used.ru_stime) * 1000, used.ru_inblock, used.ru_oublock))
        if report:
            write_all(report, '.')


def start():
    """Comes back in children only, and tells whether this machine has a sitecustomize."""
    requests, answers = 0, 1
    process = os.getpid()
    try:
        requests, answers = take_streams()
        if not (3, 10) <= sys.version_info < (3, 13) or sys.implementation.name != 'cpython':
            raise Unfit('it is no CPython 3.10 to 3.12, and with others a fork saves nothing yet')
        boxed = BOXED in os.environ
        hide(os.path.dirname(__file__))
        there_is_one = import_the_real_one()
        os.setsid()
        place = place_of_mark()
        if threads() != 1:
            raise Unfit('the start of this Python starts threads')
        if os.fstat(2).st_size:
            raise Unfit('the start of this Python prints something')
        if len(os.listdir('/proc/self/fd')) != 6:
            raise Unfit('the start of this Python opens files')
        wall = Wall() if boxed else None
        write_all(answers, 'ready %d\n' % process)
        serve(requests, answers, os.getcwd(), place, wall)
        return there_is_one
    except BaseException as error:
        # Whatever it is, this must not end as a run of main.py.
        if os.getpid() == process:
            write_all(answers, 'unfit %s\n' % (error if isinstance(error, Unfit) else type(error).__name__))
        os._exit(70)


if not start():
    raise ImportError("No module named 'sitecustomize'", name='sitecustomize')
