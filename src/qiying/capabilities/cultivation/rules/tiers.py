"""The ladder of quality firms: tiers, the versions of their decision tables by day, how long a title lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from qiying.decision.commands.policy_files import shipped_policies
from qiying.decision.indicators import standard_registry
from qiying.decision.policy.book import PolicyBook
from qiying.decision.policy.compile import CompiledPolicy, compile_policy
from qiying.decision.policy.load import load_policy
from qiying.decision.policy.model import Policy
from qiying.decision.scalar import ScalarEngine

DATA = Path(__file__).parents[1] / "data"
APPLY, RECHECK = "apply", "recheck"
SCORE = "专精特新评价得分"
"""The platform's quality score (工信厅企业〔2024〕75号): stored with its proof, never computed here."""


@dataclass(frozen=True)
class Version:
    """A table for new applications or re-checks from a day to a day; `omits` are its conditions left out."""

    table: str
    is_shipped: bool
    valid_from: date
    valid_to: date | None
    purposes: tuple[str, ...]
    omits: tuple[str, ...] = ()

    def holds(self, on: date, purpose: str) -> bool:
        """Tell whether this is the version for a purpose on a day."""
        until = self.valid_to or date.max
        return purpose in self.purposes and self.valid_from <= on <= until


@dataclass(frozen=True)
class Tier:
    """A step of the ladder; `after` are the titles of which a valid one is needed, `fact` what others read."""

    code: str
    label: str
    short: str
    step: int
    fact: str
    source: str
    versions: tuple[Version, ...]
    after: tuple[str, ...] = ()
    until_year_end: bool = False
    window: tuple[str, str] | None = None

    def version(self, on: date, purpose: str = APPLY) -> Version | None:
        """Return the version of a day, None where there is none."""
        return next((v for v in self.versions if v.holds(on, purpose)), None)

    def is_open(self, on: date) -> bool:
        """Tell whether applications are taken on a day."""
        return self.window is None or self.window[0] <= on.strftime("%m-%d") <= self.window[1]


@dataclass(frozen=True)
class Ladder:
    """All tiers, and for how many years a title lasts and false data bar."""

    tiers: Mapping[str, Tier]
    years: int
    barred_years: int

    def until(self, tier: str, granted_on: date) -> date:
        """Return the last day of a title.

        >>> ladder().until("specialised", date(2026, 9, 1)), ladder().until("tech", date(2026, 9, 1))
        (datetime.date(2029, 8, 31), datetime.date(2026, 12, 31))
        """
        if self.tiers[tier].until_year_end:
            return date(granted_on.year, 12, 31)
        return date.fromordinal(years_later(granted_on, self.years).toordinal() - 1)

    def barred_until(self, on: date) -> date:
        """Return until when somebody who gave false data may not apply."""
        return years_later(on, self.barred_years)


def years_later(on: date, years: int) -> date:
    """Return the same day some years later; of 29 February the 28th."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return on.replace(year=on.year + years, day=28)


@cache
def ladder() -> Ladder:
    """Return the ladder of `data/tiers.yaml`."""
    told = yaml.safe_load((DATA / "tiers.yaml").read_text(encoding="utf-8"))
    tiers = {one["code"]: _tier(one) for one in told["tiers"]}
    return Ladder(tiers, told["years"], told["barred_years"])


def _tier(told: dict[str, Any]) -> Tier:
    versions = tuple(
        Version(
            v.get("table") or v["shipped"], "shipped" in v, v["from"], v.get("to"), tuple(v["for"]),
            tuple(v.get("omits", ())),
        )
        for v in told["versions"]
    )  # fmt: skip
    return Tier(
        told["code"],
        told["label"],
        told.get("short", told["label"]),
        told["step"],
        told["fact"],
        told["source"],
        versions,
        after=tuple(told.get("after", ())),
        until_year_end=told.get("until_year_end", False),
        window=tuple(told["window"]) if "window" in told else None,
    )


@dataclass(frozen=True)
class Tables:
    """The tables in force on a day for a purpose, compiled, with the tiers in the same order."""

    tiers: tuple[Tier, ...]
    book: PolicyBook
    engine: ScalarEngine

    def index(self, tier: str) -> int | None:
        """Return where a tier stands, None where it has no table that day."""
        return next((n for n, one in enumerate(self.tiers) if one.code == tier), None)


def tables(on: date, purpose: str = APPLY) -> Tables:
    """Return the tables of a day; compiled once a process while the versions are the same."""
    found = [(t.code, v) for t in ladder().tiers.values() if (v := t.version(on, purpose)) is not None]
    return _tables(tuple(found))


@lru_cache(maxsize=16)
def _tables(versions: tuple[tuple[str, Version], ...]) -> Tables:
    compiled = [_compiled(version) for _, version in versions]
    book = PolicyBook(compiled, standard_registry(), max(v.valid_from for _, v in versions))
    return Tables(tuple(ladder().tiers[code] for code, _ in versions), book, ScalarEngine(book))


@lru_cache(maxsize=32)
def _compiled(version: Version) -> CompiledPolicy:
    return compile_policy(wording(version), standard_registry(), version.valid_from)


def wording(version: Version) -> Policy:
    """Return a version's table as written, valid as long as the version is."""
    folder = shipped_policies() / "national" if version.is_shipped else DATA / "tables"
    read = load_policy(folder / f"{version.table}.yaml")
    kept = tuple(c for c in read.requires if c.when not in version.omits)
    return replace(read, requires=kept, valid_from=version.valid_from, valid_to=version.valid_to)
