"""Proof that the figures are true: told anew from case events and from the ledger, every difference named.

Exact, and by another way than the page's: events are folded one by one, money is read from the postings.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min, Sum

from qiying.capabilities.policies.models import Application, Budget, Clawback, LedgerEntry, LedgerPosting
from qiying.capabilities.policies.selectors.numbers import Figures, policy_figures
from qiying.capabilities.policies.selectors.numbers_scope import PROCEDURE, Wanted
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import CaseEvent
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.viewer import system_viewer
from qiying.ui.humanize import money_exact_words

FINAL = frozenset({"paid", "delivered", "refused", "withdrawn", "voided"})
COUNTS = {
    "applied": "申请", "decided": "出结果", "refused": "不予兑现", "paid": "到账", "without": "不用申报的到账",
    "delivered": "服务兑现",
}  # fmt: skip
MONEY = {"gross_fen": "到账金额", "bounced_fen": "退汇金额", "clawed_fen": "追回金额"}
Key = tuple[int, int, int, str]
"""District, year, month, what."""


@dataclass(frozen=True)
class Proof:
    """How many numbers and cases were compared, and every difference."""

    numbers: int
    cases: int
    problems: tuple[str, ...]


@dataclass
class Told:
    """One application as its events tell it."""

    district_id: int
    is_money: bool
    received: date
    way: str = ""
    state: str = ""
    granted_on: date | None = None
    refused_on: date | None = None
    reason: str = ""
    paid_on: date | None = None
    closed_on: date | None = None
    stars: int = 0
    arrived: list[tuple[date, int]] = field(default_factory=list)

    def act(self, action: str, to: str, given: dict[str, Any], on: date) -> None:
        """Take in one event."""
        if to in FINAL and self.state != to:
            self.closed_on = on
        if not self.state:
            self.way = str(given["way"])
        if action in ("approve", "confirm"):
            self.granted_on, self.refused_on, self.reason = on, None, ""
        elif to == "refused" and action != "decide_appeal":
            self.granted_on, self.refused_on = None, on
            self.reason = str(given.get("kind", "")) if action == "refuse" else "objection"
        if action == "record_payment":
            self.paid_on = date.fromisoformat(given["paid_on"])
            self.arrived.append((self.paid_on, int(given["amount_fen"])))
        elif action == "payment_failed" and self.state == "paid":
            self.paid_on = None
        elif action == "record_delivery":
            self.paid_on = date.fromisoformat(given["on"])
        elif action == "rate":
            self.stars = int(given["stars"])
        self.state = to or self.state


def policy_figures_prove() -> Proof:
    """Compare every district's figures of every year with what events and ledger tell; read it in one transaction."""
    told = _told()
    counts, money = _counts(told), _money()
    years = _years()
    problems: list[str] = []
    numbers = 0
    for district in District.objects.filter(pk__in=years).order_by("pk"):
        viewer = system_viewer("worker", district_id=district.pk)
        for year in range(years[district.pk], _last_year(counts, money, district.pk, years[district.pk]) + 1):
            found = policy_figures(viewer, Wanted(year))
            mine = [t for t in told if t.district_id == district.pk]
            wrong = _differences(found, district.pk, counts, money, mine)
            problems += [f"{district.name} {year} 年：{words}" for words in wrong]
            numbers += len(found.months) * (len(COUNTS) + len(MONEY)) + len(found.budgets) * 3 + 6
    return Proof(numbers, len(told), tuple(problems))


def _told() -> list[Told]:
    """Fold the events of every application that was not filed by mistake."""
    rows = Application.objects.values_list("case_id", "district_id", "policy__grant")
    about = {case: (district, grant == "money") for case, district, grant in rows.iterator(2000)}
    events = CaseEvent.objects.filter(case__procedure=PROCEDURE).order_by("case_id", "seq")
    found: dict[int, Told] = {}
    for case_id, action, to, at, data in events.values_list(
        "case_id", "action", "to_state", "at", "data"
    ).iterator(2000):
        on = local_date(at)
        if case_id not in found:
            if case_id not in about:
                continue
            found[case_id] = Told(*about[case_id], received=on)
        found[case_id].act(action, to, json.loads(data)["input"], on)
    return [t for t in found.values() if t.state != "voided"]


def _counts(told: list[Told]) -> Counter[Key]:
    found: Counter[Key] = Counter()

    def add(one: Told, on: date | None, what: str) -> None:
        if on is not None:
            found[one.district_id, on.year, on.month, what] += 1

    for one in told:
        add(one, one.received, "applied")
        is_refused = one.state == "refused"
        add(one, one.refused_on if is_refused else one.granted_on, "decided")
        add(one, one.refused_on if is_refused else None, "refused")
        add(one, one.paid_on, "paid" if one.is_money else "delivered")
        if one.is_money and one.way in ("automatic", "instant"):
            add(one, one.paid_on, "without")
    return found


def _money() -> Counter[Key]:
    """Sum the ledger: payments by the day they arrived, what came back by its own day."""
    found: Counter[Key] = Counter()
    kinds = LedgerEntry.Kind
    names: dict[str, str] = {kinds.PAY: "gross_fen", kinds.FAIL: "bounced_fen", kinds.CLAWBACK: "clawed_fen"}
    returned = {f"clawback:{pk}": on for pk, on in Clawback.objects.values_list("pk", "returned_on")}
    rows = LedgerPosting.objects.filter(account="paid", entry__kind__in=list(names))
    values = rows.values_list(
        "entry__budget__district_id",
        "entry__kind",
        "entry__key",
        "entry__on",
        "entry__payment__paid_on",
        "fen",
    )
    for district, kind, key, on, paid_on, fen in values.iterator(2000):
        day = paid_on if kind == kinds.PAY else returned.get(key) if kind == kinds.CLAWBACK else on
        when = day or on
        found[district, when.year, when.month, names[kind]] += fen if kind == kinds.PAY else -fen
    return found


def _years() -> dict[int, int]:
    rows = Application.objects.values_list("district_id").annotate(first=Min("case__received_on"))
    return {district: first.year for district, first in rows}


def _last_year(counts: Counter[Key], money: Counter[Key], district: int, first: int) -> int:
    return max([k[1] for k in (*counts, *money) if k[0] == district], default=first)


def _differences(
    found: Figures, district: int, counts: Counter[Key], money: Counter[Key], told: list[Told]
) -> Iterator[str]:
    year = found.wanted.year
    for month in found.months:
        for name, words in COUNTS.items():
            shown, real = getattr(month, name), counts[district, year, month.no, name]
            if shown != real:
                yield f"{month.no} 月{words} {shown} 件，办理记录是 {real} 件"
        for name, words in MONEY.items():
            shown, real = getattr(month, name), money[district, year, month.no, name]
            if shown != real:
                yield f"{month.no} 月{words} {money_exact_words(shown)}，资金账是 {money_exact_words(real)}"
    yield from _wholes(found)
    yield from _sayings(found, told)
    yield from _arrivals(found, told)
    yield from _budgets(found, district)


def _wholes(found: Figures) -> Iterator[str]:
    """Parts add up to the whole, in every breakdown."""
    total = found.total.n
    for group in ("policies", "departments", "towns", "sizes"):
        for name in (*COUNTS, *MONEY):
            parts = sum(r.without if name == "without" else r.n[name] for r in getattr(found, group))
            whole = found.total.without if name == "without" else total[name]
            if parts != whole:
                yield f"{group} 的 {name} 加起来 {parts}，合计是 {whole}"
    for name in (*COUNTS, *MONEY):
        months = sum(getattr(m, name) for m in found.months)
        whole = found.total.without if name == "without" else total[name]
        if months != whole:
            yield f"各月的 {name} 加起来 {months}，合计是 {whole}"
    if sum(found.days.values()) != total["paid"] + total["delivered"]:
        yield f"{total['paid'] + total['delivered']} 件到账或兑现，有工作日数的是 {sum(found.days.values())} 件"


def _sayings(found: Figures, told: list[Told]) -> Iterator[str]:
    """Ratings, ended ones and reasons of refusal, as events tell them."""
    year, total = found.wanted.year, found.total.n
    ended = [t for t in told if t.state in FINAL and t.closed_on and t.closed_on.year == year]
    real = {
        "ended": len(ended),
        "rated": sum(t.stars > 0 for t in ended),
        "satisfied": sum(t.stars >= 3 for t in ended),
        "stars": sum(t.stars for t in ended),
    }
    for name, count in real.items():
        if total[name] != count:
            yield f"{name} 是 {total[name]}，办理记录是 {count}"
    refused = [t for t in told if t.state == "refused" and t.refused_on and t.refused_on.year == year]
    reasons = Counter(t.reason for t in refused)
    for reason in sorted({*reasons, *found.reasons}):
        if reasons[reason] != found.reasons.get(reason, 0):
            yield f"不予兑现（{reason}）是 {found.reasons.get(reason, 0)} 件，办理记录是 {reasons[reason]} 件"


def _arrivals(found: Figures, told: list[Told]) -> Iterator[str]:
    """The money that arrived, as the cases' own events tell it."""
    year = found.wanted.year
    real = sum(fen for t in told for on, fen in t.arrived if on.year == year)
    shown = found.total.n["gross_fen"]
    if real != shown:
        yield f"到账金额 {money_exact_words(shown)}，办理记录加起来 {money_exact_words(real)}"


def _budgets(found: Figures, district: int) -> Iterator[str]:
    """What a budget is said to have given, bound and paid, against its postings."""
    rows = LedgerPosting.objects.filter(
        entry__budget__district_id=district, entry__budget__year=found.wanted.year
    )
    sums = rows.values_list("entry__budget__policy_id", "account").annotate(total=Sum("fen")).order_by()
    real = {(policy, account): int(fen or 0) for policy, account, fen in sums}
    names = dict(Budget.objects.filter(district_id=district).values_list("policy_id", "policy__name"))
    for one in found.budgets:
        for account, shown in (
            ("treasury", -one.appropriated),
            ("committed", one.committed),
            ("paid", one.paid),
        ):
            posted = real.get((one.policy_id, account), 0)
            if posted != shown:
                label = LedgerPosting.Account(account).label
                told = f"{money_exact_words(abs(shown))}，分录是 {money_exact_words(abs(posted))}"
                yield f"{names[one.policy_id]} 的资金（{label}）{told}"
