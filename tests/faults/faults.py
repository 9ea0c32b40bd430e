"""Runs thrace with one call refused, and holds what it does against what it has to do."""
import contextlib
import ctypes
import os
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../common"))
from base import BUILD, check, main, threads_of  # noqa: F401: for the tests here
from books import BlindSpot, wrong_books  # noqa: F401
from left import check_no_probe_left  # noqa: F401

SANITISED = os.environ.get("SAN", "")
THRACE = os.environ.get("THRACE", os.path.join(BUILD, SANITISED, "thrace"))
INJECT = os.path.join(BUILD, "tests/faults/inject.so")
TARGET = os.path.join(BUILD, "tests/faults/programs/target")
TARGET_STATUS = 7
# Longer than any command takes: probes that are attached one by one, since the call for many was refused, are 4 s of waiting
# for the kernel, on a busy machine 20.
SECONDS = 60

CURSES = {"newterm", "newterm_sp", "newwin_sp", "new_prescr", "start_color", "start_color_sp", "doupdate_sp", "wrefresh"}

# inject.c's struct site
SITE = struct.Struct("<QQQ40s" + "72s" * 6)

# The same addresses in each run: they are what tells one place from another.
ctypes.CDLL(None).personality(0x0040000)


class Place:
    """Where a command calls something that can fail."""

    def __init__(self, fields):
        self.key, self.calls, self.refused = fields[:3]
        self.name, *self.callers = [text.split(b"\0")[0].decode(errors="replace") for text in fields[3:]]

    def is_sanitizers(self):
        return any("asan" in caller for caller in self.callers)

    def in_curses(self):
        """Within ncurses, which answers a lack of memory with an exit of its own, or a crash."""
        outer = next((i for i, caller in enumerate(self.callers) if caller.startswith("thrace+")), len(self.callers))
        return any(caller.startswith(("libtinfo", "libncursesw", "_nc_")) or caller in CURSES for caller in self.callers[:outer])

    def __str__(self):
        return f"{self.name} < {' < '.join(lines_of(caller) for caller in self.callers if caller)}"


def lines_of(caller):
    """thrace+0x1234 as a function of the source."""
    if not caller.startswith("thrace+"):
        return caller
    said = subprocess.run(["addr2line", "-fse", THRACE, caller[len("thrace+"):]], capture_output=True, text=True)
    return ":".join(said.stdout.split("\n")[:2]) if said.returncode == 0 else caller


def places_in(table):
    with open(table, "rb") as file:
        rows = file.read()
    return [Place(SITE.unpack_from(rows, at)) for at in range(0, len(rows), SITE.size) if any(rows[at:at + 8])]


class Result:
    """How a command ended: its status (negative: by a signal; None: not at all), what it wrote, which calls it made."""

    def __init__(self, status, out, err, places):
        self.status, self.out, self.err, self.places = status, out, err, places
        self.refused = sum(place.refused for place in places)

    def lines(self):
        return self.err.splitlines()


def members(session):
    """Processes of the session that are still there."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(pid)) == session and open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
                found.append(int(pid))
        except (OSError, IndexError):
            pass
    return found


def left_over(session, seconds=3):
    """Those that stay. What sees its maker end takes a moment to end, too."""
    stop = time.monotonic() + seconds
    while (found := members(session)) and time.monotonic() < stop:
        time.sleep(0.01)
    return found


def start(arguments, environment=None, **how):
    """thrace in a session of its own, so that what it leaves behind is found."""
    return subprocess.Popen([THRACE, *arguments], start_new_session=True, env={**os.environ, **(environment or {})}, **how)


class Terminal:
    """What a screen is drawn on; read while it is drawn, lest its writer waits."""

    def __enter__(self):
        self.ours, self.theirs = pty.openpty()
        termios.tcsetwinsize(self.theirs, (30, 100))
        self.drawn = b""
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        return self.theirs

    def read(self):
        try:
            while part := os.read(self.ours, 65536):
                self.drawn += part
        except OSError:  # nobody holds the other end any more
            pass

    def __exit__(self, *_):
        os.close(self.theirs)
        self.reader.join(10)
        os.close(self.ours)


def wait_for(process, seconds):
    """Its status; None: it hung, and was killed."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


def run(arguments, place=None, nth=1, times=1, answer=None, seconds=SECONDS, terminal=False):
    """Runs `thrace ARGUMENTS...`, the nth call at the place refused. Returns its Result."""
    with tempfile.NamedTemporaryFile(prefix="faults-", suffix=".table") as table, tempfile.TemporaryFile("w+") as out, \
         tempfile.TemporaryFile("w+") as err, (Terminal() if terminal else contextlib.nullcontext(out)) as screen:
        environment = {"FAULTS_TABLE": table.name, "LD_PRELOAD": INJECT, "TERM": "xterm",
                       "ASAN_OPTIONS": "verify_asan_link_order=0:fast_unwind_on_malloc=0",
                       "LSAN_OPTIONS": f"print_suppressions=0:suppressions={os.path.dirname(os.path.abspath(__file__))}/leaks.supp"}
        if place:
            environment.update(FAULTS_SITE=f"{place.key:x}", FAULTS_NTH=str(nth), FAULTS_TIMES=str(times))
        if answer is not None:
            environment.update(FAULTS_ANSWER=str(answer))
        process = start(arguments, environment, stdin=screen if terminal else subprocess.DEVNULL, stdout=screen, stderr=err)
        status = wait_for(process, seconds)
        out.seek(0), err.seek(0)
        result = Result(status, "a screen" if terminal else out.read(), err.read(), places_in(table.name))
    result.left = left_over(process.pid)
    for pid in result.left:
        os.kill(pid, signal.SIGKILL)
    return result


class Story:
    """The file in which the target says that it has begun and ended."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "story")

    def command(self):
        return ["--", TARGET, "once", self.path]

    def clear(self):
        if os.path.exists(self.path):
            os.unlink(self.path)

    def began(self):
        return os.path.exists(self.path) and os.path.getsize(self.path) > 0

    def ended(self):
        return self.began() and open(self.path).read().endswith("ended\n")


class Staying:
    """A target that is there before, and that must not notice."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([TARGET, "stay", os.path.join(self.folder.name, "story")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        self.process.stdout.readline()
        self.pid, self.worked = self.process.pid, 0
        return self

    def works(self):
        """Does it work, untraced and not stopped?"""
        self.process.stdin.write("\n")
        done = int(self.process.stdout.readline())
        status = open(f"/proc/{self.pid}/status").read()
        good = done == self.worked + 4 and "TracerPid:\t0" in status and "State:\tT" not in status
        self.worked = done
        return good

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
        self.folder.cleanup()


def check_books(seen):
    """Right, or marked where something was lost. Returns the threads."""
    threads = threads_of(seen)
    wrong = [words for words in (wrong_books(thread, seen["lost"]) for thread in threads) if words]
    check(threads and not wrong, f"wrong books: {wrong[:5]}")
    return threads
