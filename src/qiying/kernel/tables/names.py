"""Finding a row by the name people write for it: full, short, without the district, several in one cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_BETWEEN = re.compile(r"[、,，;；/\n]+|(?<=\S)\s+(?=\S)")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def _bare(text: str) -> str:
    """Return a name without what stands in brackets: 三赢公司（新） is 三赢公司."""
    return re.sub(r"[(（【\[].*?[)）】\]]", "", _plain(text))


class NameIndex:
    """Names of rows by id; a name is understood when exactly one row goes by it.

    `prefixes` are words that may stand before a name or be left out, as 明川区 and 区 do before 住建局.
    """

    def __init__(
        self, rows: Iterable[tuple[int, str, str]], prefixes: Iterable[str] = (), *, by_part: bool = False
    ) -> None:
        self._prefixes = sorted({_plain(p) for p in prefixes if p}, key=len, reverse=True)
        self._by_part = by_part
        self._ids: dict[str, set[int]] = {}
        full: list[str] = []
        for pk, name, short in rows:
            full.append(name)
            for word in {name, short, _bare(name)} - {""}:
                self._ids.setdefault(_plain(word), set()).add(pk)
                self._ids.setdefault(self._stripped(_plain(word)), set()).add(pk)
        self.names = tuple(full)

    def _stripped(self, word: str) -> str:
        for prefix in self._prefixes:
            if word.startswith(prefix) and len(word) > len(prefix) + 1:
                return word[len(prefix) :]
        return word

    def find(self, text: str) -> int | None:
        """Return the one row a name means, or None."""
        plain = _plain(text)
        for word in (plain, _bare(text), self._stripped(plain)):
            if len(found := self._ids.get(word, set())) == 1:
                return next(iter(found))
        if not self._by_part or len(plain) < 2:
            return None
        bare = self._stripped(plain)
        near = {pk for word, ids in self._ids.items() if bare in word for pk in ids}
        # 青岚镇人民政府 is 青岚镇; a longer name that only begins with a short one is somebody else's.
        near |= {
            pk
            for word, ids in self._ids.items()
            if bare in (f"{word}人民政府", f"{word}办事处")
            for pk in ids
        }
        return next(iter(near)) if len(near) == 1 else None

    def find_all(self, text: str) -> tuple[list[int], list[str]]:
        """Return the rows a cell with one or several names means, and the names nobody goes by."""
        if not text:
            return [], []
        if (whole := self.find(text)) is not None:
            return [whole], []
        found: list[int] = []
        unknown: list[str] = []
        for part in _BETWEEN.split(text):
            if not part.strip():
                continue
            pk = self.find(part)
            if pk is None:
                unknown.append(part.strip())
            elif pk not in found:
                found.append(pk)
        return found, unknown

    def unknown(self, text: str) -> list[str]:
        """Return the names in a cell that nobody goes by."""
        return self.find_all(text)[1]
