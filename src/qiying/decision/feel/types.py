"""Types at run time: which values conform, and the implicit conversions of DMN 1.5 §10.3.2.9.4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .calendar import UTC
from .syntax import TypeName
from .temporal import FeelDate, FeelDateTime, FeelTime
from .values import Function, Value, kind_of


@dataclass(frozen=True, slots=True)
class FeelType:
    """A type: `kind` is a simple kind, `list`, `range`, `context`, `function`, `Any` or `Null`."""

    kind: str
    of: FeelType | None = None
    fields: tuple[tuple[str, FeelType], ...] = ()
    parameters: tuple[FeelType, ...] = ()
    allowed: object = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.kind in ("list", "range") and self.of:
            return f"{self.kind}<{self.of}>"
        if self.kind == "context" and self.fields:
            return "context<" + ", ".join(f"{name}: {kind}" for name, kind in self.fields) + ">"
        return self.kind


ANY = FeelType("Any")
_ALIASES = {
    "Any": "Any", "any": "Any", "Null": "Null", "number": "number", "string": "string", "boolean": "boolean",
    "date": "date", "time": "time", "date and time": "date and time", "dateTime": "date and time",
    "date time": "date and time", "days and time duration": "days and time duration",
    "dayTimeDuration": "days and time duration", "years and months duration": "years and months duration",
    "yearMonthDuration": "years and months duration", "context": "context", "list": "list", "range": "range",
    "function": "function",
}  # fmt: skip


def resolve_type(name: TypeName, known: Mapping[str, FeelType]) -> FeelType | None:
    """The type that a written type names, or None when some name in it is unknown."""
    if name.name in known and not (name.arguments or name.fields):
        return known[name.name]
    kind = _ALIASES.get(name.name)
    if kind is None:
        return None
    arguments = [resolve_type(argument, known) for argument in name.arguments]
    fields = [(key, resolve_type(value, known)) for key, value in name.fields]
    result = resolve_type(name.result, known) if name.result else None
    solid = [argument for argument in arguments if argument is not None]
    if len(solid) != len(arguments) or any(value is None for _, value in fields):
        return None
    if kind == "function":
        return FeelType(kind, of=result, parameters=tuple(solid))
    members = tuple((key, value) for key, value in fields if value is not None)
    return FeelType(kind, of=solid[0] if solid else None, fields=members)


def lacks_arguments(name: TypeName) -> bool:
    """Whether a generic type stands bare; `list` alone names no type (table 61)."""
    generic = name.name in ("list", "range", "context", "function")
    return generic and not (name.arguments or name.fields or name.result)


def conforms(value: Value, wanted: FeelType) -> bool:
    """Whether a value belongs to a type; null belongs to every type but is an instance of none."""
    if value is None or wanted.kind == "Any":
        return True
    if kind_of(value) != wanted.kind:
        return False
    if wanted.kind == "list" and wanted.of:
        return all(conforms(item, wanted.of) for item in value)
    if wanted.kind == "range" and wanted.of:
        return conforms(value.low, wanted.of) and conforms(value.high, wanted.of)
    if wanted.kind == "context":
        return all(key in value and conforms(value[key], kind) for key, kind in wanted.fields)
    if wanted.kind == "function":
        return _function_conforms(value, wanted)
    return True


def _function_conforms(value: Function, wanted: FeelType) -> bool:
    own: FeelType | None = getattr(value, "type", None)
    if own is None or (wanted.of is None and not wanted.parameters):
        return True
    return subtype(own, wanted)


def subtype(given: FeelType, wanted: FeelType) -> bool:
    """Whether every value of `given` is one of `wanted`."""
    if wanted.kind == "Any" or given.kind == "Null":
        return True
    if given.kind != wanted.kind:
        return False
    if wanted.kind in ("list", "range"):
        return subtype(given.of or ANY, wanted.of or ANY)
    if wanted.kind == "context":
        own = dict(given.fields)
        return all(key in own and subtype(own[key], kind) for key, kind in wanted.fields)
    if wanted.kind == "function":
        if len(given.parameters) != len(wanted.parameters):
            return False
        # Parameters vary the other way round: a function of Any serves where one of number is wanted.
        parameters = all(
            subtype(theirs, ours) for ours, theirs in zip(given.parameters, wanted.parameters, strict=True)
        )
        # A function that declares no result may return anything, so only its results can be judged.
        undeclared = given.of is None or given.of.kind == "Any"
        return parameters and (undeclared or subtype(given.of or ANY, wanted.of or ANY))
    return True


def is_instance(value: Value, wanted: FeelType) -> bool:
    """`value instance of wanted`."""
    if value is None:
        return wanted.kind == "Null"
    return conforms(value, wanted)


def coerce(value: Value, wanted: FeelType) -> tuple[bool, Value]:
    """The value as the wanted type and whether that was possible; otherwise null."""
    if conforms(value, wanted):
        return True, value
    if isinstance(value, list) and wanted.kind != "list" and len(value) == 1:
        return (True, value[0]) if conforms(value[0], wanted) else (False, None)
    if wanted.kind == "date and time" and isinstance(value, FeelDate):
        return True, midnight_utc(value)
    return False, None


def midnight_utc(value: FeelDate) -> FeelDateTime:
    """A date as the date and time of its midnight in UTC."""
    return FeelDateTime(value, FeelTime(0, UTC))
