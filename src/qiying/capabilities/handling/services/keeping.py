"""Writing partner regions and licences, and reminding of what runs out, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.urls import reverse

from qiying.capabilities.handling.models import Licence, Partner, Reminder
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.documents.models import Certificate
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

MOST = 500
"""Reminders written in one go; the next run takes the rest."""


def _noted(actor: Viewer, action: str, row: Any, now: datetime, **data: Any) -> None:
    told = {key: str(value) for key, value in data.items()}
    record_act(
        actor=actor, action=action, subject=row.subject, data=told, at=now, district_id=row.district_id
    )


@transaction.atomic
def partner_save(*, actor: Viewer, row: Partner | None, values: Mapping[str, Any], now: datetime) -> Partner:
    """Write a partner region, new or changed; each county stands once."""
    require(actor, "service_centre.matters")
    saved = row or Partner(district_id=actor.district_id or 0, valid_from=local_date(now))
    row_filled(saved, values, "province", "county", "desk", "contact", "phone", "valid_from")
    fields = row_faults(saved, unique="")
    same = Partner.objects.filter(district_id=saved.district_id, valid_to__isnull=True, county=saved.county)
    if same.filter(province=saved.province).exclude(pk=saved.pk).exists():
        fields["county"] = ["已经有了，改原来那一行"]
    refuse(fields)
    saved.save()
    _noted(actor, "partner_save", saved, now, name=saved)
    return saved


@transaction.atomic
def partner_end(*, actor: Viewer, row: Partner, on: date, reason: str, now: datetime) -> None:
    """End a partnership; what runs goes on to its end."""
    require(actor, "service_centre.matters")
    if row.valid_to is not None:
        raise ActionNotAvailable("已经停用了。")
    row.valid_to, row.ended_reason = max(on, row.valid_from), reason
    row.save(update_fields=["valid_to", "ended_reason"])
    _noted(actor, "partner_end", row, now, on=on, reason=reason)


@transaction.atomic
def licence_save(*, actor: Viewer, row: Licence | None, values: Mapping[str, Any], now: datetime) -> Licence:
    """Write a licence; a new day of validity is reminded of anew."""
    require(actor, "service_centre.licences")
    saved = row or Licence(district_id=actor.district_id or 0)
    row_filled(saved, values, "enterprise", "name", "number", "issuer", "valid_until", "how")
    refuse(row_faults(saved, unique="number"))
    saved.ended_on = None
    saved.save()
    told = {"name": saved.name, "number": saved.number, "valid_until": saved.valid_until}
    _noted(actor, "licence_save", saved, now, **told)
    return saved


@transaction.atomic
def licence_end(*, actor: Viewer, row: Licence, now: datetime) -> None:
    """Take a licence out: it was given up or recorded by mistake; nobody is reminded of it."""
    require(actor, "service_centre.licences")
    row.ended_on = local_date(now)
    row.save(update_fields=["ended_on"])
    _noted(actor, "licence_end", row, now, number=row.number)


@transaction.atomic
def licence_quiet(*, actor: Viewer, row: Licence, is_quiet: bool, now: datetime) -> None:
    """Let an enterprise say that it wants no more reminders of a licence, or wants them again."""
    if row.enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("只有这家企业的专员能定。")
    if row.is_quiet != is_quiet:
        row.is_quiet = is_quiet
        row.save(update_fields=["is_quiet"])
        _noted(actor, "licence_quiet", row, now, is_quiet=is_quiet)


# --- reminding -----------------------------------------------------------------------------------


def licences_remind(now: datetime) -> int:
    """Remind every enterprise of what runs out, once a step of each validity; return how many were told."""
    return sum(_remind(district.pk, now) for district in District.objects.all())


@transaction.atomic
def _remind(district_id: int, now: datetime) -> int:
    today = local_date(now)
    steps = sorted(int(d) for d in parameter("licence.remind", district_id=district_id, on=today))
    if not steps:
        return 0
    due = _running_out(district_id, today, steps[-1])
    told = set(
        Reminder.objects.filter(subject__in=[d[0] for d in due]).values_list("subject", "valid_until", "days")
    )
    made: list[Reminder] = []
    specs = []
    for subject, enterprise_id, until, words in due:
        step = next(s for s in steps if (until - today).days <= s)
        if (subject, until, step) in told or len(made) == MOST:
            continue
        made.append(
            Reminder(
                district_id=district_id, subject=subject, enterprise_id=enterprise_id, valid_until=until, days=step,
                told_at=now,
            )
        )  # fmt: skip
        specs.append(_spec(subject, enterprise_id, until, step, words))
    Reminder.objects.bulk_create(made)
    notices_queue(specs, district_id=district_id, at=now)
    if made:
        told_of = {
            "procedure": "licence_reminders",
            "district_id": district_id,
            "month": today.replace(day=1),
        }
        counted = {"unit_id": None, "case_id": -max(r.pk for r in made), "event_seq": 0}
        deltas_write([FigureDelta(**told_of, **counted, measure="told", value=len(made))])
    return len(made)


def _running_out(district_id: int, today: date, days: int) -> list[tuple[str, int, date, dict[str, str]]]:
    """Return what runs out within so many days: licences that were imported, and our own certificates."""
    within = (today, today + timedelta(days=days))
    alive = models.Q(district_id=district_id, valid_until__range=within)
    licences = Licence.objects.filter(alive, ended_on__isnull=True, is_quiet=False)
    found = [
        (
            r.subject,
            r.enterprise_id,
            r.valid_until,
            {"name": r.name, "number": r.number, "how": r.how or r.issuer},
        )
        for r in licences.filter(enterprise__status="active").order_by("valid_until", "pk")
    ]
    own = Certificate.objects.filter(
        alive, enterprise__status="active", revoked_at__isnull=True, replaced_by__isnull=True
    )
    return found + [
        (
            f"certificate:{r.pk}",
            r.enterprise_id or 0,
            r.valid_until or today,
            {"name": r.title, "number": r.number, "how": r.issuer},
        )
        for r in own
    ]


def _spec(subject: str, enterprise_id: int, until: date, step: int, words: Mapping[str, str]) -> NoticeSpec:
    context = {**words, "until": f"{until:%Y年%m月%d日}"}
    key = f"{subject}:{until:%Y%m%d}:{step}"
    return NoticeSpec(
        "licence_expiring", f"e:{enterprise_id}", subject, key, context, reverse("handling:my_licences")
    )
