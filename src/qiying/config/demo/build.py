"""Building the demo: the district, then what its capabilities tell of the year that ends now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from qiying.config.capabilities import stories
from qiying.config.demo.apart import can_tell_apart, tell_apart
from qiying.config.demo.district import district_make
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import World, at_hour
from qiying.kernel.organisations.models import District, Person
from qiying.kernel.organisations.passwords import DEMO_PASSWORD

YEAR = timedelta(days=370)


class NotEmpty(Exception):
    """The database already holds data; demo data is never mixed with it."""


def ground_make(*, start: datetime, now: datetime, firms: int) -> World:
    """Make the district with what capabilities give a new one; nothing has happened in it yet."""
    with transaction.atomic():
        world = district_make(start=start, now=now, firms=firms)
        for story in stories():
            getattr(story, "prepare", lambda world: None)(world)
        # One hash for all: a quarter of a second each, and everybody is told the password anyway.
        shown = Person.objects.filter(district=world.district, login__in=world.shown)
        shown.update(password=make_password(DEMO_PASSWORD))
    return world


def _first_morning(now: datetime) -> datetime:
    """Return when the district begins: nine o'clock of a day between Monday and Friday."""
    first = local_date(now - YEAR)
    return at_hour(first - timedelta(days=max(0, first.weekday() - 4)), time(9))


def demo_build(
    *, now: datetime, cases: int = 400, firms: int = 300, say: Callable[[str], None] = lambda _: None
) -> World:
    """Make the demo district with a year of `cases` requests and more; raise `NotEmpty` on a database in use."""
    if District.objects.exists() or Case.objects.exists():
        raise NotEmpty
    say("正在建单位、人员和企业 …")
    world = ground_make(start=_first_morning(now), now=now, firms=firms)
    world.say, world.size = say, cases
    alone = [s.tell for s in stories() if getattr(s, "APART", False) and can_tell_apart()]
    under_way = tell_apart(alone, world) if alone else None
    for tell in (s.tell for s in stories()):
        if tell not in alone:
            tell(world)
    if under_way is not None:
        under_way.join(world)
    return world
