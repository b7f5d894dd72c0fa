"""Titles from grant to end: no step skipped, three years, told before the end, false data bars for three years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.cultivation.models import Plan, PlatformScore, Title
from qiying.capabilities.cultivation.rules.tiers import ladder
from qiying.capabilities.cultivation.services.common import noted, row_kept, told
from qiying.capabilities.cultivation.services.tiering import tiers_run
from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.enterprises.services.facts import NewFact, facts_record
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.registers.keeping import Faults, Values, row_locked

State = Title.State
RUNGS = (180, 90, 30)
"""Days before a title's end on which the firm is told."""
FIELDS = ("enterprise", "tier", "number", "document", "granted_on")


def step_fault(enterprise: Enterprise, tier: str, on: date) -> str:
    """Say why an enterprise may not go for a tier on a day; empty when it may.

    A title below has to be valid on that day (逐级申报), and nobody barred for false data may apply.
    """
    rows = Title.objects.filter(enterprise=enterprise)
    barred = rows.filter(barred_until__gte=on).order_by("-barred_until").first()
    if barred is not None:
        return f"因材料虚假撤销过称号，{barred.barred_until} 以前不得申报"
    below = ladder().tiers[tier].after
    if not below or any(t.holds(on) for t in rows.filter(tier__in=below)):
        return ""
    names = "或".join(ladder().tiers[code].label for code in below)
    last = rows.filter(tier__in=below, granted_on__lte=on).order_by("-valid_to").first()
    if last is not None and last.valid_to < on:
        return f"要先有有效的{names}称号，{last.get_tier_display()}的证 {last.valid_to} 到期了"
    return f"不能越级：要先有有效的{names}称号"


@transaction.atomic
def title_grant(*, actor: Viewer, values: Mapping[str, Any], now: datetime, looks: bool = True) -> Title:
    """Register a title as it was published; the enterprise carries it as a fact that policies and banks read.

    Args:
        looks: look at once how the firm stands now; else the night does, as for a whole list of titles.
    """
    require(actor, "cultivation.ladder")

    def check(row: Title, values: Values, now: datetime) -> Faults:
        if row.granted_on > local_date(now):
            return {"granted_on": ["认定日期不能在今天以后"]}
        if fault := step_fault(row.enterprise, row.tier, row.granted_on):
            return {"tier": [fault]}
        if Title.objects.filter(district_id=row.district_id, tier=row.tier, number=row.number).exists():
            return {"number": ["这个编号登记过了"]}
        held = Title.objects.filter(
            enterprise_id=row.enterprise_id, tier=row.tier, state__in=["valid", "doubted"]
        )
        if held.exists():
            return {"tier": ["这个称号还有效；复核通过请在那一条上登记"]}
        row.valid_to = ladder().until(row.tier, row.granted_on)
        if row.valid_to < local_date(now):
            row.state, row.ended_on = State.EXPIRED, row.valid_to
        return {}

    row = Title(valid_to=date.max)
    row_kept(actor=actor, row=row, values=values, names=FIELDS, now=now, check=check)
    if row.state == State.VALID:
        plans = Plan.objects.filter(enterprise_id=row.enterprise_id, tier=row.tier, state=Plan.State.OPEN)
        plans.update(state=Plan.State.REACHED, ended_on=row.granted_on)
        told(
            row.enterprise,
            row.subject,
            f"认定为{row.get_tier_display()}，有效到 {row.valid_to}",
            "/growth/",
            now,
            once=f"granted:{row.pk}",
        )
        _changed(row, now, looks=looks)
    return row


def _changed(row: Title, now: datetime, *, looks: bool = True) -> None:
    """Let the register carry what is valid now, and look at the firm's standing anew."""
    firm, on = row.enterprise, local_date(now)
    held = [t for t in Title.objects.filter(enterprise=firm) if t.holds(on)]
    steps = sorted(held, key=lambda t: ladder().tiers[t.tier].step)
    highest = steps[-1].get_tier_display() if steps else ""
    facts = [
        NewFact(ladder().tiers[row.tier].fact, "", "是" if any(t.tier == row.tier for t in held) else "否"),
        NewFact("specialised_level", "", highest or "无"),
    ]
    facts_record(
        actor=system_viewer("import_service", district_id=firm.district_id),
        enterprise=firm,
        facts=facts,
        source=FactSource.OFFICIAL,
        at=now,
        source_note=f"{row.document} {row.number}"[:128],
    )
    if looks:
        tiers_run(district_id=firm.district_id, at=now, enterprise_ids=[firm.pk])


@transaction.atomic
def title_recheck(*, actor: Viewer, title: Title, on: date, document: str, now: datetime) -> Title:
    """Register that a title was confirmed at its re-check: it lasts another term from the end of this one."""
    require(actor, "cultivation.ladder")
    row = row_locked(title, State.VALID)
    if on > local_date(now) or on <= row.granted_on:
        refuse({"on": ["复核日期要在认定以后、今天以前"]})
    if on < row.valid_to - timedelta(days=365):
        refuse({"on": ["到期前一年内才复核"]})
    if on > row.valid_to:
        refuse({"on": [f"证 {row.valid_to} 到期了，要重新申报"]})
    row.rechecked_on, row.document, row.reminded = on, document, 0
    row.valid_to = ladder().until(row.tier, row.valid_to + timedelta(days=1))
    row.save()
    noted(actor, "recheck", row, now, until=row.valid_to.isoformat())
    _changed(row, now)
    return row


@transaction.atomic
def title_doubt(*, actor: Viewer, title: Title, reason: str, is_false: bool, now: datetime) -> Title:
    """Propose to take a title away; somebody else decides."""
    require(actor, "cultivation.ladder")
    row = row_locked(title, State.VALID)
    row.state, row.reason, row.is_false, row.doubted_by_id = State.DOUBTED, reason, is_false, actor.person_id
    row.save()
    noted(actor, "doubt", row, now, reason=reason)
    return row


@transaction.atomic
def title_settle(*, actor: Viewer, title: Title, cancels: bool, now: datetime) -> Title:
    """Decide on a proposal: false data takes every title of the firm and bars it for three years."""
    require(actor, "cultivation.ladder")
    row = row_locked(title, State.DOUBTED)
    if row.doubted_by_id == actor.person_id:
        raise NotPermitted("自己提的撤销要由别人来定")
    today = local_date(now)
    if not cancels:
        row.state, row.reason, row.is_false, row.doubted_by = State.VALID, "", False, None
        row.save()
        noted(actor, "keep", row, now)
        return row
    taken = [row]
    if row.is_false:
        others = Title.objects.select_for_update().filter(enterprise_id=row.enterprise_id)
        taken += list(others.filter(state__in=[State.VALID, State.DOUBTED]).exclude(pk=row.pk))
    for one in taken:
        one.state, one.ended_on, one.reason, one.is_false = State.CANCELLED, today, row.reason, row.is_false
        one.barred_until = ladder().barred_until(today) if row.is_false else None
        one.save()
        noted(actor, "cancel", one, now, reason=row.reason)
        _changed(one, now)
    told(
        row.enterprise,
        row.subject,
        f"撤销{row.get_tier_display()}：{row.reason}",
        "/growth/",
        now,
        once=f"cancelled:{row.pk}",
    )
    return row


@transaction.atomic
def score_enter(
    *, actor: Viewer, values: Mapping[str, Any], now: datetime, looks: bool = True
) -> PlatformScore:
    """Store the platform's score with its proof; the same year again replaces what was entered by mistake."""

    def check(row: PlatformScore, values: Values, now: datetime) -> Faults:
        faults: Faults = {}
        if not 0 <= row.score <= 100:
            faults["score"] = ["平台得分在 0 到 100 之间"]
        if not 2024 <= row.year <= local_date(now).year:
            faults["year"] = ["平台从 2024 年起打分，不会是以后的年份"]
        return faults

    known = PlatformScore.objects.filter(
        enterprise_id=_key(values.get("enterprise")),
        year=values.get("year") or 0,
        district_id=actor.district_id or 0,
    ).first()
    row = row_kept(
        actor=actor,
        row=known or PlatformScore(),
        values=values,
        names=("enterprise", "year", "score", "proof"),
        now=now,
        check=check,
    )
    if looks:
        tiers_run(district_id=row.district_id, at=now, enterprise_ids=[row.enterprise_id])
    return row


def _key(given: Any) -> int:
    return int(getattr(given, "pk", given) or 0)


def titles_tick(now: datetime) -> str:
    """End what ran out and tell firms whose title ends soon; each rung once."""
    today, ended, reminded = local_date(now), 0, 0
    for row in Title.objects.filter(state=State.VALID, valid_to__lt=today).select_related("enterprise")[:200]:
        with transaction.atomic():
            row.state, row.ended_on = State.EXPIRED, row.valid_to
            row.save()
            noted(system_viewer("worker", district_id=row.district_id), "expire", row, now)
            what = f"{row.get_tier_display()}的证 {row.valid_to} 到期了，要重新申报"
            told(row.enterprise, row.subject, what, "/growth/", now, once=f"expired:{row.pk}:{row.valid_to}")
            _changed(row, now)
        ended += 1
    for rung in sorted(RUNGS):
        soon = Title.objects.filter(state=State.VALID, valid_to__lte=today + timedelta(days=rung))
        for row in soon.exclude(reminded__gt=0, reminded__lte=rung).select_related("enterprise")[:200]:
            with transaction.atomic():
                row.reminded = rung
                row.save(update_fields=["reminded"])
                what = f"{row.get_tier_display()}的证 {row.valid_to} 到期，请准备复核"
                told(
                    row.enterprise,
                    row.subject,
                    what,
                    "/growth/",
                    now,
                    once=f"ends:{row.pk}:{row.valid_to}:{rung}",
                    day=row.valid_to,
                )
            reminded += 1
    return f"ended {ended} reminded {reminded}" if ended or reminded else ""
