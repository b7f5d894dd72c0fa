"""The register's facts under the decision engine's names: which fact is which, and how the engine stores it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from qiying.decision.indicators import Registry
from qiying.kernel.enterprises.models import BodyKind, Enterprise, FactSource, SizeClass
from qiying.kernel.enterprises.selectors import CurrentFact
from qiying.statutes.industries import split_code

WAN = Decimal(10000)
SAME = {
    "职工人数": ("employees", Decimal(1)),
    "营业收入": ("revenue", WAN),
    "资产总额": ("assets", WAN),
    "研发费用": ("rnd_expense", WAN),
    "注册资本": ("registered_capital", WAN),
    "创新积分": ("innovation_score", Decimal(1)),
    "科创指数": ("tech_index", Decimal(1)),
}
"""Engine name → the register's code, and how many of the engine's units one of the register's is."""
OWN_FIELDS = {
    "成立日期": "established_on",
    "行业代码": "industry",
    "企业规模": "size_class",
    "经营主体类型": "body_kind",
    "注册地在本区": "region_unit_id",
}
"""Read from one field each of the enterprise's row; corrected there, by the register's own page."""
OWN_ROW = tuple(OWN_FIELDS)
_SIZES = dict(SizeClass.choices)
_BODIES = {BodyKind.ENTERPRISE: "企业", BodyKind.INDIVIDUAL: "个体工商户", BodyKind.COOPERATIVE: "农民专业合作社",
           BodyKind.NATURAL_PERSON: "个人"}  # fmt: skip
_SOURCES = dict(FactSource.choices)


class KnownFact(NamedTuple):
    """One fact under the engine's name: value as people write it, and as the engine stores it."""

    name: str
    value: Decimal | str | bool | date
    stored: int | str
    period: str
    source: str  # a FactSource code, or "register"
    source_label: str
    recorded_at: datetime | None


def facts_of_profile(
    enterprise: Enterprise, current: Mapping[str, CurrentFact], registry: Registry
) -> dict[str, KnownFact]:
    """Return current facts under the engine's names; what the engine cannot use is left out."""
    found: dict[str, KnownFact] = {}
    for name, one in registry.indicators.items():
        code, factor = SAME.get(name, (name, Decimal(1)))
        fact = current.get(code)
        if fact is not None:
            value = Decimal(fact.value) * factor if name in SAME else fact.value
            stored = one.stored(value)
            if stored is not None:
                label = _SOURCES.get(fact.source, fact.source)
                found[name] = KnownFact(
                    name, one.shown(stored), stored, fact.period, fact.source, label, fact.recorded_at
                )
        elif (own := own_row(enterprise, name)) is not None:
            stored = one.stored(own)
            if stored is not None:
                found[name] = KnownFact(name, one.shown(stored), stored, "", "register", "登记信息", None)
    return found


def own_row(enterprise: Enterprise, name: str) -> date | str | bool | None:
    """Return what the enterprise's own row says of an indicator, or None."""
    return own_value(name, getattr(enterprise, OWN_FIELDS[name])) if name in OWN_FIELDS else None


def own_value(name: str, field: Any) -> date | str | bool | None:
    """Return what a field of the own row says of an indicator of `OWN_FIELDS`, or None."""
    match name:
        case "成立日期":
            found: date | None = field
            return found
        case "行业代码":
            return "".join(split_code(field)) or None  # policies name the section too: C3484
        case "企业规模":
            return _SIZES.get(field)
        case "经营主体类型":
            return _BODIES.get(BodyKind(field))
    return True if field else None


def stored_facts(known: Mapping[str, KnownFact]) -> dict[str, int | str]:
    """Return known facts as the engine evaluates them."""
    return {name: fact.stored for name, fact in known.items()}


def engine_values(current: Mapping[str, CurrentFact], registry: Registry) -> dict[str, int | str]:
    """Return current facts as the engine stores them, by its names; what stands in the own row is not among them."""
    found: dict[str, int | str] = {}
    for name, one in registry.indicators.items():
        code, factor = SAME.get(name, (name, Decimal(1)))
        fact = current.get(code)
        if fact is not None:
            value = one.stored(Decimal(fact.value) * factor if name in SAME else fact.value)
            if value is not None:
                found[name] = value
    return found
