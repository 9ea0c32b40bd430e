"""What must hold inside a guest. Each check takes the guest and returns nothing, or raises with what was found instead."""
import base64
import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LIVE = os.path.join(os.path.dirname(HERE), "live")
sys.path.insert(0, os.path.join(LIVE, "capture"))
sys.dont_write_bytecode = True
from watched import THRACE, Report, check, check_sum  # noqa: E402

INSIDE = "/thrace/thrace"


def load(path):
    """A test script as a module: its checks serve here too."""
    loader = importlib.machinery.SourceFileLoader(os.path.basename(path), path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def words(command):
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in command)


def report(guest, *command, options=(), source="bpf"):
    """As tests/live/capture/watched.py's run(), but inside the guest."""
    told = guest.run(f"{INSIDE} run --json --source={source} -o /tmp/report {words(options)} -- {words(command)}")
    text = guest.run("cat /tmp/report; rm -f /tmp/report").out
    check(text, f"a report of {command}, not: {told.err}")
    seen = Report(text, subprocess.CompletedProcess(command, told.status, told.out, told.err))
    check(seen.json["lost"] == 0, f"nothing lost: {seen.json['lost']}")
    if source != "auto":
        check(seen.json["source"] == source, f"its source: {seen.json['source']}: {told.err}")
    for thread in seen.threads:
        check_sum(thread)
    return seen


def doctor(guest):
    answer = guest.run(f"{INSIDE} doctor --json")
    missing = [item["name"] for item in json.loads(answer.out)["features"] if item["state"] != "ok"]
    check(answer.status == 0 and not missing, f"status {answer.status}, missing: {missing}")


def canteen(guest):
    seen = report(guest, "/thrace/canteen")
    check(seen.status == 0 and seen.json["lost"] == 0, f"status {seen.status}, lost {seen.json['lost']}")
    names = sorted(thread["name"] for thread in seen.threads)
    check(names == ["MainThread", "cook-ada", "cook-ben", "cook-cem", "music", "waiter"], f"threads: {names}")
    leader = seen.thread("MainThread")
    ends = {thread["name"]: thread["end"] for thread in seen.threads}
    check(ends.pop("music") == "torn_down" and set(ends.values()) == {"returned"}, f"ends: {ends}")
    check(all(t["creator_tid"] == leader["tid"] for t in seen.threads if t is not leader), "main created them all")
    # A joined thread may be gone before main comes to join it; the one that brings the orders takes longest.
    joined = {wait["on_tid"] for wait in leader["waits"] if wait["kind"] == "join"}
    check(seen.thread("waiter")["tid"] in joined, f"main joined the waiter: {leader['waits']}")
    check(not [t["name"] for t in seen.threads if t["incomplete"]], "every switch was seen")


def truth(name):
    def one(guest):
        module = load(os.path.join(LIVE, "capture/truth"))
        # An emulated CPU is slow: more is done between one look at the books and the next. Counts are held exactly.
        module.TICK_NS, module.MORE_SWITCHES = 500_000_000, 20
        module.run = lambda *command, options=(): report(guest, *command, options=options)
        module.program = lambda program: f"/thrace/{program}"
        getattr(module, name)()

    one.__name__ = name
    return one


def places(guest):
    """Where it creates, in its own words; a place may stay unknown on a slow machine, a wrong one is wrong at once."""
    for _ in range(5):
        seen = report(guest, "/thrace/places_static")
        truth = [line.split() for line in seen.out.splitlines()]
        told = {thread["tid"]: thread["created_at"] for thread in seen.threads}
        check(len(truth) == 8, f"it says where: {seen.out}")
        for way, tid, function, line in truth:
            call = told[int(tid)] and told[int(tid)][1 if way == "wrapped" else 0]
            check(not call or (call["function"], call["line"]) == (function, int(line)), f"{way}: {function}:{line}, not {call}")
        if all(told[int(tid)] for _, tid, _, _ in truth):
            return
    raise AssertionError(f"some place stayed unknown five times: {told}")


def wakers_of(events, tid, kind):
    """Of each waking of that thread out of such a wait: what woke it, None for an interrupt."""
    found, wait = [], None
    for event in events:
        if event["event"] == "sched_switch" and event["prev_tid"] == tid:
            wait = event.get("wait")
        elif event["event"] == "sched_waking" and event["tid"] == tid:
            if wait and wait["kind"] == kind:
                found.append(None if event["interrupt"] else event["waker_tid"])
            wait = None
    return found


def wakers(guest):
    """
    By a thread or by an interrupt: out of a pipe by its writer only, out of a sleep by timers only. Out of other waits others
    may wake: whoever has the lock of the pipe, say, those who want it.
    """
    answer = guest.run(f"{INSIDE} trace --json --source=bpf -- /thrace/wakers 2 >/tmp/trace; "
                       "grep -E '\"event\":\"(sched_waking|lost)\"|\"state\":\"blocked\"' /tmp/trace")
    tids = {name: int(tid) for name, tid in (line.split() for line in answer.err.splitlines() if len(line.split()) == 2)}
    events = [json.loads(line) for line in answer.out.splitlines()]
    check("lost" not in {event["event"] for event in events}, "nothing lost")
    for name, kind, by in (("reader", "pipe", tids["writer"]), ("dreamer", "sleep", None), ("writer", "sleep", None)):
        found = wakers_of(events, tids[name], kind)
        wrong = [waker for waker in found if waker != by]
        check(len(found) > 20 and not wrong, f"{name}: {len(wrong)} of {len(found)} wrong: {wrong[:3]}; {tids}")


class Wakers:
    """The program of that name, for as long as it is looked at."""

    def __init__(self, guest, wrap=lambda command: command):
        self.guest, self.wrap = guest, wrap

    def __enter__(self):
        self.guest.run(self.wrap("/thrace/wakers 300 >/dev/null 2>&1 &"))
        for _ in range(20):
            pids = self.guest.run("sleep 0.3; pidof wakers").out.split()
            if pids:
                return int(pids[0])
        raise AssertionError("wakers does not start")

    def __exit__(self, *_):
        self.guest.run("killall wakers; sleep 0.2")


def whole_system(guest):
    with Wakers(guest) as pid:
        answer = guest.run(f"{INSIDE} stat --json --source=bpf -a -d 1")
    check(answer.status == 0, f"status {answer.status}: {answer.err}")
    seen = json.loads(answer.out)
    names = {process["pid"]: process["name"] for process in seen["processes"]}
    check(names.get(pid) == "wakers" and 1 in names, f"processes: {names}")
    for process in seen["processes"]:
        for thread in process["threads"]:
            check_sum(thread)


def books(guest, pid):
    """What /proc says of each thread: voluntary, involuntary switches and running time."""
    text = guest.run(f"cd /proc/{pid}/task; for t in *; do echo $t $(grep ctxt $t/status | cut -f2) $(cut -d' ' -f1 $t/schedstat); done").out
    return {int(line.split()[0]): [int(word) for word in line.split()[1:]] for line in text.splitlines()}


def attach(guest):
    with Wakers(guest) as pid:
        before = books(guest, pid)
        answer = guest.run(f"{INSIDE} stat --json --source=bpf -p {pid} -d 1")
        after = books(guest, pid)
    check(answer.status == 0, f"status {answer.status}: {answer.err}")
    processes = json.loads(answer.out)["processes"]
    check([process["pid"] for process in processes] == [pid], "this process and no other")
    threads = processes[0]["threads"]
    check(len(threads) == 6, f"six threads, not {len(threads)}")
    for thread in threads:
        check_sum(thread)
        check(thread["end"] == "alive", f"{thread['name']} lives on")
        begin, end = before[thread["tid"]], after[thread["tid"]]
        check(thread["voluntary_switches"] <= end[0] - begin[0], f"voluntary: {thread}, {begin}, {end}")
        check(thread["running_ns"] <= (end[2] - begin[2]) * 1.05 + 20_000_000, f"running: {thread}, {begin}, {end}")
    dreamer = [thread for thread in threads if thread["name"] == "dreamer"][0]
    check(dreamer["voluntary_switches"] > 10, f"it slept often in a second: {dreamer}")


def waits(guest):
    """Programs that know what they wait for, deadlocked ones among them, all at once."""
    module = load(os.path.join(LIVE, "waits/waits"))
    cases = guest.run("/thrace/truth").out.split()
    guest.run(f"for c in {' '.join(cases)}; do /thrace/truth $c >/tmp/said.$c & echo $! >/tmp/pid.$c; done")
    guest.run("sleep 2")
    said = {case: json.loads(guest.run(f"cat /tmp/said.{case}").out.splitlines()[0]) for case in cases}
    pids = dict(line.split() for line in guest.run("for f in /tmp/pid.*; do echo ${f#/tmp/pid.} $(cat $f); done").out.splitlines())
    for source in ("bpf", "procfs"):
        for attempt in range(5):  # each says its line a moment before its last wait begins
            found = wait_differences(guest, module, source, said, pids)
            if not found:
                break
        check(not found, f"from {source}: {found}")
    guest.run(f"kill -9 {' '.join(pids.values())}; killall -9 truth")


def wait_differences(guest, module, source, said, pids):
    answer = guest.run(f"{INSIDE} waits --json --source={source} -p {','.join(pids.values())}")
    check(answer.status == 3 and not answer.err, f"{source}: status {answer.status}: {answer.err}")
    found = []
    for case, pid in pids.items():
        page = part_of(json.loads(answer.out), int(pid))
        found += [f"{case}: {words}" for words in module.differences(said[case], 3 if page["deadlocks"] else 0, page)]
    return found


def tids_of(processes):
    return {thread["tid"] for process in processes for thread in process["threads"]}


def part_of(page, pid):
    """What the page tells of this process, of those that it waits for, and of those that are deadlocked with it."""
    own = [process for process in page["processes"] if process["pid"] == pid]
    deadlocks = [deadlock for deadlock in page["deadlocks"] if tids_of(own) & set(deadlock["tids"])]
    waited_for = {thread["wait"]["on_tid"] for process in own for thread in process["threads"] if thread["wait"]}
    with_it = tids_of(own).union(waited_for, *(deadlock["tids"] for deadlock in deadlocks))
    processes = [process for process in page["processes"] if with_it & tids_of([process])]
    return {"processes": processes, "deadlocks": deadlocks}


def record(guest):
    """A trace written in the guest reads the same on this machine."""
    answer = guest.run(f"{INSIDE} record -o /tmp/t.thrace -- /thrace/lives returned; {INSIDE} stat --json -i /tmp/t.thrace >/tmp/inside")
    packed = guest.run("base64 /tmp/t.thrace").out
    check(packed, f"a trace: {answer.err}")
    inside = json.loads(guest.run("cat /tmp/inside; rm -f /tmp/inside /tmp/t.thrace").out)
    with tempfile.NamedTemporaryFile(suffix=".thrace") as trace:
        trace.write(base64.b64decode(packed))
        trace.flush()
        here = subprocess.run([THRACE, "stat", "--json", "-i", trace.name], capture_output=True, text=True, timeout=30)
    check(here.returncode == 0, here.stderr)
    check(json.loads(here.stdout) == inside, "the same page here and there")
    check(len(inside["processes"][0]["threads"]) == 3, "three threads")


def falls_back(guest, command, reason):
    """Every command goes on without BPF, says in one line what is missing, and does not without it where BPF was asked for."""
    answer = guest.run(command.replace("SOURCE", "auto"))
    lines = [line for line in answer.err.splitlines() if line.startswith("thrace: sampling /proc") and reason in line]
    check(answer.status == 0 and len(lines) == 1, f"{command}: status {answer.status}, one line with '{reason}': {answer.err}")
    answer = guest.run(command.replace("SOURCE", "bpf"))
    lines = [line for line in answer.err.splitlines() if line.startswith("thrace")]
    check(answer.status == 1 and len(lines) == 1 and reason in lines[0], f"{command}: status {answer.status}: {answer.err}")


LAUNCHING = "run -o /dev/null --source=SOURCE -- /thrace/lives torn-down"
ATTACHING = ["stat --source=SOURCE -p PID -d 0.2", "tree --source=SOURCE -p PID -d 0.2", "waits --source=SOURCE -p PID",
             "trace --source=SOURCE -p PID -d 0.2", "record -f -o /dev/null --source=SOURCE -p PID -d 0.2"]


def without(guest, reason, missing, commands, wrap=lambda command: command):
    """As thrace is wrapped, BPF cannot be had: doctor says `missing`, the others `reason` in their one line."""
    answer = guest.run(wrap(f"{INSIDE} doctor --json"))
    lacking = {item["name"]: item["remedy"] for item in json.loads(answer.out)["features"] if item["state"] == "missing"}
    check(answer.status == 1 and missing in lacking, f"status {answer.status}, missing: {lacking}")
    check(all(lacking.values()), f"each has a remedy: {lacking}")
    with Wakers(guest, wrap) as pid:
        for command in commands:
            falls_back(guest, wrap(f"{INSIDE} {command.replace('PID', str(pid))}"), reason)


def too_old(guest):
    without(guest, "storage per thread", "task_storage", [LAUNCHING, *ATTACHING])


def no_btf(guest):
    """As on a kernel that was built without type information."""
    guest.run("mkdir -p /tmp/empty; mount --bind /tmp/empty /sys/kernel/btf")
    try:
        without(guest, "type information", "btf", [LAUNCHING, ATTACHING[0]])
    finally:
        guest.run("umount /sys/kernel/btf")


def nobody(guest):
    """As a user without any right."""
    without(guest, "right", "capability", [LAUNCHING, ATTACHING[0]],
            lambda command: f"su -s /bin/sh nobody -c {words([command])}")


def observe_within(guest, pid, megabytes):
    """In a control group of version 2 with so much memory (tests/faults/machine has whichever version this machine has)."""
    guest.run(f"mkdir /tmp/group/thrace; echo {megabytes}M >/tmp/group/thrace/memory.max")
    try:
        answer = guest.run(f"echo $$ >/tmp/group/thrace/cgroup.procs; exec {INSIDE} stat --json --source=bpf -p {pid} -d 0.3")
        kills = int(guest.run("sed -n 's/^oom_kill //p' /tmp/group/thrace/memory.events").out)
    finally:
        guest.run("rmdir /tmp/group/thrace")
    return answer, kills


def little_memory(guest):
    """It works, or says in one line that there is no memory, or the kernel ends it; what it looks at goes on."""
    guest.run("mkdir -p /tmp/group; mount -t cgroup2 cgroup2 /tmp/group; echo +memory >/tmp/group/cgroup.subtree_control")
    worked, refused = [], []
    with Wakers(guest) as pid:
        for megabytes in (2, 4, 8, 16, 32, 256):
            answer, kills = observe_within(guest, pid, megabytes)
            if answer.status == 0:
                check(len(json.loads(answer.out)["processes"][0]["threads"]) == 6, f"{megabytes} MB: {answer.out}")
                worked.append(megabytes)
                continue
            said = answer.status == 1 and len(answer.err.splitlines()) == 1 and "memory" in answer.err
            check(said or answer.status == 128 + 9 and kills, f"{megabytes} MB: status {answer.status}, {kills} kills: {answer.err}")
            refused.append(megabytes)
        check(guest.run(f"kill -0 {pid}").status == 0, "what it looked at lives")
    guest.run("umount /tmp/group")
    check(256 in worked and refused and max(refused) < min(worked), f"worked with {worked} MB, not with {refused}")


def kernel_unharmed(guest):
    """No warning, no stall, no oops in the kernel's log; and no probe left in it."""
    log = guest.run("dmesg | grep -E 'WARNING:|BUG:|Oops:|Call Trace:|invoked oom-killer:'").out.splitlines()
    # little_memory() runs out of it: that is told with a trace of calls too.
    harm = [line for line, before in zip(log, ["", *log]) if "invoked oom" not in line and "invoked oom" not in before]
    check(not harm, "\n".join(harm))
    left = guest.run("ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c bpf").out.strip()
    check(left == "0", f"{left} descriptors of BPF objects are open")


TRUTHS = [truth(name) for name in ("returned", "torn_down", "exit_in_thread", "signal", "leader_first", "one_by_one",
                                   "children_left_out")]
CHECKS = {
    "bpf": [doctor, canteen, *TRUTHS, places, wakers, whole_system, attach, waits, record, little_memory, no_btf, nobody,
            kernel_unharmed],
    "procfs": [too_old, no_btf, nobody, kernel_unharmed],
}
