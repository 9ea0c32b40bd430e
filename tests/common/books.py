"""The books of a page's threads: what was counted, held against the kernel's own word and against itself."""
import os

from base import check

TICK_NS = 10_000_000  # the kernel brings a running thread's books up to date once a tick, so they are a tick late
SWITCH_NS = 3000  # and it counts from when the scheduler last read its clock: with each switch some time of its own


class BlindSpot:
    """
    How many threads may lack a switch that no probe could see, since this was made.

    The kernels of some virtual machines run no BPF program while a thread of pid 1, the machine's agent, is `current`. The
    switch from it to the next thread is not told then, nor a waking by an interrupt meanwhile. Whom that happens to is
    marked incomplete. So hardly more threads are marked than pid 1 has given up a CPU: one stay on it may hide several
    wakings, but most hide nothing. And since each thread's own leaving of its CPU is told, counted switches equal the
    kernel's for the marked ones too.
    """

    def __init__(self):
        self.before = agent_switches()

    def hidden(self):
        return sum(count - self.before.get(tid, 0) for tid, count in agent_switches().items())

    def wrong(self, threads, most):
        """What is wrong, in words, with threads of whom nothing was lost: `most` may be incomplete, fewer if fewer were hidden."""
        gaps = [f"{thread['name']} {thread['tid']}" for thread in threads if thread["incomplete"]]
        most = min(most, self.hidden())
        return [] if len(gaps) <= most else [f"incomplete: {len(gaps)} of {len(threads)}, and {most} may be: {gaps[:5]}"]

    def check(self, threads, most):
        wrong = self.wrong(threads, most)
        check(not wrong, wrong)


def agent_switches():
    """By thread of pid 1: how often it left a CPU."""
    found = {}
    for tid in os.listdir("/proc/1/task"):
        try:
            with open(f"/proc/1/task/{tid}/status") as status:
                found[tid] = sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
        except OSError:
            pass  # it has ended
    return found


def wrong_sum(thread):
    """A thread is in one state at a time: the times add up to its life. None, or what is wrong."""
    parts = thread["running_ns"] + thread["ready_ns"] + thread["blocked_ns"] + thread["unknown_ns"]
    return None if parts == thread["life_ns"] else f"{thread['name']}: {parts} ns in states, {thread['life_ns']} ns of life"


def wrong_switches(thread):
    """Switches that were counted, and that the kernel counted itself."""
    kernel, counted = thread["kernel_books"], thread["counted"]
    for what in ("voluntary_switches", "involuntary_switches"):
        if kernel[what] != counted[what]:
            return f"{thread['name']} {thread['tid']}: {what}: counted {counted[what]}, the kernel says {kernel[what]}"
    return None


def wrong_running(thread):
    """Of a thread that is whole: time on a CPU, as exact as the kernel's own book is."""
    kernel, counted = thread["kernel_books"], thread["counted"]
    switches = kernel["voluntary_switches"] + kernel["involuntary_switches"]
    room = 2 * TICK_NS + kernel["running_ns"] // 20 + SWITCH_NS * switches
    if abs(kernel["running_ns"] - counted["running_ns"]) <= room:
        return None
    return f"{thread['name']} {thread['tid']}: running: counted {counted['running_ns']}, the kernel says {kernel['running_ns']}"


def wrong_books(thread, lost):
    """Of a page that lost so many records: the first thing that is wrong. A gap makes times uncertain, a loss counts too."""
    if wrong_sum(thread):
        return wrong_sum(thread)
    if not thread["kernel_books"] or thread["incomplete"] and lost:
        return None
    return wrong_switches(thread) or (None if thread["incomplete"] else wrong_running(thread))
