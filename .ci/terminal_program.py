"""The program in its own terminal, as a job of a shell that keeps running after it."""

import fcntl, os, pty, select, signal, struct, subprocess, sys, tempfile, termios, time

from terminal_emulator import *

BINARY = os.path.realpath(sys.argv[1])
WORK = tempfile.mkdtemp()
# Environment of the program: no configuration, locale or colour settings of the user who runs the test.
PLAIN = {
    "PATH": os.environ["PATH"], "HOME": WORK, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
    "SWIFT_BACKTRACE": "enable=no",  # after a fault the Swift runtime would ask what to do next
}


class Program:
    """The program in its own terminal, as a job of a shell that keeps running after it."""

    alive = []

    def __init__(self, *arguments, size=(120, 40), ignoring_hangup=False, encoding="utf-8", **environment):
        environment = {k: v for k, v in {**PLAIN, **environment}.items() if v is not None}
        self.term = environment["TERM"]
        if environment.get("COLORTERM") == "truecolor": self.term = "xterm-direct"
        self.screen = Screen(*size, encoding)
        self.master, slave = pty.openpty()
        self.resize(*size)
        self.before = termios.tcgetattr(self.master)
        self.news, news = os.pipe()
        self.text, self.status, self.is_stopped, self.pid = "", None, False, None
        self.shell = os.fork()
        if self.shell == 0:
            try: self.be_shell(slave, news, [BINARY, *arguments], environment, ignoring_hangup)
            finally: os._exit(127)
        os.close(slave), os.close(news)
        Program.alive.append(self)
        self.pump_until(lambda: self.pid, 5, "the program to start")

    def be_shell(self, slave, news, command, environment, ignoring_hangup):
        """Leads the session, runs the program in the foreground, and reports its pid, each stop and its exit status."""
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(slave, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            if not ignoring_hangup: signal.signal(signal.SIGHUP, signal.SIG_DFL)
            for number in range(3): os.dup2(slave, number)
            os.closerange(3, 64)
            os.chdir(WORK)
            os.execve(command[0], command, environment)
        for number in [0, 1, 2, self.master]: os.close(number)
        os.write(news, b"pid %d\n" % child)
        while True:
            _, status = os.waitpid(child, os.WUNTRACED)
            if os.WIFSTOPPED(status):
                os.write(news, b"stopped 0\n")
                continue
            os.write(news, b"status %d\n" % os.waitstatus_to_exitcode(status))
            # The kernel hangs up the terminal when the session leader exits, so stay until the test has ended.
            while os.getppid() != 1: time.sleep(0.05)
            os._exit(0)

    def pump(self, seconds, most=65536):
        """Reads available output, waiting at most `seconds`; returns whether there was any."""
        readable = [self.news] + ([self.master] if self.master is not None and most else [])
        readable, _, _ = select.select(readable, [], [], seconds)
        if self.news in readable:
            for line in os.read(self.news, 1000).decode().splitlines():
                word, number = line.split()
                if word == "pid": self.pid = int(number)
                elif word == "stopped": self.is_stopped = True
                else: self.status = int(number)
            if self.status is not None: self.read_rest()
        elif self.master in readable:
            try: self.screen.feed(os.read(self.master, most))
            except OSError: pass
        return bool(readable)

    def read_rest(self):
        """Returns the last part of the output."""
        while self.master is not None and select.select([self.master], [], [], 0.05)[0]:
            try: data = os.read(self.master, 65536)
            except OSError: break
            self.screen.feed(data)

    def pump_until(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or (self.status is not None and not self.pump(0) and not condition()):
                over = "" if self.status is None else f" (it has ended with {self.status})"
                raise Failed(f"expected within {seconds} s: {what}{over}")
            if self.status is None: self.pump(0.05)

    def expect(self, pattern, seconds=8):
        self.pump_until(lambda: re.search(pattern, str(self.screen)), seconds, f"on screen: {pattern}")

    def refuse(self, pattern, seconds=4):
        self.pump_until(lambda: not re.search(pattern, str(self.screen)), seconds, f"no longer on screen: {pattern}")

    def settle(self, seconds=0.15, most=3):
        """Waits until the output pauses."""
        end = time.monotonic() + most
        while time.monotonic() < end and self.status is None and self.pump(seconds): pass

    def rest(self, seconds):
        """Reads output for a duration."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self.status is None: self.pump(left)

    def type(self, keys):
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def press(self, key, pattern=None):
        """Types a key and waits until the screen has changed and has a match of the pattern."""
        self.settle()
        before = str(self.screen)
        self.type(key)
        self.pump_until(lambda: str(self.screen) != before, 4, f"key {key!r} to change the screen")
        if pattern: self.expect(pattern)

    def resize(self, width, height):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.screen.resize(width, height)

    def end(self, status, seconds=3, left=True):
        """Checks that the program ends with a status and restores the terminal."""
        self.pump_until(lambda: self.status is not None, seconds, f"the end, with status {status}")
        if self.status != status: raise Failed(f"ended with {self.status}, not {status}")
        if left: self.check_left()

    def check_left(self):
        # The end of the output may arrive after the news that the program has stopped.
        self.settle(0.3)
        self.screen.check_left()
        if termios.tcgetattr(self.master) != self.before:
            raise Failed(f"the terminal's modes are {termios.tcgetattr(self.master)}, not {self.before}")

    def check_bytes(self):
        """Checks that every written sequence is in the terminal's terminfo entry."""
        foreign = self.screen.shapes - shapes_in_terminfo(self.term)
        if foreign: raise Failed(f"not in the description of {self.term}: {sorted(foreign)}")
        if self.screen.controls: raise Failed(f"control characters were written: {sorted(self.screen.controls)}")

    def vanish(self):
        os.close(self.master)
        self.master = None

    def dispose(self):
        for pid in (self.pid, self.shell):
            try: os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, TypeError): pass
        os.waitpid(self.shell, 0)
        if self.master is not None: self.vanish()
        os.close(self.news)
