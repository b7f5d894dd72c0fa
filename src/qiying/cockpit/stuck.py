"""What is stuck: where, for how long, and the one act asked of whoever reads the board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.models.case import Confidentiality
from qiying.kernel.cases.vocabulary import NOBODY, PROCEDURES
from qiying.statutes.workdays import workdays_between

ASKED = {
    "extension": ("单位申请延期，还没批", "批不批延期"),
    "suspension": ("单位申请停办，还没批", "批不批停办"),
    "explain": ("单位说现在办不了，还没审", "看解释站不站得住"),
    "unconfirmed": ("联系不上企业，申请了结，还没批", "批不批了结"),
    "decline": ("受理台说不归本区管，还没批", "定受不受理"),
}


@dataclass(frozen=True)
class Stuck:
    """One stuck case in words; `url` is empty when the reader does not take part."""

    title: str
    enterprise: str
    url: str
    where: str
    late: str
    act: str
    kind: str


def stuck_rows(cases: Sequence[Case], today: date) -> list[Stuck]:
    """Return the rows of the stuck list in the order given."""
    return [_row(c, today) for c in cases]


def _row(case: Any, today: date) -> Stuck:
    where, act, kind = _cause(case)
    late = -workdays_between(today, case.due_by, calendar_for(case.district_id))
    secret = case.confidentiality != Confidentiality.INTERNAL and not case.is_mine
    machine = PROCEDURES.get(case.procedure, case.version)
    return Stuck(
        title="（限制件）" if secret else case.title,
        enterprise="" if secret else case.asker_label or ("没有登记企业" if machine.asks_firms else ""),
        url=reverse("cases:case", args=[case.number]) if case.is_mine else "",
        where="" if secret else where,
        late=f"{late} 天" if late else "刚过",
        act=act,
        kind=kind,
    )


def _cause(case: Any) -> tuple[str, str, str]:
    """Return where it is stuck, what is asked for, and the kind of cause for the sentence below."""
    unit = case.lead_unit.label if case.lead_unit else ""
    if case.asked in ASKED:
        return (
            f"{unit}：{ASKED[case.asked][0]}" if unit else ASKED[case.asked][0],
            ASKED[case.asked][1],
            "asked",
        )
    machine = PROCEDURES.get(case.procedure, case.version)
    state = machine.state(case.state)
    if machine.closes_by == "decision" and not unit and state.turn != NOBODY:
        who = machine.party(state.turn).label
        return f"{who}：{state.label}", f"催{who}", "party"
    if case.turn == "supervision" and not unit:
        return "两家单位都说不归自己办", "定归谁办", "dispute"
    if case.co_unit:
        return f"{unit}在等{case.co_unit}的协办意见", f"催{case.co_unit}", "co"
    if case.refusal_count >= 2:
        return f"{unit}答复了 {case.refusal_count} 次，企业都说没解决", "请督查出面", "refused"
    if not unit:
        return "受理台还没交办", "催受理台", "desk"
    if case.is_unsigned:
        return f"{unit}还没签收", f"催{unit}签收", "unsigned"
    again = "，企业说过没解决" if case.refusal_count else ""
    return f"{unit}{state.label}{again}", f"催{unit}答复", "answer"


CAUSES = {
    "asked": "等批一个申请",
    "dispute": "等定归谁办",
    "co": "等协办单位",
    "refused": "答复了企业都说没解决",
    "desk": "还没交办",
    "unsigned": "还没签收",
    "answer": "单位还没答复",
    "party": "等一方来办",
}


def stuck_sentence(rows: Sequence[Stuck], overdue: int) -> str:
    """Say what the listed cases wait for, most frequent cause first; empty when nothing is stuck."""
    if not rows:
        return ""
    found = Counter(r.kind for r in rows).most_common()
    parts = "、".join(f"{n} 件{CAUSES[kind]}" for kind, n in found)
    head = f"超期 {overdue:,} 件里最久的 {len(rows)} 件：" if overdue > len(rows) else ""
    return f"{head}{parts}。超期按工作日算。"
