"""An application as its enterprise sees it: the sentence, the steps, the money, why, and what can be done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiying.capabilities.policies.models import Application, PolicyGrant
from qiying.capabilities.policies.services.applying.deciding import REMEDY
from qiying.capabilities.policies.services.money import ledger
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases import faces
from qiying.kernel.cases.engine import available_actions
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES, State
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import day_words, money_words, phone_mask

STATUS = {
    "received": "unknown", "reviewing": "ontime", "waiting_material": "turn", "publicity": "ontime",
    "approving": "ontime", "waiting_money": "paused", "approved": "ontime", "delivering": "ontime",
    "appealed": "ontime", "paid": "done", "delivered": "done", "refused": "near", "withdrawn": "unknown",
    "voided": "unknown",
}  # fmt: skip
"""How a state is drawn for the enterprise: its turn, going on, waiting, done."""
STARS = (("5", "非常满意"), ("4", "满意"), ("3", "基本满意"), ("2", "不满意"), ("1", "非常不满意"))
OWN_ACTS = ("give_material", "withdraw", "appeal", "rate")


@dataclass(frozen=True)
class Step:
    """One step of the way: done, current or still to come, with its day in words."""

    label: str
    state: str
    words: str


def money_of(application: Application) -> str:
    """Return the amount that counts now in words: granted, else asked; empty for a service."""
    fen = application.granted_fen if application.granted_fen is not None else application.asked_fen
    return money_words(fen) if fen else ""


def row_of(application: Application, today: date) -> dict[str, Any]:
    """Return an application as a line of the enterprise's list."""
    case = application.case
    state = _state(case)
    return {
        "number": case.number,
        "title": case.title,
        "unit": application.policy.lead_unit.label,
        "status": STATUS[case.state],
        "words": state.label,
        "money": money_of(application),
        "applied": day_words(local_date(application.applied_at), today),
        "sentence": state.sentence,
        "is_turn": case.state == "waiting_material"
        or (case.state in ("paid", "delivered") and not _rated(case)),
    }


def _rated(case: Case) -> bool:
    return bool(case.extras.get("rating"))


def _state(case: Case) -> State:
    return PROCEDURES.get(case.procedure, case.version).state(case.state)


def steps_of(application: Application, case: Case, today: date) -> list[Step]:
    """Return the way of an application in order; a refused or withdrawn one ends where it ended."""
    applied = local_date(application.applied_at)
    paid_label = "到账" if application.policy.grant == PolicyGrant.MONEY else "兑现"
    decided = local_date(application.approved_at) if application.approved_at else None
    way: list[tuple[str, date | None, tuple[str, ...]]] = [("申报", applied, ())]
    if application.way == Application.Way.AUTOMATIC:
        way = [("系统找到您", applied, ("received",))]
    elif application.way == Application.Way.INSTANT:
        way.append(("核对", decided, ("received",)))
    else:
        reviewed = application.public_from or decided
        way.append(("受理", case.accepted_on, ("received",)))
        way.append(("会审", reviewed, ("reviewing", "waiting_material", "appealed")))
    if application.policy.publicity_workdays and application.way != Application.Way.INSTANT:
        over = application.public_to if application.public_to and application.public_to < today else None
        way.append(("公示", over, ("publicity",)))
    if application.way != Application.Way.INSTANT:
        way.append(("核定", decided, ("approving",)))
    way.append((paid_label, application.paid_on, ("waiting_money", "approved", "delivering")))
    return _drawn(way, case, today)


def _drawn(way: list[tuple[str, date | None, tuple[str, ...]]], case: Case, today: date) -> list[Step]:
    current = next((i for i, (_, _, states) in enumerate(way) if case.state in states), None)
    steps = []
    for i, (label, on, _) in enumerate(way):
        done = on is not None and (current is None or i < current)
        state = "done" if done else "now" if i == current else "todo"
        words = day_words(on, today) if done and on else "正在办" if state == "now" else ""
        steps.append(Step(label, state, words))
    if case.state in {"refused", "withdrawn", "voided"}:
        kept = [s for s in steps if s.state == "done"]
        words = {"refused": "不予兑现", "withdrawn": "已撤回", "voided": "作废"}[case.state]
        return [*kept, Step(words, "end", day_words(case.closed_on, today))]
    return steps


def evaluation_words(application: Application) -> dict[str, Any]:
    """Return the stored evaluation in plain words: conditions, the facts read with their source, the version."""
    evaluation = application.evaluation
    told = json.loads(evaluation.answer)
    facts = [
        {"name": name, "value": fact["value"], "period": fact["period"], "source": fact["source"]}
        for name, fact in json.loads(evaluation.facts).items()
    ]
    return {
        "because": told["because"],
        "facts": facts,
        "as_of": evaluation.as_of,
        "version": application.version.no,
        "amount": money_words(evaluation.amount_fen) if evaluation.amount_fen else "",
        "score": told.get("score"),
    }


def money_words_of(application: Application, case: Case, today: date) -> dict[str, Any]:
    """Return what to say about the money: how much, when, which place in the queue."""
    found: dict[str, Any] = {"amount": money_of(application), "place": None}
    place = ledger.queue_place(application) if case.is_open else None
    if place is not None:
        waiting = ledger.waiting_in(application.policy_id, application.year).count()
        found["place"] = {"no": place, "of": waiting, "is_decided": case.state == "waiting_money"}
    if application.paid_on and application.paid_fen:
        found["paid"] = money_words(application.paid_fen)
        found["paid_on"] = day_words(application.paid_on, today)
    if application.granted_fen is not None and application.granted_fen != application.asked_fen:
        found["asked"] = money_words(application.asked_fen)
        found["less"] = case.extras.get("review_words", "")
    if case.extras.get("clawed_fen"):
        found["clawed"] = money_words(int(case.extras["clawed_fen"]))
    return found


def objections_of(application: Application) -> list[dict[str, Any]]:
    """Return objections for officials: what was said, by whom with the number masked, what was found; two queries."""
    rows = list(application.objections.select_related("decided_by").order_by("no"))
    refs = [r for o in rows for r in (o.text_ref, o.name_ref, o.phone_ref) if r]
    values = personal_get(refs) if refs else {}
    return [
        {
            "no": o.no,
            "text": values.get(o.text_ref) or "（已依法删除）",
            "name": (values.get(o.name_ref) or "") if o.name_ref else "",
            "phone": phone_mask(values.get(o.phone_ref)) if o.phone_ref else "",
            "made_at": o.made_at,
            "holds": o.holds_payment,
            "is_upheld": o.is_upheld,
            "finding": o.finding,
            "decided_by": o.decided_by.name if o.decided_by else "",
        }
        for o in rows
    ]


def page_context(request: ViewerRequest, file: CaseFile, application: Application) -> dict[str, Any]:
    """Return everything of the enterprise's page."""
    case, context = file.case, file.context
    can = {a.action.code: a for a in available_actions(context) if a.action.code in OWN_ACTS}
    clocks = faces.clock_faces(context, file.names)
    extras = case.extras
    return {
        "case": case,
        "application": application,
        "policy": application.policy,
        "state": context.state,
        "status": STATUS[case.state],
        "sentence": faces.status_sentence(file),
        "steps": steps_of(application, case, request.today),
        "money": money_words_of(application, case, request.today),
        "evaluation": evaluation_words(application),
        "clock": faces.main_clock([c for c in clocks if c.is_open]),
        "moments": faces.timeline(file),
        "can": {code for code, a in can.items() if a.is_enabled},
        "why_not": {code: "；".join(a.reasons) for code, a in can.items() if not a.is_enabled},
        "withdraw_label": "不要了" if application.way == Application.Way.AUTOMATIC else "撤回",
        "refusal": {"words": extras.get("refusal_words", ""), "remedy": REMEDY}
        if case.state == "refused"
        else None,
        "appeal": extras.get("appeal_finding", ""),
        "material": extras.get("material_items", "") if case.state == "waiting_material" else "",
        "rating": extras.get("rating"),
        "stars": STARS,
        "objections_open": extras.get("objections_open", 0),
        "failure": extras.get("payment_failure", ""),
        "why": extras.get("why", "") if application.way == Application.Way.AUTOMATIC else "",
        "account": application.account,
        "can_account": application.policy.grant == PolicyGrant.MONEY
        and case.state in {"received", "reviewing", "publicity", "approving", "waiting_money", "approved"},
        "documents": file.documents,
    }
