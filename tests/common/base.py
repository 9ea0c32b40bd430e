"""What every test in Python begins with: where things are, a check that says what it wanted, and a way to run the tests."""
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, os.environ.get("BUILD", "build"))
THRACE = os.environ.get("THRACE", os.path.join(BUILD, "thrace"))


def check(true, words):
    if not true:
        raise AssertionError(words)


def threads_of(page):
    return [thread for process in page["processes"] for thread in process["threads"]]


def main(*tests):
    """Runs them all, whichever fail before; ends with the exit status."""
    failed = 0
    for test in tests:
        try:
            test()
        except (AssertionError, KeyError, IndexError, ValueError, OSError, subprocess.TimeoutExpired) as error:
            print(f"{test.__name__}: {type(error).__name__}: {str(error)[:2000]}", file=sys.stderr)
            failed += 1
    sys.exit(1 if failed else 0)
