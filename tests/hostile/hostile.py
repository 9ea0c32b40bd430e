"""Targets that mean harm: started, looked at, and ended again, whatever became of them."""
import json
import os
import resource
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../live/capture"))
from watched import BUILD, THRACE, check, main, run, threads_of  # noqa: F401: for the tests here

PROGRAMS = os.path.join(BUILD, "tests/hostile/programs")
LOOK_SECONDS = 60  # no look takes longer, whatever it is at
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}


def program(name):
    return os.path.join(PROGRAMS, name)


class Target:
    """A program that prints `ready` when it is as it will stay. lines: what it said before."""

    def __init__(self, *command, ready="ready", **more):
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, **more)
        self.pid = self.child.pid
        self.lines = []
        for line in self.child.stdout:
            line = line.decode(errors="replace").rstrip("\n")
            if line == ready:
                return
            self.lines.append(line)
        self.end()
        raise AssertionError(f"{command} is ready, not: {self.lines}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def alive(self):
        return self.child.poll() is None

    def end(self):
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        self.child.stdout.close()

    def word(self, name):
        """What it said behind that name, as a list of words."""
        found = [line.split()[1:] for line in self.lines if line.split()[:1] == [name]]
        check(found, f"the target told {name}: {self.lines}")
        return found[0]


def thrace(*arguments, good=(0,), text=True, **more):
    """What it printed. It neither crashes nor hangs nor ends otherwise than expected."""
    done = subprocess.run([THRACE, *map(str, arguments)], capture_output=True, timeout=LOOK_SECONDS, stdin=subprocess.DEVNULL,
                          env=ENVIRONMENT, **more)
    said = done.stderr.decode(errors="replace")
    check(done.returncode in good, f"thrace {arguments}: status {done.returncode}: {said[-1500:]}")
    check("runtime error" not in said and "Sanitizer" not in said, f"thrace {arguments}: {said[-1500:]}")
    return done.stdout.decode() if text else done.stdout


def look(*arguments, good=(0,), **more):
    """The same, as JSON."""
    return json.loads(thrace(arguments[0], "--json", *arguments[1:], good=good, **more))


def used_seconds():
    """What all that was run so far has used of the CPUs: on a busy machine the clock tells nothing."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tids(pid):
    return sorted(map(int, os.listdir(f"/proc/{pid}/task")))
