"""A virtual machine with a kernel of choice, and a serial line on which it carries out commands."""
import base64
import os
import socket
import subprocess
import tempfile
from collections import namedtuple

BOOT_SECONDS = 150  # an emulated processor is slow, and so may be the machine that emulates it
# One thread for both CPUs: where they run at once, code that one CPU patches may trap on the other (QEMU 7.2).
QEMU = ["nice", "qemu-system-x86_64", "-accel", "tcg,thread=single", "-m", "1G", "-smp", "2", "-no-reboot", "-nodefaults",
        "-display", "none"]
# no_timer_check: an emulated timer that is late once, on a busy machine, is no reason to give up. noirqdebug: nor are the
# serial line's interrupts, which PREEMPT_RT serves in a thread: enough that come meanwhile, and it listens to them no more.
KERNEL_LINE = "console=ttyS0 quiet panic=-1 oops=panic no_timer_check noirqdebug"

Answer = namedtuple("Answer", "status out err")


class GuestFailed(Exception):
    """It did not boot, or does not answer any more."""


class Guest:
    def __init__(self, kernel, initramfs, console, cpu="max"):
        self.number = 0
        self.console = console
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            path = os.path.join(folder, "line")
            listener.bind(path)
            listener.listen(1)
            self.process = subprocess.Popen(
                [*QEMU, "-cpu", cpu, "-kernel", kernel, "-initrd", initramfs, "-append", KERNEL_LINE,
                 "-serial", f"file:{console}", "-chardev", f"socket,id=line,path={path}", "-serial", "chardev:line"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            listener.settimeout(20)
            try:
                self.line, _ = listener.accept()
            except OSError:
                self.process.kill()
                raise GuestFailed(f"qemu did not start: {self.process.stderr.read().decode()[:300]}") from None
        self.input = self.line.makefile("r", encoding="ascii", errors="replace")
        try:
            self._until("ready", BOOT_SECONDS)
        except GuestFailed:
            self.close()
            raise

    def _until(self, word, seconds):
        """The lines up to the one that begins with word, this one last."""
        lines = []
        self.line.settimeout(seconds)
        while True:
            try:
                line = self.input.readline()
            except TimeoutError:
                raise GuestFailed(f"no answer for {seconds} s: see {self.console}") from None
            if not line:
                raise GuestFailed(f"it stopped: see {self.console}")
            lines.append(line.strip())
            if line.startswith(word):
                return lines

    def run(self, command, seconds=150):
        """What the shell command returned and wrote."""
        self.number += 1
        self.line.sendall(f"{self.number} {base64.b64encode(command.encode()).decode()}\n".encode())
        status = int(self._until(f"begin {self.number} ", seconds)[-1].split()[2])
        out = base64.b64decode("".join(self._until("--", seconds)[:-1]))
        err = base64.b64decode("".join(self._until("end", seconds)[:-1]))
        return Answer(status, out.decode(errors="replace"), err.decode(errors="replace"))

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.line.close()
