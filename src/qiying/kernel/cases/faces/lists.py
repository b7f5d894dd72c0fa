"""Lists of cases: filters from the address, ids in order (at most 1,000 counted), rows ready to show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.faces.clocks import row_status
from qiying.kernel.cases.faces.names import category_label, label
from qiying.kernel.cases.faces.tabs import open_parts
from qiying.kernel.cases.models import Case, CaseParty
from qiying.kernel.cases.reading_lists import cases_cover, text_condition
from qiying.kernel.cases.selectors import COUNT_CAP, own_parts, parts_of
from qiying.kernel.cases.vocabulary import PROCEDURES, Procedure
from qiying.kernel.organisations.selectors import unit_names
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole
from qiying.ui.humanize import day_words

PAGE = 25
WIDE = 2000
"""More parts than this, and a list is read along the index of cases instead of from the viewer's parts."""
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
SORTS = ("due", "-due", "received", "-received", "moved", "-moved")
_COLUMNS = {"received": "case__received_at", "moved": "case__last_event_at"}


SHOWN = (
    *(f.name for f in Case._meta.concrete_fields if f.name not in {"params", "extras"}),
    *("enterprise__name", "enterprise__short_name", "lead_unit__name", "lead_unit__short_name"),
    *("handler__name", "channel__name"),
)
"""What a row reads: of those a case names their names only."""


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; unreadable parts are dropped."""

    q: str = ""
    state: str = ""
    level: str = ""
    category: str = ""
    unit: int | None = None
    channel: str = ""
    kind: str = ""
    month: date | None = None
    sort: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any(
            (self.q, self.state, self.level, self.category, self.unit, self.channel, self.kind, self.month)
        )


NO_UNIT, NO_MONTH = -1, date.min
"""What nothing matches: a value that is no choice must not show everything."""


def wanted(given: Mapping[str, str], district_id: int | None) -> Wanted:
    """Read the filters of an address; a unit may be named as people name it."""
    text = {k: given.get(k, "").strip()[:60] for k in ("q", "state", "level", "category", "channel", "kind")}
    asked = given.get("month", "").strip()
    month = _MONTH.fullmatch(asked)
    sort = given.get("sort", "")
    return Wanted(
        **text,
        unit=_unit(given.get("unit", "").strip(), district_id),
        month=date(int(month[1]), int(month[2]), 1) if month else NO_MONTH if asked else None,
        sort=sort if sort in SORTS else "",
    )


def _unit(text: str, district_id: int | None) -> int | None:
    if not text:
        return None
    if (number := whole(text)) is not None:
        return number
    found = unit_names(district_id).find(text) if district_id is not None else None
    return NO_UNIT if found is None else found


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _condition(w: Wanted, prefix: str) -> Q:
    found = Q()
    plain = {"state": w.state, "level": w.level, "category": w.category, "kind": w.kind}
    for name, value in plain.items():
        if value:
            found &= Q(**{f"{prefix}{name}": value})
    if w.unit:
        found &= Q(**{f"{prefix}lead_unit_id": w.unit})
    if w.channel:
        found &= Q(**{f"{prefix}channel__code": w.channel})
    if w.month:
        found &= Q(**{f"{prefix}received_on__gte": w.month, f"{prefix}received_on__lt": _after(w.month)})
    return found


def worklist_ids(viewer: Viewer, w: Wanted, condition: Q) -> QuerySet[CaseParty, tuple[int, date | None]]:
    """Return (case, own due day) of the viewer's open parts, by due day, not asked yet."""
    parts = open_parts(viewer).filter(
        condition & _condition(w, "case__") & text_condition(viewer, w.q, "case__")
    )
    field = w.sort.removeprefix("-") or "due"
    # Plus nothing, or SQLite walks all parts the office ever had in the order of cases.
    rows = parts.order_by().values(one=F("case_id") + 0).annotate(due=Min("due_by"))
    key = "due"
    if field in _COLUMNS:
        rows, key = rows.annotate(key=Min(_COLUMNS[field])), "key"
    down = w.sort.startswith("-")
    order = F(key).desc(nulls_last=True) if down else F(key).asc(nulls_last=True)
    return rows.order_by(order, "one").values_list("one", "due")


def next_due(viewer: Viewer, condition: Q) -> QuerySet[CaseParty, tuple[int, date | None]]:
    """Return (case, own due day) of open parts by due day, not asked yet; a case stands there for each of its parts.

    Not grouped by case, or the database would read every open part before it gives the first.
    """
    rows = open_parts(viewer).filter(condition)
    return rows.order_by(F("due_by").asc(nulls_last=True), "case_id").values_list("case_id", "due_by")


def archive_ids(viewer: Viewer, w: Wanted) -> list[tuple[int, date | None]]:
    """Return (case, due day) of everything the viewer sees as an office, newest first; two queries."""
    parts = parts_of(viewer).exclude(role__in=PROCEDURES.codes_of("enterprise", "person"))
    rows = Case.objects.filter(_condition(w, "") & text_condition(viewer, w.q))
    if viewer.district_id is not None:
        rows = rows.filter(district_id=viewer.district_id)
    is_wide = parts.order_by()[: WIDE + 1].count() > WIDE
    own = parts.filter(case=OuterRef("pk"))
    # Asked row by row in the list's order until the page is full: PostgreSQL would join all an `Exists` may mean.
    seen: QuerySet[Case] = (
        rows.alias(own=Subquery(own.order_by().values("pk")[:1])).filter(own__isnull=False)
        if is_wide
        else rows.filter(pk__in=parts.order_by().values("case_id"))
    )
    field = {"due": "due_by", "moved": "last_event_at"}.get(w.sort.removeprefix("-"), "received_at")
    down = w.sort.startswith("-") or not w.sort
    last = {"nulls_last": True} if field == "due_by" else {}  # a case may have no due day
    order = F(field).desc(**last) if down else F(field).asc(**last)
    return list(seen.order_by(order, "-id").values_list("pk", "due_by")[: COUNT_CAP + 1])


@dataclass(frozen=True)
class RowFace:
    """One case in a list."""

    id: int
    number: str
    url: str
    title: str
    enterprise: str
    status: str
    words: str
    due: str
    due_by: date | None
    state: str
    unit: str
    handler: str
    channel: str
    level: str
    category: str
    role: str
    received_on: date
    closed_on: date | None
    answered_on: date | None
    is_open: bool


def row_faces(
    viewer: Viewer, ids: Sequence[tuple[int, date | None]], now: datetime, today: date
) -> list[RowFace]:
    """Return the rows in the order of `ids`; two queries for any number of rows."""
    due = dict(ids)
    cases = Case.objects.filter(pk__in=due).select_related("enterprise", "lead_unit", "handler", "channel")
    found = {c.pk: c for c in cases.only(*SHOWN)}
    parts = own_parts(viewer, due)
    cases_cover(viewer, list(found.values()), parts)
    roles: dict[int, set[str]] = {}
    for case_id, _, role in parts:
        roles.setdefault(case_id, set()).add(role)
    return [_row(found[i], due[i], roles.get(i, set()), today) for i, _ in ids if i in found]


def _machine(case: Case) -> Procedure:
    return PROCEDURES.get(case.procedure, case.version)


def _row(case: Case, due_by: date | None, roles: set[str], today: date) -> RowFace:
    machine = _machine(case)
    own_due = due_by or case.due_by
    status, words = row_status(case, own_due, today, calendar_for(case.district_id), machine.outcomes)
    first = next((r for r in ("lead", "co", "official", "task_force") if r in roles), "")
    return RowFace(
        id=case.pk,
        number=case.number,
        url=reverse("cases:case", args=[case.number]),
        title=case.title,
        enterprise=case.asker_label,
        status=status,
        words=words,
        due=day_words(own_due, today) if case.is_open else "",
        due_by=own_due,
        state=machine.state(case.state).label,
        unit=case.lead_unit.label if case.lead_unit else "",
        handler=case.handler.name if case.handler else "",
        channel=case.channel.name if case.channel else "",
        level=label(case.procedure, "level", case.level) if case.level else "",
        category=category_label(case.district_id, case.category, case.procedure),
        role={"lead": "主办", "co": "协办", "official": "领衔", "task_force": "专班"}.get(first, ""),
        received_on=case.received_on,
        closed_on=case.closed_on,
        answered_on=case.answered_on,
        is_open=case.is_open,
    )
