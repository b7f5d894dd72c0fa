"""Administrative divisions by their six-digit code: the part of GB/T 2260 that the product needs.

Not complete on purpose: a code that is not listed is unknown, never wrong, because credit codes keep
divisions that have been abolished.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def name(code: str) -> str | None:
    """Return the division's own name (西湖区), also of an abolished one, or None when not listed."""
    return _names().get(code)


def province(code: str) -> str | None:
    """Return the name of the province-level division a code lies in."""
    return _names().get(code[:2] + "0000") if len(code) == 6 else None


def full_name(code: str) -> str | None:
    """Return 浙江省杭州市西湖区, as far as the levels are listed; None when the code itself is not."""
    if code not in _names():
        return None
    levels = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
    return "".join(_names().get(level, "") for level in levels)


def abolished_in(code: str) -> int | None:
    """Return the year in which a listed division was abolished, or None."""
    row = _data()["abolished"].get(code)
    return row["to"] if row else None


def children(code: str) -> dict[str, str]:
    """Return the listed, existing divisions directly under a province or city: code → name."""
    existing = {**_data()["provinces"], **_data()["places"]}
    if code.endswith("0000"):
        return {c: n for c, n in existing.items() if c[:2] == code[:2] and c != code and c.endswith("00")}
    return {c: n for c, n in existing.items() if c[:4] == code[:4] and c != code}


@cache
def _names() -> dict[str, str]:
    data = _data()
    return {
        **{code: row["name"] for code, row in data["abolished"].items()},
        **data["provinces"],
        **data["places"],
    }


@cache
def _data() -> dict[str, dict[str, Any]]:
    text = (files("qiying.statutes") / "data" / "divisions.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return loaded
