"""The size class of an enterprise from its facts: 工信部联企业〔2011〕300号, the latest year that decides."""

from decimal import Decimal
from typing import NamedTuple

from qiying.kernel.enterprises.indicators import ASSETS, EMPLOYEES, REVENUE
from qiying.kernel.enterprises.models import EnterpriseFact
from qiying.statutes.size_class import assess, industry_for, why_no_industry

NEEDED = (EMPLOYEES.code, REVENUE.code, ASSETS.code)


class Sized(NamedTuple):
    """A class with the year it rests on, and the reason in words; an empty class is "not yet known"."""

    size_class: str
    period: str
    words: str


def sized(industry_code: str, enterprise_id: int) -> Sized:
    """Return the class from the recorded facts; one query."""
    rows = EnterpriseFact.objects.filter(enterprise_id=enterprise_id, indicator__in=NEEDED).order_by("id")
    years: dict[str, dict[str, str]] = {}
    for period, code, value in rows.values_list("period", "indicator", "value"):
        years.setdefault(period, {})[code] = value
    return sized_from(industry_code, years)


def sized_from(industry_code: str, years: dict[str, dict[str, str]]) -> Sized:
    """Return the class from values by year and indicator; the latest year that settles it counts."""
    if not industry_code:
        return Sized("", "", "还不知道行业，先登记行业代码")
    industry = industry_for(industry_code)
    if industry is None:
        return Sized("", "", why_no_industry(industry_code))
    words = "还没有登记从业人员、营业收入、资产总额"
    for year in sorted(years, reverse=True):
        known = {code: value for code, value in years[year].items() if value}
        found = assess(
            industry,
            int(known[EMPLOYEES.code]) if EMPLOYEES.code in known else None,
            Decimal(known[REVENUE.code]) if REVENUE.code in known else None,
            Decimal(known[ASSETS.code]) if ASSETS.code in known else None,
        )
        if found.size_class is not None:
            return Sized(found.size_class.code, year, f"{year} 年：{found.words()}")
        if year == max(years):
            words = f"{year} 年：{found.words()}"
    return Sized("", "", words)
