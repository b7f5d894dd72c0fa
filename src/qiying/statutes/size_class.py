"""Size classes of enterprises: 中小企业划型标准规定 (工信部联企业〔2011〕300号), 16 industries.

The re-mapping to GB/T 4754-2017 follows 统计上大中小微型企业划分办法(2017) (国统字〔2017〕213号). A class
needs every one of its lower bounds, otherwise it is one lower; one indicator is enough for 微型. So the
class is the lowest of those that the indicators reach alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum

from qiying.statutes.industries import split_code


class SizeClass(IntEnum):
    """微型 < 小型 < 中型 < 大型; comparable."""

    MICRO = 1
    SMALL = 2
    MEDIUM = 3
    LARGE = 4

    @property
    def zh(self) -> str:
        """Return the Chinese name."""
        return ("微型", "小型", "中型", "大型")[self - 1]

    @property
    def code(self) -> str:
        """Return the word stored in the database."""
        return self.name.lower()

    @property
    def is_small_or_micro(self) -> bool:
        """Return whether it is 小微企业; not the tax term 小型微利企业."""
        return self <= SizeClass.SMALL

    @property
    def is_sme(self) -> bool:
        """Return whether it is 中小企业 (medium, small or micro)."""
        return self <= SizeClass.MEDIUM


class Indicator(StrEnum):
    """从业人员 (persons), 营业收入 and 资产总额 (万元)."""

    STAFF = "staff"
    REVENUE = "revenue_wan"
    ASSETS = "assets_wan"

    @property
    def zh(self) -> str:
        """Return the Chinese name."""
        return {"staff": "从业人员", "revenue_wan": "营业收入", "assets_wan": "资产总额"}[self.value]


_X, _Y, _Z = Indicator.STAFF, Indicator.REVENUE, Indicator.ASSETS
Bounds = tuple[tuple[Indicator, int, int, int], ...]  # indicator, lower bounds of large, medium, small


class Industry(Enum):
    """The 16 rows of item 四 with their inclusive lower bounds."""

    AGRICULTURE = (1, "农、林、牧、渔业", ((_Y, 20000, 500, 50),))
    INDUSTRY = (2, "工业", ((_X, 1000, 300, 20), (_Y, 40000, 2000, 300)))
    CONSTRUCTION = (3, "建筑业", ((_Y, 80000, 6000, 300), (_Z, 80000, 5000, 300)))
    WHOLESALE = (4, "批发业", ((_X, 200, 20, 5), (_Y, 40000, 5000, 1000)))
    RETAIL = (5, "零售业", ((_X, 300, 50, 10), (_Y, 20000, 500, 100)))
    TRANSPORT = (6, "交通运输业", ((_X, 1000, 300, 20), (_Y, 30000, 3000, 200)))
    STORAGE = (7, "仓储业", ((_X, 200, 100, 20), (_Y, 30000, 1000, 100)))
    POST = (8, "邮政业", ((_X, 1000, 300, 20), (_Y, 30000, 2000, 100)))
    LODGING = (9, "住宿业", ((_X, 300, 100, 10), (_Y, 10000, 2000, 100)))
    CATERING = (10, "餐饮业", ((_X, 300, 100, 10), (_Y, 10000, 2000, 100)))
    TELECOMMUNICATIONS = (11, "信息传输业", ((_X, 2000, 100, 10), (_Y, 100000, 1000, 100)))
    SOFTWARE = (12, "软件和信息技术服务业", ((_X, 300, 100, 10), (_Y, 10000, 1000, 50)))
    REAL_ESTATE = (13, "房地产开发经营", ((_Y, 200000, 1000, 100), (_Z, 10000, 5000, 2000)))
    PROPERTY_MANAGEMENT = (14, "物业管理", ((_X, 1000, 300, 100), (_Y, 5000, 1000, 500)))
    LEASING_BUSINESS = (15, "租赁和商务服务业", ((_X, 300, 100, 10), (_Z, 120000, 8000, 100)))
    OTHER = (16, "其他未列明行业", ((_X, 300, 100, 10),))

    def __init__(self, row: int, zh: str, bounds: Bounds) -> None:
        self.row = row
        self.zh = zh
        self.bounds = bounds

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Return the indicators this industry is measured by."""
        return tuple(bound[0] for bound in self.bounds)


_BY_SECTION = {
    "A": Industry.AGRICULTURE,
    "B": Industry.INDUSTRY,
    "C": Industry.INDUSTRY,
    "D": Industry.INDUSTRY,
    "E": Industry.CONSTRUCTION,
    "L": Industry.LEASING_BUSINESS,
    **dict.fromkeys("MNOR", Industry.OTHER),
}
# Sections F to I, K and Q are divided between rows, or only partly covered.
_BY_CODE = {
    "51": Industry.WHOLESALE,
    "52": Industry.RETAIL,
    **dict.fromkeys(("54", "55", "56", "57", "58", "591"), Industry.TRANSPORT),
    **dict.fromkeys((f"59{i}" for i in range(2, 10)), Industry.STORAGE),
    "60": Industry.POST,
    "61": Industry.LODGING,
    "62": Industry.CATERING,
    "63": Industry.TELECOMMUNICATIONS,
    "64": Industry.TELECOMMUNICATIONS,
    "65": Industry.SOFTWARE,
    "701": Industry.REAL_ESTATE,
    "702": Industry.PROPERTY_MANAGEMENT,
    "703": Industry.OTHER,
    "709": Industry.OTHER,
    "85": Industry.OTHER,
}


def industry_for(gbt4754_code: str) -> Industry | None:
    """Return the row for a GB/T 4754-2017 code: section letter, or 2 to 4 digits with or without the letter.

    None where the standard has no row (金融, 教育, 卫生, 铁路, 公共管理, 房地产租赁经营) and where more
    digits are needed: 59 needs 591 or 592–599, 70 needs 701, 702, 703 or 709; `why_no_industry` says which.
    """
    section, digits = split_code(gbt4754_code)
    if digits[:3] in _BY_CODE:
        return _BY_CODE[digits[:3]]
    if digits[:2] in _BY_CODE:
        return _BY_CODE[digits[:2]]
    return _BY_SECTION.get(section) if section else None


def why_no_industry(gbt4754_code: str) -> str:
    """Return, in Chinese, why a code has no row of the standard; "" when it has one."""
    if industry_for(gbt4754_code) is not None:
        return ""
    section, digits = split_code(gbt4754_code)
    if digits == "59":
        return "59 大类里装卸搬运按交通运输业、其余按仓储业划型，请填到 3 位，如 591 或 593。"
    if digits == "70" or (section == "K" and not digits):
        return "房地产业要分清开发经营（701）、物业管理（702）、中介（703），请填到 3 位。"
    if not digits and section in "FGHIQ" and section:
        return f"{section} 门类里各大类的划型标准不同，请填到 2 位大类。"
    if not section:
        return f"“{gbt4754_code}”不是国民经济行业代码（GB/T 4754-2017）。请填门类字母或 2 到 4 位数字。"
    return "划型标准规定没有列这个行业（如金融、教育、卫生、铁路），不能按它划型。"


@dataclass(frozen=True)
class SizeAssessment:
    """A class, or the indicators that are missing and would settle it."""

    size_class: SizeClass | None
    missing: tuple[Indicator, ...]
    reached: tuple[tuple[Indicator, SizeClass], ...]

    def words(self) -> str:
        """Return the result and its reason in one Chinese sentence."""
        reasons = "，".join(f"{indicator.zh}够{level.zh}" for indicator, level in self.reached)
        if self.size_class is None:
            known = f"（{reasons}）" if reasons else ""
            return f"还不知道，缺{'、'.join(indicator.zh for indicator in self.missing)}{known}"
        return (
            f"{self.size_class.zh}（{reasons}，取低的）"
            if len(self.reached) > 1
            else (f"{self.size_class.zh}（{reasons}）")
        )


def assess(
    industry: Industry, staff: int | None, revenue_wan: Decimal | None, assets_wan: Decimal | None
) -> SizeAssessment:
    """Return the size class with its reasons; money in 万元.

    A missing indicator matters only while the known ones reach more than 微型. Raises ValueError for
    negative figures.
    """
    figures = {_X: staff, _Y: revenue_wan, _Z: assets_wan}
    reached: list[tuple[Indicator, SizeClass]] = []
    missing: list[Indicator] = []
    for indicator, large, medium, small in industry.bounds:
        figure = figures[indicator]
        if figure is None:
            missing.append(indicator)
            continue
        if figure < 0:
            raise ValueError(f"{indicator.zh}不能是负数（{figure}）。请核对。")
        level = 1 + (figure >= small) + (figure >= medium) + (figure >= large)
        reached.append((indicator, SizeClass(level)))
    lowest = min((level for _, level in reached), default=None)
    if missing and lowest != SizeClass.MICRO:
        return SizeAssessment(None, tuple(missing), tuple(reached))
    return SizeAssessment(lowest, (), tuple(reached))


def classify(
    industry: Industry,
    staff: int | None = None,
    revenue_wan: Decimal | None = None,
    assets_wan: Decimal | None = None,
) -> SizeClass | None:
    """Return the size class, or None where an indicator that decides is missing (see `assess`)."""
    return assess(industry, staff, revenue_wan, assets_wan).size_class


def missing_indicators(
    industry: Industry,
    staff: int | None = None,
    revenue_wan: Decimal | None = None,
    assets_wan: Decimal | None = None,
) -> tuple[Indicator, ...]:
    """Return the indicators that would settle the class; empty when it is settled."""
    return assess(industry, staff, revenue_wan, assets_wan).missing
