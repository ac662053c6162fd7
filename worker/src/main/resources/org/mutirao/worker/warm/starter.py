"""Starts each script in an interpreter of its own.

The worker starts this once for each folder in which scripts run. To start a script from Java itself takes Java's helper and four programs in a row:
setsid, prlimit, nice and ionice. A child of this one does the same by calls of the system, and then becomes the script's interpreter, or the program that
makes its sandbox. Priorities are those with which this was started.

A request on standard input is a line with a number of bytes, and so many bytes: texts with a NUL between them. They are the folder, the file for stdout,
the file for stderr, the limits like NOFILE=100 or CPU=10:20, `wait` or nothing, the number of words, the words to start, and variables like A=b that are other than here. One
that is to be missing is only its name.
Answers on standard output are lines: `ready PID`; for each request `waits PID`, if that was asked for, after which the child reads a byte from standard
input; `started PID`, if its program is there, and `ended STATUS KIBIBYTES MILLISECONDS READ WRITTEN LEFT` with the status as waitpid has it, the most memory
at a time, the time of the processor, blocks of the disk, and whether something that it started may be left: 0 or 1. What a script leaves behind becomes a
child of this, so the system tells whether there is any.
With the argument `tied` it ends with the thread that started it. Python 3.8 or newer, on Linux.
"""
import _signal
import os
import resource
import sys

IDLE_SECONDS = 300
CHUNK = 1 << 16
USUAL_PATH = b'/bin:/usr/bin'
END_WITH_PARENT = 1, 9, 0, 0, 0
ADOPT_ORPHANS = 36, 1, 0, 0, 0


def ask_system():
    """Returns whether orphans become children of this process."""
    try:
        import _ctypes
    except ImportError:
        if 'tied' in sys.argv:
            raise
        return False
    place = _ctypes.dlsym(_ctypes.dlopen(None, 2), 'prctl')
    if 'tied' in sys.argv:
        _ctypes.call_function(place, END_WITH_PARENT)
    return _ctypes.call_function(place, ADOPT_ORPHANS) == 0


def own_variables():
    """As the worker gave them: an interpreter may add some when it starts."""
    with open('/proc/self/environ', 'rb') as file:
        return dict(each.split(b'=', 1) for each in file.read().split(b'\0') if b'=' in each)


def read_request(descriptor):
    """One is there at a time."""
    data = os.read(descriptor, CHUNK)
    while b'\n' not in data:
        data += read_some(descriptor, data)
    size, data = data.split(b'\n', 1)
    while len(data) < int(size):
        data += read_some(descriptor, data)
    return data.split(b'\0')


def read_some(descriptor, before):
    part = before and os.read(descriptor, CHUNK)
    if not part:
        os._exit(0)
    return part


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


def open_as(descriptor, path):
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    os.dup2(opened, descriptor)
    os.close(opened)


def empty_input():
    reader, writer = os.pipe()
    os.dup2(reader, 0)
    os.close(writer)


def hold_to(limits):
    """Lowers what the system grants this process, for good; what is lower already stays."""
    for limit in limits.decode().split():
        name, values = limit.split('=')
        number, values = getattr(resource, 'RLIMIT_' + name), list(map(int, values.split(':')))
        granted = resource.getrlimit(number)[1]
        if granted != resource.RLIM_INFINITY:
            values = [min(each, granted) for each in values]
        resource.setrlimit(number, (values[0], values[-1]))


def become(request, requests, answers, variables):
    """Makes this fresh child the script's interpreter. Only just before that it counts as started, whatever it does to its parent then."""
    folder, stdout, stderr, limits, waits, count = request[:6]
    words, others = request[6:6 + int(count)], request[6 + int(count):]
    if waits:
        write_all(answers, b'waits %d\n' % os.getpid())
        read_some(requests, waits)
    os.setsid()
    for number in _signal.SIGPIPE, _signal.SIGXFSZ:  # this interpreter ignores them, which would be inherited
        _signal.signal(number, _signal.SIG_DFL)
    for variable in others:
        name, sign, value = variable.partition(b'=')
        if sign:
            variables[name] = value
        else:
            variables.pop(name, None)
    os.chdir(folder)
    empty_input()
    open_as(1, stdout)
    open_as(2, stderr)
    hold_to(limits)
    program = find(words[0], variables)
    write_all(answers, b'started %d\n' % os.getpid())
    try:
        os.execve(program, words, variables)
    except OSError as error:
        write_all(2, b'%s: %s\n' % (program, error.strerror.encode()))
        os._exit(127)


def find(program, variables):
    for place in [b''] if b'/' in program else variables.get(b'PATH', USUAL_PATH).split(b':'):
        path = os.path.join(place, program)
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
    raise FileNotFoundError


def is_something_left(*_):
    """Waits for all that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    except ChildProcessError:
        return False


def serve(requests, answers, variables, adopts):
    left = False
    while True:
        _signal.alarm(IDLE_SECONDS)
        request = read_request(requests)
        _signal.alarm(0)
        if left:
            _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        child = os.fork()
        if not child:
            try:
                become(request, requests, answers, variables)
            finally:
                os._exit(70)
        ended = None
        while ended != child:
            ended, status, used = os.wait4(-1, 0)
        left = not adopts or is_something_left()
        if left:  # the worker will end it, and sees its end when somebody has waited for it
            _signal.signal(_signal.SIGCHLD, is_something_left)
            is_something_left()
        write_all(answers, b'ended %d %d %d %d %d %d\n' % (
            status, used.ru_maxrss, (used.ru_utime + used.ru_stime) * 1000, used.ru_inblock, used.ru_oublock, left))


def start():
    requests, answers = os.dup(0), os.dup(1)  # which a script does not inherit
    empty_input()
    os.dup2(2, 1)
    adopts = ask_system()
    os.setsid()
    write_all(answers, b'ready %d\n' % os.getpid())
    serve(requests, answers, own_variables(), adopts)


start()
