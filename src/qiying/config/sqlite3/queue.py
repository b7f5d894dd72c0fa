"""One writer at a time, in turn.

SQLite lets a waiting writer sleep longer and longer (up to 100 ms) while newcomers walk past it: with three
processes that write back to back the unlucky one waits for seconds. Here a thread first takes its process's lock,
then the file lock of the installation, which it asks for every millisecond; so the wait is that of a queue.
"""

import fcntl
import os
import threading
from pathlib import Path
from time import monotonic, sleep

POLL_SECONDS = 0.001
_process_locks: dict[str, threading.Lock] = {}


class WriterQueue:
    """The place of one connection in the queue of its database file."""

    def __init__(self, path: str, patience: float) -> None:
        self.path = path
        self.patience = patience  # seconds; past it SQLite's own busy timeout decides
        self.process_lock = _process_locks.setdefault(path, threading.Lock())
        self.file: int | None = None
        self.has_process_lock = False

    def enter(self) -> None:
        """Wait for the turn, at most `patience` seconds; entering twice is entering once."""
        if self.has_process_lock:
            return
        limit = monotonic() + self.patience
        if not self.process_lock.acquire(timeout=self.patience):
            return
        self.has_process_lock = True
        self.file = os.open(f"{self.path}-writers", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if monotonic() > limit:
                    return
                sleep(POLL_SECONDS)
            else:
                return

    def leave(self) -> None:
        """Let the next one in; leaving twice is leaving once. A process that dies leaves by itself."""
        if self.file is not None:
            os.close(self.file)
            self.file = None
        if self.has_process_lock:
            self.has_process_lock = False
            self.process_lock.release()


def queue_for(name: object, patience: float) -> WriterQueue | None:
    """Return the queue of a database file, or None for a database in memory."""
    path = str(name)
    if not path or ":memory:" in path or path.startswith("file:"):
        return None
    return WriterQueue(str(Path(path).absolute()), patience)
