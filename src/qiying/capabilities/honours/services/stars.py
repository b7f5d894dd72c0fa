"""Clean firms (清廉民企): a firm hands its evidence in, one checks it, another decides; every year anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from qiying.capabilities.honours.models import Star
from qiying.capabilities.honours.rules import stars_of, vetoes, year_later
from qiying.capabilities.honours.services.common import noted, told
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.documents.certificates import issue_certificate
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.models import Form, FormVersion
from qiying.kernel.forms.selectors import current_version
from qiying.kernel.forms.services import form_answer, form_publish, form_save
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.keeping import row_locked

State = Star.State
FORM, CERTIFICATE = "clean-firm", "clean_firm"


@cache
def _layout() -> dict[str, Any]:
    text = Path(__file__).parents[1].joinpath("data/clean.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def evidence_version(district_id: int, now: datetime) -> FormVersion:
    """Return the questionnaire of clean firms, made when first asked; the chamber changes it in the builder."""
    form = Form.objects.filter(district_id=district_id, code=FORM).first()
    version = current_version(form) if form is not None else None
    if version is not None:
        return version
    chambers = Membership.objects.filter(unit__district_id=district_id, role="chamber").select_related("unit")
    first = chambers.filter(in_force(local_date(now))).order_by("pk").first()
    if first is None:
        raise GuardFailed(["本区还没有人管清廉民企，请先给工商联的人开“工商联干事”"])
    maker = system_viewer("worker", district_id=district_id)
    form = form or form_save(actor=maker, unit=first.unit, code=FORM, layout=_layout(), at=now)
    return form_publish(actor=maker, form=form, at=now)


def star_subject(enterprise: Enterprise, year: int) -> str:
    """Return what the evidence of a firm's year belongs to."""
    return f"clean_firm:{enterprise.pk}-{year}"


@transaction.atomic
def star_hand_in(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    version: FormVersion,
    answers: Mapping[str, Any],
    key: str,
    now: datetime,
    session_key: str | None = None,
) -> Star:
    """Hand in a firm's evidence of this year; the same paper again is the same, another one is refused."""
    if enterprise.pk not in actor.enterprise_ids:
        raise NotPermitted("只有这家企业自己能交")
    year = local_date(now).year
    response = form_answer(
        version=version, subject=star_subject(enterprise, year), answers=answers, actor=actor, at=now, key=key,
        enterprise_id=enterprise.pk, session_key=session_key,
    )  # fmt: skip
    known = Star.objects.filter(enterprise=enterprise, year=year).first()
    if known is not None:
        if known.response_id == response.pk:
            return known
        raise ActionNotAvailable(f"{year} 年的已经交了，现在是“{known.get_state_display()}”")
    row = Star.objects.create(
        district_id=enterprise.district_id,
        made_by_id=actor.person_id,
        made_at=now,
        enterprise=enterprise,
        year=year,
        response_id=response.pk,
        claimed=response.points or 0,
    )
    noted(actor, "star_hand_in", row, now, points=str(row.claimed))
    return row


@transaction.atomic
def star_check(*, actor: Viewer, star: Star, taken_off: Decimal, findings: str, now: datetime) -> Star:
    """Check a firm's evidence: points without proof are taken off, with what was found."""
    require(actor, "honours.stars")
    row = row_locked(star, State.HANDED)
    if not 0 <= taken_off <= row.claimed:
        refuse({"taken_off": [f"核减在 0 到自评的 {row.claimed} 之间"]})
    row.taken_off, row.findings, row.checked_by_id, row.state = (
        taken_off,
        findings,
        actor.person_id,
        State.CHECKED,
    )
    row.save()
    noted(actor, "star_check", row, now, taken_off=str(taken_off))
    return row


@transaction.atomic
def star_decide(*, actor: Viewer, star: Star, reason: str, now: datetime) -> Star:
    """Decide what somebody else checked: the points say the stars, a veto says none; a year later it is done anew."""
    require(actor, "honours.stars")
    row = row_locked(star, State.CHECKED)
    if row.checked_by_id == actor.person_id:
        raise NotPermitted("自己核对的要由别人来定星")
    facts = {name: fact.value for name, fact in known_facts(row.enterprise).items()}
    barred = vetoes(facts)
    row.stars = 0 if barred else stars_of(row.claimed - row.taken_off)
    row.decided_on = local_date(now)
    if not row.stars:
        row.state = State.REFUSED
        row.reason = f"一票否决：{'、'.join(barred)}" if barred else reason or "得分不到三星"
        row.save()
        noted(actor, "star_refuse", row, now, reason=row.reason)
        told(
            row.enterprise,
            row.subject,
            f"清廉民企没评上：{row.reason}",
            "/growth/",
            now,
            once=f"star:{row.pk}",
        )
        return row
    row.state, row.valid_to = State.CONFIRMED, year_later(row.decided_on) - timedelta(days=1)
    paper = issue_certificate(
        CERTIFICATE,
        holder=row.enterprise.name,
        enterprise=row.enterprise,
        fields={
            "年度": str(row.year),
            "星级": f"{'三四五'[row.stars - 3]}星",
            "得分": str(row.claimed - row.taken_off),
        },
        by=actor,
        now=now,
        valid_until=row.valid_to,
    )
    row.certificate_id = paper.pk
    row.save()
    noted(actor, "star_confirm", row, now, stars=row.stars)
    what = f"评为{row.stars}星清廉民企，{row.valid_to} 前复评"
    told(row.enterprise, row.subject, what, "/growth/", now, once=f"star:{row.pk}")
    return row


def reexamined(row: Star, today: date) -> bool:
    """Tell whether a firm handed in again after this examination."""
    return Star.objects.filter(enterprise_id=row.enterprise_id, year__gt=row.year).exclude(pk=row.pk).exists()


def stars_tick(now: datetime) -> str:
    """Let stars lapse whose year is over, and ask firms whose year ends soon to hand in again."""
    today, lapsed = local_date(now), 0
    for row in Star.objects.filter(state=State.CONFIRMED, valid_to__lt=today).select_related("enterprise")[
        :200
    ]:
        with transaction.atomic():
            row.state = State.LAPSED
            row.save(update_fields=["state"])
            noted(system_viewer("worker", district_id=row.district_id), "star_lapse", row, now)
        lapsed += 1
    for row in Star.objects.filter(state=State.CONFIRMED, valid_to__gte=today).select_related("enterprise"):
        days = int(parameter("honours.star_remind_days", district_id=row.district_id, on=today))
        if row.valid_to and row.valid_to <= today + timedelta(days=days) and not reexamined(row, today):
            with transaction.atomic():
                what = f"{row.stars}星清廉民企到期，请复评"
                told(
                    row.enterprise,
                    row.subject,
                    what,
                    "/growth/",
                    now,
                    once=f"star_ends:{row.pk}",
                    day=row.valid_to,
                )
    return f"lapsed {lapsed}" if lapsed else ""
