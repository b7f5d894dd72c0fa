"""Texts of a case: titles made of them, and what would tell who asked taken out of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "来件人（隐名）"
COVER = "（隐名）"
ERASED = "（已依法删除）"

_LEGAL = re.compile(r"(?:股份|集团)?(?:有限)?(?:责任)?公司$|(?:厂|店|社|中心|事务所)$")
_REGION = re.compile(r"^.{2,4}?[省市县区镇]")
_CALLED = "公司|厂|集团|企业|机械|科技"
_TITLES = "总|经理|女士|先生|老板|厂长|主任|工|师傅|董"
_PHONES = (
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)",
    r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)",
)


def title_of(text: str, limit: int = 30) -> str:
    """Return a title made of the first sentence of what was said."""
    first = re.split(r"[。！？!?\n；;]", text.strip(), maxsplit=1)[0].strip(" ，,、")
    first = re.sub(r"\s+", " ", first) or text.strip()[:limit]
    return first if len(first) <= limit else first[: limit - 1] + "…"


def surname(name: str) -> str:
    """Return a name masked to its first character; an erased one says so."""
    return name if not name or name == ERASED else f"{name[0]}{'*' * min(len(name) - 1, 2)}"


class Veil:
    """Covers in any text, list or mapping what tells who asked; without names it changes nothing.

    >>> Veil(firms=["海盐县禾川精密机械有限公司"], people=["陈雨"])("禾川精密的陈总，13800001111")
    '（隐名）的（隐名），（隐名）'
    """

    def __init__(
        self, *, firms: Iterable[str] = (), people: Iterable[str] = (), others: Iterable[str] = ()
    ) -> None:
        found = [p for name in firms for p in _firm(name.strip())]
        found += [p for name in people for p in _person(name.strip())]
        found += [re.escape(o) for o in others if len(o) >= 4]
        found = sorted(set(found), key=lambda p: -len(p))
        self._pattern = re.compile("|".join([*found, *_PHONES])) if found else None

    def __call__(self, value: Any) -> Any:
        """Return the value with every telling word covered."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self._pattern.sub(COVER, value)
        if isinstance(value, Mapping):
            return {k: self(v) for k, v in value.items()}
        return [self(v) for v in value] if isinstance(value, list | tuple) else value


def _firm(name: str) -> Iterable[str]:
    """Yield the name, its beginnings of three characters and more, and two with what firms are called by."""
    if len(name) < 2:
        return
    yield re.escape(name)
    core = _LEGAL.sub("", name)
    for part in {core, _REGION.sub("", core)}:
        if len(part) >= 3:
            rest = part[3:]
            yield re.escape(part[:3]) + "".join(f"(?:{re.escape(c)}" for c in rest) + ")?" * len(rest)
        if len(part) >= 2:
            yield f"{re.escape(part[:2])}(?:{_CALLED})"


def _person(name: str) -> Iterable[str]:
    if len(name) >= 2:
        yield re.escape(name)
        yield f"{re.escape(name[0])}(?:{_TITLES})"


NO_VEIL = Veil()
