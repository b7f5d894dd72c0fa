"""What waits for somebody in cases: his turn by the procedure, parts of co-units, decisions, cards to acknowledge.

Whose turn it is comes from the state, what he is to do from the actions that lead on from it: no list of roles by hand.
`waiting_for` and `declare_waiting` are the same for work outside cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.urls import reverse

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.faces.registry import waiting_exceptions
from qiying.kernel.cases.models import Answer, Approval, Assignment, Case, CaseIntake, CaseParty, Supervision
from qiying.kernel.cases.reading_lists import cases_cover
from qiying.kernel.cases.selectors import open_cases_of
from qiying.kernel.cases.vocabulary import NOBODY, PROCEDURES, Action, Procedure, State
from qiying.kernel.organisations.waiting import Item, Source, Waiting, declare_waiting, waiting_for
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.humanize import day_words

__all__ = ["Item", "Source", "Waiting", "declare_waiting", "waiting_for"]

RUNS = ~Q(case__clock_state="paused") | ~Q(due_by=F("case__due_by"))
"""The part's own deadline is not paused: the case's clock runs, or the part has one of its own."""
ANY = "*"
"""Stands for whoever is party himself: a person, an enterprise."""
CO = "co"
"""Units asked for a part act beside whose turn it is, until theirs is handed in."""


class Duty(NamedTuple):
    """Members with a role in a party's unit have to do an action while a case is in a state."""

    procedure: str
    state: str
    party: str
    role: str
    action: Action


def turn_parties(machine: Procedure, state: State) -> tuple[str, ...]:
    """Return the parties that may have to act in a state: whose turn it is, and units asked for a part."""
    if state.is_final or state.turn == NOBODY:
        return ()
    return tuple(dict.fromkeys((state.turn, *(p.code for p in machine.parties if p.code == CO))))


@cache
def duties(_size: int) -> tuple[Duty, ...]:
    """Return who has to do what in which state, for all registered procedures."""
    return tuple(
        duty for machine in PROCEDURES.all() for state in machine.states for duty in _of_state(machine, state)
    )


def all_duties() -> tuple[Duty, ...]:
    """Return the duties of every procedure there is now."""
    return duties(len(PROCEDURES.all()))


def _of_state(machine: Procedure, state: State) -> Iterator[Duty]:
    parties = turn_parties(machine, state)
    can = [a for a in machine.actions if state.code in a.states and a.is_offered and not a.is_minor]
    found = False
    for party in parties:
        own = [a for a in can if any(by.partition(":")[0] == party for by in a.by)]
        leading = [a for a in own if a.is_primary] or [a for a in own if a.to]
        for action in leading:
            for by in action.by:
                name, _, role = by.partition(":")
                if name == party:
                    found = True
                    yield Duty(machine.code, state.code, party, role or ANY, action)
    if parties and not found:  # somebody else brings the news, as the desk does of the city's platform
        for action in (a for a in can if a.to):
            for by in action.by:
                name, _, role = by.partition(":")
                if name != "asker" and role:
                    yield Duty(machine.code, state.code, name, role, action)


def held_keys(viewer: Viewer, role: str, party: str = "") -> frozenset[str]:
    """Return the party keys under which a viewer acts in a role; a party that is a person acts as himself."""
    if role == ANY:
        is_person = party in PROCEDURES.codes_of("person")
        return frozenset(key for key in viewer.keys if not is_person or key.startswith("p:"))
    return frozenset(f"u:{m.unit_id}" for m in viewer.memberships if m.role == role)


def turn_of(viewer: Viewer, chosen: Iterable[Duty]) -> Q | None:
    """Return the condition on parts in which one of the duties is the viewer's, None when none ever is."""
    groups: dict[frozenset[str], dict[str, dict[str, set[str]]]] = {}
    for duty in chosen:
        keys = held_keys(viewer, duty.role, duty.party)
        if keys:
            parts = groups.setdefault(keys, defaultdict(lambda: defaultdict(set)))
            parts[duty.party][duty.procedure].add(duty.state)
    wanted = Q()
    for (
        keys,
        parts,
    ) in groups.items():  # the same keys asked for once: every open part is compared with all of this
        mine = Q()
        for party, states in parts.items():
            mine |= _duties_as(viewer, party, states)
        wanted |= Q(key__in=sorted(keys)) & mine
    return wanted or None


def _duties_as(viewer: Viewer, party: str, states: Mapping[str, set[str]]) -> Q:
    """Return the condition on a part in one party role whose case stands in one of the states of its procedure."""
    cases = Q()
    for procedure, codes in states.items():
        cases |= Q(case__procedure=procedure, case__state__in=sorted(codes))
    mine = Q(role=party) & cases
    return mine & Q(Exists(_own_parts(viewer))) if party == CO else mine


def _as_himself(viewer: Viewer) -> frozenset[str]:
    """Return the key of an official who was named as a party himself."""
    return frozenset({f"p:{viewer.person_id}"} if viewer.memberships else ())


def _own_parts(viewer: Viewer) -> Any:
    waits = (Assignment.State.SENT, Assignment.State.TAKEN)
    rows = Assignment.objects.filter(case=OuterRef("case_id"), role=CO, state__in=waits)
    return rows.filter(unit_id__in=viewer.unit_ids)


# --- sources -----------------------------------------------------------------------


def office_turn(viewer: Viewer, today: date) -> Source | None:
    """Return the cases in which an act of the viewer's office leads on."""
    if not viewer.memberships:
        return None
    return _turn(viewer, today, _office_duties(), f"{reverse('cases:worklist')}?tab=turn")


def _office_duties() -> list[Duty]:
    """Return what offices have to do; what a second person decides is a pile of its own (`decisions`)."""
    return [d for d in all_duties() if d.role != ANY and not d.action.decides]


def office_waits(viewer: Viewer) -> Q | None:
    """Return the condition on his open parts that a home's pile, its tab and the bell count, None if none ever is."""
    return _waits(viewer, _office_duties())


def own_turn(viewer: Viewer, today: date) -> Source | None:
    """Return the cases that wait for the viewer as who asked; for an official, those he has as a person alone."""
    own = [d for d in all_duties() if d.role == ANY]
    if viewer.memberships and not viewer.enterprise_ids:
        people = PROCEDURES.codes_of("person")
        own = [d for d in own if d.party in people]
    found = _turn(viewer, today, own, f"{reverse('mine:cases')}?show=turn")
    return (
        replace(found, shown=found.shown.annotate(is_first=asked_first(viewer, "case_id")))
        if found and found.shown is not None
        else None
    )


def _turn(viewer: Viewer, today: date, chosen: list[Duty], url: str) -> Source | None:
    wanted = _waits(viewer, chosen)
    if wanted is None:
        return None
    labels = {
        (d.procedure, d.state, d.party): d.action.label
        for d in reversed(chosen)
        if held_keys(viewer, d.role, d.party)
    }
    rows = open_cases_of(viewer).filter(wanted)
    shown = rows.select_related("case__enterprise", "case__lead_unit")

    def item(part: CaseParty) -> Item:
        return part_item(part, labels.get((part.case.procedure, part.case.state, part.role), ""), today)

    return Source(
        rows, item, url, day="due_by", runs=RUNS, each="case_id", shown=shown, cover=partial(_cover, viewer)
    )


def _cover(viewer: Viewer, rows: list[Any]) -> None:
    """Take out what the viewer may not read; who asked a case first, or alone, reads all that a line says."""
    covered = [r.case for r in rows if not getattr(r, "is_first", False)]
    if covered:
        cases_cover(viewer, covered)


def _waits(viewer: Viewer, chosen: Iterable[Duty]) -> Q | None:
    """Return the condition on parts in which one of the duties waits, without what procedures take off."""
    wanted = turn_of(viewer, chosen)
    if wanted is not None:
        for exception in waiting_exceptions():
            wanted &= ~exception(viewer)
    return wanted


def asked_first(viewer: Viewer, case: str = "pk") -> Combinable:
    """Return the condition that nobody else asked a case before the viewer's side."""
    mine = Q(intake__person_id=viewer.person_id) | Q(intake__enterprise_id__in=viewer.enterprise_ids)
    primary = CaseIntake.objects.filter(case=OuterRef(case), until__isnull=True, is_primary=True)
    first: Combinable = ~Exists(primary.exclude(mine))
    return first


def own_waiting(viewer: Viewer) -> QuerySet[CaseParty]:
    """Return the parts in which something waits for the viewer as who asked."""
    wanted = _waits(viewer, [d for d in all_duties() if d.role == ANY])
    return open_cases_of(viewer).filter(wanted or Q(pk__in=()))


def part_item(part: CaseParty, words: str, today: date) -> Item:
    """Return a part of a case, covered for its reader, as one line."""
    case = part.case
    who = case.asker_label
    if part.role == "asker":
        who = case.lead_unit.label if case.lead_unit else ""
    stands = case.clock_state == "paused" and part.due_by == case.due_by
    day = None if stands else part.due_by
    code, told = (
        ("turn", words)
        if part.role == "asker"
        else ("paused", "期限停着")
        if stands
        else ("unknown", "没有期限")
    )
    if day is not None:
        found = open_status(day, today, calendar_for(case.district_id))
        code, told = found.code, found.words
    since = case.answered_on or local_date(case.last_event_at)
    return Item(case.title, case_url(case), who, words, day, since, code, told)


def case_url(case: Case) -> str:
    """Return a case's address; who asked is sent on to his own page."""
    return reverse("cases:case", args=[case.number])


def decisions(viewer: Viewer, today: date) -> Source | None:
    """Return what a second person decides, where the viewer may: not his own, not as judge of what he handles."""
    by_standing, by_judges = Q(), Q()
    for machine in PROCEDURES.all():
        for action in (a for a in machine.actions if a.decides and a.is_offered):
            parts = Q()
            for by in action.by:
                party, _, role = by.partition(":")
                if keys := held_keys(viewer, role) if role else _as_himself(viewer):
                    parts |= Q(Exists(_parts(keys, party)))
            if parts:
                here = Q(kind=action.decides, case__procedure=machine.code, case__state__in=action.states)
                if action.judges:
                    by_judges |= here & parts
                else:
                    by_standing |= here & parts
    if not by_standing and not by_judges:
        return None
    handles = Q(unit_id__in=viewer.unit_ids) | Q(handler_id=viewer.person_id)
    handled = Assignment.objects.filter(handles, case=OuterRef("case_id"))
    wrote = Answer.objects.filter(case=OuterRef("case_id"), given_by_id=viewer.person_id)
    if by_judges:
        by_judges &= ~Exists(handled) & ~Exists(wrote)
    rows = Approval.open().filter(by_standing | by_judges)
    if viewer.person_id is not None:
        rows = rows.exclude(asked_by_id=viewer.person_id)

    def item(a: Approval) -> Item:
        asked = PROCEDURES.get(a.case.procedure, a.case.version).approval(a.kind)
        words = f"{a.asked_by_name}申请{asked.label} {asked.days_words(a.days)}".strip() + f"：{a.reason}"
        day = a.case.due_by if a.case.clock_state == "running" else None
        return Item(
            a.case.title,
            case_url(a.case),
            "",
            words,
            day,
            local_date(a.asked_at),
            *_status(a.case, day, today),
        )

    url = f"{reverse('cases:worklist')}?tab=decide"
    return Source(
        rows,
        item,
        url,
        order=("asked_at", "pk"),
        each="case_id",
        shown=rows.select_related("case__enterprise"),
        cover=partial(_cover, viewer),
    )


def _status(case: Case, day: date | None, today: date) -> tuple[str, str]:
    if day is None:
        return "", ""
    found = open_status(day, today, calendar_for(case.district_id))
    return found.code, found.words


def _parts(keys: frozenset[str], party: str) -> Any:
    return CaseParty.objects.filter(
        case=OuterRef("case_id"), key__in=sorted(keys), role=party, until__isnull=True
    )


def _acknowledging(viewer: Viewer) -> dict[frozenset[str], dict[str, list[str]]]:
    """Return for which keys of the viewer, as which party, he acknowledges in which procedures: few conditions."""
    found: dict[frozenset[str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for machine in PROCEDURES.all():
        for by in machine.action("acknowledge").by if machine.has_action("acknowledge") else ():
            party, _, role = by.partition(":")
            if keys := held_keys(viewer, role) if role else frozenset():
                found[keys][party].append(machine.code)
    return found


def cards(viewer: Viewer, today: date) -> Source | None:
    """Return cards, letters and instructions addressed to the viewer or his units that nobody acknowledged."""
    addressed = Q(person_id=viewer.person_id) if viewer.person_id is not None else Q()
    named = {"key": Concat(Value("u:"), OuterRef("unit_id"), output_field=CharField())}
    for keys, parties in _acknowledging(viewer).items():
        part = Q()
        for party, procedures in parties.items():
            part |= Q(case__procedure__in=procedures) & Q(Exists(_parts(keys, party).filter(**named)))
        addressed |= Q(unit_id__in=sorted(int(key[2:]) for key in keys)) & part
    if not addressed:
        return None
    rows = Supervision.objects.filter(addressed, needs_ack=True, acked_at__isnull=True, case__is_open=True)
    later = Supervision.objects.filter(
        case=OuterRef("case_id"), unit=OuterRef("unit_id"), no__gt=OuterRef("no"), clock_no__isnull=False,
        needs_ack=True, acked_at__isnull=True,
    )  # fmt: skip
    rows = rows.filter(Q(clock_no__isnull=True) | ~Exists(later))  # one matter is answered once

    def item(s: Supervision) -> Item:
        words = f"{s.get_kind_display()}，{day_words(s.issued_on, today)}发：{s.text}"
        return Item(s.case.title, case_url(s.case), "", words, None, s.issued_on)

    return Source(rows.select_related("case"), item, order=("issued_at", "pk"), cover=partial(_cover, viewer))
