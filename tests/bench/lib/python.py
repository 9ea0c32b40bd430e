"""CPython's side of the contests: python.py WHAT N prints nanoseconds per operation."""
import queue
import sys
import threading
import time


def start_join(n):
    for _ in range(n):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()


def timer(n):
    for _ in range(n):
        one = threading.Timer(100, int)
        one.start()
        one.cancel()
        one.join()


def lock(n):
    one = threading.Lock()
    for _ in range(n):
        one.acquire()
        one.release()


def traffic(producers, consumers, n):
    q = queue.Queue()

    def produce():
        for _ in range(n // producers):
            q.put(1)

    def consume():
        while q.get() is not None:
            pass

    senders = [threading.Thread(target=produce) for _ in range(producers)]
    receivers = [threading.Thread(target=consume) for _ in range(consumers)]
    for thread in receivers + senders:
        thread.start()
    for thread in senders:
        thread.join()
    for _ in receivers:
        q.put(None)
    for thread in receivers:
        thread.join()


what, n = sys.argv[1], int(sys.argv[2])
begin = time.perf_counter_ns()
if what.startswith("queue_"):
    traffic(*map(int, what.split("_")[1:]), n)
else:
    {"start_join": start_join, "timer": timer, "lock": lock}[what](n)
print((time.perf_counter_ns() - begin) / n)
