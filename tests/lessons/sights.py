# SPDX-License-Identifier: GPL-2.0-only
"""
What an observer must have seen of each lesson's program: threads created and by whom, states gone through, joins with
whom and how long, who ended by itself and who was torn down. Times are the lesson's own seconds; a busy machine
makes them longer, never shorter.
"""
EARLY = 0.98  # a clock's tick: so much of the time asked for must have passed

# A join on another thread is told by the kernel; the shutdown's wait by the library where its words are heard,
# else it is a futex like any other.
WAITS_AT_END = ("shutdown", "futex", "join")


class Wrong(Exception):
    pass


def must(condition, words):
    if not condition:
        raise Wrong(words)


class Sight:
    """One report of `thrace run --json`."""
    def __init__(self, report, program, speed):
        self.report, self.speed = report, speed
        processes = [process for process in report["processes"] if process["name"] == program]
        must(processes, f"no process {program}")
        self.process = processes[0]  # the one that was started; a forked one bears the same name
        self.threads = self.process["threads"]
        self.main = self.threads[0]
        self.others = self.threads[1:]
        must(report["lost"] == 0, "records were lost")
        must(self.main["tid"] == self.process["pid"], "the first thread is not main")
        must(self.process["ended"], "the process has not ended")

    def ns(self, seconds):
        return seconds * 1e9 / self.speed * EARLY

    def created(self, count, by=None):
        """So many threads beside main, all created by one (main, unless another is named)."""
        creator = (by or self.main)["tid"]
        must(len(self.others) == count, f"{len(self.others)} threads beside main in place of {count}")
        must(all(thread["creator_tid"] == creator for thread in self.others), "not all were created by main")

    def returned(self, *threads):
        """
        They ended by themselves: main by its exit, the others before it, which waits until each has left.
        """
        must(self.main["end"] == "returned", f"main did not return: {self.main['end']}")
        for thread in threads:
            must(thread["end"] == "returned", f"{thread['name']} ended otherwise: {thread['end']}")

    def gone_before(self, thread):
        """It ended by itself while the process went on."""
        must(thread["end"] == "returned", f"{thread['name']} ended otherwise: {thread['end']}")

    def torn_down(self, thread):
        must(thread["end"] == "torn_down", f"{thread['name']} was not torn down: {thread['end']}")

    def interrupted(self):
        """Ctrl-C ended the process: each thread by the signal, or with its process."""
        must(self.process["signal"] == 2, f"signal {self.process['signal']} is not SIGINT")

    def waited(self, thread, kinds, seconds, on=None):
        waits = [wait for wait in thread["waits"] if wait["kind"] in kinds]
        total = sum(wait["total_ns"] for wait in waits)
        must(total >= self.ns(seconds), f"{thread['name']}: {total / 1e9:.3f} s of {kinds}, in place of {seconds}/{self.speed}")
        if on:
            must({wait["on_tid"] for wait in waits} <= {on["tid"], None}, f"{thread['name']} waited on another")

    def slept(self, thread, seconds, times=None):
        self.waited(thread, ("sleep",), seconds)
        count = sum(wait["count"] for wait in thread["waits"] if wait["kind"] == "sleep")
        must(times is None or count >= times, f"{thread['name']} slept {count} times in place of {times}")

    def states(self, thread):
        """Through Ready, Running and Blocked, and the three add up to its life."""
        for state in ("ready_ns", "running_ns", "blocked_ns"):
            must(thread[state] > 0, f"{thread['name']} was never seen in {state[:-3]}")
        total = thread["ready_ns"] + thread["running_ns"] + thread["blocked_ns"]
        must(total == thread["life_ns"], f"{thread['name']}: its states do not add up to its life")

    def joined(self, thread, on, seconds, count=1):
        waits = [wait for wait in thread["waits"] if wait["kind"] == "join" and wait["on_tid"] == on["tid"]]
        must(len(waits) == 1 and waits[0]["count"] >= count, f"{thread['name']} did not join {on['name']}: {thread['waits']}")
        must(waits[0]["total_ns"] >= self.ns(seconds), f"the join on {on['name']} took {waits[0]['total_ns']} ns")

    def named(self, name):
        found = [thread for thread in self.threads if thread["name"] == name]
        must(len(found) == 1, f"{len(found)} threads are named {name}")
        return found[0]

    def lasted(self, least, most=None):
        life = self.main["life_ns"]
        must(life >= self.ns(least), f"it ran {life / 1e9:.3f} s in place of {least}/{self.speed}")
        must(most is None or life < self.ns(most), f"it ran {life / 1e9:.3f} s in place of {least}/{self.speed}")


def p01(sight):
    sight.created(1)
    sight.returned(*sight.threads)


def p02(sight):
    sight.created(1)
    sight.slept(sight.others[0], 3)
    sight.waited(sight.main, WAITS_AT_END, 3, on=sight.others[0])
    sight.interrupted()


def p03(sight):
    sight.created(1)
    worker = sight.named("worker")
    sight.returned(*sight.threads)
    sight.slept(worker, 6, times=6)
    sight.states(worker)
    sight.waited(sight.main, WAITS_AT_END, 5.5, on=worker)


def p03_raise(sight):
    """The failure ends its thread, by itself; not the process."""
    p03(sight)
    must(sight.process["exit_code"] == 0, "the failure reached the process's status")


def p04(sight):
    sight.created(3)
    must([thread["name"] for thread in sight.others] == ["add"] * 3, "they do not share one name")
    sight.returned(*sight.threads)
    sight.slept(sight.main, 4, times=2)
    must(sight.process["alive_max"] == 2, "they were not there one after the other")


def p05(sight):
    sight.created(1)
    sight.slept(sight.main, 1)
    sight.slept(sight.named("worker"), 5, times=5)
    sight.waited(sight.main, WAITS_AT_END, 4.5, on=sight.named("worker"))


def p06(sight):
    """The second start makes no second thread."""
    sight.created(1)
    sight.returned(*sight.threads)
    sight.slept(sight.main, 6, times=5)


def p07(sight):
    sight.created(1)
    sight.slept(sight.named("worker"), 5, times=5)
    sight.waited(sight.main, WAITS_AT_END, 4.5, on=sight.named("worker"))


def p08(sight):
    """run called directly: main does the work, and no thread is created."""
    sight.created(0)
    sight.slept(sight.main, 5, times=5)


p09 = p08


def p10(sight):
    """Two at once, in the time of one."""
    sight.created(2)
    must(sight.process["alive_max"] == 3, "they were not alive at once")
    for name in ("worker1", "worker2"):
        sight.slept(sight.named(name), 5, times=5)
    sight.returned(*sight.threads)
    sight.lasted(5, most=9.5)


def p11(sight):
    sight.created(0)
    sight.slept(sight.main, 10, times=10)
    sight.lasted(10)


def p12(sight):
    sight.created(7)
    sight.returned(*sight.threads)


def p12_more(sight):
    sight.created(50)
    sight.returned(*sight.threads)


def p15(sight):
    sight.created(1)
    sight.waited(sight.main, WAITS_AT_END, 5, on=sight.others[0])
    sight.returned(*sight.threads)


def p15_daemon(sight):
    """Nobody waits, and the daemon is torn down in its sleep, or before it could fall asleep."""
    sight.created(1)
    sight.torn_down(sight.others[0])
    sight.lasted(0, most=4)


def p16(sight):
    sight.created(2)
    sight.slept(sight.named("t1"), 5)
    sight.slept(sight.named("t2"), 10)
    sight.returned(*sight.threads)
    sight.waited(sight.main, WAITS_AT_END, 9.5, on=sight.named("t2"))


def p16_swap(sight):
    sight.created(2)
    sight.slept(sight.named("t2"), 5)
    sight.returned(sight.main, sight.named("t2"))
    sight.torn_down(sight.named("t1"))
    sight.lasted(5, most=9.5)


def p17(sight):
    sight.created(1)
    sight.joined(sight.main, sight.named("t1"), 2.9)
    sight.returned(*sight.threads)


def p17_no_join(sight):
    sight.created(1)
    sight.torn_down(sight.others[0])
    must(not any(wait["kind"] == "join" for wait in sight.main["waits"]), "somebody joined")
    sight.lasted(0, most=2.5)


def p18(sight):
    """Two joins give up, and at about 4 s the exit tears the worker down in its sleep."""
    sight.created(1)
    sight.joined(sight.main, sight.named("t1"), 4, count=2)
    sight.torn_down(sight.named("t1"))
    sight.slept(sight.named("t1"), 3.8)
    sight.lasted(4, most=9.5)


def p19(sight):
    """t2 outlives its creator and dies with the process."""
    t1, t2 = sight.named("t1"), sight.named("t2")
    must(len(sight.others) == 2, "there are not two threads beside main")
    must(t1["creator_tid"] == sight.main["tid"] and t2["creator_tid"] == t1["tid"], "t2 is not the child of t1")
    sight.gone_before(t1)
    sight.torn_down(t2)
    must(t1["life_ns"] < t2["life_ns"], "t1 outlived t2")
    sight.slept(t2, 3, times=3)


def p20(sight):
    t1, t2 = sight.named("t1"), sight.named("t2")
    sight.joined(sight.main, t1, 3.5)
    sight.joined(t1, t2, 3.5)
    must(t2["creator_tid"] == t1["tid"], "t2 is not the child of t1")
    sight.slept(t2, 3, times=3)
    sight.interrupted()


def ten_threads(sight):
    sight.created(10)
    sight.returned(*sight.threads)


def p21(sight):
    """100 sleeps of a tenth of a millisecond each, in every thread: not the lesson's seconds, and never shortened."""
    ten_threads(sight)
    for thread in sight.others:
        sight.states(thread)
        must(sum(wait["count"] for wait in thread["waits"] if wait["kind"] == "sleep") >= 95, "it did not sleep 100 times")


def p24(sight):
    """The failure ends its thread and not the process."""
    sight.created(1)
    sight.returned(*sight.threads)
    must(sight.process["exit_code"] == 0, "the failure reached the process's status")


def p25(sight):
    """4 s of waiting and 2 s of work, and then the timer is gone while main goes on."""
    timer = sight.named("timer")
    sight.created(1)
    sight.gone_before(timer)
    must(timer["blocked_ns"] >= sight.ns(6), f"the timer waited and worked {timer['blocked_ns']} ns")
    sight.slept(timer, 2)
    sight.interrupted()


def p25_cancelled(sight):
    """It wakes at once and never works."""
    sight.created(1)
    sight.gone_before(sight.others[0])
    must(sight.others[0]["life_ns"] < sight.ns(4), "it waited on although it was cancelled")
    sight.interrupted()


def parallel(sight):
    """Four at work at once, whatever number of CPUs they get."""
    sight.created(4)
    must(sight.process["alive_max"] == 5, "they were not alive at once")
    for thread in sight.others:
        must(thread["running_ns"] >= sight.ns(0.2), f"one ran {thread['running_ns']} ns")


def parallel_one(sight):
    """Never two on a CPU at once, and each has waited for the others' turns."""
    parallel(sight)
    must(sight.process["on_cpu_max"] == 1, f"{sight.process['on_cpu_max']} at once on one CPU")
    must(sum(thread["ready_ns"] for thread in sight.others) >= sight.ns(0.25), "nobody waited for a turn")


def parallel_waiting(sight):
    sight.created(4)
    for thread in sight.others:
        must(thread["blocked_ns"] >= sight.ns(0.5), "it did not wait")
        must(thread["running_ns"] < thread["blocked_ns"], "it ran more than it waited")
    must(sight.main["life_ns"] < sum(thread["blocked_ns"] for thread in sight.others), "the waits did not overlap")


def states(sight):
    student, helper = sight.named("student"), sight.named("helper")
    sight.states(student)
    sight.slept(student, 0.5)
    sight.waited(student, ("pipe",), 0.1)
    sight.waited(student, ("lock", "mutex", "futex"), 0.4)
    sight.joined(student, helper, 0.5)
    must(helper["creator_tid"] == student["tid"], "the helper is not the student's")
    sight.gone_before(student)


def parts(sight):
    sight.created(2)
    for name in ("first", "second"):
        sight.slept(sight.named(name), 3)


def kingdoms(sight):
    """A thread of this process, and a process with a main thread of its own."""
    sight.created(1)
    others = [process for process in sight.report["processes"] if process is not sight.process]
    must(len(others) == 1 and others[0]["parent_pid"] == sight.process["pid"], "there is not one child process")
    must(len(others[0]["threads"]) == 1, "the child has not one thread")


def crash(sight):
    """The signal ends the whole process: nobody returned."""
    sight.created(2)
    must(sight.process["signal"] == 11, f"signal {sight.process['signal']}")
    must(not any(thread["end"] == "returned" for thread in sight.threads), "somebody survived")


def crash_process(sight):
    """The child dies of it, and nobody else."""
    sight.created(1)
    others = [process for process in sight.report["processes"] if process is not sight.process]
    must(len(others) == 1 and others[0]["signal"] == 11, "the child did not crash")
    sight.waited(sight.main, ("child",), 0.9)
    sight.returned(*sight.threads)


def exit(sight):
    """The worker leaves by itself, and takes main with it, out of its join."""
    worker = sight.named("worker")
    sight.gone_before(worker)
    sight.torn_down(sight.main)
    sight.joined(sight.main, worker, 0.9)
    must(sight.process["exit_code"] == 3, "the status is not 3")


def exit_thread(sight):
    sight.gone_before(sight.named("worker"))
    sight.torn_down(sight.named("music"))
    must(sight.main["end"] == "returned", "main did not go on")


def failure(sight):
    sight.created(1)
    sight.gone_before(sight.others[0])
    sight.joined(sight.main, sight.others[0], 0.9)
    must(sight.process["exit_code"] == 0, "the failure reached the process's status")
