"""Runs thrace on programs that know what they do, and holds its account against the truth."""
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../common"))
from base import BUILD, THRACE, check, main, threads_of  # noqa: F401: for the tests here
from books import wrong_sum

PROGRAMS = os.path.join(BUILD, "tests/live/capture/programs")


def until_it_observes(watcher):
    """A thrace that was just started has given up its rights once it observes."""
    end = time.monotonic() + 20
    while "Seccomp:\t2" not in open(f"/proc/{watcher.pid}/status").read():
        check(watcher.poll() is None and time.monotonic() < end, f"it begins to observe: {watcher.args}")
        time.sleep(0.02)


def program(name):
    return os.path.join(PROGRAMS, name)


class Report:
    """What `thrace run --json` told, and what the program itself wrote and returned."""

    def __init__(self, text, result):
        self.json = json.loads(text)
        self.status = result.returncode
        self.out = result.stdout
        self.err = result.stderr
        self.processes = self.json["processes"]
        self.threads = threads_of(self.json)

    def process(self, name):
        found = [process for process in self.processes if process["name"] == name]
        check(len(found) == 1, f"one process {name}, not {[p['name'] for p in self.processes]}")
        return found[0]

    def thread(self, name):
        found = [thread for thread in self.threads if thread["name"] == name]
        check(len(found) == 1, f"one thread {name}, not {[t['name'] for t in self.threads]}")
        return found[0]


def run(*command, options=(), timeout=120, stdin=subprocess.DEVNULL):
    """The report of a run under the BPF source, its books checked already."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        result = subprocess.run(
            [THRACE, "run", "--json", "--source=bpf", "-o", report.name, *options, "--", *command],
            stdin=stdin, capture_output=True, text=True, timeout=timeout)
        text = open(report.name).read()
    check(text, f"a report of {command}, not: {result.stderr}")
    seen = Report(text, result)
    check(seen.json["source"] == "bpf", "every event, not samples")
    for thread in seen.threads:
        check_sum(thread)
    return seen


def check_sum(thread):
    check(not wrong_sum(thread), wrong_sum(thread))


def waits(thread, kind):
    return [wait for wait in thread["waits"] if wait["kind"] == kind]
