"""Themes over years: each act of oversight in its year, and what was brought about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.deliberations.models import Theme, ThemeResult, ThemeStep
from qiying.capabilities.deliberations.services.keeping import CHECKS, KEEP, noted
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values


def _theme(row: Theme, values: Values, now: datetime) -> Faults:
    if row.ended_on and row.ended_on < row.started_on:
        return {"ended_on": ["止不能早于起"]}
    return {}


CHECKS[Theme] = _theme


def _days(row: Theme, values: Values, now: datetime) -> None:
    if not row.started_on <= values["on"] <= min(row.ended_on or local_date(now), local_date(now)):
        refuse({"on": ["主题开始以后、今天以前的日子"]})


@transaction.atomic
def step_add(*, actor: Viewer, row: Theme, values: Values, now: datetime) -> ThemeStep:
    """Add what the congress did on a theme; the same on the same day is one step."""
    require(actor, KEEP)
    _days(row, values, now)
    told = {"kind": values["kind"], "next": values.get("next", "").strip()}
    about: dict[str, Any] = {"theme": row, "on": values["on"], "label": values["label"].strip()}
    made, is_new = ThemeStep.objects.get_or_create(**about, defaults=told)
    if is_new:
        noted(actor, row, f"{made.get_kind_display()}：{made.label}", now)
    return made


@transaction.atomic
def result_add(*, actor: Viewer, row: Theme, values: Values, now: datetime) -> ThemeResult:
    """Add what was brought about, with where it can be checked; recorded once."""
    require(actor, KEEP)
    _days(row, values, now)
    unit = Unit.objects.filter(pk=values.get("unit") or 0, district_id=row.district_id).first()
    told = {"number": values["number"], "counted_in": values["counted_in"].strip(), "unit": unit}
    told["evidence"] = values["evidence"].strip()
    about: dict[str, Any] = {"theme": row, "on": values["on"], "what": values["what"].strip()}
    made, is_new = ThemeResult.objects.get_or_create(**about, defaults=told)
    if is_new:
        noted(actor, row, f"结果：{made}", now)
    return made
