# SPDX-License-Identifier: GPL-2.0-only
"""Runs the table's cases side by side and judges what they printed. They sleep most of the time, so many fit at once."""
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("BUILD", os.path.join(TOP, "build"))
LESSONS = os.path.join(BUILD, "examples", "lessons")
SPEED = 10
# Started in the background of a shell SIGINT is ignored, and our children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
DEADLINE = 60  # seconds of this world: a case that takes so long hangs


def stop_gently(process, out, seconds):
    """
    SIGINT to the whole group, as Ctrl-C at a terminal, so many lesson's seconds after the first word: what starts it may
    take its time.
    """
    begin = time.monotonic()
    while process.poll() is None and not os.fstat(out.fileno()).st_size and time.monotonic() - begin < DEADLINE:
        time.sleep(0.005)
    try:
        process.wait(seconds / SPEED)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGINT)


def run(case, before=()):
    """Returns (status as a shell says it, lines of standard output, lines of standard error)."""
    command = [*before, os.path.join(LESSONS, case.program), *case.options]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
                                   env={**os.environ, "THRACE_LESSON_SPEED": str(SPEED)})
        if case.stop:
            stop_gently(process, out, case.stop)
        try:
            status = process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None, [], ["it hangs"]
        out.seek(0)
        err.seek(0)
        return 128 - status if status < 0 else status, out.read().splitlines(), err.read().splitlines()


def judge_output(case, status, out, err):
    if status != case.status:
        return f"status {status} in place of {case.status}: {err[-1:]}"
    fault = case.out(out)
    if fault:
        return f"standard output: {fault}; it says {out[:30]}"
    fault = case.err(err)
    return f"standard error: {fault}; it says {err[:10]}" if fault else None


def judge_all(cases, judge, workers=12):
    """judge(case) gives a fault or None. Returns the exit status."""
    with ThreadPoolExecutor(workers) as pool:
        faults = list(pool.map(judge, cases))
    for case, fault in zip(cases, faults):
        if fault:
            print(f"{case}: {fault}", file=sys.stderr)
    bad = sum(1 for fault in faults if fault)
    print(f"{len(cases) - bad} of {len(cases)} lessons and variants are as they must be")
    return 1 if bad else 0
