"""String functions (table 74); patterns are XPath regular expressions."""

from __future__ import annotations

from decimal import Decimal

from qiying.decision.feel.functions import CallError, builtin
from qiying.decision.feel.numbers import integer_of
from qiying.decision.feel.run import Run
from qiying.decision.feel.values import Value
from qiying.decision.feel.xpath_regex import compile_pattern


def _cut(value: Decimal) -> int:
    number = integer_of(value.to_integral_value("ROUND_DOWN"))
    if number is None:
        raise CallError("位置超出范围")
    return number


@builtin("substring", "string: string, start position: number")
@builtin("substring", "string: string, start position: number, length: number?")
def _substring(string: str, start: Decimal, length: Decimal | None = None) -> str:
    first = _cut(start)
    if first == 0 or abs(first) > len(string):
        raise CallError(f"文本没有第{first}个字")
    index = first - 1 if first > 0 else len(string) + first
    if length is None:
        return string[index:]
    count = _cut(length)
    if not 1 <= count <= len(string) - index:
        raise CallError("长度应大于零，且不超过余下的字数")
    return string[index : index + count]


@builtin("string length", "string: string")
def _string_length(string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def _upper_case(string: str) -> str:
    return string.upper()


@builtin("lower case", "string: string")
def _lower_case(string: str) -> str:
    return string.lower()


@builtin("substring before", "string: string, match: string")
def _substring_before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def _substring_after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string")
def _contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string, match: string")
def _starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def _ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("matches", "input: string, pattern: string, flags: string?=")
def _matches(run: Run, text: str, pattern: str, flags: str | None) -> bool:
    return compile_pattern(pattern, flags or "").search(text, run.meter)


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?=")
def _replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    return compile_pattern(pattern, flags or "").replace(text, replacement, run.meter)


@builtin("split", "string: string, delimiter: string")
def _split(run: Run, text: str, delimiter: str) -> list[str]:
    return compile_pattern(delimiter, "").split(text, run.meter)


@builtin("string join", "list: list, delimiter: string?=")
def _string_join(items: list[Value], delimiter: str | None) -> Value:
    if not all(item is None or isinstance(item, str) for item in items):
        raise CallError("列表中有不是文本的项")
    return (delimiter or "").join(item for item in items if item is not None)
