"""Indicators and how their values are stored: whole numbers in the smallest unit, or text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache, cached_property
from importlib.resources import files

from qiying.decision.logic.sets import EVERYTHING, ValueSet, between, points
from qiying.decision.logic.terms import Bounds

from .located import Value, read_yaml

TYPES = ("money", "count", "number", "boolean", "text", "date")
PERIODS = ("年", "季度", "月", "时点", "项目", "近三年", "近两年")
EPOCH = date(1970, 1, 1)
MONEY_LIMIT = Decimal("9000000000000")
"""Largest amount of money of one enterprise, in yuan."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One fact about an enterprise. `cost` 1 is at hand in government data, 5 needs somebody else's paper."""

    name: str
    type: str
    unit: str
    period: str
    source: str
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int = 0
    values: tuple[str, ...] = ()
    cost: int = 3
    changeable: bool = True
    about: str = ""

    @property
    def scale(self) -> int:
        """Stored value = value in the unit * scale."""
        return 100 if self.type == "money" else 10**self.decimals

    @property
    def is_text(self) -> bool:
        """Stored as text."""
        return self.type == "text"

    @property
    def bounds(self) -> Bounds:
        """Smallest and largest stored value."""
        if self.type == "boolean":
            return Bounds(0, 1)
        if self.type == "date":
            return Bounds(-719162, 2932896)
        default = {"money": MONEY_LIMIT, "count": Decimal(10**9)}.get(self.type, Decimal(10**9))
        low = self.low if self.low is not None else -default
        high = self.high if self.high is not None else default
        return Bounds(int(low * self.scale), int(high * self.scale))

    @property
    def domain(self) -> ValueSet:
        """The values the indicator can take."""
        if self.is_text:
            return points(self.values) if self.values else EVERYTHING
        if self.type in ("boolean",) or self.low is not None or self.high is not None:
            bounds = self.bounds
            return between(bounds.low, bounds.high + 1, True, False)
        return EVERYTHING

    def stored(self, value: object) -> int | str | None:
        """The value as stored; None when it is missing, not a number, infinite or outside the indicator's range.

        Numbers finer than the stored unit are rounded half up.
        """
        if value is None:
            return None
        if self.is_text:
            text = str(value).strip()
            return text if text and (not self.values or text in self.values) else None
        if self.type == "boolean":
            return _truth(value)
        number = _days(value) if self.type == "date" else _number(value, self.scale)
        bounds = self.bounds
        return number if number is not None and bounds.low <= number <= bounds.high else None

    def shown(self, stored: int | str) -> Decimal | str | bool | date:
        """The stored value as people write it, in the indicator's unit."""
        if isinstance(stored, str):
            return stored
        if self.type == "boolean":
            return bool(stored)
        if self.type == "date":
            return EPOCH + timedelta(days=stored)
        return Decimal(stored) / self.scale


def _truth(value: object) -> int | None:
    if isinstance(value, bool):
        return int(value)
    return {"true": 1, "false": 0, "是": 1, "否": 0, "1": 1, "0": 0}.get(str(value).strip().lower())


def _number(value: object, scale: int) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Fraction):
        number = value * scale
    else:
        try:
            exact = Decimal(str(value).strip())
        except InvalidOperation:
            return None
        if not exact.is_finite() or exact.adjusted() > 30:
            return None
        number = Fraction(exact) * scale
    return half_up(number)


def half_up(number: Fraction) -> int:
    """The nearest whole number; halves go away from zero."""
    doubled = 2 * abs(number) + 1
    whole = doubled.numerator // (2 * doubled.denominator)
    return whole if number >= 0 else -whole


def _days(value: object) -> int | None:
    if isinstance(value, date):
        return (date(value.year, value.month, value.day) - EPOCH).days
    try:
        return (date.fromisoformat(str(value).strip()[:10]) - EPOCH).days
    except ValueError:
        return None


class Registry:
    """Indicators by name."""

    def __init__(self, indicators: tuple[Indicator, ...]) -> None:
        self.indicators = {one.name: one for one in indicators}

    def __getitem__(self, name: str) -> Indicator:
        return self.indicators[name]

    def __contains__(self, name: object) -> bool:
        return name in self.indicators

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every indicator's name."""
        return tuple(self.indicators)

    @cached_property
    def bounds(self) -> dict[str, Bounds]:
        """Smallest and largest stored values of the numeric indicators."""
        return {name: one.bounds for name, one in self.indicators.items() if not one.is_text}

    @cached_property
    def domains(self) -> dict[str, ValueSet]:
        """The values each indicator can take."""
        return {name: one.domain for name, one in self.indicators.items()}

    def stored(self, facts: Mapping[str, object]) -> dict[str, int | str]:
        """Facts as stored; missing and unusable ones are left out."""
        found = {}
        for name, value in facts.items():
            if name in self.indicators:
                kept = self.indicators[name].stored(value)
                if kept is not None:
                    found[name] = kept
        return found

    def refused(self, facts: Mapping[str, object]) -> dict[str, str]:
        """Facts that are given but unusable, each with the reason in Chinese."""
        reasons = {}
        for name, value in facts.items():
            if name not in self.indicators:
                reasons[name] = "指标库里没有这个指标"
            elif value is not None and self.indicators[name].stored(value) is None:
                reasons[name] = f"“{value}”不能用作{name}（{self.indicators[name].unit or '文字'}）"
        return reasons

    def with_added(self, added: tuple[Indicator, ...]) -> Registry:
        """A registry with further indicators; same names replace."""
        return Registry((*self.indicators.values(), *added))


_KEYS = (
    "name", "type", "unit", "period", "source", "min", "max", "decimals", "values", "cost", "changeable", "about",
)  # fmt: skip


def _indicator(value: Value) -> Indicator:
    entry = value.fields(_KEYS, ("name", "type", "source"))
    text = {key: entry[key].text() for key in ("unit", "period", "about") if key in entry}
    if "period" in entry:
        entry["period"].one_of(PERIODS)
    kind = entry["type"].one_of(TYPES)
    return Indicator(
        name=entry["name"].text(),
        type=kind,
        unit=text.get("unit", "元" if kind == "money" else ""),
        period=text.get("period", "时点"),
        source=entry["source"].text(),
        low=entry["min"].decimal() if "min" in entry else None,
        high=entry["max"].decimal() if "max" in entry else None,
        decimals=entry["decimals"].whole() if "decimals" in entry else (4 if kind == "number" else 0),
        values=entry["values"].texts() if "values" in entry else (),
        cost=entry["cost"].whole() if "cost" in entry else 3,
        changeable=entry["changeable"].boolean() if "changeable" in entry else True,
        about=text.get("about", ""),
    )


def load_registry(text: str, file: str = "indicators.yaml") -> Registry:
    """The registry in a YAML text; FileError names line and column."""
    found: dict[str, Indicator] = {}
    for item in read_yaml(text, file).fields(("indicators",), ("indicators",))["indicators"].items():
        one = _indicator(item)
        if one.name in found:
            raise item.wrong(f"指标“{one.name}”写了两次", "请删去一个")
        found[one.name] = one
    return Registry(tuple(found.values()))


@cache
def standard_registry() -> Registry:
    """The registry shipped with this library."""
    text = files("qiying.decision").joinpath("data/indicators.yaml").read_text(encoding="utf-8")
    return load_registry(text, "indicators.yaml")
