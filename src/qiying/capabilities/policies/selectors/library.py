"""The public library: which districts show one, what is found by two characters, which filters narrow it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.conf import settings

from qiying.capabilities.policies.models import LifeStage, PolicyGrant, Theme
from qiying.capabilities.policies.selectors.shelf import Published, Shelf
from qiying.capabilities.policies.selectors.wording import laid_out
from qiying.decision.indicators import standard_registry
from qiying.decision.logic.amounts import Amount, Constant
from qiying.decision.logic.formula import Atom
from qiying.decision.policy.compile import CompiledPolicy
from qiying.decision.policy.model import DELIVERIES
from qiying.decision.words.amounts import amount_text
from qiying.decision.words.policies import policy_text
from qiying.decision.words.values import money_text
from qiying.kernel.organisations.models import District

SIZES = ("大型", "中型", "小型", "微型")
SORTS = (("fit", "最相关"), ("new", "最新"), ("amount", "金额最高"), ("ending", "快到期"))
FILTERS = ("dept", "theme", "size", "stage", "delivery", "grant")
MOST_CONDITIONS = 2
"""Conditions a card shows."""
SOON_DAYS = 30
COUNTED_DAYS = 366
"""Days counted down; beyond, the date says more."""


@dataclass(frozen=True)
class Entry:
    """One policy of the library with what searching and sorting need."""

    one: Published
    compiled: CompiledPolicy
    title: str
    text: str
    top_fen: int | None
    sizes: frozenset[str]
    who: str

    @property
    def valid_to(self) -> date | None:
        return self.one.wording.valid_to


@dataclass(frozen=True)
class Validity:
    """How long a policy still holds, in words, and whether that is soon."""

    words: str
    is_soon: bool = False
    is_over: bool = False


def open_districts() -> list[District]:
    """Return the districts anybody may look at; history keeps to itself."""
    rows = District.objects.filter(is_demo=bool(settings.QIYING_ENV.demo)).order_by("id")
    return [d for d in rows if not d.settings.get("is_history")]


_entries: dict[tuple[int, date], tuple[Shelf, tuple[Entry, ...]]] = {}


def entries(shelf: Shelf) -> tuple[Entry, ...]:
    """Return the library of a shelf; made once, because the plain text of 300 policies takes a moment."""
    key = (shelf.district_id, shelf.on)
    found = _entries.get(key)
    if found is not None and found[0] is shelf:
        return found[1]
    made = tuple(_entry(shelf, n, one) for n, one in enumerate(shelf.published))
    if len(_entries) >= 8:
        _entries.clear()
    _entries[key] = (shelf, made)
    return made


def _entry(shelf: Shelf, index: int, one: Published) -> Entry:
    compiled = shelf.book.compiled[index]
    text = policy_text(compiled, shelf.registry)
    return Entry(
        one,
        compiled,
        one.name.lower(),
        text.lower(),
        top_fen(compiled),
        sizes_of(compiled),
        who_words(compiled, shelf),
    )


def who_words(compiled: CompiledPolicy, shelf: Shelf) -> str:
    """Return who qualifies in one line: the first conditions, and how many more there are."""
    said = [line.text for line in laid_out(compiled, shelf.registry).conditions]
    if not said:
        said = [tier.condition for tier in laid_out(compiled, shelf.registry).tiers]
    more = len(said) - MOST_CONDITIONS
    return "；".join(said[:MOST_CONDITIONS]) + (f"，另有 {more} 条" if more > 0 else "")


def top_fen(compiled: CompiledPolicy) -> int | None:
    """Return the largest fixed amount of the tiers, or the yearly cap where amounts are formulas; None: no bound."""
    fixed = [
        row.amount.value for row in compiled.rows if isinstance(row.amount, Constant) and row.amount.value > 0
    ]
    caps = compiled.policy.caps
    cap = Fraction(caps.per_year or caps.total) if caps and (caps.per_year or caps.total) else None
    if any(row.amount is not None and not isinstance(row.amount, Constant) for row in compiled.rows):
        return None if cap is None else int(cap * 100)
    best = max(fixed, default=None)
    if best is None:
        return None
    return int(min(best, cap) * 100) if cap is not None else int(best * 100)


def sizes_of(compiled: CompiledPolicy) -> frozenset[str]:
    """Return the enterprise sizes the conditions allow; all four where they say nothing of size."""
    for clause in compiled.clauses:
        for part in getattr(clause.formula, "parts", (clause.formula,)):
            if isinstance(part, Atom) and part.term.key == "企业规模":
                return frozenset(size for size in SIZES if size in part.values)
    return frozenset(SIZES)


def amount_words(compiled: CompiledPolicy, top: int | None) -> str:
    """Return what a policy gives in a few words: 最高 30万元, a formula, or what it is that is given."""
    amounts = [row.amount for row in compiled.rows if row.amount is not None]
    if top is not None:
        fixed = {a.value for a in amounts if isinstance(a, Constant)}
        one_amount = len(fixed) == 1 and len(amounts) == len(compiled.rows) == 1
        return money_text(Fraction(top, 100)) if one_amount else f"最高 {money_text(Fraction(top, 100))}"
    if amounts:
        return _formula(amounts)
    if any(row.points is not None for row in compiled.rows):
        return "按分评定"
    texts = list(dict.fromkeys(row.row.then[0].strip('"') for row in compiled.rows))
    return "、".join(texts[:3])


def _formula(amounts: Sequence[Amount]) -> str:
    said = amount_text(amounts[0], standard_registry())
    return said if len(amounts) == 1 and len(said) <= 24 else "按标准计算"


def validity(valid_to: date | None, today: date, valid_from: date | None = None) -> Validity:
    """Return the countdown of a policy.

    >>> validity(date(2026, 11, 30), date(2026, 11, 18)).words
    '还有 12 天到期'
    """
    if valid_from is not None and valid_from > today:
        return Validity(f"{valid_from.year}年{valid_from.month}月{valid_from.day}日起用")
    if valid_to is None:
        return Validity("长期有效")
    left = (valid_to - today).days
    if left < 0:
        return Validity("已到期", is_over=True)
    if left == 0:
        return Validity("今天到期", is_soon=True)
    if left > COUNTED_DAYS:
        return Validity(f"有效到 {valid_to.year}年{valid_to.month}月{valid_to.day}日")
    return Validity(f"还有 {left} 天到期", left <= SOON_DAYS)


def found_entries(every: Sequence[Entry], asked: Mapping[str, str], sort: str = "") -> list[Entry]:
    """Return what a search and the filters leave, best first; unknown filter values are ignored."""
    words = asked.get("q", "").lower().split()[:6]
    kept = [e for e in every if _fits(e, asked)]
    if words:
        kept = [
            e for e in kept if all(any(a in e.title or a in e.text for a in same_words(w)) for w in words)
        ]
    if sort == "amount":
        return sorted(kept, key=lambda e: -(e.top_fen or 0))
    if sort == "ending":
        return sorted(kept, key=lambda e: e.valid_to or date.max)
    if words and sort != "new":
        return sorted(kept, key=lambda e: -_score(e, words))
    return sorted(kept, key=lambda e: -e.one.policy_id)


SAME = {
    "招工": ("用工", "就业", "招用", "招聘"),
    "用人": ("用工", "就业", "招用"),
    "贷款": ("融资", "信贷", "贴息"),
    "房租": ("租金",),
    "厂房": ("租金", "用房", "场地"),
    "高企": ("高新技术企业",),
    "社保": ("社会保险",),
}
"""What an enterprise calls it, and what policies call it."""


def same_words(word: str) -> tuple[str, ...]:
    """Return a word and those by which policies name the same."""
    return (word, *SAME.get(word, ()))


def _score(entry: Entry, words: Sequence[str]) -> int:
    """Rank: words of the name first, then how often the text says them."""
    every = [a for w in words for a in same_words(w)]
    return sum(20 * (w in entry.title) + min(entry.text.count(w), 5) for w in every)


def _fits(entry: Entry, asked: Mapping[str, str]) -> bool:
    one = entry.one
    own = {
        "dept": str(one.lead_unit_id),
        "theme": one.theme,
        "stage": one.life_stage,
        "delivery": one.delivery,
        "grant": one.grant,
    }
    size = asked.get("size", "")
    return (not size or size in entry.sizes) and all(
        not asked.get(name) or asked[name] == value for name, value in own.items()
    )


def filter_choices(every: Sequence[Entry]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the filters as (name, label, choices); only departments and themes that have a policy."""
    units = dict(sorted({(str(e.one.lead_unit_id), e.one.lead_unit) for e in every}, key=lambda u: u[1]))
    themes = {e.one.theme for e in every}
    return [
        ("theme", "主题", [(v, w) for v, w in Theme.choices if v in themes]),
        ("dept", "部门", list(units.items())),
        ("size", "企业规模", [(s, s) for s in SIZES]),
        ("stage", "阶段", [(v, str(w)) for v, w in LifeStage.choices]),
        ("delivery", "怎么办", [(d, d) for d in DELIVERIES]),
        ("grant", "给什么", [(v, str(w)) for v, w in PolicyGrant.choices]),
    ]
