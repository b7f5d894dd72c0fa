"""A case that ends otherwise than by being handled: whoever asked takes it back, or an office annuls it."""

from __future__ import annotations

from typing import Any

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Approval
from qiying.kernel.cases.standard.asking import Request, decision, request
from qiying.kernel.cases.vocabulary import Action, Asked, Effect

ANNULMENT = Asked("void", "作废")
"""To be named among a procedure's approvals: a case is annulled by two people."""


class Withdraw(ActionInput):
    reason: str = entry("为什么撤回", widget="textarea", min_length=4, max_length=500)


def withdraw(
    states: tuple[str, ...],
    to: str,
    also: Effect | None = None,
    *,
    by: tuple[str, ...] = ("asker",),
    counts: str = "withdrawn",
    **rest: Any,
) -> Action:
    """Return the act by which whoever asked takes the matter back: clocks end, and everybody who works on it is told.

    Args:
        also: what else ends with it.
        counts: the measure it is counted under.
    """

    def effect(act: Act) -> None:
        act.end_clocks()
        act.set(outcome="withdrawn")
        act.set_extras(withdrawn_because=act.data.reason or None)
        act.count(counts)
        act.emit("case_withdrawn")
        who = act.procedure.party(act.acting_party).label
        for key in _working(act):
            act.notify("withdrawn", key, who=who, reason=act.data.reason)
        if also is not None:
            also(act)

    given = {
        "input": Withdraw,
        "guards": (asks_alone,),
        "sentence": "撤回：{reason}",
        "is_minor": True,
        **rest,
    }
    return Action("withdraw", "撤回", states, by, effect, (to,), notices=("withdrawn",), icon="undo", **given)


def _working(act: Act) -> list[str]:
    """Return who has work with a case or is another side of it: units with a part, whose turn it is, other parties."""
    busy = {f"u:{a.unit_id}" for a in act.assignments if a.state not in {"returned", "ended"}}
    outside = act.procedure.outside - {act.acting_party}
    others = {act.state.turn, *outside} - {act.acting_party}
    keys = [p.key for p in act.parties if p.key in busy or (p.role in others and p.key[0] in "uep")]
    return list(dict.fromkeys(keys))


def asks_alone(context: CaseContext) -> str | None:
    """What several asked is not taken back by one of them."""
    asked = {p.key for p in context.parties if p.key.startswith("i:")}
    return f"有 {len(asked)} 份来件说的是这同一件事，一家撤回不了，请找受理台" if len(asked) > 1 else None


def annul(
    states: tuple[str, ...],
    to: str,
    also: Effect | None = None,
    *,
    asked_by: tuple[str, ...],
    decided_by: tuple[str, ...],
    counts: str = "voided",
) -> tuple[Action, ...]:
    """Return the acts by which an office annuls a case opened by mistake: one asks, a second person decides.

    Programs undo what they opened at once. Nothing is deleted.
    """

    def void(act: Act, reason: str) -> None:
        act.set(outcome="voided")
        act.set_extras(voided_because=reason)
        act.count(counts)
        act.emit("case_voided")
        if also is not None:
            also(act)

    def approved(act: Act, approval: Approval) -> None:
        void(act, approval.reason)

    def by_program(act: Act) -> None:
        void(act, act.data.reason)

    folded: dict[str, Any] = {"is_minor": True, "icon": "trash"}
    return (
        request(ANNULMENT, states, asked_by, **folded),
        decision(ANNULMENT, states, decided_by, approved, to, icon="trash"),
        Action(
            "void", "作废", states, ("import",), by_program, (to,), Request, sentence="作废：{reason}", **folded
        ),
    )  # fmt: skip
