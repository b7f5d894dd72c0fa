"""Tabler's stylesheet reduced to what the pages can use: 635 kB of rules of which they need a twentieth.

A rule stays when every class it names is a word of some template, script or Python file that writes HTML; then custom
properties and animations nobody refers to go. Words are taken broadly, so that a class put together in code is only
ever kept too much.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

HOUSE = Path(__file__).parents[1]
_BRACES = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|/\*.*?\*/|[{};]", re.DOTALL)
_CLASS = re.compile(r"\.(-?[a-zA-Z_](?:\\.|[\w-])*)")
_WORD = re.compile(r"[a-zA-Z][\w-]+")
_WRITES_HTML = re.compile(r"form-control|form-select|class=|\"class\"|css")
_PROPERTY = re.compile(r"(--[\w-]+)\s*:(?:[^;}\"']|\"[^\"]*\"|'[^']*')*;?")
_REFERRED = re.compile(r"var\(\s*(--[\w-]+)")
OTHER_THEMES = re.compile(r"\[data-bs-theme=[\"']?dark|\[dir=|^\.theme-dark|:root:not\(")


def class_sources() -> list[Path]:
    """Return the files in which a class may be written."""
    found = [
        p for kind in ("templates/**/*.html", "static/**/*.js", "*.py") for p in HOUSE.glob(f"**/{kind}")
    ]
    return sorted(p for p in found if not {"vendor", "tests", "migrations"} & set(p.parts))


@lru_cache(maxsize=1)
def used_words() -> frozenset[str]:
    """Return every word of the sources that could be a class."""
    words: set[str] = set()
    for path in class_sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py" or _WRITES_HTML.search(text):
            words.update(_WORD.findall(text))
    return frozenset(words)


def purged(css: str, words: Iterable[str], also: str = "") -> str:
    """Return the rules whose classes are among the words; `also` is further CSS that refers to properties."""
    text = "".join(_kept(css, frozenset(words)))
    for _ in range(4):  # a property may be referred to by another that goes
        text = _without(text, set(_REFERRED.findall(text + also)))
    animations = set(re.findall(r"animation(?:-name)?:([^;}]*)", text + also))
    named = set(_WORD.findall(" ".join(animations)))
    text = re.sub(
        r"@keyframes ([\w-]+)\{(?:[^{}]*\{[^{}]*\})*\}", lambda m: m[0] if m[1] in named else "", text
    )
    return re.sub(r"[^{};]*\{\}", "", text)


def _without(text: str, referred: set[str]) -> str:
    return _PROPERTY.sub(lambda m: m[0] if m[1] in referred else "", text)


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield heads with their bodies, and statements without one."""
    depth, start, opened = 0, 0, 0
    for found in _BRACES.finditer(css):
        sign = found[0]
        if sign == "{":
            opened = found.end() if depth == 0 else opened
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start : opened - 1].strip(), css[opened : found.start()]
                start = found.end()
        elif sign == ";" and depth == 0:
            yield css[start : found.end()].strip(), None
            start = found.end()


def _kept(css: str, words: frozenset[str]) -> Iterator[str]:
    for head, body in _blocks(css):
        if body is None:
            yield head
        elif head.startswith(("@media", "@supports", "@layer", "@container")):
            if inside := "".join(_kept(body, words)):
                yield f"{head}{{{inside}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        elif selectors := [one for one in _selectors(head) if _is_used(one, words)]:
            yield f"{','.join(selectors)}{{{body}}}"


def _selectors(head: str) -> list[str]:
    """Split at the commas outside of brackets."""
    return re.split(r",(?![^(\[]*[)\]])", re.sub(r"/\*.*?\*/", "", head, flags=re.DOTALL))


def _is_used(selector: str, words: frozenset[str]) -> bool:
    if OTHER_THEMES.search(selector.strip()):
        return False
    plain = re.sub(r":not\([^)]*\)", "", selector)  # what it is not need not exist
    return all(name.replace("\\", "") in words for name in _CLASS.findall(plain))
