"""An answer that somebody of the unit sees before it goes out: handed in, then sent, or given back with words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Answer, Approval
from qiying.kernel.cases.services.countersigning import Countersign, candidates
from qiying.kernel.cases.standard.asking import ask, decision, files_brought, files_open, recall, request
from qiying.kernel.cases.vocabulary import RECUSED, Action, Asked, Fact, Guard, Party, State
from qiying.kernel.documents.models import Document
from qiying.kernel.organisations.models import Unit

APPROVER = Party("approver", "审签人", sees=("contact", "restricted"))
COUNTERSIGNATURE = Asked("answer", "答复审签", APPROVER.code, yes="同意发出", no="退回修改")
REVIEWING = State(
    "reviewing",
    "待审签",
    APPROVER.code,
    sentence="承办单位在办",
    by_side={"office": "答复写好了，等审签人看过再发出"},
)
"""To be named among a procedure's parties, approvals and states."""
COLUMNS = ("result", "quantity", "quantity_unit", "firms_benefited", "obstacle")


def countersigned(answer: Action, back: str, send: Callable[[Act, Answer], None]) -> tuple[Action, ...]:
    """Return an answering act with what stands before it where the unit wants that.

    Args:
        answer: what answers at once; its input has `text`.
        back: the state to which an answer goes back to be written anew.
        send: sends a draft that was approved.
    """
    roles = tuple(by.partition(":")[0] for by in answer.by)
    bound, free = _bound(roles), _free(roles)

    def submit(act: Act) -> None:
        said = {n: getattr(act.data, n) for n in COLUMNS if hasattr(act.data, n)}
        act.answer("draft", act.data.text, assignment_no=act.lead.no if act.lead else None, **said)
        text = act.data.text if len(act.data.text) <= 120 else f"{act.data.text[:119]}…"
        ask(act, COUNTERSIGNATURE.kind, reason=text, deciders=_approvers(act, roles))

    def approved(act: Act, approval: Approval) -> None:
        draft = last_draft(act)
        assert draft is not None
        send(act, draft)
        files_open(act, handing_in.code)

    def draft_in_view(context: CaseContext) -> list[Fact]:
        draft = last_draft(context)
        return _facts(context, answer, handing_in.code, draft) if draft else []

    handing_in = replace(
        request(
            COUNTERSIGNATURE, answer.states, answer.by, submit, input=answer.input,
            guards=(*answer.guards, _somebody_approves(roles)), checks=answer.checks, shows=answer.shows,
            suits=bound, starts_with=_written_before, is_primary=True, icon="edit", sentence="答复写好了，送审签",
            to=(REVIEWING.code,),
        ),
        label="送审答复",
    )  # fmt: skip
    deciding = decision(
        COUNTERSIGNATURE, (REVIEWING.code,), (APPROVER.code,), approved, answer.to[0], back, judges=False,
        shows=(draft_in_view,), notices=answer.notices, is_primary=True,
    )  # fmt: skip
    taking_back = recall(COUNTERSIGNATURE, "收回再改", (REVIEWING.code,), answer.by, back)
    return replace(answer, suits=free), handing_in, deciding, taking_back


def last_draft(context: CaseContext) -> Answer | None:
    """Return the answer as it was last handed in."""
    return next((a for a in reversed(context.answers) if a.kind == "draft"), None)


def _unit(context: CaseContext, roles: tuple[str, ...]) -> Unit | None:
    """Return the unit for which the viewer would answer."""
    ids = [u for role in dict.fromkeys(roles) for u in context.units_of(role) if u in context.viewer.unit_ids]
    if not ids:
        return None
    lead = context.case.lead_unit if context.case.lead_unit_id == ids[0] else None
    return lead or Unit.objects.get(pk=ids[0])


def _setting(context: CaseContext, roles: tuple[str, ...]) -> Countersign:
    unit = _unit(context, roles)
    return Countersign.of(unit) if unit else Countersign()


def _bound(roles: tuple[str, ...]) -> Guard:
    def guard(context: CaseContext) -> str | None:
        is_bound = _setting(context, roles).binds(context.viewer.person_id)
        return None if is_bound else "您的答复不用审签，直接提交"

    return guard


def _free(roles: tuple[str, ...]) -> Guard:
    def guard(context: CaseContext) -> str | None:
        is_bound = _setting(context, roles).binds(context.viewer.person_id)
        return "您单位的答复要先送审签，同意了才发给企业" if is_bound else None

    return guard


def _approvers(context: CaseContext, roles: tuple[str, ...]) -> list[int]:
    """Return who may approve the viewer's answer now: never himself, nobody who left or is kept out."""
    unit = _unit(context, roles)
    if unit is None:
        return []
    known = candidates(unit, context.today)
    out = {p.key for p in context.parties if p.role == RECUSED} | {f"p:{context.viewer.person_id}"}
    return [a for a in Countersign.of(unit).approvers if a in known and f"p:{a}" not in out]


def _somebody_approves(roles: tuple[str, ...]) -> Guard:
    def guard(context: CaseContext) -> str | None:
        return None if _approvers(context, roles) else "没有能审签的人了：请联络员或领导到“答复审签”里另选"

    return guard


def _written_before(context: CaseContext) -> Mapping[str, Any]:
    """Return what was handed in before, to be gone on with; nothing once an answer went out after it."""
    draft = last_draft(context)
    if draft is None or any(a.no > draft.no and a.kind != "interim" for a in context.answers):
        return {}
    return {n: v for n in ("text", *COLUMNS) if (v := getattr(draft, n))}


def _facts(context: CaseContext, answer: Action, code: str, draft: Answer) -> list[Fact]:
    """Return a draft whole, each field under its label."""
    found: list[Fact] = []
    for name in (n for n in ("text", *COLUMNS) if n in answer.input.model_fields):
        info, value = answer.input.model_fields[name], getattr(draft, name)
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        choices: Any = extra.get("choices") or {}
        if value not in (None, ""):
            found.append((str(info.title or name), str(choices.get(str(value), value))))
    names = Document.objects.filter(pk__in=files_brought(context, code)).values_list("name", flat=True)
    return [*found, ("附件", "、".join(names))] if names else found
