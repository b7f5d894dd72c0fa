"""The one background process: a list of small tasks, each with its own rhythm, each able to fail alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import close_old_connections

from qiying.kernel.cases.models import WorkerBeat

log = logging.getLogger(__name__)
BEAT_EVERY = timedelta(seconds=20)


@dataclass
class Task:
    """Something to do again and again; `run` returns how much it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    next_at: datetime | None = None
    beat_at: datetime | None = None
    failures: int = 0


@dataclass
class Worker:
    """The tasks of a process; `step` runs those that are due."""

    tasks: dict[str, Task] = field(default_factory=dict)

    def register(self, name: str, every_seconds: float, run: Callable[[datetime], object]) -> None:
        """Add a task; a second one of the same name replaces nothing and is ignored."""
        self.tasks.setdefault(name, Task(name, timedelta(seconds=every_seconds), run))

    def step(self, now: datetime) -> int:
        """Run what is due and return how many tasks ran."""
        due = [t for t in self.tasks.values() if t.next_at is None or t.next_at <= now]
        for task in due:
            self._run(task, now)
        return len(due)

    def _run(self, task: Task, now: datetime) -> None:
        note = ""
        try:
            note = str(task.run(now) or "")
            task.failures = 0
        except Exception as error:  # the next task must still run
            task.failures += 1
            note = f"{type(error).__name__}: {error}"[:300]
            log.exception("task %s failed", task.name)
        pause = task.every * min(2**task.failures, 60) if task.failures else task.every
        task.next_at = now + pause
        if task.failures or task.beat_at is None or now - task.beat_at >= BEAT_EVERY:
            task.beat_at = now
            self._beat(task, now, note)

    def _beat(self, task: Task, now: datetime, note: str) -> None:
        try:
            WorkerBeat.objects.update_or_create(
                name=task.name,
                defaults={
                    "ran_at": now,
                    "next_at": task.next_at,
                    "note": note[:300],
                    "failures": task.failures,
                },
            )
        except Exception:  # a locked database must not end the worker
            log.exception("heartbeat of %s", task.name)
        finally:
            close_old_connections()


WORKER = Worker()
