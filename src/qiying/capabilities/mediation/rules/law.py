"""What the kind of a body decides: 《商事调解条例》 (国务院令第827号), 《人民调解法》, 特邀调解规定, 民诉法."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from qiying.statutes.litigation_fee import half_fee
from qiying.statutes.workdays import Calendar, add_days_rolled

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
COMMERCIAL, PEOPLE, PUBLIC, INVITED = "commercial", "people", "public", "invited"
BODY_KINDS: dict[str, str] = WORDS["bodies"]
SUBJECTS: dict[str, str] = WORDS["subjects"]
WAYS: dict[str, str] = WORDS["ways"]
TERMS: dict[str, str] = WORDS["terms"]
COURTS: dict[str, str] = WORDS["courts"]
QUALIFIED: dict[str, str] = WORDS["qualified"]
ENDS: dict[str, str] = WORDS["ends"]
RULINGS: dict[str, str] = WORDS["rulings"]
FINES: list[tuple[str, str]] = WORDS["fines"]


@dataclass(frozen=True)
class RuleSet:
    """What binds a kind of body."""

    law: str
    may_charge: bool = False
    needs_licence: bool = False
    excluded: frozenset[str] = frozenset()
    instead: str = ""


RULES = {
    COMMERCIAL: RuleSet("《商事调解条例》", True, True, frozenset({"labour", "consumer"}), PEOPLE),
    PEOPLE: RuleSet("《人民调解法》第四条"),
    PUBLIC: RuleSet("《商事调解条例》第三十二条"),
    INVITED: RuleSet("最高人民法院特邀调解规定"),
}


def subject_fault(kind: str, subject: str) -> str:
    """Say why a kind of body does not mediate a matter, empty where it does."""
    if subject not in RULES[kind].excluded:
        return ""
    return f"“{SUBJECTS[subject]}”不归{BODY_KINDS[kind]}调解（{RULES[kind].law}第二条的除外事项）"


def body_faults(
    *,
    kind: str,
    name: str,
    assets: int,
    full_time: int,
    licence: str,
    standard: str,
    charges: bool,
    members: int | None = None,
) -> dict[str, str]:
    """Say by field what a body lacks; `members` are its mediators in force, unknown before it has any.

    《商事调解条例》 arts. 8, 9, 16; 《人民调解法》 arts. 4, 8.
    """
    found: dict[str, str] = {}
    rules = RULES[kind]
    if charges and not rules.may_charge:
        found["fee_percent"] = f"{BODY_KINDS[kind]}不收费（{rules.law}），请填 0"
    elif charges and not standard.strip():
        found["fee_standard"] = "收费的要公开收费标准（第十六条）"
    if kind == COMMERCIAL:
        if "商事调解" not in name and "商事纠纷调解" not in name:
            found["name"] = "名称里要有“商事调解”（第八条）"
        if assets < 30:
            found["assets"] = "资产不少于 30 万元（第八条）"
        if full_time < 1:
            found["full_time"] = "要有专职工作人员（第八条）"
        if not licence.strip():
            found["licence"] = "要有司法行政部门的登记文号（第九条）"
        if members is not None and members < 5:
            found["members"] = f"调解员不少于 5 名，现在登记了 {members} 名（第八条）"
    if kind == PEOPLE and members is not None and not 3 <= members <= 9:
        found["members"] = f"委员 3 至 9 人，现在登记了 {members} 名（《人民调解法》第八条）"
    return found


def qualified_fault(kind: str, qualified: str, years: int) -> str:
    """Say why somebody may not be a commercial mediator (art. 12), empty where he may."""
    if kind == COMMERCIAL and qualified != "expert" and years < 3:
        return f"“{QUALIFIED[qualified]}”，现在写的是 {years} 年（《商事调解条例》第十二条）"
    return ""


def mediation_fee(kind: str, percent: Decimal, claim: Decimal) -> Decimal:
    """Return what a body takes: so many percent of the halved court fee where it may charge, else nothing."""
    if not RULES[kind].may_charge:
        return Decimal(0)
    return (half_fee(claim) * percent / 100).quantize(Decimal("0.01"))


def confirm_until(effective: date, calendar: Calendar, days: int = 30) -> date:
    """Return the last day of applying jointly for confirmation: 30 days, then a workday (民诉法第二百零五条)."""
    return add_days_rolled(effective, days, calendar).on


@dataclass(frozen=True)
class Due:
    """One thing somebody has to do under an agreement."""

    on: date
    yuan: Decimal
    what: str


def duties_read(text: str) -> tuple[list[Due], str]:
    """Read one duty a line, `2026-12-31 100000 支付货款`; return them, or what is wrong with the first bad line."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        words = line.split(maxsplit=2)
        try:
            yuan = Decimal(words[1].replace(",", ""))
            due = Due(date.fromisoformat(words[0]), yuan, words[2][:120])
        except (ArithmeticError, ValueError, IndexError):
            return (
                [],
                f"这一行读不懂：“{line[:40]}”。一行一项：日期 金额 做什么，例如 2026-12-31 100000 支付货款",
            )
        if not yuan.is_finite() or not 0 <= yuan < 10**11 or yuan != round(yuan, 2):
            return [], f"金额不对：“{line[:40]}”"
        found.append(due)
    return found, "" if found else "至少写一项履行义务；当场履行完的写今天、0 元"
