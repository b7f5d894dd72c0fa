"""The law as dated data: what was in force on a day, by which article, and how far we trust the text.

The entries are in `data/rules/*.yaml`. A capability asks `table("...").at(day)` when it opens a case and
stores what it got; it never writes a number of days into code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import yaml

CONFIDENCES = ("law_text", "public_page", "memory", "assumption")


@dataclass(frozen=True)
class DatedEntry:
    """Values in force from `valid_from` to `valid_to`, both included; None is open."""

    values: Mapping[str, Any]
    valid_from: date | None
    valid_to: date | None
    law: str
    article: str
    source: str
    confidence: str
    note: str = ""

    def __getitem__(self, key: str) -> Any:
        """Return one value; raises KeyError naming the law and the values it has."""
        try:
            return self.values[key]
        except KeyError:
            raise KeyError(f"{self.law} has no value {key!r}; it has {sorted(self.values)}") from None

    def is_in_force(self, on: date) -> bool:
        """Return whether the entry binds on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    @property
    def citation(self) -> str:
        """Return 《law》 and article, for a letter or an explanation."""
        return f"《{self.law}》{self.article}" if self.article else f"《{self.law}》"


@dataclass(frozen=True)
class DatedTable:
    """The versions of one rule over time; two versions never bind on the same day."""

    code: str
    title: str
    entries: tuple[DatedEntry, ...] = field(default=())

    def __post_init__(self) -> None:
        ordered = sorted(self.entries, key=lambda entry: entry.valid_from or date.min)
        for entry in ordered:
            if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
                raise ValueError(f"{self.code}：{entry.law} 的失效日早于生效日，请核对。")
        for before, after in pairwise(ordered):
            if before.valid_to is None or after.valid_from is None or before.valid_to >= after.valid_from:
                raise ValueError(f"{self.code}：{before.law} 和 {after.law} 有效期重叠，请给前一条写失效日。")
        object.__setattr__(self, "entries", tuple(ordered))

    def at(self, on: date) -> DatedEntry | None:
        """Return what binds on a day, or None where nothing does."""
        return next((entry for entry in self.entries if entry.is_in_force(on)), None)

    def required_at(self, on: date) -> DatedEntry:
        """Return what binds on a day; raises LookupError, in Chinese, where nothing does."""
        entry = self.at(on)
        if entry is None:
            raise LookupError(f"{on.isoformat()} 没有有效的规定：{self.title}。请在规则表里补上依据。")
        return entry


@dataclass(frozen=True)
class Duty:
    """One duty of an authority by an article, and what the platform does for it."""

    article: int
    articles: str
    duty: str
    platform: str


@cache
def tables() -> Mapping[str, DatedTable]:
    """Return every packaged rule by its code."""
    folder = files("qiying.statutes") / "data" / "rules"
    found: dict[str, DatedTable] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml") or file.name == "duties.yaml":
            continue
        for built in load_tables(yaml.safe_load(file.read_text(encoding="utf-8"))):
            if built.code in found:
                raise ValueError(f"规则 {built.code} 写了两次，请合并成一张表。")
            found[built.code] = built
    return MappingProxyType(found)


def table(code: str) -> DatedTable:
    """Return one packaged rule; raises LookupError naming those that exist."""
    try:
        return tables()[code]
    except KeyError:
        raise LookupError(f"no rule {code!r}; there are {', '.join(sorted(tables()))}") from None


def load_tables(raw: Mapping[str, Any]) -> Iterable[DatedTable]:
    """Build tables from data of the packaged shape; a district's own rules are read the same way."""
    for code, row in raw.items():
        entries = tuple(_entry(code, item) for item in row["entries"])
        yield DatedTable(code=code, title=row["title"], entries=entries)


@cache
def duties() -> tuple[Duty, ...]:
    """Return the duties of State Council Order 722 that the platform must meet, by article."""
    text = (files("qiying.statutes") / "data" / "rules" / "duties.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["duties"]
    return tuple(_duty(row) for row in rows)


def _duty(row: Mapping[str, Any]) -> Duty:
    articles = str(row["articles"])
    return Duty(int(articles.split("/")[0]), articles, row["duty"], row["platform"])


def _entry(code: str, item: Mapping[str, Any]) -> DatedEntry:
    missing = [key for key in ("law", "source", "confidence", "values") if not item.get(key)]
    if missing:
        raise ValueError(f"规则 {code} 缺 {'、'.join(missing)}。每条规则都要写明依据和可信程度。")
    if item["confidence"] not in CONFIDENCES:
        raise ValueError(f"规则 {code} 的 confidence 只能是 {'、'.join(CONFIDENCES)} 之一。")
    return DatedEntry(
        values=MappingProxyType(dict(item["values"])),
        valid_from=item.get("valid_from"),
        valid_to=item.get("valid_to"),
        law=item["law"],
        article=item.get("article", ""),
        source=item["source"],
        confidence=item["confidence"],
        note=item.get("note", ""),
    )


T = TypeVar("T")


class TypedRule(Generic[T]):
    """A packaged table read as one dataclass, so that a caller's mistake is found by the type checker."""

    def __init__(self, code: str, shape: type[T]) -> None:
        self.code = code
        self.shape = shape

    def at(self, on: date) -> T:
        """Return the values that bind on a day; raises LookupError, in Chinese, where nothing does."""
        return self.shape(**table(self.code).required_at(on).values)


@dataclass(frozen=True)
class ArrearsClocks:
    """The clocks of a complaint about arrears to a small or medium enterprise."""

    hand_over_workdays: int
    result_days: int
    longest_days: int


ARREARS = TypedRule("arrears_complaint", ArrearsClocks)
