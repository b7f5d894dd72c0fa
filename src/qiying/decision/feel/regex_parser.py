"""Reads an XPath regular expression into the program of `regex_machine`."""

from __future__ import annotations

from . import regex_classes as classes
from .regex_classes import MULTI, SINGLE, Predicate
from .regex_machine import Instruction, at_end, at_line_end, at_line_start, at_start

_MAX_PROGRAM = 20_000
_MAX_REPEAT = 1000
_MAX_NESTING = 60


class PatternError(ValueError):
    """The pattern is not a regular expression; the text says why, in Chinese."""


class RegexParser:
    """One pattern being read; `groups` counts capturing groups."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.flags = flags
        self.pattern = _without_space(pattern) if "x" in flags and "q" not in flags else pattern
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0
        self.loops = 0

    def program(self) -> list[Instruction]:
        """The whole program; raises `PatternError`."""
        if "q" in self.flags:
            body: list[Instruction] = [self._char(classes.one(char)) for char in self.pattern]
        else:
            body = self._alternatives()
            if self.at < len(self.pattern):
                raise PatternError(f"模式中多了“{self.pattern[self.at]}”")
        # Loops keep the place of their last round in slots after those of the groups.
        code = [_shift_slot(part, 2 * self.groups) for part in body]
        return [*code, ("match", None, None)]

    def _peek(self, count: int = 1) -> str:
        return self.pattern[self.at : self.at + count]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise PatternError("模式没有写完")
        self.at += 1
        return char

    def _char(self, taken: Predicate) -> Instruction:
        return "char", classes.folded(taken) if "i" in self.flags else taken, None

    def _alternatives(self) -> list[Instruction]:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise PatternError("模式嵌套过深")
        branches = [self._branch()]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._branch())
        self.depth -= 1
        code = branches[-1]
        for branch in reversed(branches[:-1]):
            code = [("split", 1, len(branch) + 2), *branch, ("jump", len(code) + 1, None), *code]
        return code

    def _branch(self) -> list[Instruction]:
        code: list[Instruction] = []
        while self._peek() not in ("", "|", ")"):
            code += self._piece()
            if len(code) > _MAX_PROGRAM:
                raise PatternError("模式过长")
        return code

    def _piece(self) -> list[Instruction]:
        atom = self._atom()
        quantity = self._quantity()
        if quantity is None:
            return atom
        low, high = quantity
        lazy = self._peek() == "?"
        self.at += lazy
        if len(atom) * max(low, high or 0) > _MAX_PROGRAM:
            raise PatternError("重复次数过多")
        code = atom * low
        if high is None:
            return code + self._loop(atom, lazy)
        optional: list[Instruction] = []
        for _ in range(high - low):
            skip = len(atom) + len(optional) + 1
            optional = [_split(1, skip, lazy), *atom, *optional]
        return code + optional

    def _loop(self, atom: list[Instruction], lazy: bool) -> list[Instruction]:
        slot = -1 - self.loops
        self.loops += 1
        body = [("save", slot, None), *atom, ("progress", slot, None)]
        return [_split(1, len(body) + 2, lazy), *body, ("jump", -len(body) - 1, None)]

    def _quantity(self) -> tuple[int, int | None] | None:
        char = self._peek()
        if char in ("*", "+", "?") and char:
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if char != "{":
            return None
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : end].partition(",")
        if (
            end < 0
            or not (low.isascii() and low.isdigit())
            or (high and not (high.isascii() and high.isdigit()))
        ):
            raise PatternError("花括号里应写次数，如 {2} 或 {2,5}")
        self.at = end + 1
        least = int(low[:6])
        most = (int(high[:6]) if high else None) if comma else least
        if max(least, most or 0) > _MAX_REPEAT or (most is not None and most < least):
            raise PatternError("重复次数不对或过多")
        return least, most

    def _atom(self) -> list[Instruction]:
        char = self._take()
        if char == "(":
            return self._group()
        if char == "[":
            return [self._char(self._class())]
        if char == ".":
            everything = "s" in self.flags
            return [
                ("char", (lambda other: True) if everything else (lambda other: other not in "\n\r"), None)
            ]
        if char in "^$":
            many = "m" in self.flags
            check = (
                (at_line_start if many else at_start) if char == "^" else (at_line_end if many else at_end)
            )
            return [("assert", check, None)]
        if char == "\\":
            return self._escaped()
        if char in "?*+{}])|":
            raise PatternError(f"“{char}”放错了位置；要找这个字请写 \\{char}")
        return [self._char(classes.one(char))]

    def _group(self) -> list[Instruction]:
        if self._peek(2) == "?:":
            self.at += 2
            number = 0
        else:
            self.groups += 1
            number = self.groups
        body = self._alternatives()
        if self._take() != ")":
            raise PatternError("括号没有配对")
        if not number:
            return body
        self.closed.add(number)
        return [("save", 2 * number - 2, None), *body, ("save", 2 * number - 1, None)]

    def _escaped(self) -> list[Instruction]:
        if self._peek().isdigit() and self._peek().isascii():
            return [self._back_reference()]
        return [self._char(self._escape())]

    def _back_reference(self) -> Instruction:
        number = int(self._take())
        while (
            self._peek().isascii()
            and self._peek().isdigit()
            and number * 10 + int(self._peek()) <= self.groups
        ):
            number = number * 10 + int(self._take())
        if number not in self.closed:
            raise PatternError(f"\\{number} 引用了还没有的分组")
        same = _same_folded if "i" in self.flags else _same
        return "back", number, same

    def _escape(self) -> Predicate:
        """What an escape outside back-references takes."""
        char = self._take()
        if char in SINGLE:
            return classes.one(SINGLE[char])
        if char.lower() in MULTI:
            taken = MULTI[char.lower()]
            return taken if char.islower() else classes.invert(taken)
        if char in "pP" and self._peek() == "{":
            end = self.pattern.find("}", self.at)
            found = classes.category(self.pattern[self.at + 1 : end]) if end > 0 else None
            if found is None:
                raise PatternError("没有这样的字符类别")
            self.at = end + 1
            return found if char == "p" else classes.invert(found)
        raise PatternError(f"不认识的转义 \\{char}")

    def _class(self) -> Predicate:
        """A class after its `[`."""
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise PatternError("模式嵌套过深")
        negative = self._peek() == "^"
        self.at += negative
        parts: list[Predicate] = []
        taken: Predicate | None = None
        while self._peek() != "]" or not parts:
            if self._peek(2) == "-[" and parts:
                self.at += 2
                taken = self._class()
                break
            parts.append(self._class_part())
        if self._take() != "]":
            raise PatternError("方括号没有配对")
        self.depth -= 1
        base = classes.union(parts)
        if "i" in self.flags:
            # Case is ignored before the class is negated: [^Q] takes neither Q nor q.
            base = classes.folded(base)
        if negative:
            base = classes.invert(base)
        return classes.minus(base, taken) if taken else base

    def _class_part(self) -> Predicate:
        low = self._class_char()
        if not isinstance(low, str):
            return low
        if self._peek() == "-" and self._peek(2) not in ("-]", "-["):
            self.at += 1
            high = self._class_char()
            if not isinstance(high, str) or high < low:
                raise PatternError("字符范围的两端不对")
            return classes.span(low, high)
        return classes.one(low)

    def _class_char(self) -> str | Predicate:
        char = self._take()
        if char == "\\":
            if self._peek() in SINGLE and self._peek():
                return SINGLE[self._take()]
            return self._escape()
        if char in "[]":
            raise PatternError(f"方括号里的“{char}”请写 \\{char}")
        return char


def _without_space(pattern: str) -> str:
    """The pattern without white space outside classes, as the flag x asks."""
    kept: list[str] = []
    depth, escaped = 0, False
    for char in pattern:
        if char in " \t\n\r" and depth == 0:
            continue
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
        kept.append(char)
    return "".join(kept)


def _split(go: int, skip: int, lazy: bool) -> Instruction:
    return ("split", skip, go) if lazy else ("split", go, skip)


def _shift_slot(part: Instruction, first: int) -> Instruction:
    if part[0] in ("save", "progress") and part[1] < 0:
        return part[0], first - 1 - part[1], None
    return part


def _same(left: str, right: str) -> bool:
    return left == right


def _same_folded(left: str, right: str) -> bool:
    return left == right or (
        len(left) == len(right)
        and all(set(classes.variants(a)) & set(classes.variants(b)) for a, b in zip(left, right, strict=True))
    )
