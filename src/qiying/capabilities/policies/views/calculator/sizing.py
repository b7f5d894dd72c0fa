"""企业规模 is worked out from the trade, the people and the revenue: hardly anybody knows it, everybody knows these."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from qiying.capabilities.policies.forms.calculator import answer_read
from qiying.decision.indicators import Registry
from qiying.statutes.size_class import Indicator, Industry, assess

SIZE = "企业规模"
FIGURES = {"职工人数": Indicator.STAFF, "营业收入": Indicator.REVENUE, "资产总额": Indicator.ASSETS}
"""Indicators of the registry and what the size class calls them (工信部联企业〔2011〕300号)."""


def industries() -> list[tuple[str, str]]:
    """Return the trades to choose from, by their names in the code."""
    return [(one.name, one.zh) for one in Industry]


def sized(posted: Mapping[str, str], registry: Registry) -> dict[str, str]:
    """Return the facts of a size question that was answered, the size last; raise `ValueError` with words.

    Money is typed in 万元. Only what the trade's rule reads is asked for.
    """
    chosen = Industry.__members__.get(posted.get("industry", ""))
    if chosen is None:
        raise ValueError("请选行业，不在里面的选“其他未列明行业”")
    found: dict[str, str] = {}
    for name in FIGURES:
        if typed := posted.get(f"figure_{name}", "").strip():
            found[name] = answer_read(registry[name], typed, "wan")
    numbers = {FIGURES[name]: Decimal(value) for name, value in found.items()}
    staff = numbers.get(Indicator.STAFF)
    revenue, assets = (
        None if (value := numbers.get(one)) is None else value / 10_000
        for one in (Indicator.REVENUE, Indicator.ASSETS)
    )
    answer = assess(chosen, None if staff is None else int(staff), revenue, assets)
    if answer.size_class is None:
        raise ValueError(f"还缺{'、'.join(one.zh for one in answer.missing)}，填上就能算出规模")
    return {**found, SIZE: answer.size_class.zh}
