"""Sections and divisions of GB/T 4754-2017, the national classification of economic activities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Division:
    """A two-digit division (大类) and the section (门类) it belongs to."""

    code: str
    name: str
    section: str


@cache
def sections() -> dict[str, str]:
    """Return section letter → Chinese name, A to T."""
    return {letter: row["name"] for letter, row in _data().items()}


@cache
def divisions() -> dict[str, Division]:
    """Return two-digit code → division, 01 to 97."""
    return {
        code: Division(code, name, letter)
        for letter, row in _data().items()
        for code, name in row["divisions"].items()
    }


def split_code(code: str) -> tuple[str, str]:
    """Return the section letter and the digits of a code such as C, 39, C3911; ("", "") for anything else.

    A letter that does not fit its digits (A39) is no code.
    """
    text = code.strip().upper()
    letter, digits = (text[0], text[1:]) if text[:1].isalpha() else ("", text)
    if letter and letter not in sections():
        return "", ""
    if not digits:
        return letter, ""
    if not (digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 4):
        return "", ""
    division = divisions().get(digits[:2])
    if division is None or (letter and division.section != letter):
        return "", ""
    return division.section, digits


def name(code: str) -> str | None:
    """Return the Chinese name of a section or division; finer codes give their division's name."""
    section, digits = split_code(code)
    if digits:
        return divisions()[digits[:2]].name
    return sections().get(section)


def parents(code: str) -> tuple[str, ...]:
    """Return the codes above a code, widest first: 3911 → (C, 39); C → (); unknown → ()."""
    section, digits = split_code(code)
    if not digits:
        return ()
    return (section,) if len(digits) == 2 else (section, digits[:2])


@cache
def _data() -> dict[str, dict[str, Any]]:
    text = (files("qiying.statutes") / "data" / "industries.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(text)["sections"]
    return loaded
