"""Values of answers: their JSON Schema, what was typed read as such a value, and why it is none, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from qiying.decision.feel import FeelType, to_feel
from qiying.decision.feel.checking import Declaration
from qiying.kernel.forms.definition import Definition, Question
from qiying.ui.given import day

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OTHER = "其他"
OTHER_MARK = f"{OTHER}："
SHORT, LONG = 200, 4000


@cache
def _formats() -> Any:
    from jsonschema import FormatChecker  # here: whoever checks no form need not load it

    formats = FormatChecker(formats=())
    formats.checks("date")(lambda text: not isinstance(text, str) or day(text) is not None)
    return formats


def schema_of(definition: Definition) -> dict[str, Any]:
    """Return the JSON Schema of a response: what is required depends on the branches, so nothing is."""
    return {
        "$schema": DIALECT,
        "title": definition.title,
        "type": "object",
        "properties": {q.code: value_schema(q) for q in definition.questions if q.kind != "computed"},
        "additionalProperties": False,
    }


@lru_cache(2048)
def value_schema(q: Question) -> dict[str, Any]:
    """Return the JSON Schema of one question's value."""
    return {"title": q.title, **_plain_schema(q)}


def _plain_schema(q: Question) -> dict[str, Any]:
    match q.kind:
        case "one":
            return _choice(q)
        case "many":
            bounds = _bounds(q, "minItems", "maxItems")
            return {"type": "array", "items": _choice(q), "uniqueItems": True, **bounds}
        case "matrix":
            cell = {"enum": list(q.options)}
            return {
                "type": "object",
                "properties": dict.fromkeys(q.rows, cell),
                "additionalProperties": False,
                **({"required": list(q.rows)} if q.required else {}),
            }
        case "scale":
            return {"type": "integer", "minimum": q.steps[0], "maximum": q.steps[-1]}
        case "number":
            kind = "number" if q.decimals else "integer"
            step = {"multipleOf": 10**-q.decimals} if q.decimals else {}
            return {"type": kind, **_bounds(q, "minimum", "maximum"), **step}
        case "date":
            return {"type": "string", "format": "date"}
        case "photo" | "file":
            return {"type": "array", "items": {"type": "integer"}, **_bounds(q, "minItems", "maxItems", 9)}
        case "group":
            rows = {
                "type": "object",
                "properties": {i.code: value_schema(i) for i in q.questions if i.kind != "computed"},
                "additionalProperties": False,
            }
            return {"type": "array", "items": rows, **_bounds(q, "minItems", "maxItems", 20)}
    return {"type": "string", "maxLength": int(q.most or (LONG if q.kind == "long" else SHORT))}


def _choice(q: Question) -> dict[str, Any]:
    listed = {"enum": list(q.options)}
    if not q.other:
        return listed
    return {"anyOf": [listed, {"type": "string", "pattern": f"^{OTHER_MARK}.", "maxLength": SHORT}]}


def _bounds(q: Question, low: str, high: str, usual: int | None = None) -> dict[str, Any]:
    most = usual if q.most is None else q.most
    return {
        **({low: _number(q.least)} if q.least is not None else {}),
        **({high: _number(most)} if most is not None else {}),
    }


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


# --- reading --------------------------------------------------------------------------
def read_value(q: Question, raw: Any) -> tuple[Any, list[str]]:
    """Return what was given as a value (None: nothing), and why it cannot be used; a group's rows are not looked at."""
    value = _read(q, raw)
    if value is None:
        return None, []
    return value, [] if q.kind == "group" else complaints(q, value)


def _read(q: Question, raw: Any) -> Any:
    if isinstance(raw, str):
        raw = raw.strip()
    if raw in (None, "", [], {}):
        return None
    match q.kind:
        case "number" | "scale" if not isinstance(raw, bool):
            return _as_number(raw)
        case "date" if isinstance(raw, date):
            return raw.isoformat()[:10]
        case "many" | "photo" | "file":
            many = [one for one in (raw if isinstance(raw, list) else [raw]) if one not in ("", None)]
            return many or None
        case "matrix" if isinstance(raw, dict):
            return {row: cell for row, cell in raw.items() if cell not in ("", None)} or None
    return raw


def _as_number(raw: Any) -> Any:
    try:
        number = Decimal(str(raw).replace(",", "").replace("，", ""))
    except InvalidOperation:
        return raw
    if not number.is_finite() or number.adjusted() > 15 or number.adjusted() < -9:
        return raw
    return int(number) if number == number.to_integral_value() else float(number)


def complaints(q: Question, value: Any) -> list[str]:
    """Return what the schema has against a value, in words."""
    from jsonschema import Draft202012Validator

    checked = Draft202012Validator(value_schema(q), format_checker=_formats())
    return list(
        dict.fromkeys(
            _words(q, e.validator, e.validator_value, e.instance) for e in checked.iter_errors(value)
        )
    )


def _words(q: Question, keyword: Any, wanted: Any, given: Any) -> str:
    unit = f" {q.unit}" if q.unit and q.kind == "number" else ""
    match keyword:
        case "type" if q.kind in ("number", "scale"):
            return "请填整数" if wanted == "integer" and isinstance(given, float) else "请填数字"
        case "minimum":
            return f"不能小于 {wanted}{unit}"
        case "maximum":
            return f"不能大于 {wanted}{unit}"
        case "multipleOf":
            return f"最多 {q.decimals} 位小数"
        case "maxLength":
            return f"最多 {wanted} 个字，现在 {len(given)} 个"
        case "format":
            return "日期写成 2026-11-18 这样"
        case "enum" | "anyOf" | "additionalProperties":
            return f"选了“{OTHER}”请写明是什么" if given == OTHER_MARK else "请从列出的里面选"
        case "minItems":
            return f"至少 {wanted} {'张' if q.kind == 'photo' else '项'}"
        case "maxItems":
            return f"最多 {wanted} {'张' if q.kind == 'photo' else '项'}"
        case "required":
            return "每一行都请选"
        case "uniqueItems":
            return "有一项选了两次"
    return "这样填读不懂"


# --- for FEEL -----------------------------------------------------------------------------
_TYPES = {
    "scale": "number",
    "number": "number",
    "date": "date",
    "one": "string",
    "short": "string",
    "long": "string",
}
_TEXT, _NUMBERS = FeelType("string"), FeelType("list", of=FeelType("number"))


def declaration_of(q: Question, found: Callable[[Question], FeelType]) -> Declaration:
    """Return what FEEL may know of a question's value; `found` gives the type of a computed one."""
    match q.kind:
        case "computed":
            return Declaration(found(q), q.unit)
        case "many":
            return Declaration(FeelType("list", of=_TEXT))
        case "matrix":
            return Declaration(FeelType("context", fields=tuple((row, _TEXT) for row in q.rows)))
        case "photo" | "file":
            return Declaration(_NUMBERS)
        case "group":
            fields = tuple((i.code, declaration_of(i, found).type) for i in q.questions)
            return Declaration(FeelType("list", of=FeelType("context", fields=fields)))
        case "one":
            return Declaration(_TEXT, allowed=() if q.other else q.options)
        case "scale":
            return Declaration(FeelType("number"), "", (), Decimal(q.steps[0]), Decimal(q.steps[-1]))
        case "number":
            low, high = (None if end is None else Decimal(str(end)) for end in (q.least, q.most))
            return Declaration(FeelType("number"), q.unit, (), low, high)
    return Declaration(FeelType(_TYPES[q.kind]), q.unit)


def feel_value(q: Question, value: Any) -> Any:
    """Return a value without complaints as FEEL reads it."""
    if q.kind == "date":
        return to_feel(date.fromisoformat(value))
    if q.kind == "group":
        inner = {i.code: i for i in q.questions}
        return [
            {code: feel_value(inner[code], v) for code, v in row.items() if code in inner} for row in value
        ]
    return to_feel(value)
