"""《行政处罚法》（2021）as arithmetic: on the spot, leniency, late fine, limitation, which papers go together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from qiying.statutes.workdays import Calendar, add_months, nth_workday_before

KINDS: dict[str, str] = {
    "warning": "警告",
    "criticism": "通报批评",
    "fine": "罚款",
    "confiscate": "没收",
    "suspend": "责令停产停业",
    "revoke": "吊销许可",
}
LIGHT = ("warning", "criticism")
GRADES = {"light": "轻微", "general": "一般", "serious": "严重"}
WAYS = {
    "direct": "当场或者上门送",
    "mail": "邮寄",
    "online": "电子送达（企业同意过）",
    "left": "留置",
    "public": "公告",
}
DOCUMENTS = {"decision": "行政处罚决定书", "repair": "信用修复告知书", "advice": "行政合规建议书"}
ON_THE_SPOT = {True: Decimal(3000), False: Decimal(200)}
"""Most yuan of a fine on the spot (art. 51): for a firm, for a person."""
DAILY = Decimal("0.03")
HEARING_NOTICE = 7


def on_the_spot(kind: str, fine: Decimal, *, is_firm: bool = True) -> bool:
    """Tell whether a penalty may be decided on the spot (art. 51).

    >>> on_the_spot("fine", Decimal("3000")), on_the_spot("fine", Decimal("3000.01"))
    (True, False)
    """
    return kind == "warning" or (kind == "fine" and fine <= ON_THE_SPOT[is_firm])


def late_fine(fine: Decimal, days: int) -> Decimal:
    """Return what is added for so many days late: 3 % a day, never above the fine (art. 72).

    Days of review or suit are not counted by the caller (art. 73).

    >>> late_fine(Decimal(10000), 33), late_fine(Decimal(10000), 34)
    (Decimal('9900.00'), Decimal('10000.00'))
    """
    added = (fine * DAILY * max(days, 0)).quantize(Decimal("0.01"))
    return min(added, fine.quantize(Decimal("0.01")))


def limited_until(ended_on: date, *, is_grave: bool) -> date:
    """Return the last day on which an act may still be punished: 2 years, 5 for grave ones with harm (art. 36)."""
    return add_months(ended_on, 60 if is_grave else 24)


def hearing_notice_ok(told_on: date, held_on: date, calendar: Calendar) -> bool:
    """Tell whether a hearing was announced 7 workdays before it (art. 64)."""
    return told_on <= nth_workday_before(held_on, HEARING_NOTICE, calendar)


Verdict = Literal["must_not", "may", "none"]


@dataclass(frozen=True)
class Leniency:
    """What art. 33 says: the rule that holds, whether to punish, and why in words; education goes with each."""

    verdict: Verdict
    rule: str
    words: str


def leniency(
    *,
    is_slight: bool,
    harm: Literal["none", "slight", "real"],
    is_corrected: bool,
    is_first: bool,
    no_fault: bool,
) -> Leniency:
    """Ask the three rules of art. 33, those that forbid a penalty first.

    >>> leniency(is_slight=True, harm="none", is_corrected=True, is_first=False, no_fault=False).verdict
    'must_not'
    >>> leniency(is_slight=False, harm="slight", is_corrected=True, is_first=True, no_fault=False).verdict
    'may'
    >>> leniency(is_slight=False, harm="real", is_corrected=True, is_first=True, no_fault=True).rule
    '无主观过错'
    """
    if no_fault:
        return Leniency("must_not", "无主观过错", "企业有证据足以证明没有主观过错，不予处罚，要教育")
    if is_slight and is_corrected and harm == "none":
        return Leniency("must_not", "轻微不罚", "违法行为轻微并及时改正，没有造成危害后果，不予处罚，要教育")
    if is_first and is_corrected and harm in {"none", "slight"}:
        return Leniency("may", "首违可不罚", "初次违法且危害后果轻微并及时改正，可以不予处罚，要教育")
    return Leniency("none", "", "三条都不符合，依法处罚")


def documents_for(kind: str, *, is_summary: bool, way: str) -> tuple[tuple[str, ...], str]:
    """Return which papers go together and, where it is the decision alone, why (三书同达).

    >>> documents_for("fine", is_summary=False, way="direct")[0]
    ('decision', 'repair', 'advice')
    >>> documents_for("warning", is_summary=False, way="direct")
    (('decision',), '只有警告、通报批评的，不同时送')
    """
    if is_summary:
        return ("decision",), "简易程序的，不同时送"
    if kind in LIGHT:
        return ("decision",), "只有警告、通报批评的，不同时送"
    if way == "public":
        return ("decision",), "公告送达的，不同时送"
    return tuple(DOCUMENTS), ""


def grade_for(kind: str, fine: Decimal, *, is_summary: bool, small: Decimal) -> str:
    """Return the class a penalty has for credit where nobody says otherwise; `small` is the smaller fine."""
    if is_summary or kind in LIGHT or (kind == "fine" and fine <= small):
        return "light"
    return "serious" if kind in {"revoke", "suspend"} else "general"
