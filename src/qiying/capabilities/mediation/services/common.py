"""What the acts of a mediation share: its row, who is told, agreements of both parties taken in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qiying.capabilities.mediation.models import Matter
from qiying.capabilities.mediation.selectors import matter_of
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.standard.agreeing import Agreeing
from qiying.kernel.cases.vocabulary import Effect
from qiying.kernel.organisations.models import Unit

NOTICE = "mediation_told"
BOTH = ("asker", "respondent")
STAFF = "handler+liaison+leader"
told = tells(NOTICE, STAFF)
"""Of the body who works on cases, no mediator who has no part in this one."""


class MediationExtras(Extras):
    """What belongs to a mediation alone, beside its row.

    `wanted` is which mediator each party named, `days` by how many a longer term was proposed.
    """

    wanted: dict[str, int] = {}
    days: int = 0
    confirms: bool = False
    referrer: int = 0


class Paper(Agreeing):
    note: str = entry("说明", default="", widget="textarea", max_length=300)
    documents: list[int] = entry("有签字的材料", widget="documents", min_length=1, max_length=10)


class Reason(ActionInput):
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=600, help="双方会看到")


def known(context: CaseContext) -> MediationExtras:
    return MediationExtras.of(context.case)


def row_in(context: CaseContext) -> Matter:
    """Return the row of a mediation's case."""
    found = matter_of(context.case)
    assert found is not None
    return found


def keep(act: Act, **values: Any) -> Matter:
    """Write fields of the row of an act's case and return it."""
    row = row_in(act)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def courts(act: CaseContext) -> list[int]:
    """Return the courts of the district that work with the system."""
    rows = Unit.objects.filter(district_id=act.case.district_id, kind="court", is_active=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


# --- both parties agree, one after the other -------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """Something both parties agree to: the state in which each has his turn, and what follows."""

    what: str
    states: tuple[str, str]
    then: Effect
    otherwise: Effect


def forgotten(act: Act, what: str) -> None:
    """Ask anew: what was said of an earlier version does not count."""
    for said in act.agreements:
        if said.what == what and said.is_current:
            act.change("agreement", said, is_current=False)


def begin(act: Act, pair: Pair) -> None:
    """Ask both, one after the other."""
    forgotten(act, pair.what)
    act.go(pair.states[0])


def said(act: Act, what: str, party: str, agrees: bool, note: str) -> None:
    """Record what a party says, for itself or on paper through the body."""
    key = next((p.key for p in act.parties if p.role == party and p.key[0] == "e"), "")
    by = {"given_by_id": act.viewer.person_id, "given_by_name": act.viewer.name, "given_at": act.now}
    told_ = {"what": what, "party": party, "key": key, "agrees": agrees, "note": note}
    act.new("agreement", is_current=True, given_on=act.today, **told_, **by)


def own_turn(context: CaseContext) -> str | None:
    """The parties say so one after the other."""
    turn = context.state.turn
    return None if turn in context.standings else f"先等{context.procedure.party(turn).label}说"


def says(pair: Pair) -> Effect:
    """Return the effect by which a party agrees or not, for itself or on paper through the body."""

    def effect(act: Act) -> None:
        said(act, pair.what, act.state.turn, bool(act.data.agrees), act.data.note)
        missing = act.not_agreed(pair.what, BOTH)
        if not act.data.agrees:
            pair.otherwise(act)
        elif missing:
            act.go(pair.states[BOTH.index(missing[0])])
        else:
            pair.then(act)

    return effect


def refused_by(act: Act) -> str:
    """Return who did not agree, in words, and why."""
    who = act.procedure.party(act.state.turn).label if act.state.turn in BOTH else "一方"
    return f"{who}不同意" + (f"：{act.data.note}" if getattr(act.data, "note", "") else "")
