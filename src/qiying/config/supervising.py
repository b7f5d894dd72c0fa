"""Keeping child processes alive: a crashed one is started again, a stop reaches all of them."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic, sleep
from types import FrameType

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LONGEST_PAUSE = 30.0
STOP_SECONDS = 30.0
MUST_NOT_START = 78  # EX_CONFIG: a child that ends so is not started again, its parent ends as well
QUIET_SECONDS = 60.0  # alive this long: the next crash is a new story, started again at once


class ConfigurationRefused(Exception):
    """A child said why this installation must not start; trying again would not help."""


WEB_WORKERS = 2
"""Web processes where the environment names no number."""
PARENT = "QIYING_SUPERVISOR"
DOOR = "QIYING_DOOR"
"""The environment's name for what a child reads until it may open: the number of a pipe's reading end."""


def end_with_parent() -> None:
    """Let the kernel end this process when the one that started it ends, even by a kill that it cannot see.

    Called by the children of `qiying serve`; does nothing elsewhere, nor where there is no prctl (not Linux).
    """
    parent = os.environ.get(PARENT)
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if str(os.getppid()) != parent:  # it ended before this line
        sys.exit(0)


def wait_at_the_door() -> None:
    """Return once the parent has shut the writing end; at once where nobody has to wait."""
    if door := os.environ.get(DOOR):
        try:
            os.read(int(door), 1)
        except KeyboardInterrupt:  # Ctrl-C reaches all who wait
            sys.exit(128 + signal.SIGINT)


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    door: int | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        """Start in our own process group, so that whoever ends the group leaves no orphan."""
        env = {**os.environ, PARENT: str(os.getpid())}
        passed = () if self.door is None else (self.door,)
        if passed:
            env[DOOR] = str(self.door)
        self.process = subprocess.Popen(list(self.command), env=env, pass_fds=passed)
        self.started = monotonic()
        log.info("%s started as process %d", self.name, self.process.pid)

    def look(self) -> None:
        """Start the process when it is due; after a crash, wait a little longer each time."""
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return
            if code == MUST_NOT_START:
                raise ConfigurationRefused
            lived = monotonic() - self.started
            self.crashes = 1 if lived > QUIET_SECONDS else self.crashes + 1
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.crashes - 1))
            log.error("%s ended with code %d, starting it again in %.1f s", self.name, code, pause)
            self.process, self.start_at = None, monotonic() + pause
        if monotonic() >= self.start_at:
            self.start()


class Supervisor:
    """Runs children until a signal asks to stop."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self.is_stopping = False

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask to stop; a signal handler."""
        self.is_stopping = True

    def run(self) -> int:
        """Keep the children alive until a stop is asked for; return the exit code when all have ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        try:
            while not self.is_stopping:
                for child in self.children:
                    child.look()
                sleep(0.2)
        except ConfigurationRefused:
            self.is_stopping = True
            return MUST_NOT_START
        finally:
            self.end()
        return 0

    def end(self) -> None:
        """End every child that runs, by force when it takes too long."""
        running = [(c.name, c.process) for c in self.children if c.process is not None]
        for _, process in running:
            if process.poll() is None:
                process.terminate()
        limit = monotonic() + STOP_SECONDS
        for name, process in running:
            try:
                process.wait(max(0.1, limit - monotonic()))
            except subprocess.TimeoutExpired:
                log.error("%s did not stop within %d s, killing it", name, STOP_SECONDS)
                process.kill()
                process.wait()
