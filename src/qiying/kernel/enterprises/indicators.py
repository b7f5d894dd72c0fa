"""What may be known of an enterprise: declared indicators, and their values as canonical text."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from qiying.kernel.tables.days import read_day

YEAR, QUARTER, MONTH, LASTING = "year", "quarter", "month", "lasting"
PERIOD_PATTERNS = {
    YEAR: re.compile(r"(19|20)\d\d"),
    QUARTER: re.compile(r"(19|20)\d\dQ[1-4]"),
    MONTH: re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])"),
    LASTING: re.compile(r""),
}
PERIOD_HELP = {
    YEAR: "写年份，如 2025",
    QUARTER: "写季度，如 2025Q3",
    MONTH: "写月份，如 2025-09",
    LASTING: "不用写时期",
}


@dataclass(frozen=True)
class Indicator:
    """One declared indicator; `unit` is what the value counts, `is_sensitive` makes it a trade secret."""

    code: str
    label: str
    kind: str  # whole, decimal, flag, day, text
    unit: str = ""
    frequency: str = YEAR
    is_sensitive: bool = False


_INDICATORS: dict[str, Indicator] = {}


def declare_indicator(indicator: Indicator) -> Indicator:
    """Declare an indicator; raise `ValueError` when the code already means something else."""
    if indicator.kind not in _READERS or indicator.frequency not in PERIOD_PATTERNS:
        raise ValueError(f"指标 {indicator.code} 的类型或频度没有登记过")
    if _INDICATORS.setdefault(indicator.code, indicator) != indicator:
        raise ValueError(f"指标 {indicator.code} 声明了两次，而且写法不同")
    return indicator


def indicator_word(code: str) -> str:
    """Return an indicator's Chinese name, or the code of none as it is."""
    return _INDICATORS[code].label if code in _INDICATORS else code


def indicator(code: str) -> Indicator:
    """Return a declared indicator; raise `LookupError` with the code."""
    try:
        return _INDICATORS[code]
    except KeyError:
        raise LookupError(f"没有登记过的指标 {code}") from None


def all_indicators() -> list[Indicator]:
    """Return every declared indicator in order of declaration."""
    return list(_INDICATORS.values())


def plain(text: str) -> str:
    """Return text in half width without outer spaces, as values and headings are compared."""
    return unicodedata.normalize("NFKC", text).strip()


def canonical_value(of: Indicator, text: str) -> str:
    """Return the one text a value is stored as; raise `ValueError` with a Chinese reason."""
    value = plain(text)
    if of.unit and value.endswith(of.unit):
        value = value.removesuffix(of.unit).strip()
    return _READERS[of.kind](value)


def canonical_period(of: Indicator, text: str) -> str:
    """Return the one text a period is stored as; raise `ValueError` with a Chinese reason."""
    value = plain(text).removesuffix("年").upper()
    value = re.sub(r"^(\d{4})年?第?([1-4一二三四])季度?$", lambda m: f"{m[1]}Q{_quarter(m[2])}", value)
    value = re.sub(r"^(\d{4})[年./-](\d{1,2})月?$", lambda m: f"{m[1]}-{int(m[2]):02d}", value)
    if PERIOD_PATTERNS[of.frequency].fullmatch(value) is None:
        raise ValueError(f"{of.label}的时期「{text}」看不懂，{PERIOD_HELP[of.frequency]}")
    return value


def _quarter(word: str) -> str:
    return str("一二三四".index(word) + 1) if word in "一二三四" else word


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.removesuffix("%").replace(",", "").replace(" ", ""))
        number = number / 100 if text.endswith("%") else number
    except InvalidOperation:
        raise ValueError(f"「{text}」不是数字") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValueError(f"「{text}」不是可用的数字")
    return number


def _read_decimal(text: str) -> str:
    number = _decimal(text)
    if -number.as_tuple().exponent > 6:  # type: ignore[operator]  # finite, so the exponent is a number
        raise ValueError(f"「{text}」小数超过 6 位")
    words = format(number, "f")
    return (words.rstrip("0").rstrip(".") if "." in words else words) if number else "0"


def _read_whole(text: str) -> str:
    number = _decimal(text)
    if number != number.to_integral_value():
        raise ValueError(f"「{text}」应是整数")
    return str(int(number))


def _read_flag(text: str) -> str:
    word = text.lower()
    if word in {"是", "有", "true", "yes", "y", "1", "√"}:
        return "true"
    if word in {"否", "无", "没有", "false", "no", "n", "0", "×"}:
        return "false"
    raise ValueError(f"「{text}」请写 是 或 否")


def _read_day(text: str) -> str:
    return read_day(text, None).isoformat()


def _read_text(text: str) -> str:
    if not text:
        raise ValueError("请填内容")
    if len(text) > 400:
        raise ValueError("内容超过 400 字")
    return text


_READERS: dict[str, Callable[[str], str]] = {
    "whole": _read_whole,
    "decimal": _read_decimal,
    "flag": _read_flag,
    "day": _read_day,
    "text": _read_text,
}

EMPLOYEES = declare_indicator(Indicator("employees", "从业人员", "whole", "人"))
REVENUE = declare_indicator(Indicator("revenue", "营业收入", "decimal", "万元", is_sensitive=True))
ASSETS = declare_indicator(Indicator("assets", "资产总额", "decimal", "万元", is_sensitive=True))
for _one in (
    Indicator("output_value", "工业总产值", "decimal", "万元", is_sensitive=True),
    Indicator("profit", "利润总额", "decimal", "万元", is_sensitive=True),
    Indicator("tax_paid", "实缴税金", "decimal", "万元", is_sensitive=True),
    Indicator("rnd_expense", "研发费用", "decimal", "万元", is_sensitive=True),
    Indicator("exports", "出口额", "decimal", "万元", is_sensitive=True),
    Indicator("fixed_investment", "固定资产投资", "decimal", "万元", is_sensitive=True),
    Indicator("energy_use", "综合能耗", "decimal", "吨标准煤"),
    Indicator("rnd_staff", "研发人员", "whole", "人"),
    Indicator("valid_patents", "有效发明专利", "whole", "件"),
    Indicator("social_insured", "参保人数", "whole", "人", MONTH),
    Indicator("power_use", "用电量", "decimal", "千瓦时", MONTH),
    Indicator("innovation_score", "创新积分", "decimal", "分"),
    Indicator("tech_index", "科创指数", "decimal", "分"),
    Indicator("registered_capital", "注册资本", "decimal", "万元", LASTING),
    Indicator("is_high_tech", "高新技术企业", "flag", "", LASTING),
    Indicator("is_above_scale", "规上企业", "flag", "", LASTING),
    Indicator("is_foreign_invested", "外商投资企业", "flag", "", LASTING),
    Indicator("specialised_level", "专精特新等级", "text", "", LASTING),
    Indicator("credit_grade", "信用等级", "text", "", LASTING),
):
    declare_indicator(_one)
