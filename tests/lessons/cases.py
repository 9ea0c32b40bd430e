# SPDX-License-Identifier: GPL-2.0-only
"""
The table of the lessons' programs: each with each of its variants, what it must print, and what an observer must see.

Outputs are regular expressions for whole lines; where the order of lines is the scheduler's, a function judges.
Times are the lesson's own seconds: the runner shortens them with THRACE_LESSON_SPEED.
"""
import re
from collections import Counter

WORK = ["i am working", "finished"]
REPR = r"<{}\({}, started( daemon)? \d+\)>"
MAIN = REPR.format("MainThread", "MainThread")


def in_order(*patterns):
    """Exactly these lines, in this order."""
    def judge(lines):
        want = list(patterns)
        if len(lines) != len(want):
            return f"{len(lines)} lines in place of {len(want)}"
        for line, pattern in zip(lines, want):
            if not re.fullmatch(pattern, line):
                return f"'{line}' is not '{pattern}'"
        return None
    return judge


def any_order(*patterns):
    """Exactly these lines, whoever came first."""
    def judge(lines):
        left = list(lines)
        for pattern in patterns:
            found = next((line for line in left if re.fullmatch(pattern, line)), None)
            if found is None:
                return f"no line '{pattern}'"
            left.remove(found)
        return f"one line too many: '{left[0]}'" if left else None
    return judge


def repeats(first, last, *patterns, head=(), tail=()):
    """head, then the patterns over and over, first to last times (a last round may be cut short), then tail."""
    def judge(lines):
        body = lines[len(head):len(lines) - len(tail)]
        rounds = len(body) / len(patterns)
        if not first <= rounds <= last:
            return f"{rounds:g} rounds in place of {first} to {last}"
        want = list(head) + [patterns[i % len(patterns)] for i in range(len(body))] + list(tail)
        return in_order(*want)(lines)
    return judge


def all_of(*judges):
    def judge(lines):
        return next((fault for fault in (one(lines) for one in judges) if fault), None)
    return judge


def contains(*patterns):
    def judge(lines):
        for pattern in patterns:
            if not any(re.fullmatch(pattern, line) for line in lines):
                return f"no line '{pattern}'"
        return None
    return judge


def two_workers(lines):
    """p10: the order is the scheduler's, but both must be at work before either has finished."""
    work = [re.fullmatch(r"i am working (worker[12]) (\d+)", line) for line in lines]
    who = [match.group(1) for match in work if match]
    idents = {match.group(1): match.group(2) for match in work if match}
    if Counter(lines)["start~~~~"] != 2 or Counter(lines)["run~~~~~"] != 2 or Counter(lines)["finished"] != 2:
        return "start, run and finished are not printed twice each"
    if Counter(who) != {"worker1": 5, "worker2": 5} or len(set(idents.values())) != 2:
        return "not five lines each of two workers with two idents"
    if set(who[:4]) != {"worker1", "worker2"}:
        return "the workers do not interleave"
    return None


def whole_lines(count, pattern):
    def judge(lines):
        whole = sum(1 for line in lines if re.fullmatch(pattern, line))
        if whole != count or len(lines) != count:
            return f"{whole} whole lines of {len(lines)}, in place of {count} of {count}"
        return None
    return judge


def nothing_lost(count):
    """p12: lines may tear, but every text and every newline is there."""
    def judge(lines):
        texts = sum(len(re.findall(r"worker\d+ is running\.", line)) for line in lines)
        if texts != count or len(lines) != count:
            return f"{texts} texts and {len(lines)} newlines in place of {count}"
        return None
    return judge


def counters(right, pattern=r"<Thread\(Thread-\d+ \(worker\), started \d+\)> (\d+)"):
    """p21 to p23: ten counters; right says whether all of them must be 100."""
    def judge(lines):
        values = [int(match.group(1)) for match in (re.fullmatch(pattern, line) for line in lines) if match]
        if len(values) != 10 or len(lines) != 10:
            return f"{len(values)} counters in place of 10"
        if right and set(values) != {100}:
            return f"not all are 100: {values}"
        if not right and (all(value == 100 for value in values) or max(values) > 1000):
            return f"one counter for ten threads cannot come to {values}"
        return None
    return judge


def lost_updates(lines):
    """p22 --no-sleep: ten times 100,000 additions never come to a million."""
    values = [int(line.rsplit(" ", 1)[1]) for line in lines]
    if len(values) != 10 or max(values) >= 1000000:
        return f"{values}"
    return None


def own_and_shared(lines):
    """parts: two threads; one code, one global; two thread-locals, two stacks."""
    pattern = r"(\d+): code (\w+), global (\w+), local (\w+), stack (\w+)"
    rows = [match.groups() for match in (re.fullmatch(pattern, line) for line in lines) if match]
    if len(rows) != 2 or len(lines) != 2:
        return "not two threads"
    same = [a == b for a, b in zip(*rows)]
    return None if same == [False, True, True, False, False] else f"shared and own: {rows}"


NOTHING = in_order()
BOTH = [pattern for _ in range(5) for pattern in WORK]
FIVE = ["i am working"] * 5 + ["finished"]
RESTART = in_order(r".*: threads can only be started once")
TRACE = r"Exception in thread {}:"


class Case:
    """
    One program with its options. out, err: judges of its lines. status: its exit status. stop: seconds after
    its first word until it gets SIGINT (the endless ones). seen: a function in seen.py by this name, given the report.
    """
    def __init__(self, program, options="", out=NOTHING, err=NOTHING, status=0, stop=None, seen=None):
        self.program, self.options = program, options.split()
        self.out, self.err, self.status, self.stop = out, err, status, stop
        self.seen = seen or program

    def __str__(self):
        return " ".join([self.program] + self.options)


INTERRUPTED = 130  # as a shell says it of SIGINT
SIX = [pattern for _ in range(6) for pattern in WORK]
ALIVE, DEAD = r"worker \d+ alive", r"worker \d+ dead"
INFO = [r"current thread = " + MAIN, r"main thread = " + MAIN, "active count = 1"]
WORKER_INFO = [r"current thread = " + REPR.format("Thread", "worker"), r"main thread = <MainThread\(MainThread, \w+ \d+\)>",
               "active count = 2"]
TIMER = REPR.format("Timer", "timer")
ALONE, BOTH_THERE = rf"\[{MAIN}\]", rf"\[{MAIN}, {TIMER}\]"
LOCAL = r"<thr_local object at 0x[0-9a-f]+>"

CASES = [
    Case("p01", out=in_order("I'm working", "Fineshed")),
    Case("p02", out=repeats(2, 6, "I'm working", "Fineshed"), stop=3.5, status=INTERRUPTED),
    Case("p03", out=in_order("===end===", *SIX)),
    Case("p03", "--end=break", out=in_order("===end===", *SIX)),
    Case("p03", "--end=return", out=in_order("===end===", *SIX)),
    Case("p03", "--end=raise", out=in_order("===end===", *SIX), err=in_order(TRACE.format("worker"), r".*\b6"),
         seen="p03_raise"),
    Case("p04", out=in_order(r"4 \+ 5 = 9", r"6 \+ 7 = 13", r"8 \+ 9 = 17")),
    Case("p05", out=any_order(*INFO, "===end===", *WORKER_INFO, *FIVE)),
    Case("p06", out=all_of(
        lambda lines: any_order("worker None", "===end===", *FIVE, *[ALIVE] * sum(" alive" in line for line in lines),
                                DEAD, "worker restart")(lines),
        lambda lines: None if 3 <= sum(" alive" in line for line in lines) <= 8 else "not about five times alive"),
         err=RESTART, status=1),
    Case("p07", out=in_order("start~~~~", "run~~~~~", *BOTH)),
    Case("p07", "--run", out=in_order("run~~~~~", *BOTH), seen="p08"),
    Case("p08", out=in_order("run~~~~~", *BOTH)),
    Case("p08", "--twice", out=in_order("run~~~~~", *BOTH), err=RESTART, status=1),
    Case("p09", out=in_order("run~~~~~", rf"\[{MAIN}\]", *FIVE)),
    Case("p09", "--start", out=in_order("start~~~~", "run~~~~~",
                                        r"\[<MainThread\(MainThread, \w+ \d+\)>, " + REPR.format("MyThread", "worker") + r"\]",
                                        *FIVE), seen="p07"),
    Case("p10", out=two_workers),
    Case("p10", "--run", out=in_order(*(["run~~~~~"] + [r"i am working MainThread \d+"] * 5 + ["finished"]) * 2), seen="p11"),
    Case("p11", out=in_order(*(["run~~~~~"] + [r"i am working MainThread \d+"] * 5 + ["finished"]) * 2)),
    Case("p11", "--start", out=two_workers, seen="p10"),
    Case("p12", out=nothing_lost(700)),
    Case("p12", "--more", out=nothing_lost(5000), seen="p12_more"),
    Case("p13", out=whole_lines(700, r"worker[1-7] is running\."), seen="p12"),
    Case("p13", "--more", out=whole_lines(5000, r"worker\d+ is running\."), seen="p12_more"),
    Case("p14", err=whole_lines(700, r"WARNING:root:worker[1-7] is running\."), seen="p12"),
    Case("p14", "--more", err=whole_lines(5000, r"WARNING:root:worker\d+ is running\."), seen="p12_more"),
    Case("p15", out=in_order("Main Thread Exits", *map(str, range(20)))),
    Case("p15", "--daemon", out=in_order("Main Thread Exits"), seen="p15_daemon"),
    Case("p16", out=in_order("Main Thread Exits", "t1 working", "t2 working")),
    Case("p16", "--swap", out=in_order("Main Thread Exits", "t2 working"), seen="p16_swap"),
    Case("p17", out=in_order("t1 working", "Main Thread Exits")),
    Case("p17", "--no-join", out=in_order("Main Thread Exits"), seen="p17_no_join"),
    Case("p18", out=in_order("~~~~~", "~~~~~", "Main Thread Exits")),
    Case("p19", out=repeats(2, 4, "t2 working True", head=["t1's daemon = True"], tail=["Main Thread Exits"])),
    Case("p20", out=repeats(2, 6, "t2 working True", head=["t1's daemon = True"]), stop=4.5, status=INTERRUPTED),
    Case("p21", out=counters(right=True)),
    Case("p22", out=counters(right=False), seen="p21"),
    Case("p22", "--no-sleep", out=lost_updates, seen="ten_threads"),
    Case("p23", out=counters(right=True), seen="p21"),
    Case("p24", out=in_order(LOCAL + " 100", "abc", LOCAL, "100", "in worker", "-{30}", "abc", LOCAL),
         err=in_order(TRACE.format(r"Thread-1 \(worker\)"), ".*AttributeError.*")),
    Case("p25", out=lambda lines: repeats(5, 7, BOTH_THERE)([line for line in lines if "Timer" in line])
         or repeats(1, 9, ALONE)([line for line in lines if "Timer" not in line]),
         err=in_order(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} timer \d+ in worker"), stop=9, status=INTERRUPTED),
    Case("p25", "--cancel=before", out=contains(ALONE), stop=5.5, status=INTERRUPTED, seen="p25_cancelled"),
    Case("p25", "--cancel=after", out=contains(ALONE), stop=5.5, status=INTERRUPTED, seen="p25_cancelled"),

    # beside the 25: concurrency and parallelism, states, parts, kingdoms, failures
    Case("parallel", "--one-cpu", out=in_order("4 threads on 1 CPU", r"done after .* s"), seen="parallel_one"),
    Case("parallel", "--two-cpus", out=in_order(r"4 threads on [12] CPUs?", r"done after .* s"), seen="parallel"),
    Case("parallel", "--waiting", out=in_order("4 threads on 1 CPU", r"done after .* s"), seen="parallel_waiting"),
    Case("states", out=any_order("New: .*", "Ready: .*", "Running: I have a CPU", "Blocked: I sleep", "Blocked: I read .*",
                                 "Blocked: I want a lock .*", "Blocked: I join .*", "Running: I count", "Terminated: .*")),
    Case("parts", out=own_and_shared),
    Case("kingdoms", out=any_order(r"process: treasure at 0x\w+ is 1100", r"thread:  treasure at 0x\w+ is 110",
                                   r"main:    treasure at 0x\w+ is 110")),
    Case("crash", out=in_order("crash: .*"), status=139),
    Case("crash", "--process", out=in_order("crash: .*", "main: my child was killed by signal 11; I live",
                                            "bystander: .*", "main: all is done"), seen="crash_process"),
    Case("exit", out=in_order("worker: I leave"), status=3),
    Case("exit", "--thread", out=in_order("worker: I leave", "main: I go on"), seen="exit_thread"),
    Case("failure", out=in_order("main: worker has failed, failures told to my hook: 0"),
         err=in_order(TRACE.format("worker"), ".*the stove is broken")),
    Case("failure", "--hook", out=in_order("hook: the stove is broken", "main: worker has failed, failures told to my hook: 1")),
]
