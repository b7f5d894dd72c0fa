"""Pure rules of the catalogue: codes, limits in words, materials in lines, conditions in FEEL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from qiying.decision.feel import FeelError, Mode, evaluate, parse_expression
from qiying.statutes.credit_code import check

LEVELS = {"1": "国家", "2": "省", "3": "市", "4": "县", "5": "乡镇", "6": "村"}
_BASE = re.compile(r"[0-9A-Z]{12}")
_LOCAL = re.compile(r"[A-Z]{2}[0-9]{4}")
_LIMIT = re.compile(r"(\d{1,4})\s*(分钟|个?工作小时|小时|个?工作日|天|日)")
_UNITS = {"分钟": "minute", "工作小时": "hour", "小时": "hour", "工作日": "workday", "天": "day", "日": "day"}
_NOTE = re.compile(r"^(.*?)（(.*)）$")
HELD = ("政府已有", "部门核验")
SAMPLE_LEVEL = "4"


def code_complete(text: str, credit_code: str) -> str:
    """Return the implementing code for a base code of a unit with a credit code; any other text as it came.

    >>> code_complete("000131001000", "11330499MB0000000A")
    '11330499MB0000000A4000131001000'
    >>> code_complete("ZZ0001", "")
    'ZZ0001'
    """
    plain = re.sub(r"\s", "", text).upper()
    return f"{credit_code}{SAMPLE_LEVEL}{plain}" if _BASE.fullmatch(plain) and credit_code else plain


def code_problem(code: str) -> str:
    """Say why an item code cannot be one (GB/T 39554.1: 31 = credit code 18 + level 1 + base code 12), or nothing.

    >>> code_problem("ZZ0001"), code_problem("12"), code_problem("000131001000")
    ('', '应是 31 位实施编码、12 位基本编码，或两个字母加四位数字的本地编号', '')
    """
    if _LOCAL.fullmatch(code) or _BASE.fullmatch(code):
        return ""
    if len(code) != 31 or not _BASE.fullmatch(code[19:]):
        return "应是 31 位实施编码、12 位基本编码，或两个字母加四位数字的本地编号"
    if code[18] not in LEVELS:
        return f"第 19 位是行使层级，只能是 1 到 6，现在是“{code[18]}”"
    found = check(code[:18])
    return "" if found.ok else f"前 18 位不是统一社会信用代码：{found.findings[0].message_zh}"


def base_of(code: str) -> str:
    """Return the part of a code that is the same in every district."""
    return code[-12:] if len(code) == 31 else code


def limit_read(text: str) -> tuple[int | None, str]:
    """Return amount and unit of a promised limit; raise `ValueError` with what can be written.

    >>> limit_read("当场办"), limit_read("4个工作小时"), limit_read("3 个工作日"), limit_read("")
    ((0, 'minute'), (4, 'hour'), (3, 'workday'), (None, 'workday'))
    """
    plain = text.strip()
    if not plain:
        return None, "workday"
    if plain in ("当场办", "即办", "当场", "0"):
        return 0, "minute"
    found = _LIMIT.fullmatch(plain)
    if found is None:
        raise ValueError("写成“3 个工作日”“4 个工作小时”“30 分钟”或“当场办”")
    return int(found[1]), _UNITS[found[2].removeprefix("个")]


def within_law(promised: int | None, unit: str, statutory_days: int | None) -> bool:
    """Tell whether a promise is not longer than the law allows; a workday has eight hours."""
    if promised is None or statutory_days is None:
        return True
    days = {
        "minute": Decimal(promised) / 480,
        "hour": Decimal(promised) / 8,
        "day": Decimal(promised) * 5 / 7,
    }
    return days.get(unit, Decimal(promised)) <= max(statutory_days, 1)


def materials_read(text: str) -> list[dict[str, Any]]:
    """Return materials from lines or a list with ；, what stands in brackets says where each comes from.

    >>> [m["name"] for m in materials_read("营业执照（政府已有）；平面图")]
    ['营业执照', '平面图']
    """
    found: list[dict[str, Any]] = []
    for line in re.split(r"[\n；;]+", text):
        name = line.strip()
        if not name:
            continue
        note = ""
        if bracket := _NOTE.match(name):
            name, note = bracket[1].strip(), bracket[2].strip()
        held = note in HELD
        required = not (held or note.startswith(("如", "没有")) or note.endswith("时"))
        source = "government" if held else "applicant"
        if name and name not in {m["name"] for m in found}:
            found.append({"name": name[:60], "source": source, "is_required": required, "note": note[:60]})
    return found


def materials_written(materials: Iterable[Mapping[str, Any]]) -> str:
    """Return materials as the lines they are written in."""
    return "\n".join(f"{m['name']}（{m['note']}）" if m.get("note") else m["name"] for m in materials)


def condition_problem(text: str) -> str:
    """Say why a condition in FEEL cannot be read, or nothing."""
    try:
        if text.strip():
            parse_expression(text)
    except FeelError as error:
        return f"条件读不懂：{error.problem.message}"
    return ""


def holds(text: str, known: Mapping[str, Any]) -> bool | None:
    """Return whether a condition holds of what is known; None while that hangs on what is not known.

    >>> holds('行业 = "餐饮" and 雇人 = "是"', {"行业": "餐饮"}), holds('行业 = "餐饮"', {"行业": "商店"})
    (None, False)
    """
    found = evaluate(parse_expression(text), known, mode=Mode.MATCHING).value
    return found if isinstance(found, bool) else None


def fen_of(text: str) -> int:
    """Return yuan as fen; raise `ValueError` on anything else."""
    try:
        fen = Decimal(text.replace(",", "").strip() or "0") * 100
    except InvalidOperation:
        raise ValueError("写多少元，如 300 或 12.50") from None
    if not 0 <= fen < 10**13 or fen != fen.to_integral_value():
        raise ValueError("写多少元，最多两位小数")
    return int(fen)
