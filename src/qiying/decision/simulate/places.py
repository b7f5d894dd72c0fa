"""Where `--set` writes: a path in the policy's file, or a number wherever it stands."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")


class PlaceError(ValueError):
    """A place that does not exist; the message is a Chinese sentence."""


def set_place(plain: dict[str, Any], place: str, value: str) -> None:
    """Write a value: `table.rows[0].then[0]` (counted from 0), or `3000000` for that number in all FEEL texts."""
    try:
        wanted = Decimal(place)
    except InvalidOperation:
        _set_path(plain, place, value)
        return
    if not any(_replace_number(part, wanted, value) for part in _feel_parts(plain)):
        raise PlaceError(f"政策里没有数字 {place}。请写文件里出现的数字，或写路径如 table.rows[0].then[0]")


def _set_path(plain: dict[str, Any], place: str, value: str) -> None:
    steps: list[str | int] = [name or int(index) for name, index in STEP.findall(place)]
    target: Any = plain
    try:
        for step in steps[:-1]:
            target = target[step]
        if not isinstance(target[steps[-1]], str):
            raise PlaceError(
                f"“{place}”不是一段文字，不能直接改。请写到具体的单元格，如 table.rows[0].then[0]"
            )
        target[steps[-1]] = value
    except (KeyError, IndexError, TypeError):
        raise PlaceError(
            f"找不到“{place}”。路径如 table.rows[0].when[1]、requires[0].when，从 0 数起"
        ) from None


def _feel_parts(plain: dict[str, Any]) -> list[Any]:
    tables = [plain["table"], *plain.get("score", {}).get("parts", [])]
    rows = [row for table in tables for row in table["rows"]]
    return [
        *plain.get("requires", []),
        *plain.get("excludes", []),
        *(row[key] for row in rows for key in ("when", "then") if key in row),
        plain.get("caps", {}),
    ]


def _replace_number(part: Any, wanted: Decimal, value: str) -> bool:
    """Replace the number in a list of texts or in a mapping's texts; true when it was there."""
    found = False
    keys = (
        range(len(part))
        if isinstance(part, list)
        else [k for k in ("when", "per_year", "total") if k in part]
    )
    for key in keys:
        text = NUMBER.sub(lambda m: value if Decimal(m.group()) == wanted else m.group(), part[key])
        found |= text != part[key]
        part[key] = text
    return found
