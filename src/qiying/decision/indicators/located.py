"""YAML whose every value knows its line and column, so that a message can point at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong in a file: where (line and column from 1), what, and what to write."""

    file: str
    line: int
    column: int
    message: str
    advice: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        advice = f"。{self.advice}" if self.advice else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{advice}"


class FileError(Exception):
    """A file that cannot be used; carries every problem found."""

    def __init__(self, problems: Iterable[FileProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Value:
    """One YAML value with its place; the readers below raise FileError naming that place."""

    node: Node
    file: str

    @property
    def line(self) -> int:
        """Line from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def column(self) -> int:
        """Column from 1, of the text itself and not of its quote."""
        quoted = isinstance(self.node, ScalarNode) and self.node.style in ("'", '"')
        return int(self.node.start_mark.column) + 1 + quoted

    def wrong(self, message: str, advice: str = "") -> FileError:
        """The error to raise about this value."""
        return FileError([FileProblem(self.file, self.line, self.column, message, advice)])

    @property
    def is_null(self) -> bool:
        """Written as nothing, ~ or null."""
        return isinstance(self.node, ScalarNode) and self.node.tag == "tag:yaml.org,2002:null"

    def text(self) -> str:
        """The text as written."""
        if not isinstance(self.node, ScalarNode) or self.is_null:
            raise self.wrong("这里应写一段文字", "如 name: 示例")
        return str(self.node.value)

    def one_of(self, choices: Iterable[str]) -> str:
        """The text, which must be one of the choices."""
        text, known = self.text(), tuple(choices)
        if text not in known:
            raise self.wrong(f"不认识“{text}”", f"请写：{'、'.join(known)} 之一")
        return text

    def boolean(self) -> bool:
        """true or false."""
        text = self.text()
        if text not in ("true", "false"):
            raise self.wrong(f"“{text}”不是真假值", "请写 true 或 false")
        return text == "true"

    def decimal(self) -> Decimal:
        """A finite decimal number."""
        try:
            number = Decimal(self.text())
        except InvalidOperation:
            raise self.wrong(f"“{self.node.value}”不是数字", "请写如 1500 或 0.05") from None
        if not number.is_finite():
            raise self.wrong("数字必须有限", "请写如 1500 或 0.05")
        return number

    def whole(self) -> int:
        """A whole number."""
        number = self.decimal()
        if number != int(number):
            raise self.wrong(f"“{number}”不是整数", "请写整数")
        return int(number)

    def day(self) -> date | None:
        """A date, or None when empty."""
        if self.is_null:
            return None
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong(f"“{self.node.value}”不是日期", "请写如 2026-12-31") from None

    def items(self) -> list[Value]:
        """The parts of a list; nothing is an empty list."""
        if self.is_null:
            return []
        if not isinstance(self.node, SequenceNode):
            raise self.wrong("这里应是列表", "每项另起一行，以“- ”开头")
        return [Value(child, self.file) for child in self.node.value]

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def fields(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Value]:
        """The entries of a mapping; unknown, repeated and missing keys are errors."""
        if not isinstance(self.node, MappingNode):
            raise self.wrong("这里应是“键: 值”的形式")
        allowed, found, problems = tuple(known), dict[str, Value](), list[FileProblem]()
        for key, value in self._entries():
            name = key.text()
            if name not in allowed:
                near = get_close_matches(name, allowed, 1)
                hint = f"是否要写“{near[0]}”" if near else f"可用的键：{'、'.join(allowed)}"
                problems += key.wrong(f"不认识的键“{name}”", hint).problems
            elif name in found:
                problems += key.wrong(f"键“{name}”写了两次", "请删去一个").problems
            found[name] = value
        problems += [
            p for name in required if name not in found for p in self.wrong(f"缺少“{name}”").problems
        ]
        if problems:
            raise FileError(problems)
        return found

    def mapping(self) -> Iterator[tuple[str, Value]]:
        """The entries of a mapping with free keys."""
        if not isinstance(self.node, MappingNode):
            raise self.wrong("这里应是“键: 值”的形式")
        for key, value in self._entries():
            yield key.text(), value

    def _entries(self) -> Iterator[tuple[Value, Value]]:
        for key, value in self.node.value:
            yield Value(key, self.file), Value(value, self.file)


def _composed(text: str) -> Any:
    """The document's node, read by libyaml where it is there; mistakes are told by the plain reader, always alike."""
    fast = getattr(yaml, "CSafeLoader", None)
    if fast is not None:
        with suppress(yaml.YAMLError):
            return yaml.compose(text, Loader=fast)
    return yaml.compose(text, Loader=yaml.SafeLoader)


def read_yaml(text: str, file: str) -> Value:
    """The one document in the text."""
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise FileError(
            [
                FileProblem(
                    file, line, column, f"YAML 写法有误：{error.problem}", "请检查缩进、引号与冒号后的空格"
                )
            ]
        ) from None
    except yaml.YAMLError as error:
        raise FileError([FileProblem(file, 1, 1, f"文件里有不能识别的字符：{error}")]) from None
    if node is None:
        raise FileError([FileProblem(file, 1, 1, "文件是空的")])
    return Value(node, file)
