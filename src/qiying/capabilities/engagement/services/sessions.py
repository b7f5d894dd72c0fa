"""Writes of sessions: planning with theme and leader, problems beforehand, outcomes, the rota and the groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.engagement.models import LeadingSeat, ServiceGroup, Session, SessionOutcome
from qiying.capabilities.engagement.selectors.sessions import KINDS, Proposal, sessions_to_collect_for, turns
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.services.editing import item_add
from qiying.kernel.gatherings.services.people import attendee_add
from qiying.kernel.gatherings.services.planning import figures_of, figures_write, gathering_save, note
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

OUTCOME = ("kind", "title", "number", "policy_code", "issued_on", "firms", "item")
SOURCES = {"officer": "点·驻企服务员", "association": "线·商会协会", "committee": "面·“两新”工委"}


@transaction.atomic
def session_plan(
    *,
    actor: Viewer,
    kind: str,
    head: Mapping[str, Any],
    now: datetime,
    proposal: Proposal | None = None,
    leader: LeadingSeat | None = None,
    group: ServiceGroup | None = None,
    banks: Sequence[Unit] = (),
    firms: Sequence[Enterprise] = (),
) -> Gathering:
    """Plan a session: theme with its evidence, convening leader, departments of a group, banks, who is concerned.

    The pool's cases behind the theme stand on the list from the beginning, as the cases they are.
    """
    if kind not in KINDS:
        raise GuardFailed(["没有这种会"], {"kind": ["没有这种会"]})
    one = gathering_save(actor=actor, kind=kind_of(kind), values=head, now=now)
    turn = next((t for t in turns(one.district_id, one.on) if leader and t.candidate.key == leader.pk), None)
    evidence = {}
    if proposal is not None:
        numbers = [c.number for c in proposal.cases]
        evidence = {"words": proposal.words, "cases": numbers, "as_of": local_date(now).isoformat()}
    Session.objects.create(
        gathering=one, leader=leader, leader_note=turn.words if turn else "", group=group, evidence=evidence,
        ground=proposal.ground if proposal else Session.Ground.OWN, category=proposal.category if proposal else "",
    )  # fmt: skip
    add: Any = {"gathering": one, "actor": actor, "now": now}
    if leader is not None:
        attendee_add(**add, role="leader", person=leader.person, title=leader.title)
    for unit in group.units.filter(is_active=True) if group else ():
        attendee_add(**add, role="unit", unit=unit)
    for bank in banks:
        attendee_add(**add, role="bank", unit=bank)
    for firm in firms:
        attendee_add(**add, role="firm", enterprise=firm)
    for case in proposal.cases if proposal else ():
        shown = None if case.hide_asker else case.enterprise
        item_add(
            gathering=one,
            now=now,
            text=case.title,
            case=case,
            enterprise=shown,
            unit=case.lead_unit,
            source="问题池",
        )
    told = {
        "theme": one.title,
        "ground": proposal.words if proposal else "自己定的",
        "leader": str(leader or ""),
    }
    note(actor, "session_plan", one, now, **told, note=turn.words if turn else "")
    return one


@transaction.atomic
def problem_collect(
    *,
    gathering: Gathering,
    actor: Viewer,
    source: str,
    text: str,
    now: datetime,
    enterprise: Enterprise | None = None,
) -> Item:
    """Hand in a problem before a session for an enterprise; raise `GuardFailed` beside its fields."""
    fetch_or_404(sessions_to_collect_for(actor, local_date(now)), pk=gathering.pk)
    fields: dict[str, list[str]] = {}
    if source not in SOURCES:
        fields["source"] = ["请选从哪里来"]
    if len(text.strip()) < 5:
        fields["text"] = ["至少写 5 个字"]
    refuse(fields)
    item = item_add(
        gathering=gathering, now=now, text=text.strip()[:2000], enterprise=enterprise, source=SOURCES[source]
    )
    note(actor, "session_collect", gathering, now, item=item.no, source=SOURCES[source])
    return item


@transaction.atomic
def outcome_note(*, gathering: Gathering, actor: Viewer, now: datetime, **values: Any) -> SessionOutcome:
    """Note a policy or measure that came out of a session, and count it in the month it was issued."""
    require(actor, "engagement.sessions")
    if values["issued_on"] < gathering.on:
        raise GuardFailed(["出台不会早于开会"], {"issued_on": ["出台不会早于开会"]})
    made = SessionOutcome(gathering=gathering, noted_by_id=actor.person_id, noted_at=now)
    row_filled(made, values, *OUTCOME).save()
    figures_write(gathering, {"policies": 1, "firms_served": made.firms or 0}, made.issued_on)
    told = {"kind": made.get_kind_display(), "title": made.title, "firms": made.firms or 0}
    note(actor, "session_outcome", gathering, now, **told)
    return made


def closed_count(payload: Mapping[str, Any], now: datetime) -> None:
    """Count once that a case raised at a session was written off; told again, it counts nothing."""
    with transaction.atomic():
        rows = Item.objects.select_for_update(of=("self",)).filter(case__number=payload["case"])
        item = (
            rows.filter(gathering__kind__in=KINDS, joined_into__isnull=True)
            .select_related("gathering", "case")
            .first()
        )
        if item is None:
            return
        if not figures_of(item.gathering).filter(event_seq=item.no, measure="closed").exists():
            closed_on = item.case.closed_on if item.case is not None else None
            figures_write(item.gathering, {"closed": 1}, closed_on or local_date(now), seq=item.no)
        Item.objects.filter(pk=item.pk, done_at__isnull=True).update(done_at=now)


# --- the rota and the groups -------------------------------------------------------------------
@transaction.atomic
def seat_save(
    *, actor: Viewer, seat: LeadingSeat | None, values: Mapping[str, Any], now: datetime
) -> LeadingSeat:
    """Put somebody on the rota, or change or end his seat."""
    require(actor, "engagement.sessions")
    found = seat or LeadingSeat(district_id=actor.district_id or 0)
    row_filled(found, values, "group", "title", "valid_from", "valid_to", *(() if seat else ("person",)))
    fields = row_faults(found, unique="")
    same = LeadingSeat.objects.filter(person_id=found.person_id, valid_to__isnull=True)
    if not found.person_id:
        fields["person"] = ["请选一位领导"]
    elif seat is None and same.exists():
        fields["person"] = ["已经在轮值表上"]
    refuse(fields)
    found.save()
    told = {"group": found.get_group_display(), "person": found.person.name}
    told["valid_to"] = str(found.valid_to or "")
    _record(actor, "leading_seat_save", f"leading_seat:{found.pk}", told, now)
    return found


@transaction.atomic
def group_save(
    *, actor: Viewer, group: ServiceGroup | None, values: Mapping[str, Any], now: datetime
) -> ServiceGroup:
    """Make a service group, or change which departments and categories it holds."""
    require(actor, "engagement.sessions")
    if actor.district_id is None:
        raise NotPermitted("您的账号还没有归属区县")
    found = group or ServiceGroup(district_id=actor.district_id)
    row_filled(found, values, "name", "categories", "is_active")
    refuse(row_faults(found))
    found.save()
    found.units.set(Unit.objects.filter(pk__in=values["units"], district_id=actor.district_id))
    told = {"name": found.name, "units": "、".join(u.label for u in found.units.all())}
    _record(actor, "service_group_save", f"service_group:{found.pk}", told, now)
    return found


def _record(actor: Viewer, action: str, subject: str, data: dict[str, Any], now: datetime) -> None:
    record_act(actor=actor, action=action, subject=subject, data=data, at=now)
