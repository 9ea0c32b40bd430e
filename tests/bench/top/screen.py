"""A program in a pseudo-terminal of 100x30 that is read as fast as it writes."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

TICK = os.sysconf("SC_CLK_TCK")


class Screen:
    def __init__(self, command):
        self.written, self.text = 0, b""
        self.began = time.monotonic()
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", LINES="30", COLUMNS="100")
            time.sleep(0.05)  # for the size to be set
            os.execvp(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))

    def read(self, seconds, until=None):
        """Reads for so long, or until a word was written; returns when it was, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    return None
                self.written += len(data)
                self.text = (self.text + data)[-65536:]
                if until and until in self.text:
                    return time.monotonic() - self.began - 0.05
        return None

    def cpu_s(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def rss_mb(self):
        for line in open(f"/proc/{self.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0

    def leave(self):
        os.kill(self.pid, signal.SIGTERM)
        self.read(20, b"\0never\0")
        os.waitpid(self.pid, 0)
        os.close(self.fd)
