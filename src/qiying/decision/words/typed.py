"""What people type into a cell as FEEL: 100万, 20%, 中型、小型, 不低于500万元且低于2000万元; the readout's words too.

Nothing here judges: a text that FEEL can read is left to FEEL, and what comes out is read by FEEL afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from qiying.decision.indicators import Indicator, Registry

from .conditions import truth_text
from .values import plain

_SCALES = {
    "千亿": 10**11, "百亿": 10**10, "亿": 10**8, "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 1000,
    "": 1,
}  # fmt: skip
_NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
_SCALED = re.compile(rf"({_NUMBER})\s*({'|'.join(k for k in _SCALES if k)}|)\s*(%|个百分点|元|)")
_DAY = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_BEFORE = {
    "大于或等于": ">=", "大于等于": ">=", "小于或等于": "<=", "小于等于": "<=", "不低于": ">=", "不少于": ">=",
    "不小于": ">=", "不早于": ">=", "至少": ">=", "达到": ">=", "不超过": "<=", "不高于": "<=", "不大于": "<=",
    "不多于": "<=", "不晚于": "<=", "至多": "<=", "最多": "<=", "高于": ">", "超过": ">", "大于": ">", "多于": ">",
    "晚于": ">", "低于": "<", "少于": "<", "小于": "<", "不足": "<", "不满": "<", "早于": "<", "不等于": "!=",
    "等于": "=", "满": ">=", ">=": ">=", "<=": "<=", "!=": "!=", "≥": ">=", "≤": "<=", "≠": "!=", ">": ">",
    "<": "<", "=": "=", "为": "=", "是": "=",
}  # fmt: skip
_AFTER = {
    "(含)以上": ">=",
    "及以上": ">=",
    "以上": ">=",
    "(含)以下": "<=",
    "及以下": "<=",
    "以下": "<=",
    "以内": "<=",
}
_ONE = re.compile(
    rf"({'|'.join(map(re.escape, _BEFORE))}|)\s*(\S.*?)\s*({'|'.join(map(re.escape, _AFTER))}|)"
)
_RANGE = re.compile(r"(.+?)(?:\.\.|到|至|~|—+|--)(.+?)(?:之间)?")
_FOLDED = {"小微": "小型、微型", "中小微": "中型、小型、微型", "中小": "中型、小型、微型"}
_YES = dict.fromkeys(("是", "有", "对", "符合"), "true") | dict.fromkeys(
    ("否", "不是", "没有", "无"), "false"
)


def cell_feel(cell: str, column: str, registry: Registry) -> str | None:
    """The FEEL of what was typed under a column; None when nobody can tell."""
    said = _folded(cell)
    if said in ("不限", "无限制", "都可以", "全部"):
        return "-"
    one = registry.indicators.get(column)
    if one is not None:
        said = said.removeprefix(column).strip()
        if one.type == "boolean":
            return _boolean(_folded(cell), one)
        if one.is_text:
            return _texts(said, one)
    parts = [_numbers(part, one) for part in re.split("(?:[,;]?或者?|;)", said)]
    return ", ".join(p for p in parts if p) if parts and all(parts) else None


def condition_feel(text: str, registry: Registry) -> str | None:
    """The FEEL of a condition in words, its parts joined by 且 or by 或."""
    said = _folded(text)
    for mark, word in (("且", "and"), ("或", "or")):
        parts = [p for p in re.split(rf"[,;]?(?:并{mark}|{mark}者?)", said) if p.strip()]
        if len(parts) > 1:
            found = [condition_feel(part, registry) for part in parts]
            return f" {word} ".join(f for f in found if f) if all(found) else None
    booleans = (one for one in registry.indicators.values() if one.type == "boolean")
    for one in booleans:
        if said in (one.name, truth_text(one.name, False), f"“{one.name}”为否"):
            return one.name if said == one.name else f"not({one.name})"
    names = sorted((n for n in registry.names if said.startswith(n)), key=len, reverse=True)
    cell = next((cell_feel(said.removeprefix(name), name, registry) for name in names), None)
    return _joined(names[0], cell) if cell else None


def amount_feel(text: str, registry: Registry) -> str | None:
    """The FEEL of an amount in words: 50万元, 研发费用的10%, 研发费用×10%与50万元中较低者."""
    said = _folded(text).replace("×", "*").replace("÷", "/").replace("－", "-")
    if lower := re.fullmatch(r"(.+?)(?:与|和)(.+?)中?较(低|高|小|大)者", said):
        parts = [amount_feel(lower.group(n), registry) for n in (1, 2)]
        return (
            f"{'min' if lower.group(3) in '低小' else 'max'}({parts[0]}, {parts[1]})" if all(parts) else None
        )
    if capped := re.fullmatch(r"(.*\D.*?),?最高(?:不超过)?(.+)", said):
        parts = [amount_feel(capped.group(n).rstrip(","), registry) for n in (1, 2)]
        return f"min({parts[0]}, {parts[1]})" if all(parts) else None
    for name in sorted((n for n in registry.names if n in said), key=len, reverse=True):
        said = said.replace(f"{name}的", f"{name} * ")
    return _SCALED.sub(lambda at: _plain(at), said)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("，", ",").replace("；", ";").strip()


def _plain(at: re.Match[str]) -> str:
    value = Decimal(at.group(1).replace(",", "")) * _SCALES[at.group(2)]
    return plain(value / 100 if at.group(3) in ("%", "个百分点") else value)


def _value(text: str, one: Indicator | None) -> str | None:
    """One number with its unit, or a day."""
    if one is not None and one.type == "date":
        day = _DAY.fullmatch(text.strip())
        return f'@"{day.group(1)}-{int(day.group(2)):02}-{int(day.group(3)):02}"' if day else None
    unit = re.escape(one.unit) if one is not None and one.unit else "人|家|件|项|个|名|年|分|平方米"
    found = re.fullmatch(rf"{_SCALED.pattern}\s*(?:{unit})?", text.strip())
    return _plain(found) if found else None


def _numbers(said: str, one: Indicator | None) -> str | None:
    """A comparison, an interval, or one of each joined by 且."""
    ends = [_compared(part, one) for part in re.split("[,;]?(?:并且|且|同时)", said)]
    if len(ends) == 1:
        if (found := ends[0]) is not None:
            return f"{found[0]} {found[1]}" if found[0] != "=" else found[1]
        between = _RANGE.fullmatch(said.strip("[]()在 "))
        low, high = (_value(between.group(n), one) for n in (1, 2)) if between else (None, None)
        closing = ")" if said.endswith(")") else "]"
        return f"[{low}..{high}{closing}" if low and high else None
    signs = {end[0]: end[1] for end in ends if end is not None}
    low, high = (
        next((s for s in (">=", ">") if s in signs), ""),
        next((s for s in ("<=", "<") if s in signs), ""),
    )
    if len(ends) != 2 or len(signs) != 2 or not low or not high:
        return None
    return f"{'[' if low == '>=' else '('}{signs[low]}..{signs[high]}{']' if high == '<=' else ')'}"


def _compared(said: str, one: Indicator | None) -> tuple[str, str] | None:
    found = _ONE.fullmatch(said.strip())
    value = _value(found.group(2), one) if found else None
    if found is None or value is None or (found.group(1) and found.group(3)):
        return None
    return _BEFORE.get(found.group(1)) or _AFTER.get(found.group(3)) or "=", value


def _texts(said: str, one: Indicator) -> str | None:
    """Values of a text indicator, or all but some."""
    turned = re.match("不属于|不是|不为|不含|除了?", said)
    bare = re.sub("^(?:不属于|不是|不为|不含|除了?|属于|是|为|=)", "", said)
    bare = bare.removesuffix("以外").removesuffix("外").strip()
    bare = _FOLDED.get(bare.removesuffix("企业"), bare)
    listed = [part.strip(' "“”') for part in re.split("[、,;/]|和|及|或者?", bare)]
    known = [
        next((v for v in one.values if part in (v, f"{v}企业")), None if one.values else part)
        for part in listed
    ]
    if not listed or not all(known):
        return None
    found = ", ".join(f'"{value}"' for value in known)
    return f"not({found})" if turned else found


def _boolean(said: str, one: Indicator) -> str | None:
    if said in (one.name, f"{one.name}是"):
        return "true"
    return "false" if said == truth_text(one.name, False) else _YES.get(said)


def _joined(name: str, cell: str) -> str:
    """A cell as a condition on its indicator."""
    if cell in ("true", "false"):
        return name if cell == "true" else f"not({name})"
    if cell.startswith("not("):
        return f"not({name} in {cell.removeprefix('not')})"
    if cell[0] in "<>!":
        return f"{name} {cell}"
    return f"{name} in {cell}" if cell[0] in "[(" and ", " not in cell else f"{name} in ({cell})"
