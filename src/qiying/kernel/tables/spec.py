"""What a kind of table holds: its columns, the words they go by, and which must be there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.grid import Cell

_ALIKE = 75  # of 100: 反映问题内容 for 问题内容, not 联系人 for 联系电话


@dataclass(frozen=True)
class Field:
    """One column of a kind of table; `aliases` are headings that mean the same, `note` is the template's hint."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    kind: Literal["text", "date", "number"] = "text"
    width: float = 14
    is_required: bool = False
    note: str = ""
    choices: tuple[str, ...] = ()  # what may stand here when it is a closed list; the mapping page offers it


@dataclass(frozen=True)
class Spec:
    """A kind of table; `code` is what mappings are kept under.

    `more` names the field of a heading that is no fixed column, such as 2025年营业收入; its key is its title.
    """

    code: str
    title: str
    fields: tuple[Field, ...]
    more: Callable[[str], str] = lambda heading: ""

    @cached_property
    def keys(self) -> dict[str, str]:
        """Return the field of every known heading, headings made comparable."""
        return {head_key(name): f.key for f in self.fields for name in (f.title, *f.aliases)}

    @property
    def required(self) -> list[Field]:
        """Return the fields without which nothing can be read."""
        return [f for f in self.fields if f.is_required]

    def field(self, key: str) -> Field:
        """Return a field by its key."""
        return next((f for f in self.fields if f.key == key), Field(key, key))


@dataclass(frozen=True)
class HeadMap:
    """How one source's headings and words are to be read, as an officer settled it."""

    columns: Mapping[str, str] = field(
        default_factory=dict
    )  # heading made comparable → field, "" = not imported
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field → word → word we know


@lru_cache(4096)
def head_key(text: Cell) -> str:
    """Return a heading without blanks, brackets' content and signs: 企业名称（全称）* is 企业名称."""
    plain = unicodedata.normalize("NFKC", clean_text(text))
    bare = re.sub(r"[（(【\[].*?[)）】\]]", "", plain)
    return re.sub(r"[\s*:：、/_\-]+", "", bare or plain).lower()


def suggested(heading: str, spec: Spec, taken: Sequence[str]) -> str:
    """Return the field a heading is most like, or nothing; those in `taken` have a column already."""
    names = {name: key for name, key in spec.keys.items() if key not in taken}
    found = process.extractOne(head_key(heading), list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return names[found[0]] if found else ""
