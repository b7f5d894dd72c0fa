"""One asks, a second person decides: what is asked for is an approval of a kind that the procedure names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Literal

from pydantic import ValidationInfo, create_model, field_validator

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Approval
from qiying.kernel.cases.vocabulary import Action, Asked, Effect, Guard
from qiying.kernel.documents.services import documents_open


class Decide(ActionInput):
    decision: Literal["approved", "refused"] = entry(
        "决定", choices={"approved": "同意", "refused": "不同意"}, widget="radio"
    )
    note: str = entry("意见", default="", widget="textarea", max_length=300, validate_default=True)

    @field_validator("note")
    @classmethod
    def _a_refusal_says_why(cls, note: str, info: ValidationInfo) -> str:
        if info.data.get("decision") == "refused" and len(note) < 4:
            raise ValueError(f"{cls.refusing()}要写明为什么，申请的人会看到（至少 4 个字）")
        return note

    @classmethod
    def refusing(cls) -> str:
        """Return what refusing is called here."""
        extra: Any = cls.model_fields["decision"].json_schema_extra
        return str(extra["choices"]["refused"])


def _deciding(asked: Asked) -> type[ActionInput]:
    """Return the input of a decision in the words of its kind."""
    choices = {"approved": asked.yes, "refused": asked.no}
    field = entry("决定", choices=choices, widget="radio")
    own: Any = {"decision": (Literal["approved", "refused"], field)}
    return create_model("Decide", __base__=Decide, **own)


class Request(ActionInput):
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=500)


Granted = Callable[[Act, Approval], None]
"""What follows when it was approved."""


def request(
    asked: Asked, states: tuple[str, ...], by: tuple[str, ...], effect: Effect | None = None, **rest: Any
) -> Action:
    """Return the act that asks for a decision; `effect` does more than asking with the input's reason."""
    label, does = f"申请{asked.label}", effect or asks(asked.kind)
    given = {"guards": (no_open_request,), "input": Request, "sentence": f"{label}：{{reason}}", **rest}
    return Action(f"ask_{asked.kind}", label, states, by, does, notices=("asked",), **given)


def decision(
    asked: Asked,
    states: tuple[str, ...],
    by: tuple[str, ...],
    then: Granted | None = None,
    to: str = "",
    back: str = "",
    *,
    notices: tuple[str, ...] = (),
    **rest: Any,
) -> Action:
    """Return the act by which a second person decides: approved, `then` follows and it goes `to`, else `back`."""
    code, label = f"decide_{asked.kind}", f"决定{asked.label}"

    def effect(act: Act) -> None:
        approval = decided(act, asked.kind)
        if approval is not None and then is not None:
            then(act, approval)
        target = to if approval is not None else back
        if target and target != act.case.state:
            act.go(target)

    given = {
        "input": _deciding(asked),
        "guards": (has_request(asked.kind), not_own_request(asked.kind)),
        "judges": True,
        "sentence": f"对{asked.label}：{{decision}}",
        "notices": ("decided", *notices),
        "is_conditional": True,
        "decides": asked.kind,
        **rest,
    }
    return Action(code, label, states, by, effect, tuple(filter(None, (to, back))), **given)


def recall(asked: Asked, label: str, states: tuple[str, ...], by: tuple[str, ...], to: str) -> Action:
    """Return the act by which whoever may ask takes a request back before it is decided."""

    def effect(act: Act) -> None:
        _decide(act, asked.kind, "recalled")

    guards = (has_request(asked.kind),)
    return Action(
        f"recall_{asked.kind}", label, states, by, effect, (to,), guards=guards, sentence=label, icon="undo"
    )


def ask(
    act: Act,
    kind: str,
    template: str = "asked",
    *,
    reason: str = "",
    days: int | None = None,
    deciders: Iterable[int] = (),
) -> Approval:
    """Ask for a decision and tell who decides on this kind: the units of its party, or the people named.

    An empty template tells nobody.
    """
    unit = act.acting_key
    approval = act.ask_approval(
        kind,
        reason or act.data.reason,
        basis=getattr(act.data, "basis", ""),
        days=days,
        asked_unit_id=int(unit[2:]) if unit.startswith("u:") else None,
    )
    asked = act.procedure.approval(kind)
    what = f"{asked.label} {asked.days_words(days)}".strip()
    words = {"who": act.viewer.name, "what": what, "reason": approval.reason}
    people = [f"p:{person}" for person in deciders]
    for key in people:
        act.party_add(key, asked.decided_by)
        act.notify(template, key, **words)
    if template and not people:
        act.tell(asked.decided_by, template, **words)
    return approval


def asks(kind: str) -> Effect:
    """Return the effect that asks for a decision with the input's reason and basis."""

    def effect(act: Act) -> None:
        ask(act, kind)

    return effect


def decided(act: Act, kind: str) -> Approval | None:
    """Record the decision, tell who asked and his unit, and return the approval if it was given."""
    approval = _decide(act, kind, act.data.decision, act.data.note)
    asked = act.procedure.approval(kind)
    words = {"what": asked.label, "decision": asked.decision_words(approval.decision), "note": act.data.note}
    unit, person = approval.asked_unit_id, approval.asked_by_id
    for key in [f"u:{unit}"] if unit else [f"p:{person}"] if person else []:
        act.notify("decided", key, **words)
    return approval if approval.decision == "approved" else None


def _decide(act: Act, kind: str, decision: str, note: str = "") -> Approval:
    """Settle the open request; people named to decide it take no part any longer."""
    approval = act.open_approval(kind)
    assert approval is not None
    act.decide_approval(approval, decision, note)
    for p in act.parties:
        if p.role == act.procedure.approval(kind).decided_by and p.key.startswith("p:"):
            act.party_end(p.key, p.role)
    return approval


def files_brought(context: CaseContext, action: str) -> list[int]:
    """Return the files that the last act of a kind brought."""
    last = context.case.events.filter(action=action).order_by("-seq").first()
    return list(json.loads(last.data)["input"].get("documents", [])) if last else []


def files_open(act: Act, action: str) -> None:
    """Show every party the files of the last act of a kind: until it was approved they were the offices' own."""
    documents_open(ids=files_brought(act, action), subject=f"case:{act.case.pk}")


def no_open_request(context: CaseContext) -> str | None:
    """One request at a time: it is decided before the next is asked."""
    asked = next((a for a in context.approvals if not a.decision), None)
    if asked is None:
        return None
    return f"已有一份申请在等{context.decider_of(asked.kind)}决定"


def has_request(*kinds: str) -> Guard:
    """Return a guard that asks for an undecided request of one of the kinds."""
    return lambda context: None if context.open_approval(*kinds) else "没有等您决定的申请"


def not_own_request(*kinds: str) -> Guard:
    """Return a guard by which nobody decides what he asked for himself."""

    def guard(context: CaseContext) -> str | None:
        asked = context.open_approval(*kinds)
        if asked and context.viewer.person_id is not None and asked.asked_by_id == context.viewer.person_id:
            return "自己提的申请要由别人来定"
        return None

    return guard
