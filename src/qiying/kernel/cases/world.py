"""The demo district as stories see it: who is there, and what happens when.

A capability's `demo` tells its part of a year by the services everybody uses (`docs/kits/demo.md`).
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.http import Http404

from qiying.kernel.audit.clock import SHANGHAI, local_date, local_time
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.ticking import clocks_next, clocks_tick
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.organisations.models import District, Person, Unit
from qiying.kernel.organisations.services import membership_start, person_create
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.registry import REGISTRY
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.statutes.workdays import Calendar, nth_workday

SEED = 20260418
SINCE = date(2020, 1, 1)
"""Since when everybody is in office."""
MORNING = time(8, 30)
"""When the office opens and the worker looks, before anybody acts, so that cards carry the day they fell due."""
Do = Callable[[datetime], object]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there


def told_in(file: Path) -> Any:
    """Return what a story's data file beside its code holds."""
    return yaml.load(file.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader either way


def at_hour(day: date, hour: time) -> datetime:
    """Return a moment of Shanghai in UTC."""
    return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)


@dataclass
class World:
    """Everybody of the demo district from `start` to `now`, by key: `units["desk"]`, `viewers["desk.desk"]`."""

    district: District
    start: datetime
    now: datetime
    draw: random.Random
    """The district's own; a story that shall not change when another is added takes `fresh_draw`."""
    say: Callable[[str], None] = lambda _: None
    units: dict[str, Unit] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)
    enterprises: list[Enterprise] = field(default_factory=list)
    clerks: dict[int, Person] = field(default_factory=dict)
    """By enterprise; the first is the demo account `enterprise`."""
    shown: list[str] = field(default_factory=list)
    """Logins of the cast: they get the demo password, the sign-in page and `make run` name them."""
    size: int = 400
    """How many cases the main story tells."""
    acts: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def is_small(self) -> bool:
        """Whether this is a test's year: a story may tell of each kind of thing once and leave the rest."""
        return self.size < 400

    @cached_property
    def maker(self) -> Viewer:
        """Return who sets the district up."""
        return system_viewer("import_service", district_id=self.district.pk)

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_for(self.district.pk)

    def fresh_draw(self) -> random.Random:
        return random.Random(SEED)  # noqa: S311 - invented lives

    def person(self, login: str, name: str, *, at: datetime, phone: str = "") -> Person:
        """Make somebody whom a visitor of the demo may sign in as."""
        return person_create(
            actor=self.maker,
            login=login,
            name=name,
            at=at,
            district_id=self.district.pk,
            is_demo=True,
            phone=phone,
        )

    def member(
        self, login: str, name: str, unit: str, role: str, *, at: datetime, title: str = "", phone: str = ""
    ) -> Person:
        """Make somebody of a unit; `viewers` has the first in a role, or in one that acts as it, as `unit.role`."""
        person = self.person(login, name, at=at, phone=phone)
        membership_start(
            actor=self.maker,
            person=person,
            unit=self.units[unit],
            role=role,
            valid_from=SINCE,
            at=at,
            title=title,
        )
        viewer = self.viewer_of(person)
        for code in (role, *REGISTRY.role(role).acts_as):
            self.viewers.setdefault(f"{unit}.{code}", viewer)
        return person

    def viewer_of(self, person: Person) -> Viewer:
        """Return somebody as he acts since the demo's start."""
        return viewer_for(person, local_date(self.start))

    def clerk(self, enterprise_id: int | None, at: datetime) -> Viewer | None:
        """Return who speaks for an enterprise, if anybody does."""
        person = self.clerks.get(enterprise_id or 0)
        return viewer_for(person, local_date(at)) if person else None

    def key_of(self, unit_id: int | None) -> str:
        """Return a unit's key, empty for one the demo did not make."""
        return next((key for key, unit in self.units.items() if unit.pk == unit_id), "")

    def workday(self, day: date) -> date:
        """Return the day, or the next one that is a workday."""
        return day if self.calendar.is_workday(day) else nth_workday(day, 1, self.calendar)

    def lately(self, days: int) -> datetime:
        """Return a moment so many days ago or, where the office was closed, on the workday before."""
        day = local_date(self.now - timedelta(days=days))
        while not self.calendar.is_workday(day):
            day -= timedelta(days=1)
        return at_hour(day, time(9 + days % 8, days * 13 % 60))

    def office_hours(self, moment: datetime) -> datetime:
        """Return a moment moved into office hours of a workday."""
        local = local_time(moment)
        day, hour = local.date(), local.time()
        if hour > time(17, 30):
            day, hour = day + timedelta(days=1), time(9, local.minute)
        elif hour < time(8, 30):
            hour = time(9, local.minute)
        return at_hour(self.workday(day), hour)

    def act(self, case: Case, action: str, who: Viewer, at: datetime, data: dict[str, Any]) -> Case:
        """Let somebody act on a case as it is now."""
        done = case_act(case=case, action=action, actor=who, data=data, now=at)
        self.acts += 1
        return done

    def fitting(self, do: Callable[..., object], *given: Any) -> None:
        """Do one thing; dates fall differently every day, and what does not fit this one is left out and told."""
        try:
            with transaction.atomic():
                do(*given)
        except (KernelError, Http404) as refused:
            self.refused.append(f"{getattr(getattr(do, 'func', do), '__qualname__', '')}: {refused}")


class Plan:
    """What happens, by time: the worker looks in the morning, then all do what is due and plan what follows."""

    def __init__(self, world: World, draw: random.Random) -> None:
        self.world, self.draw = world, draw
        self._order = count()
        self._due: list[tuple[datetime, int, Do]] = []
        self._quiet_before: datetime | None = None
        """No clock is to be looked at earlier; None where something happened since it was asked."""

    def put(self, moment: datetime, do: Do) -> None:
        """Plan something for exactly this moment; what would be after the demo's now does not happen."""
        if moment <= self.world.now:
            heapq.heappush(self._due, (moment, next(self._order), do))

    def at(self, moment: datetime, do: Do) -> None:
        """Plan something for a moment, moved into office hours of a workday."""
        self.put(self.world.office_hours(moment), do)

    def after(self, since: datetime, workdays: int, do: Do) -> None:
        """Plan something so many workdays later, at another hour."""
        day = local_date(since)
        if workdays:
            day = nth_workday(day, workdays, self.world.calendar)
        moment = at_hour(day, time(self.draw.randint(9, 16), self.draw.randint(0, 59)))
        self.at(max(moment, since + timedelta(minutes=20)), do)

    def run(
        self,
        *,
        morning: Do | None = None,
        evening: Callable[[date], None] | None = None,
        words: Do | None = None,
        since: datetime | None = None,
    ) -> None:
        """Let everything happen, day by day since the world's start.

        Args:
            morning: what the worker does beside looking at clocks.
            evening: what is done when all others have gone.
            words: told at the beginning of each month.
        """
        day, last = local_date(since or self.world.start), local_date(self.world.now)
        while day <= last:
            if morning or evening or not self._is_quiet(day):
                # once a day is quick enough, and what waits for a commit is served each day
                with transaction.atomic():
                    self._day(day, morning, evening)
                self._quiet_before = None
            day += timedelta(days=1)
            if words is not None and day.day == 1 and day <= last:
                self.world.say(str(words(at_hour(day, MORNING))))

    def _is_quiet(self, day: date) -> bool:
        """Tell whether nothing happens on a day: nothing is planned, and no clock is due."""
        if self._due and local_date(self._due[0][0]) <= day:
            return False
        if self._quiet_before is None:
            self._quiet_before = clocks_next() or self.world.now
        return at_hour(day, MORNING) < self._quiet_before

    def _day(self, day: date, morning: Do | None, evening: Callable[[date], None] | None) -> None:
        at = at_hour(day, MORNING)
        if at <= self.world.now:
            if morning is not None and self.world.calendar.is_workday(day):
                morning(at)
            while clocks_tick(at, limit=200).count:
                pass
        while self._due and local_date(self._due[0][0]) <= day:
            moment, _, do = heapq.heappop(self._due)
            self.world.fitting(do, moment)
        if evening is not None:
            evening(day)


@dataclass(frozen=True)
class Matter:
    """What a copied case is about: texts it is said in, and what a step's data takes in the place of `$words`."""

    texts: Sequence[str]
    known: Mapping[str, Any]


@dataclass(frozen=True)
class Copied:
    """What a large load for measuring copies of a capability (`qiying bench_load`).

    Args:
        lives: under `finished` and `open`, by name: `share`, `channel`, `steps`, and `by` when no clerk opens the case.
        begin: makes the case as `request_submit` does.
        forget: drops what is kept about units.
    """

    lives: Mapping[str, Mapping[str, Any]]
    matters: Sequence[Matter]
    begin: Callable[..., Case]
    forget: Callable[[], None]
