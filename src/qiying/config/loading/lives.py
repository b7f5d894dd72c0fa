"""The lives a loaded case can have, as capabilities tell them: who does what on which workday after the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from qiying.config.capabilities import stories
from qiying.config.loading.ground import People
from qiying.kernel.cases.world import Copied, Matter, at_hour
from qiying.statutes.workdays import Calendar, nth_workday

OPENS = time(8, 45, 13)  # seconds that no clock of the rules uses


@dataclass(frozen=True)
class Step:
    """One act on a case: so many workdays after the first, so many minutes after the office opens."""

    who: str
    action: str
    day: int
    minute: int
    data: Any

    def given(self, people: People, matter: Matter) -> Any:
        """Return the act's data for these people and this matter."""
        known = {"lead": people.lead.unit_id, "co": people.co.unit_id, **matter.known}
        return _filled(self.data, known)


@dataclass(frozen=True)
class Life:
    """A script with its share among the lives it is drawn with; the first act makes the case."""

    of: Copied
    code: str
    share: int
    channel: str
    by: str
    steps: tuple[Step, ...]

    @property
    def days(self) -> int:
        return max((step.day for step in self.steps), default=0)

    def instants(self, first: date, calendar: Calendar) -> tuple[datetime, ...]:
        """Return when each act happens, the first one first, before any copy's own seconds are added."""
        moments = [(0, 0), *((s.day, s.minute) for s in self.steps)]
        return tuple(
            at_hour(nth_workday(first, day, calendar) if day else first, OPENS) + timedelta(minutes=minute)
            for day, minute in moments
        )


def lives(kind: str) -> Sequence[Life]:
    """Return the lives of a kind (`finished`, `open`) of every capability that tells some."""
    found = [story.copied() for story in stories() if hasattr(story, "copied")]
    return [_life(of, code, told) for of in found for code, told in of.lives[kind].items()]


def _life(of: Copied, code: str, told: dict[str, Any]) -> Life:
    steps = tuple(Step(*step) for step in told["steps"])
    return Life(of, code, told["share"], told["channel"], told.get("by", "clerk"), steps)


def _filled(data: Any, known: dict[str, Any]) -> Any:
    if isinstance(data, dict):
        return {name: _filled(value, known) for name, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, known) for value in data]
    return known[data[1:]] if isinstance(data, str) and data.startswith("$") else data
