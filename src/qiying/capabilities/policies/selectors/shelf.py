"""The published policies of a district, compiled once a process and day; one small query tells whether they changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from threading import Lock

from qiying.capabilities.policies.models import Catalogue, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.rules.amount_kinds import AmountKind, amount_kind
from qiying.decision.indicators import Registry, standard_registry
from qiying.decision.logic.scope import AS_OF
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.compile import CompiledPolicy, compile_policy
from qiying.decision.policy.load import read_policy
from qiying.decision.policy.model import Policy as Wording
from qiying.decision.scalar import ScalarEngine
from qiying.kernel.audit.keeping import on_forget

ANY_DAY = date(2000, 1, 1)
KEPT = 8
"""Shelves a process keeps: districts times days."""


@dataclass(frozen=True)
class Published:
    """One policy in force with what pages need of it beside its wording."""

    policy_id: int
    version_id: int
    version_no: int
    digest: str
    code: str
    name: str
    theme: str
    life_stage: str
    grant: str
    lead_unit_id: int
    lead_unit: str
    is_paid_here: bool
    wording: Wording

    @cached_property
    def kind(self) -> AmountKind:
        """What its amount is: money paid, tax saved, a base."""
        return amount_kind(self.wording)

    @property
    def delivery(self) -> str:
        """Return 申报, 免申即享 or 即申即享."""
        return self.wording.delivery


@dataclass(frozen=True)
class Shelf:
    """Policies in force on a day, in the order of the engine's book."""

    district_id: int
    stamp: int
    on: date
    published: tuple[Published, ...]

    @cached_property
    def book(self) -> PolicyBook:
        """Return the engine's book, compiled when somebody first asks: a few policies ask for no others."""
        return book_of([p.wording for p in self.published], self.on)

    @cached_property
    def engine(self) -> ScalarEngine:
        return ScalarEngine(self.book)

    @property
    def registry(self) -> Registry:
        return standard_registry()

    @cached_property
    def by_code(self) -> dict[str, Published]:
        return {p.code: p for p in self.published}

    @cached_property
    def by_id(self) -> dict[int, Published]:
        return {p.policy_id: p for p in self.published}

    def only(self, *codes: str) -> Shelf:
        """Return a shelf of some of these policies; nothing is compiled again."""
        return replace(self, published=tuple(p for p in self.published if p.code in codes))


_kept: dict[tuple[int, date], Shelf] = {}
_lock = Lock()


@on_forget
def forget() -> None:
    """Forget every shelf (tests); wordings are kept, because they depend on their text alone."""
    _kept.clear()


def catalogue_stamp(district_id: int) -> int:
    """Return the stamp of what is in force now; one query."""
    return Catalogue.objects.filter(district_id=district_id).values_list("stamp", flat=True).first() or 0


def shelf(district_id: int, on: date) -> Shelf:
    """Return the district's policies in force on a day; one query while nothing changed."""
    stamp = catalogue_stamp(district_id)
    found = _kept.get((district_id, on))
    if found is not None and found.stamp == stamp:
        return found
    with _lock:
        made = _read(district_id, on, stamp)
        if len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[(district_id, on)] = made
    return made


def _read(district_id: int, on: date, stamp: int) -> Shelf:
    rows = (
        PolicyVersion.objects.filter(
            policy__district_id=district_id, policy__state=PolicyState.PUBLISHED, state=VersionState.PUBLISHED
        )
        .select_related("policy__lead_unit")
        .order_by("policy_id")
    )
    published = [one for one in (published_of(v) for v in rows) if one.wording.in_force(on)]
    return Shelf(district_id, stamp, on, tuple(published))


def book_of(wordings: Sequence[Wording], on: date) -> PolicyBook:
    """Return the engine's book of some wordings; what was compiled for another day is taken over where it may be."""
    return PolicyBook([_compiled_on(one, on) for one in wordings], standard_registry(), on)


def _compiled_on(wording: Wording, on: date) -> CompiledPolicy:
    """Only a wording that reads the day of evaluation has to be compiled for each day."""
    if AS_OF in _conditions_of(wording):
        return _compiled(wording, on)
    return replace(_compiled(wording, ANY_DAY), as_of=on)


@lru_cache(maxsize=2048)
def _compiled(wording: Wording, on: date) -> CompiledPolicy:
    return compile_policy(wording, standard_registry(), on)


@lru_cache(maxsize=2048)
def _conditions_of(wording: Wording) -> str:
    """Return every FEEL text of a wording as one, to look for a name in."""
    parts = [c.when for c in (*wording.requires, *wording.excludes)]
    columns = list(wording.table.inputs)
    rows = list(wording.table.rows)
    for part in wording.score.parts if wording.score else ():
        columns += part.inputs
        rows += part.rows
    parts += [c.expression for c in columns]
    return " ".join([*parts, *(text for row in rows for text in (*row.when, *row.then))])


def published_of(version: PolicyVersion) -> Published:
    """Return a version with its wording read; its policy and lead unit must be loaded."""
    policy = version.policy
    return Published(
        policy.pk,
        version.pk,
        version.no,
        version.digest,
        policy.code,
        policy.name,
        policy.theme,
        policy.life_stage,
        policy.grant,
        policy.lead_unit_id,
        policy.lead_unit.label,
        policy.is_paid_here,
        wording_of(version),
    )


def wording_of(version: PolicyVersion) -> Wording:
    """Return a version's text as the engine's policy; raise `FileError` with places when it cannot be read."""
    return _wording(version.text, f"{version.policy_id}-v{version.no}.yaml")


def group_of(version: PolicyVersion) -> str:
    """Return the group of 就高不重复 a version stands in; empty when in none."""
    group = wording_of(version).group
    return group.name if group is not None else ""


@lru_cache(maxsize=2048)
def _wording(text: str, file: str) -> Wording:
    return read_policy(text, file)
