"""Words with which expressions are put into Chinese: comparisons, functions, numbers, dates."""

from __future__ import annotations

from decimal import Decimal

from .numbers import number_text
from .temporal import DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration
from .temporal_text import temporal_from_text

NUMBER_WORDS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "=": "等于", "!=": "不等于"}
DATE_WORDS = {">=": "不早于", ">": "晚于", "<=": "不晚于", "<": "早于", "=": "为", "!=": "不为"}
LENGTH_WORDS = {">=": "不少于", ">": "超过", "<=": "不超过", "<": "少于", "=": "等于", "!=": "不等于"}
TEXT_WORDS = {">=": "不先于", ">": "后于", "<=": "不后于", "<": "先于", "=": "为", "!=": "不为"}
OPERATORS = {"+": "加", "-": "减", "*": "乘以", "/": "除以", "**": "的幂，指数为"}

#: Sentences of functions; {0}, {1}… are the arguments.
FUNCTIONS = {
    "sum": "{all}之和", "mean": "{all}的平均数", "min": "{all}中最小的", "max": "{all}中最大的",
    "count": "{0}的项数", "median": "{all}的中位数", "product": "{all}之积", "abs": "{0}的绝对值",
    "floor": "{0}向下取整", "ceiling": "{0}向上取整", "decimal": "{0}保留{1}位小数",
    "round half up": "{0}四舍五入到{1}位小数", "round half down": "{0}五舍六入到{1}位小数",
    "round up": "{0}按{1}位小数进位", "round down": "{0}按{1}位小数舍去", "modulo": "{0}除以{1}的余数",
    "sqrt": "{0}的平方根", "not": "不满足“{0}”", "list contains": "{0}中有{1}", "contains": "{0}里有{1}",
    "starts with": "{0}以{1}开头", "ends with": "{0}以{1}结尾", "matches": "{0}符合格式{1}",
    "string length": "{0}的字数", "today": "今天", "now": "现在",
    "all": "{all}全部成立", "any": "{all}至少一项成立",
    "years and months duration": "从{0}到{1}的年月", "date": "{all}", "duration": "{all}", "string": "{0}",
    "distinct values": "{0}去重后的各项", "concatenate": "{all}合在一起", "union": "{all}合并去重",
}  # fmt: skip


def number_words(value: Decimal, unit: str = "") -> str:
    """A number with its unit; money and counts in 万 and 亿, shares (`%`) in per cent."""
    if unit in ("%", "比例"):
        return f"{number_text(value * 100)}%"
    for size, word in ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")):
        short = value / size
        if unit and abs(value) >= size and short == short.quantize(Decimal("0.01")):
            return f"{number_text(short)}{word}{unit}"
    return f"{number_text(value)}{unit}"


def temporal_words(text: str) -> str:
    """A date, time or duration as people write it; the text itself when it is none."""
    value = temporal_from_text(text)
    match value:
        case FeelDate():
            return f"{value.year}年{value.month}月{value.day}日"
        case FeelDateTime():
            return f"{temporal_words(str(value.date))}{_clock(value.time)}"
        case FeelTime():
            return _clock(value)
        case MonthsDuration():
            years, months = divmod(abs(value.months), 12)
            words = (f"{years}年" if years else "") + (f"{months}个月" if months else "")
            return ("负" if value.months < 0 else "") + (words or "0个月")
        case DaysDuration():
            return _days(value)
    return text


def _clock(value: FeelTime) -> str:
    return f"{value.hour}时{value.minute:02}分" + (f"{value.second:02}秒" if value.second else "")


def _days(value: DaysDuration) -> str:
    seconds = abs(value.nanos) // 1_000_000_000
    parts = (
        (seconds // 86_400, "天"),
        (seconds // 3600 % 24, "小时"),
        (seconds // 60 % 60, "分"),
        (seconds % 60, "秒"),
    )
    words = "".join(f"{count}{word}" for count, word in parts if count)
    return ("负" if value.nanos < 0 else "") + (words or "0天")


def words_for(kind: str) -> dict[str, str]:
    """The comparison words that suit a kind of value."""
    if kind in ("date", "date and time", "time"):
        return DATE_WORDS
    if kind in ("days and time duration", "years and months duration"):
        return LENGTH_WORDS
    if kind in ("string", "boolean"):
        return TEXT_WORDS
    return NUMBER_WORDS
