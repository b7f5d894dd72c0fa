"""What an application adds to its enterprise's page: money, steps, why, how it was worked out, the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiying.capabilities.policies.models import Application, PolicyGrant
from qiying.capabilities.policies.selectors.applying import facts_of
from qiying.capabilities.policies.services.applying.deciding import REMEDY
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.services.money import ledger
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, Panel, asker_face
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.views.asker_door import Door, document_face
from qiying.ui.humanize import day_words, money_words, phone_mask

STARS = (("5", "非常满意"), ("4", "满意"), ("3", "基本满意"), ("2", "不满意"), ("1", "非常不满意"))


@dataclass(frozen=True)
class Step:
    """One step of the way: done, current or still to come, with its day in words."""

    label: str
    state: str
    words: str


def money_of(application: Application) -> str:
    """Return the amount that counts now in words: granted, else asked; empty for a service."""
    return money_words(application.worth_fen) if application.worth_fen else ""


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
    return {
        "because": evaluation.told["because"],
        "facts": facts_of(evaluation),
        "as_of": evaluation.as_of,
        "version": application.version.no,
        "amount": money_words(evaluation.amount_fen) if evaluation.amount_fen else "",
    }


def money_words_of(application: Application, case: Case, today: date) -> dict[str, Any]:
    """Return what to say about the money: how much, when, which place in the queue."""
    found: dict[str, Any] = {"amount": money_of(application), "place": None}
    known = ApplicationExtras.of(case)
    place = ledger.queue_place(application) if case.is_open else None
    if place is not None:
        waiting = ledger.waiting_in(application.policy_id, application.year).count()
        found["place"] = {"no": place, "of": waiting, "is_decided": case.state == "waiting_money"}
    if application.paid_on and application.paid_fen:
        found["paid"] = money_words(application.paid_fen)
        found["paid_on"] = day_words(application.paid_on, today)
    if application.granted_fen is not None and application.granted_fen != application.asked_fen:
        found["asked"] = money_words(application.asked_fen)
        found["less"] = known.review_words
    if known.clawed_fen:
        found["clawed"], found["clawed_because"] = money_words(known.clawed_fen), known.clawed_because
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


def application_of(case: Case) -> Application | None:
    """Return the application a case is about, with what its page names."""
    related = ("policy__lead_unit", "policy__replaced_by", "version", "evaluation", "account", "enterprise")
    return Application.objects.select_related(*related).filter(case_id=case.pk).first()


def panels(door: Door, file: CaseFile) -> list[Panel]:
    """Return the money and the steps, why the system gave it, the refusal, the working-out, and the account."""
    application, case, today = application_of(file.case), file.case, file.context.today
    if application is None:
        return []
    known = ApplicationExtras.of(case)
    shared: dict[str, Any] = {"case": case, "application": application, "policy": application.policy}
    money = {
        **shared,
        "money": money_words_of(application, case, today),
        "steps": steps_of(application, case, today),
        "account": application.account,
        "failure": known.payment_failure,
        "objections_open": known.objections_open,
    }
    by_itself = application.way == Application.Way.AUTOMATIC
    refusal = known.refusal_words if case.state == "refused" else ""
    rating = dict(STARS).get(str(known.rating), "")
    why = {
        "why": known.why if by_itself else "",
        "refusal": refusal,
        "remedy": REMEDY if case.state == "refused" else None,
        "appeal": known.appeal_finding,
        "rating": rating,
    }
    payable = case.state in {"received", "reviewing", "publicity", "approving", "waiting_money", "approved"}
    account = {
        **shared,
        "account": application.account,
        "can_account": payable and application.policy.grant == PolicyGrant.MONEY,
        "documents": [document_face(door, d) for d in file.documents],
    }
    return [
        Panel("policies/applying/panels/money.html", money, "head"),
        Panel("policies/applying/panels/why.html", why),
        Panel(
            "policies/applying/panels/evaluation.html", shared | {"evaluation": evaluation_words(application)}
        ),
        Panel("policies/applying/panels/account.html", account, "side"),
    ]


def amounts(cases: Sequence[Case]) -> Mapping[int, str]:
    """Return the amount that counts now by case; one query."""
    rows = Application.objects.filter(case_id__in=[c.pk for c in cases])
    return {a.case_id: money_of(a) for a in rows.only("case_id", "granted_fen", "asked_fen")}


def material(file: CaseFile) -> Mapping[str, Any]:
    """Return the papers asked for, named once all together."""
    return {"text": ApplicationExtras.of(file.case).material_items}


def withdrawing(file: CaseFile) -> Mapping[str, Any]:
    """What the system gave unasked is declined, not withdrawn."""
    return {"label": "不要了"} if ApplicationExtras.of(file.case).way == Application.Way.AUTOMATIC else {}


ACTS = {
    "give_material": AskerAct(
        "要您补的，一次说全了", "材料齐了，交上去", why="交了以后期限接着算，以后不会再要别的材料。",
        done="材料交上去了，期限接着算。", context=material,
    ),
    "withdraw": AskerAct(
        "不办了，撤回", "撤回", confirm="撤回以后这一件就不办了，确定吗？", done="撤回了。", context=withdrawing,
    ),
    "appeal": AskerAct(
        "先申请复核：督查部门再看一遍，不收费", "申请复核", done="复核申请交上去了，督查部门会在限期内答复。",
    ),
    "rate": AskerAct("办得怎样，您打个分", "打分", done="记下了，谢谢您。", is_open=True),
}  # fmt: skip
asker_face(
    "policy_application",
    AskerFace(
        acts=ACTS,
        panels=panels,
        amounts=amounts,
        styles=("policies/applying.css",),
        turn_words={"waiting_material": "等您补材料"},
    ),
)
