"""Asking what was learnt: whose matter a message is, which category, kind and level, each with its reason.

A suggestion costs one query beside the district's directory, which is kept per process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from qiying.capabilities.service_requests.models import LearntModel, TermCount
from qiying.capabilities.service_requests.rules import suggest
from qiying.capabilities.service_requests.rules.reading import Reading, read
from qiying.capabilities.service_requests.rules.text.classifier import Classifier, unpack
from qiying.capabilities.service_requests.selectors import Directory, directory
from qiying.kernel.audit.keeping import Kept, on_forget

Scope = TermCount.Scope
MOST_LOADED = 8


@dataclass
class Learnt:
    """The counts that matter to one text."""

    units: suggest.Counts = field(default_factory=suggest.Counts)
    categories: suggest.Counts = field(default_factory=suggest.Counts)
    led: dict[str, dict[str, int]] = field(default_factory=dict)
    returned: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return sum(self.units.cases.values())


@dataclass(frozen=True)
class UnitAdvice:
    """A suggested unit with how sure and why."""

    unit_id: int
    label: str
    band: str
    why: str
    is_co: bool = False


@dataclass(frozen=True)
class Advice:
    """Everything suggested for one message; the officer decides."""

    units: list[UnitAdvice]
    category: str
    category_why: str
    kind: str
    kind_why: str
    level: str
    level_why: str
    learnt_from: int
    reading: Reading


def learnt_for(district_id: int, terms: Sequence[str]) -> Learnt:
    """Return the learnt counts of some terms; one query."""
    by_text = Q(scope__in=[Scope.UNIT, Scope.CATEGORY], term__in=[*terms, "", "*"])
    by_category = Q(scope__in=[Scope.LED, Scope.RETURNED])
    found = Learnt()
    rows = TermCount.objects.filter(by_text | by_category, district_id=district_id, count__gt=0)
    for scope, target, term, n in rows.values_list("scope", "target", "term", "count"):
        if scope in (Scope.LED, Scope.RETURNED):
            kept = found.led if scope == Scope.LED else found.returned
            kept.setdefault(term, {})[target] = n
            continue
        counts = found.units if scope == Scope.UNIT else found.categories
        if term == "":
            counts.cases[target] = n
        elif term == "*":
            counts.terms[target] = n
        else:
            counts.by_term.setdefault(term, Counter())[target] = n
    return found


_loaded: dict[int, Classifier] = {}
on_forget(_loaded.clear)


@Kept
def _trained(district_id: int) -> dict[str, int]:
    """Return the rows of the classifiers that are in force, by scope."""
    return dict(LearntModel.objects.filter(district_id=district_id).values_list("scope", "pk"))


def learnt_shares(district_id: int, scope: str, text: str) -> dict[str, float] | None:
    """Return the shares of the district's classifier for a text; None when it has none yet."""
    pk = _trained(district_id).get(scope)
    if pk is None:
        return None
    if pk not in _loaded:
        archive = LearntModel.objects.filter(pk=pk).values_list("archive", flat=True).first()
        if archive is None:
            return None
        if len(_loaded) >= MOST_LOADED:
            _loaded.clear()
        _loaded[pk] = unpack(bytes(archive))
    return _loaded[pk].shares(text)


def advise(
    *,
    district_id: int,
    title: str,
    text: str,
    category: str = "",
    region_unit_id: int | None = None,
) -> Advice:
    """Return unit, category, kind and level suggested for a message, each with its reason.

    Args:
        category: the category already chosen; empty lets the text decide.
    """
    known = directory(district_id)
    whole = f"{title}\n{text}"
    terms = suggest.terms_of(whole)
    learnt = learnt_for(district_id, terms)
    reading = _reading(text, known)
    keywords = {c.code: c.keywords for c in known.categories.values()}
    told = learnt_shares(district_id, Scope.CATEGORY, whole)
    categories = suggest.suggest_categories(learnt.categories, terms, keywords, whole, learnt=told)
    best = category or (categories[0].target if categories else "")
    shares = learnt_shares(district_id, Scope.UNIT, whole)
    units = _units(known, learnt, terms, reading, best, region_unit_id, shares)
    kind, kind_why = suggest.suggest_kind(whole)
    level, level_why = _level(kind, units, reading)
    chosen = next((c for c in categories if c.target == best), None)
    return Advice(
        units=units,
        category=best,
        category_why="；".join(chosen.reasons) if chosen else "",
        kind=kind,
        kind_why=kind_why,
        level=level,
        level_why=level_why,
        learnt_from=learnt.cases,
        reading=reading,
    )


def _reading(text: str, known: Directory) -> Reading:
    names = {str(u.id): u.names for u in known.units.values()}
    return read(text, names, {str(u.id) for u in known.units.values() if u.is_region})


def _units(
    known: Directory,
    learnt: Learnt,
    terms: Sequence[str],
    reading: Reading,
    category: str,
    region_unit_id: int | None,
    shares: dict[str, float] | None,
) -> list[UnitAdvice]:
    matter = known.categories.get(category)
    able = [str(u.id) for u in known.units.values() if u.is_handling] or [str(i) for i in known.units]
    region = known.units.get(region_unit_id or 0)
    hints = suggest.Hints(
        usual=str(matter.usual_unit_id) if matter and matter.usual_unit_id else "",
        category_name=matter.name if matter else "",
        named=reading.named,
        region=str(region.id) if region else "",
        region_name=region.label if region else "",
        led=learnt.led.get(category, {}),
        returned=learnt.returned.get(category, {}),
    )
    found = suggest.suggest_units(learnt.units, terms, hints, able, learnt=shares)
    return [
        UnitAdvice(
            int(s.target),
            known.units[int(s.target)].label,
            s.band if not _is_co(i, s, hints) else "作协办",
            s.why,
            _is_co(i, s, hints),
        )
        for i, s in enumerate(found)
    ]


def _is_co(position: int, s: suggest.Suggestion, hints: suggest.Hints) -> bool:
    """Somebody named in the text beside a clear leader: asked to help, not to lead."""
    return position > 0 and s.band != "很可能" and s.target in hints.named


def _level(kind: str, units: Sequence[UnitAdvice], reading: Reading) -> tuple[str, str]:
    if kind == "question":
        return "simple", "像是咨询，能当场说清"
    named = [u for u in units[1:] if u.is_co and str(u.unit_id) in reading.named]
    if named:
        return "complex", f"要{named[0].label}一起办"
    if len(reading.matters) > 2:
        return "complex", f"说了 {len(reading.matters)} 件事"
    return "general", "一个单位能办"
