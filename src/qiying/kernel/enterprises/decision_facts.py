"""Facts of the register as the decision engine reads them, under its indicators' names; the one bridge between both.

Most indicators of the engine are kept under their own name. A few were in the register before, in its units (万元):
they are one and the same fact and are translated here, so that nothing is asked or kept twice. Some stand in the
enterprise's own row (day of establishment, industry) and are never written through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from qiying.decision.indicators import Registry, standard_registry
from qiying.decision.indicators.registry import Indicator as EngineIndicator
from qiying.kernel.enterprises.engine_facts import (
    OWN_ROW,
    SAME,
    KnownFact,
    facts_of_profile,
    own_row,
    stored_facts,
)
from qiying.kernel.enterprises.indicators import LASTING, MONTH, QUARTER, YEAR, Indicator, declare_indicator
from qiying.kernel.enterprises.models import Enterprise, FactSource
from qiying.kernel.enterprises.profiles import profile_read
from qiying.kernel.enterprises.services.facts import NewFact, facts_record
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer

__all__ = [
    "OWN_ROW",
    "SAME",
    "KnownFact",
    "fact_to_write",
    "facts_declare",
    "facts_of_profile",
    "is_share",
    "known_facts",
    "last_period",
    "own_row",
    "register_indicators",
    "stored_facts",
]

_KINDS = {
    "money": "decimal",
    "number": "decimal",
    "count": "whole",
    "boolean": "flag",
    "date": "day",
    "text": "text",
}
_FREQUENCIES = {"年": YEAR, "季度": QUARTER, "月": MONTH}


def register_indicators() -> None:
    """Declare the engine's indicators as facts of the register; called once, when the app is ready."""
    for one in standard_registry().indicators.values():
        if one.name in SAME or one.name in OWN_ROW:
            continue
        unit = {"money": "元"}.get(one.type, "" if one.unit == "%" else one.unit)
        declare_indicator(
            Indicator(
                one.name,
                one.name,
                _KINDS[one.type],
                unit,
                _FREQUENCIES.get(one.period, LASTING),
                is_sensitive=one.type == "money",
            )
        )


def is_share(code: str) -> bool:
    """Tell whether an indicator is a share of one, which people say as a percentage."""
    one = standard_registry().indicators.get(code)
    return one is not None and one.unit == "%"


def known_facts(enterprise: Enterprise, registry: Registry | None = None) -> dict[str, KnownFact]:
    """Return what is known of an enterprise, by the engine's names; one query."""
    return facts_of_profile(enterprise, profile_read(enterprise.pk), registry or standard_registry())


def fact_to_write(one: EngineIndicator, value: str, *, on: date) -> NewFact:
    """Return a value under the engine's name as the register keeps it, of the last full period."""
    code, factor = SAME.get(one.name, (one.name, Decimal(1)))
    frequency = (
        YEAR if code != one.name and code != "registered_capital" else _FREQUENCIES.get(one.period, LASTING)
    )
    if code == "registered_capital":
        frequency = LASTING
    text = value.strip()
    if factor != 1 and text:
        text = f"{Decimal(text) / factor:f}"
    return NewFact(code, last_period(frequency, on), text)


def last_period(frequency: str, on: date) -> str:
    """Return the last full year, quarter or month before a day, as facts name their period.

    >>> last_period("year", date(2026, 3, 1)), last_period("quarter", date(2026, 3, 1))
    ('2025', '2025Q4')
    """
    if frequency == YEAR:
        return str(on.year - 1)
    if frequency == QUARTER:
        quarter = (on.month - 1) // 3
        return f"{on.year}Q{quarter}" if quarter else f"{on.year - 1}Q4"
    if frequency == MONTH:
        return f"{on.year}-{on.month - 1:02d}" if on.month > 1 else f"{on.year - 1}-12"
    return ""


def facts_declare(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    values: Mapping[str, str],
    at: datetime,
    on: date,
    source: str = FactSource.DECLARED,
    note: str = "",
    document_id: int | None = None,
) -> None:
    """Record facts given under the engine's names; an empty value is skipped.

    Raises `GuardFailed` with `fields` keyed by indicator: unknown, out of range, or kept in the enterprise's own row.
    """
    known = standard_registry()
    given = {name: value for name, value in values.items() if value.strip()}
    wrong = {name: [reason] for name, reason in known.refused(given).items()}
    for name in given:
        if name in OWN_ROW and name not in wrong:
            wrong[name] = [f"{name}以登记信息为准，要改请到企业名录里更正"]
    if wrong:
        raise GuardFailed([r for reasons in wrong.values() for r in reasons], wrong)
    facts = [fact_to_write(known[name], value, on=on) for name, value in given.items()]
    if facts:
        facts_record(
            actor=actor,
            enterprise=enterprise,
            facts=facts,
            source=source,
            at=at,
            source_note=note,
            document_id=document_id,
        )
