"""Names in a text: they may hold spaces and operators, so they are looked up among the known, longest first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from .errors import FeelSyntaxError
from .lexer import Token, tokenize

#: Symbols that may stand inside a name (rule 30).
NAME_SYMBOLS = frozenset("./-'’+*")

KEYWORDS = frozenset(
    (
        "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
        "instance", "of", "function", "external", "true", "false", "null",
    )
)  # fmt: skip

#: Names of built-in functions that hold a space; single words need no look-up.
BUILTIN_NAMES = (
    "date and time", "years and months duration", "string length", "upper case", "lower case",
    "substring before", "substring after", "starts with", "ends with", "string join", "list contains",
    "list replace", "insert before", "index of", "distinct values", "get value", "get entries", "context put",
    "context merge", "day of year", "day of week", "month of year", "week of year", "round up", "round down",
    "round half up", "round half down", "met by", "overlaps before", "overlaps after", "finished by",
    "started by",
)  # fmt: skip

#: Members of temporal values and ranges that hold a space.
MEMBER_NAMES = ("time offset", "start included", "end included")

#: Names of types that hold a space.
TYPE_NAMES = (
    "date and time", "dateTime", "date time", "days and time duration", "dayTimeDuration",
    "years and months duration", "yearMonthDuration",
)  # fmt: skip

Shape = tuple[str, ...]


def normal_name(name: str) -> str:
    """The name with outer space removed and inner space made single."""
    return " ".join(name.split())


def join_name(tokens: list[Token]) -> str:
    """The name that a run of tokens spells."""
    parts = [(" " if token.spaced and index else "") + token.text for index, token in enumerate(tokens)]
    return "".join(parts)


@lru_cache(maxsize=4096)
def _shape(name: str) -> Shape:
    """The tokens of a name; none when it cannot be a name."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelSyntaxError:
        return ()


class NameTable:
    """A set of known names that answers which of them begins at a token."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[Shape, str]]] = {}
        self._seen: set[str] = set()
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Makes `name` known; names of one word need no look-up and are skipped."""
        name = normal_name(name)
        if name in self._seen:
            return
        self._seen.add(name)
        shape = _shape(name)
        if len(shape) < 2 and not (shape and shape[0] in KEYWORDS):
            return
        entries = self._by_first.setdefault(shape[0], [])
        entries.append((shape, name))
        entries.sort(key=lambda entry: -len(entry[0]))

    def __contains__(self, name: str) -> bool:
        return name in self._seen

    def copy(self) -> NameTable:
        """A table of its own with the same names."""
        return NameTable(self._seen)

    def names(self) -> list[str]:
        """The known names, sorted."""
        return sorted(self._seen)

    def longest(self, tokens: list[Token], position: int) -> tuple[str, int] | None:
        """The longest known name at `position` and how many tokens it takes."""
        for shape, name in self._by_first.get(tokens[position].text, ()):
            if _matches(shape, tokens, position):
                return name, len(shape)
        return None


@lru_cache(maxsize=64)
def shared_table(names: tuple[str, ...]) -> NameTable:
    """The table of these names, the same for every text that knows them; nobody may add to it."""
    return NameTable(names)


def _matches(shape: Shape, tokens: list[Token], position: int) -> bool:
    """Whether the tokens spell the name; space between them is no part of a name (§10.3.1.4)."""
    if position + len(shape) > len(tokens):
        return False
    return all(
        tokens[position + index].text == text and tokens[position + index].kind != "string"
        for index, text in enumerate(shape)
    )


class NameScopes:
    """The name tables in force at a place of the text, innermost last."""

    def __init__(self, outer: NameTable) -> None:
        self._stack = [outer]

    def push(self, table: NameTable) -> None:
        """Opens a scope."""
        self._stack.append(table)

    def pop(self) -> None:
        """Closes the innermost scope."""
        self._stack.pop()

    @property
    def height(self) -> int:
        """How many scopes are open."""
        return len(self._stack)

    def shrink(self, height: int) -> None:
        """Closes scopes until `height` are left."""
        del self._stack[height:]

    def longest(self, tokens: list[Token], position: int) -> tuple[str, int] | None:
        """The longest known name at `position` in any scope in force."""
        best: tuple[str, int] | None = None
        for table in self._stack:
            found = table.longest(tokens, position)
            if found and (best is None or found[1] > best[1]):
                best = found
        return best
