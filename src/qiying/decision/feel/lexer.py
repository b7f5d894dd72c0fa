"""Splits FEEL text into tokens with their places; names are put together later, by the parser."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import FeelSyntaxError, Problem, Span, place

# Name characters of the grammar, rules 28 and 29 of DMN 1.5 §10.3.1.2.
_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
# Chinese punctuation lies inside the ranges of the grammar but is never meant as a part of a name.
_NOT_NAME = "\u3001\u3002\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u3000"
_WORD = f"(?![{_NOT_NAME}])[{_START}](?:(?![{_NOT_NAME}])[{_START}0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040])*"
_SPACE = r"[\s\u0085\u1680\u180E\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF]+"
_TOKEN = re.compile(
    rf"(?P<space>(?:{_SPACE}|//[^\n]*|/\*.*?\*/)+)"
    r"|(?P<number>[0-9]+(?:\.(?!\.)[0-9]+)?|\.(?!\.)[0-9]+)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    rf"|(?P<word>{_WORD})"
    r"|(?P<symbol>\*\*|\.\.|<=|>=|!=|->|==|&&|\|\||/(?!\*)|[][(){}<>=+\-*.,:@'’;!%&|])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_WIDE = {
    "（": "(", "）": ")", "，": ",", "：": ":", "；": ",", "＝": "=", "＞": ">", "＜": "<", "【": "[",
    "】": "]", "［": "[", "］": "]", "“": '"', "”": '"', "＋": "+", "－": "-", "＊": "*", "／": "/",
    "×": "*", "÷": "/", "≥": ">=", "≤": "<=", "≠": "!=", "。": "", "、": ",", "％": "/100", "！": "!",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: `kind` is number, string, word, symbol or end; `value` a text without escapes."""

    kind: str
    text: str
    span: Span
    value: str = ""
    spaced: bool = False


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, the last of kind end; raises `FeelSyntaxError` at a character it cannot read."""
    tokens: list[Token] = []
    position, spaced = 0, False
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        kind = str(found.lastgroup)
        span = Span(position, found.end())
        position = found.end()
        if kind == "space":
            spaced = True
            continue
        piece = found.group()
        value = unescape(piece[1:-1]) if kind == "string" else ""
        tokens.append(Token(kind, piece, span, value, spaced))
        spaced = False
    tokens.append(Token("end", "", Span(position, position), spaced=spaced))
    return tokens


def unescape(raw: str) -> str:
    """The text that a string literal's inside stands for; an unknown escape stands for itself."""
    if "\\" not in raw:
        return raw
    result = _ESCAPE.sub(_one_escape, raw)
    # Two \u escapes may spell one character as a surrogate pair.
    return result.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _one_escape(found: re.Match[str]) -> str:
    digits = found.group(1) or found.group(2)
    if digits:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else found.group()
    return _SIMPLE_ESCAPES.get(found.group(3), found.group())


def escape(value: str) -> str:
    """A string literal, quotes included, that reads back as `value`."""
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    return '"' + "".join(named.get(char, char) for char in value) + '"'


def _unreadable(text: str, position: int) -> FeelSyntaxError:
    char = text[position]
    span = Span(position, position + 1)
    if char == '"':
        problem = Problem("syntax.string", "引号没有配对", '请在文本末尾补上英文双引号 "', span)
    elif char in _WIDE:
        instead = f"请改用半角的 {_WIDE[char]}" if _WIDE[char] else "请删去"
        problem = Problem("syntax.wide", f"这里用了全角符号“{char}”", instead, span)
    elif text.startswith("/*", position):
        problem = Problem("syntax.comment", "注释没有结束", "请在注释末尾补上 */", span)
    else:
        problem = Problem("syntax.character", f"不认识的字符“{char}”", "请删去或改写", span)
    line, column = place(text, position)
    return FeelSyntaxError(Problem(problem.code, problem.message, problem.advice, span, line, column))
