"""What every part of the parser shares: the token stream, budgets, and errors at a token."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from .errors import FeelSyntaxError, Problem, Span, place
from .lexer import Token, tokenize
from .limits import MAX_DEPTH, MAX_LENGTH, MAX_PARSE_STEPS, limit
from .names import (
    BUILTIN_NAMES,
    MEMBER_NAMES,
    NAME_SYMBOLS,
    TYPE_NAMES,
    NameScopes,
    NameTable,
    join_name,
    shared_table,
)
from .syntax import Expr


@dataclass(frozen=True, slots=True)
class Mark:
    """A state of the parser to come back to."""

    position: int
    depth: int
    filters_allowed: bool
    scopes: int


class Cursor(ABC):
    """A place in the tokens of one text, with the names known there."""

    def __init__(self, text: str, names: Iterable[str], members: Iterable[str], types: Iterable[str]) -> None:
        if len(text) > MAX_LENGTH:
            raise limit("length", f"式子超过{MAX_LENGTH}个字符", "请拆成几个式子", Span(0, 0))
        self.text = text
        self.tokens = tokenize(text)
        self.position = 0
        self.scopes = NameScopes(shared_table((*BUILTIN_NAMES, *names)))
        self.members = NameTable((*MEMBER_NAMES, *members))
        self.types = shared_table((*TYPE_NAMES, *types))
        # Off while reading the far end of a range, where `[` may close it: `]1..3[`.
        self.filters_allowed = True
        self._depth = 0
        self._steps = 0

    @abstractmethod
    def expression(self, level: int = 1) -> Expr:
        """An expression whose operators bind at least as tightly as `level`."""

    @property
    def token(self) -> Token:
        """The token at the cursor."""
        return self.tokens[self.position]

    def ahead(self, distance: int = 1) -> Token:
        """A later token, or the last."""
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)]

    def at(self, *texts: str) -> bool:
        """Whether the cursor stands on one of these words or symbols."""
        token = self.token
        return token.kind in ("word", "symbol") and token.text in texts

    def take(self) -> Token:
        """The token at the cursor, which moves on."""
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, text: str) -> bool:
        """Moves past `text` if it stands here."""
        if self.at(text):
            self.position += 1
            return True
        return False

    def expect(self, text: str, why: str) -> Token:
        """Moves past `text` or raises."""
        if not self.at(text):
            self.fail("syntax.expected", f"{why}，这里应为 {text}，却是{self.describe()}", f"请写上 {text}")
        return self.take()

    def since(self, start: int) -> Span:
        """The stretch of text from the token at index `start` to the one before the cursor."""
        last = self.tokens[max(self.position - 1, start)]
        return Span(self.tokens[start].span.start, last.span.end)

    def describe(self, token: Token | None = None) -> str:
        """A token in words."""
        token = token or self.token
        return "末尾" if token.kind == "end" else f"“{token.text}”"

    def fail(self, code: str, message: str, advice: str = "", span: Span | None = None) -> NoReturn:
        """Raises a syntax error at the cursor or at `span`."""
        span = span or self.token.span
        line, column = place(self.text, span.start)
        raise FeelSyntaxError(Problem(code, message, advice, span, line, column))

    def enter(self) -> None:
        """Goes one level deeper; raises when too deep or when parsing took too many steps."""
        self._depth += 1
        self._steps += 1
        if self._depth > MAX_DEPTH // 2:
            raise limit("depth", "括号或式子嵌套过深", "请拆成几个式子", self.token.span)
        if self._steps > MAX_PARSE_STEPS:
            raise limit("parse", "式子过于复杂，读不完", "请拆成几个式子", self.token.span)

    def leave(self) -> None:
        """Comes one level back."""
        self._depth -= 1

    @property
    def depth(self) -> int:
        """How deep the parser stands."""
        return self._depth

    def inside(self) -> Expr:
        """An expression within brackets, where filters are allowed again."""
        saved, self.filters_allowed = self.filters_allowed, True
        found = self.expression()
        self.filters_allowed = saved
        return found

    def scoped(self, table: NameTable) -> Expr:
        """An expression within brackets in which the names of `table` are known too."""
        self.scopes.push(table)
        found = self.inside()
        self.scopes.pop()
        return found

    def mark(self) -> Mark:
        """Where the parser stands, to come back to after a failed try."""
        return Mark(self.position, self._depth, self.filters_allowed, self.scopes.height)

    def rewind(self, mark: Mark) -> None:
        """Goes back to an earlier place; costs extra, because tries within tries multiply."""
        self._steps += 50
        self.position, self._depth, self.filters_allowed = mark.position, mark.depth, mark.filters_allowed
        self.scopes.shrink(mark.scopes)

    def name_run(self, *stops: str) -> str | None:
        """The name spelled by the tokens up to one of `stops`, or None when they spell no name."""
        index = self.position
        run: list[Token] = []
        while True:
            token = self.tokens[index]
            if run and token.kind in ("word", "symbol") and token.text in stops:
                break
            if not _may_stand_in_name(token, first=not run) or len(run) > 40:
                return None
            run.append(token)
            index += 1
        self.position = index
        return join_name(run)


def _may_stand_in_name(token: Token, first: bool) -> bool:
    if first:
        return token.kind == "word"
    return token.kind in ("word", "number") or (token.kind == "symbol" and token.text in NAME_SYMBOLS)
