"""What the triage screen and the entry form send, read once; what was typed is kept when it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.http import QueryDict

from qiying.kernel.audit.clock import SHANGHAI
from qiying.ui.given import day

TRIAGE = ("kind", "category", "level", "title", "is_sensitive", "hide_asker", "enterprise_id")
ASSIGN = ("unit_id", "co_unit_ids", "ask", "co_ask", "receipt")
BOXES = ("is_sensitive", "hide_asker")


@dataclass
class Typed:
    """Values as typed, with the reasons why they were refused, by field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    panel: str = ""

    def refuse(self, reasons: list[str], fields: Mapping[str, list[str]]) -> None:
        """Take the reasons of a refusal."""
        self.reasons = list(reasons)
        self.errors = {k: list(v) for k, v in fields.items()}

    @property
    def item_errors(self) -> list[str]:
        """Reasons of the field called items; a template that asks a dict for `items` gets its method."""
        return self.errors.get("items", [])

    @property
    def error_list(self) -> list[dict[str, str]]:
        """Return every reason once, with a link to its field where it has one."""
        found, told = [], set()
        for name, words in self.errors.items():
            for w in words:
                told.add(w)
                found.append({"text": w, "field_id": f"id_{name}"})
        return [{"text": r, "field_id": ""} for r in self.reasons if r not in told] + found


def triage_typed(post: QueryDict) -> Typed:
    """Return what the decision form sent."""
    values: dict[str, Any] = {n: post.get(n, "").strip() for n in (*TRIAGE, *ASSIGN)}
    values |= {n: post.get(n, "") in {"on", "true", "1"} for n in BOXES}
    values["co_unit_ids"] = [v for v in post.getlist("co_unit_ids") if v and v != values["unit_id"]]
    return Typed(values)


def triage_data(typed: Typed) -> dict[str, Any]:
    """Return the input of the act that accepts."""
    found = {n: typed.values[n] for n in TRIAGE}
    return {k: v for k, v in found.items() if v not in ("", None)}


def assign_data(typed: Typed) -> dict[str, Any]:
    """Return the input of the act that hands over."""
    found = {n: typed.values[n] for n in ASSIGN}
    return {k: v for k, v in found.items() if v not in ("", None, [])}


@dataclass
class EntryTyped(Typed):
    """The entry form: one intake with several items, each its own case."""

    items: list[str] = field(default_factory=lambda: [""])


ENTRY = (
    "channel", "kind", "enterprise_id", "enterprise_name", "contact_name", "contact_phone", "place",
    "source_id", "received_on", "received_time", "is_anonymous", "hide_asker",
)  # fmt: skip


def entry_typed(post: QueryDict) -> EntryTyped:
    """Return what the entry form sent; empty items at the end are dropped."""
    values: dict[str, Any] = {n: post.get(n, "").strip() for n in ENTRY}
    values |= {n: post.get(n, "") in {"on", "true", "1"} for n in ("is_anonymous", "hide_asker")}
    items = [v.strip() for v in post.getlist("items")]
    while len(items) > 1 and not items[-1]:
        items.pop()
    return EntryTyped(values, items=items or [""])


def received_at(typed: EntryTyped, now: datetime) -> datetime | None:
    """Return when it came, as typed; None when nothing readable was typed, which means now."""
    if not typed.values.get("received_on"):
        return None
    on = day(typed.values["received_on"])
    try:
        clock = time.fromisoformat(str(typed.values.get("received_time") or "09:00"))
    except ValueError:
        on = None
    if on is None:
        typed.errors["received_on"] = ["“收到日期”要写成日期，例如 2026-11-25"]
        return None
    local = datetime.combine(on, clock, SHANGHAI)
    if local > now:
        typed.errors["received_on"] = ["收到的时间不能在以后"]
    elif local.year < 2004:
        typed.errors["received_on"] = ["2004 年以前没有工作日历，请核对年份"]
    return local
