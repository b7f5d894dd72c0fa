"""The filters of a list: their choices, and the sentence that says what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from qiying.kernel.audit.keeping import Kept
from qiying.kernel.cases.faces.lists import NO_MONTH, NO_UNIT, Wanted
from qiying.kernel.cases.faces.names import field_labels
from qiying.kernel.cases.faces.registry import source
from qiying.kernel.cases.models import Channel
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.selectors import unit_choices


@Kept
def _district_words(district_id: int) -> dict[str, dict[str, str]]:
    """Return names of units and channels of a district."""
    channels = Channel.objects.filter(district_id=district_id).values_list("code", "name")
    return {"channel": dict(channels), "unit": {str(k): v for k, v in unit_choices(district_id)}}


def filter_choices(district_id: int, today: date) -> dict[str, dict[str, str]]:
    """Return the choices of every filter: value to label."""
    states: dict[str, str] = {}
    kinds: dict[str, str] = {}
    levels: dict[str, str] = {}
    for machine in PROCEDURES.all():
        states |= {s.code: s.label for s in machine.states}
        kinds |= dict(machine.kinds)
        levels |= field_labels(machine.code, "level")
    categories = source("categories")
    words = _district_words(district_id)
    return {
        "state": states,
        "level": levels,
        "kind": kinds,
        "category": dict(categories.labels(district_id)) if categories and categories.labels else {},
        "unit": words["unit"],
        "channel": words["channel"],
        "month": {m: f"{m[:4]}年{int(m[5:])}月" for m in _months(today)},
    }


def _months(today: date) -> list[str]:
    found = []
    year, month = today.year, today.month
    for _ in range(18):
        found.append(f"{year}-{month:02d}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


LONG = 20
"""More choices than this are typed into, not scrolled."""
LABELS = {
    "state": "状态",
    "level": "级别",
    "category": "类别",
    "unit": "主办单位",
    "channel": "渠道",
    "kind": "类型",
    "month": "收件月份",
}


def filter_fields(given: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return the fields of the filter form."""
    return [
        {
            "name": name,
            "label": words,
            "choices": list(choices[name].items()),
            "value": given.get(name, ""),
            "is_long": len(choices[name]) > LONG,
        }
        for name, words in LABELS.items()
        if choices.get(name)
    ]


def filter_parts(
    w: Wanted, given: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return the chosen filters as words, each with the address that takes it off again."""
    parts = []
    values = {
        "q": w.q,
        "state": w.state,
        "level": w.level,
        "category": w.category,
        "unit": given.get("unit", "") if w.unit == NO_UNIT else str(w.unit or ""),
        "channel": w.channel,
        "kind": w.kind,
        "month": given.get("month", "") if w.month == NO_MONTH else f"{w.month:%Y-%m}" if w.month else "",
    }
    for name, value in values.items():
        if not value:
            continue
        missing = f"{LABELS.get(name, '')}里没有“{value[:30]}”"
        words = f"“{value}”" if name == "q" else choices.get(name, {}).get(value, missing)
        rest = {k: v for k, v in given.items() if k not in {name, "page"} and v}
        parts.append({"text": words, "url": "?" + urlencode(rest)})
    return parts
