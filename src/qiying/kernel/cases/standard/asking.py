"""One asks, a second person decides: what is asked for is an approval of a kind that the procedure names."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationInfo, field_validator

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Approval
from qiying.kernel.cases.vocabulary import ActionInput, Effect, Guard, entry


class Decide(ActionInput):
    decision: Literal["approved", "refused"] = entry(
        "决定", choices={"approved": "同意", "refused": "不同意"}, widget="radio"
    )
    note: str = entry("意见", default="", widget="textarea", max_length=300, validate_default=True)

    @field_validator("note")
    @classmethod
    def _a_refusal_says_why(cls, note: str, info: ValidationInfo) -> str:
        if info.data.get("decision") == "refused" and len(note) < 4:
            raise ValueError("不同意要写明为什么，申请的人会看到（至少 4 个字）")
        return note


def ask(
    act: Act, kind: str, template: str = "asked", *, reason: str = "", days: int | None = None
) -> Approval:
    """Ask for a decision and tell the units that decide on this kind; an empty template tells nobody."""
    approval = act.ask_approval(
        kind,
        reason or act.data.reason,
        basis=getattr(act.data, "basis", ""),
        workdays=days,
        asked_unit_id=act.lead.unit_id if act.lead else None,
    )
    if template:
        asked = act.procedure.approval(kind)
        words = {"who": act.viewer.name, "what": asked.label, "reason": approval.reason}
        act.tell(asked.decided_by, template, **words)
    return approval


def asks(kind: str, template: str = "asked") -> Effect:
    """Return the effect that asks for a decision with the input's reason and basis."""

    def effect(act: Act) -> None:
        ask(act, kind, template)

    return effect


def decided(act: Act, kind: str, template: str = "decided") -> Approval | None:
    """Record the decision, tell the lead, and return the approval if it was given."""
    approval = act.open_approval(kind)
    assert approval is not None
    act.decide_approval(approval, act.data.decision, act.data.note)
    if template:
        what = act.procedure.approval(kind).label
        act.tell("lead", template, what=what, decision=act.data.decision, note=act.data.note)
    return approval if act.data.decision == "approved" else None


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
