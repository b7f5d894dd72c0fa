"""Choice sources every procedure may name; capabilities add theirs in `choice_sources.py`."""

from __future__ import annotations

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.cases.models import Intake
from qiying.kernel.enterprises.selectors import enterprises_found, enterprises_visible_to
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.roster import roster_on
from qiying.kernel.organisations.selectors import people_with_role, unit_choices
from qiying.kernel.permissions.registry import acting_as

FOUND = 12
HANDLING_ROLES = ("handler", "liaison", "leader")


def units(context: CaseContext) -> Choices:
    """Return the district's active units in tree order."""
    return unit_choices(context.case.district_id)


def case_units(context: CaseContext) -> Choices:
    """Return the units that take part in the case, the lead first."""
    ids = {a.unit_id: a.role for a in context.assignments if a.state not in {"returned", "ended"}}
    rows = {u.pk: u for u in Unit.objects.filter(pk__in=ids)}
    ordered = sorted(ids, key=lambda i: ids[i] != "lead")
    return [(i, f"{rows[i].name}（{'主办' if ids[i] == 'lead' else '协办'}）") for i in ordered if i in rows]


def handlers(context: CaseContext) -> Choices:
    """Return who can handle for the viewer's units that have a part in the case."""
    own = [a.unit_id for a in context.own_assignments]
    people = people_with_role(own, acting_as(HANDLING_ROLES), context.today)
    return list({m.person_id: (m.person_id, m.person.name) for m in people}.values())


def roster(context: CaseContext) -> Choices:
    """Return the 攻坚手 on the district's roster today."""
    rows = roster_on(context.case.district_id, context.today)
    return [(e.person_id, f"{e.person.name}（{e.unit.label}）") for e in rows]


def district_leaders(context: CaseContext) -> Choices:
    """Return the district's leaders."""
    ids = Unit.objects.filter(district_id=context.case.district_id).values_list("pk", flat=True)
    people = people_with_role(ids, ("district_leader",), context.today)
    return list({m.person_id: (m.person_id, f"{m.person.name} {m.title}".strip()) for m in people}.values())


def case_intakes(context: CaseContext) -> Choices:
    """Return the joined intakes by channel and day."""
    live = [r.intake_id for r in context.rows.of("intake").values() if r.until is None]
    rows = Intake.objects.filter(pk__in=live).select_related("channel").order_by("received_at")
    return [(i.pk, f"{i.channel.name} {i.received_on.month}月{i.received_on.day}日 {i.number}") for i in rows]


def supervisions(context: CaseContext) -> Choices:
    """Return what the viewer's units still have to acknowledge."""
    mine = context.viewer.unit_ids
    waiting = [s for s in context.supervisions if s.needs_ack and s.acked_at is None and s.unit_id in mine]
    return [
        (s.no, f"{s.get_kind_display()} {s.issued_on.month}月{s.issued_on.day}日：{s.text}") for s in waiting
    ]


def search_enterprises(context: CaseContext, text: str) -> Choices:
    """Return visible enterprises whose name or code was typed."""
    if len(text.strip()) < 2:
        return []
    rows = enterprises_found(enterprises_visible_to(context.viewer), text)
    found = rows.filter(district_id=context.case.district_id).order_by("name")[:FOUND]
    return [(e.pk, f"{e.name} {e.credit_code or ''}".strip()) for e in found]


choice_source("units", units, kind="unit")
choice_source("case_units", case_units, kind="unit")
choice_source("handlers", handlers, kind="person")
choice_source("roster", roster, kind="person")
choice_source("district_leaders", district_leaders, kind="person")
choice_source("case_intakes", case_intakes)
choice_source("supervisions", supervisions)
choice_source("enterprises", kind="enterprise", search=search_enterprises)
