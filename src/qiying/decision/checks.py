"""What `qiying-decide check` does with a file, by its ending; other kinds of files register here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .dmn.check import check_model_file
from .feel.errors import FeelError, Problem
from .feel.grammar import parse_expression

Checker = Callable[[Path], list[Problem]]
_CHECKERS: dict[str, Checker] = {}


def register_checker(ending: str, checker: Checker) -> None:
    """Makes files with that ending, such as `.yaml`, checkable; a checker returns located problems."""
    _CHECKERS[ending] = checker


def check_file(path: Path) -> list[Problem]:
    """What is wrong with a file; an ending nobody knows is a problem too."""
    checker = _CHECKERS.get(path.suffix.lower())
    if checker is None:
        known = "、".join(sorted(_CHECKERS))
        return [Problem("file.kind", f"不认识的文件类型“{path.suffix}”", f"可以检查：{known}")]
    try:
        return checker(path)
    except OSError as error:
        return [Problem("file.read", f"文件读不出来：{error.strerror}", "请检查路径和权限")]
    except UnicodeDecodeError as error:
        return [Problem("file.encoding", f"第{error.start}个字节不是 UTF-8", "请另存为 UTF-8 编码")]


def _check_expression(path: Path) -> list[Problem]:
    text = path.read_text(encoding="utf-8")
    try:
        parse_expression(text)
    except FeelError as error:
        return [error.problem.located(text)]
    return []


register_checker(".dmn", check_model_file)
register_checker(".xml", check_model_file)
register_checker(".feel", _check_expression)
