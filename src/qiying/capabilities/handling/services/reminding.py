"""Reminding of what runs out, each step of a validity once: licences, certificates of our own, authorities."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import models, transaction
from django.urls import reverse

from qiying.capabilities.handling.models import Licence, Reminder
from qiying.capabilities.handling.selectors import authorities_running
from qiying.capabilities.handling.services.agency import AgencyExtras
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.documents.models import Certificate
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import District

MOST = 500
"""Reminders written in one go; the next run takes the rest."""


class Due(NamedTuple):
    """Something that runs out, whose it is, and who else is told."""

    subject: str
    enterprise_id: int
    until: date
    template: str
    words: dict[str, str]
    url: str
    office: tuple[str, str] | None = None  # the party key of an office, and where it looks


def licences_remind(now: datetime) -> int:
    """Remind every enterprise of what runs out, once a step of each validity; return how many were told."""
    return sum(_licences(district.pk, now) for district in District.objects.all())


def authorities_remind(now: datetime) -> int:
    """Remind enterprise and centre that an authority runs out while the matter is not done; return how many."""
    return sum(_authorities(district.pk, now) for district in District.objects.all())


@transaction.atomic
def _licences(district_id: int, now: datetime) -> int:
    steps = _steps("licence.remind", district_id, now)
    due = _running_out(district_id, local_date(now), steps[-1]) if steps else []
    made = _remind(district_id, due, steps, now)
    if made:
        told_of = {
            "procedure": "licence_reminders",
            "district_id": district_id,
            "month": local_date(now).replace(day=1),
        }
        counted = {"unit_id": None, "case_id": -max(r.pk for r in made), "event_seq": 0}
        deltas_write([FigureDelta(**told_of, **counted, measure="told", value=len(made))])
    return len(made)


@transaction.atomic
def _authorities(district_id: int, now: datetime) -> int:
    steps = _steps("agency.remind", district_id, now)
    if not steps:
        return 0
    due = []
    for case in authorities_running(local_date(now), steps[-1]).filter(district_id=district_id):
        until = date.fromisoformat(AgencyExtras.of(case).until)
        words = {"title": case.title, "number": case.number}
        office = f"u:{case.lead_unit_id}", reverse("cases:case", args=[case.number])
        own = reverse("mine:case", args=[case.number])
        given = (f"agency:{case.pk}", case.enterprise_id or 0, until, "authority_expiring", words)
        due.append(Due(*given, own, office))
    return len(_remind(district_id, due, steps, now))


def _steps(name: str, district_id: int, now: datetime) -> list[int]:
    return sorted(int(d) for d in parameter(name, district_id=district_id, on=local_date(now)))


def _remind(district_id: int, due: list[Due], steps: list[int], now: datetime) -> list[Reminder]:
    """Tell of what was not told of at this step; so many at once."""
    today = local_date(now)
    known = Reminder.objects.filter(subject__in=[d.subject for d in due])
    told = set(known.values_list("subject", "valid_until", "days"))
    made: list[Reminder] = []
    specs: list[NoticeSpec] = []
    for one in due:
        step = next(s for s in steps if (one.until - today).days <= s)
        if (one.subject, one.until, step) in told or len(made) == MOST:
            continue
        made.append(
            Reminder(
                district_id=district_id, subject=one.subject, enterprise_id=one.enterprise_id,
                valid_until=one.until, days=step, told_at=now,
            )
        )  # fmt: skip
        specs += _specs(one, step)
    Reminder.objects.bulk_create(made)
    notices_queue(specs, district_id=district_id, at=now)
    return made


def _running_out(district_id: int, today: date, days: int) -> list[Due]:
    """Return what runs out within so many days: licences that were imported, and our own certificates."""
    within = (today, today + timedelta(days=days))
    alive = models.Q(district_id=district_id, valid_until__range=within)
    licences = Licence.objects.filter(alive, ended_on__isnull=True, is_quiet=False)
    found = [
        _licence(
            r.subject, r.enterprise_id, r.valid_until, name=r.name, number=r.number, how=r.how or r.issuer
        )
        for r in licences.filter(enterprise__status="active").order_by("valid_until", "pk")
    ]
    own = Certificate.objects.filter(
        alive, enterprise__status="active", revoked_at__isnull=True, replaced_by__isnull=True
    )
    return found + [
        _licence(f"certificate:{r.pk}", r.enterprise_id or 0, r.valid_until or today, name=r.title,
                 number=r.number, how=r.issuer)
        for r in own
    ]  # fmt: skip


def _licence(subject: str, enterprise_id: int, until: date, **words: str) -> Due:
    return Due(subject, enterprise_id, until, "licence_expiring", words, reverse("handling:my_licences"))


def _specs(one: Due, step: int) -> list[NoticeSpec]:
    context = {**one.words, "until": f"{one.until:%Y年%-m月%-d日}"}
    key = f"{one.subject}:{one.until:%Y%m%d}:{step}"
    parties = [(f"e:{one.enterprise_id}", one.url), *([one.office] if one.office else [])]
    return [
        NoticeSpec(one.template, party, one.subject, f"{key}:{party}", context, url) for party, url in parties
    ]
