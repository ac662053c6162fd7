"""Holds a script on Windows to what it may take, by a Job Object that its interpreter makes for itself before it looks at main.py.

The worker puts this file into a folder of its own under the name sitecustomize.py and names that folder first in PYTHONPATH. The variable MUTIRAO_JOB
says what to hold to, like `memory=1073741824 processes=500 seconds=60`. The job has this process and all that it starts. Its only handle
is here, so the system ends all of them when this process ends. Where anything of this fails, the script runs without. Run as a program it tries that
once, and prints `enforced` or the reason why not.

The structures, flags and functions are those that Microsoft documents for JOBOBJECT_EXTENDED_LIMIT_INFORMATION and SetInformationJobObject.
"""
import os
import sys

VARIABLE = 'MUTIRAO_JOB'
EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
JOB_TIME = 0x4
ACTIVE_PROCESS = 0x8
JOB_MEMORY = 0x200
KILL_ON_JOB_CLOSE = 0x2000
# What a user's time is counted in.
SECOND = 10_000_000


def structure():
    """Fixed widths, since a C long is another on each system."""
    import ctypes

    class Basic(ctypes.Structure):
        _fields_ = [
            ('PerProcessUserTimeLimit', ctypes.c_int64), ('PerJobUserTimeLimit', ctypes.c_int64), ('LimitFlags', ctypes.c_uint32),
            ('MinimumWorkingSetSize', ctypes.c_size_t), ('MaximumWorkingSetSize', ctypes.c_size_t), ('ActiveProcessLimit', ctypes.c_uint32),
            ('Affinity', ctypes.c_size_t), ('PriorityClass', ctypes.c_uint32), ('SchedulingClass', ctypes.c_uint32)]

    class Extended(ctypes.Structure):
        _fields_ = [
            ('BasicLimitInformation', Basic), ('IoInfo', ctypes.c_uint64 * 6),
            ('ProcessMemoryLimit', ctypes.c_size_t), ('JobMemoryLimit', ctypes.c_size_t),
            ('PeakProcessMemoryUsed', ctypes.c_size_t), ('PeakJobMemoryUsed', ctypes.c_size_t)]

    return Extended()


def limits(words):
    """What the words say, as the system wants it. What is not named has no limit."""
    said = dict(word.split('=') for word in words.split())
    job = structure()
    basic = job.BasicLimitInformation
    basic.LimitFlags = KILL_ON_JOB_CLOSE
    if 'memory' in said:
        basic.LimitFlags |= JOB_MEMORY
        job.JobMemoryLimit = int(said['memory'])
    if 'processes' in said:
        basic.LimitFlags |= ACTIVE_PROCESS
        basic.ActiveProcessLimit = int(said['processes'])
    if 'seconds' in said:
        basic.LimitFlags |= JOB_TIME
        basic.PerJobUserTimeLimit = int(said['seconds']) * SECOND
    return job


def hold_to(words):
    """Raises an OSError where the system does not take it."""
    import ctypes
    job = limits(words)
    kernel = ctypes.WinDLL('kernel32', use_last_error=True)
    handle, number, pointer = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p
    kernel.CreateJobObjectW.restype, kernel.CreateJobObjectW.argtypes = handle, (pointer, ctypes.c_wchar_p)
    kernel.GetCurrentProcess.restype, kernel.GetCurrentProcess.argtypes = handle, ()
    kernel.SetInformationJobObject.restype = kernel.AssignProcessToJobObject.restype = ctypes.c_int
    kernel.SetInformationJobObject.argtypes = handle, ctypes.c_int, pointer, number
    kernel.AssignProcessToJobObject.argtypes = handle, handle
    # Never closed: the end of this process closes it, and with it ends the job.
    made = kernel.CreateJobObjectW(None, None)
    if not made or not kernel.SetInformationJobObject(made, EXTENDED_LIMITS, ctypes.byref(job), ctypes.sizeof(job)) \
            or not kernel.AssignProcessToJobObject(made, kernel.GetCurrentProcess()):
        raise ctypes.WinError(ctypes.get_last_error())


def hide():
    """Takes back what brought the interpreter here."""
    folder = os.path.dirname(__file__)
    rest = os.environ.get('PYTHONPATH', '').split(os.pathsep, 1)[1:]
    if rest:
        os.environ['PYTHONPATH'] = rest[0]
    else:
        os.environ.pop('PYTHONPATH', None)
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    del sys.modules['sitecustomize']


def prelude():
    words = os.environ.pop(VARIABLE, '')
    hide()
    if words:
        try:
            hold_to(words)
        except Exception:
            pass  # the script runs without limits; the worker has said so at its start
    # There may be a sitecustomize of this machine, which any start of the interpreter imports.
    import sitecustomize  # noqa: F401


if __name__ == 'sitecustomize':
    prelude()
elif __name__ == '__main__':
    try:
        hold_to(' '.join(sys.argv[1:]))
        print('enforced')
    except Exception as error:
        print(error)
