"""What thrace left in the kernel: programs, maps and links of its own that no process holds."""
import json
import os
import re
import subprocess
import time


def held():
    """(kind, number) of all that any process has open. bpftool tells of holders only where it was built with them."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if os.readlink(f"/proc/{pid}/fd/{fd}").startswith("anon_inode:bpf"):
                    text = open(f"/proc/{pid}/fdinfo/{fd}").read()
                    found |= {(kind, int(number)) for kind, number in re.findall(r"^(prog|map|link)_id:\s*(\d+)$", text, re.M)}
        except OSError:
            pass  # it has ended meanwhile
    return found


def ours():
    """(kind, number) of what bears a name of thrace's, and of all links."""
    found = set()
    for kind in ("prog", "map", "link"):
        listed = subprocess.run(["bpftool", "-j", kind, "list"], capture_output=True, text=True)
        for thing in json.loads(listed.stdout or "[]"):
            if "id" in thing and (kind == "link" or thing.get("name", "").startswith(("on_", "thrace_"))):
                found.add((kind, thing["id"]))
    return found


def check_no_probe_left(seconds=30):
    """The kernel takes them away a moment after their last holder ended, and longer when it is busy."""
    left = ours() - held()
    stop = time.monotonic() + seconds
    while left and time.monotonic() < stop:
        time.sleep(0.1)
        left &= ours() - held()
    if left:
        raise AssertionError(f"left in the kernel: {sorted(left)}")
