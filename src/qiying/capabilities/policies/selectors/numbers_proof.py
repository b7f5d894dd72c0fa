"""Proof that the money in the figures is true: by another way than the page's, from the ledger's postings.

What acts counted is proved by the kernel against the case events; here every fen is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Sum

from qiying.capabilities.policies.models import Budget, Clawback, LedgerEntry, LedgerPosting, Payment
from qiying.capabilities.policies.selectors.numbers import Figures, policy_figures, year_of
from qiying.capabilities.policies.selectors.numbers_scope import PROCEDURE, Wanted
from qiying.capabilities.policies.selectors.numbers_tally import COUNTED
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.viewer import system_viewer
from qiying.ui.humanize import money_exact_words

MONEY = {"gross_fen": "到账金额", "bounced_fen": "退汇金额", "clawed_fen": "追回金额"}
DISTINCT = frozenset({"applicants", "enterprises", "waiting"})
"""Figures of which the parts do not add up: one enterprise counts in several policies, waiting has no month."""
Key = tuple[int, int, int, str]
"""District, year, month, what."""


def money_differences() -> list[str]:
    """Compare every district's money of every year with the ledger's postings; read it in one transaction."""
    money = _money()
    problems = list(_arrivals())
    for district in District.objects.filter(pk__in={k[0] for k in money}).order_by("pk"):
        viewer = system_viewer("worker", district_id=district.pk)
        for year in sorted({k[1] for k in money if k[0] == district.pk}):
            found = policy_figures(viewer, Wanted(year_of(year)))
            told = [*_months(found, district.pk, money), *_wholes(found), *_budgets(found, district.pk)]
            problems += [f"{district.name} {year} 年：{words}" for words in told]
    return problems


def _money() -> Counter[Key]:
    """Sum the ledger: payments by the day they arrived, what came back by its own day."""
    found: Counter[Key] = Counter()
    kinds = LedgerEntry.Kind
    names: dict[str, str] = {kinds.PAY: "gross_fen", kinds.FAIL: "bounced_fen", kinds.CLAWBACK: "clawed_fen"}
    returned: dict[str, date | None] = {
        f"clawback:{pk}": on for pk, on in Clawback.objects.values_list("pk", "returned_on")
    }
    rows = LedgerPosting.objects.filter(account="paid", entry__kind__in=list(names)).values_list(
        "entry__budget__district_id",
        "entry__kind",
        "entry__key",
        "entry__on",
        "entry__payment__paid_on",
        "amount",
    )
    for district, kind, key, on, paid_on, fen in rows.iterator(2000):
        when = (paid_on if kind == kinds.PAY else returned.get(key) if kind == kinds.CLAWBACK else None) or on
        found[district, when.year, when.month, names[kind]] += fen if kind == kinds.PAY else -fen
    return found


def _months(found: Figures, district: int, money: Counter[Key]) -> Iterator[str]:
    for month in found.months:
        for name, words in MONEY.items():
            shown, real = month.n[name], money[district, month.key.year, month.no, name]
            if shown != real:
                yield f"{month.no} 月{words} {money_exact_words(shown)}，资金账是 {money_exact_words(real)}"


def _wholes(found: Figures) -> Iterator[str]:
    """Parts add up to the whole, in every breakdown."""
    for name in COUNTED:
        whole = found.total.n[name]
        for group in ("policies", "departments", "towns", "sizes", "months"):
            parts = sum(r.n[name] for r in getattr(found, group))
            if parts != whole and name not in DISTINCT:
                yield f"{group} 的 {name} 加起来 {parts}，合计是 {whole}"


def _arrivals() -> Iterator[str]:
    """Count payments that arrived, by way, and the acts that recorded them."""
    rows = Payment.objects.filter(paid_on__isnull=False).order_by()
    paid = Counter(f"paid_{way}" for way in rows.values_list("application__way", flat=True))
    facts = FigureDelta.objects.filter(procedure=PROCEDURE, measure__startswith="paid_").exclude(
        measure="paid_fen"
    )
    told = {m: int(n) for m, n in facts.order_by().values_list("measure").annotate(n=Sum("value"))}
    for name in sorted({*paid, *told}):
        if paid[name] != told.get(name, 0):
            yield f"{name} 有 {paid[name]} 笔支付，办理记录是 {told.get(name, 0)} 笔"


def _budgets(found: Figures, district: int) -> Iterator[str]:
    """What a budget is said to have given, bound and paid, against its postings."""
    rows = LedgerPosting.objects.filter(
        entry__budget__district_id=district, entry__budget__year=found.wanted.period.first.year
    )
    sums = rows.values_list("entry__budget__policy_id", "account").annotate(total=Sum("amount")).order_by()
    real = {(policy, account): int(fen or 0) for policy, account, fen in sums}
    names = dict(Budget.objects.filter(district_id=district).values_list("policy_id", "policy__name"))
    for one in found.budgets:
        shown_by = {"treasury": -one.appropriated_fen, "committed": one.committed_fen, "paid": one.paid_fen}
        for account, shown in shown_by.items():
            posted = real.get((one.policy_id, account), 0)
            if posted != shown:
                label = LedgerPosting.Account(account).label
                told = f"{money_exact_words(abs(shown))}，分录是 {money_exact_words(abs(posted))}"
                yield f"{names[one.policy_id]} 的资金（{label}）{told}"
