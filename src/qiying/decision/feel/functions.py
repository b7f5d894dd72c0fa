"""Functions: built-in ones with their signatures, those written in FEEL, and how arguments are bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import syntax as s
from .errors import Span
from .run import Run
from .scope import Scope
from .types import ANY, FeelType, coerce, resolve_type
from .values import CHINESE_KINDS, MISSING, Function, Value, kind_of


class CallError(Exception):
    """A built-in function cannot answer; carries the reason in Chinese."""


@dataclass(frozen=True, slots=True)
class Formal:
    """A formal parameter: `kinds` it takes, empty for any; null is taken only when `nullable`."""

    name: str
    kinds: tuple[str, ...]
    nullable: bool
    optional: bool
    variadic: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in function."""

    formals: tuple[Formal, ...]
    body: Callable[..., Value]
    plain: str
    wants_run: bool


class Builtin(Function):
    """A function of the specification, with one or more signatures tried in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signatures: list[Signature] = []

    @property
    def type(self) -> FeelType | None:
        """The type of the first signature, results unknown."""
        return None


BUILTINS: dict[str, Builtin] = {}


def builtin(name: str, signature: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Registers a signature such as `string: string, length: number?=`.

    A type ends in `?` when null is welcome and in `=` when the argument may be left out; kinds are joined
    by `|`; `any` takes everything; a name that begins with `*` takes all remaining arguments as a list.
    A body whose first parameter is `run` is given the evaluation.
    """

    def register(body: Callable[..., Value]) -> Callable[..., Value]:
        function = BUILTINS.setdefault(name, Builtin(name))
        wants_run = body.__code__.co_varnames[:1] == ("run",)
        function.signatures.append(Signature(_formals(signature), body, signature, wants_run))
        return body

    return register


def _formals(signature: str) -> tuple[Formal, ...]:
    found = []
    for part in filter(None, (piece.strip() for piece in signature.split(","))):
        name, _, written = (piece.strip() for piece in part.partition(":"))
        optional = written.endswith("=")
        written = written.removesuffix("=")
        nullable = written.endswith("?") or written == "any"
        written = written.removesuffix("?")
        kinds = () if written == "any" else tuple(kind.strip() for kind in written.split("|"))
        found.append(Formal(name.removeprefix("*"), kinds, nullable, optional, name.startswith("*")))
    return tuple(found)


class Closure(Function):
    """A function written in FEEL, with the names around it."""

    def __init__(
        self, parameters: Sequence[tuple[str, FeelType]], body: s.Expr, scope: Scope, result: FeelType
    ) -> None:
        self.parameters = tuple(parameters)
        self.body = body
        self.scope = scope
        self.result = result

    @classmethod
    def from_literal(
        cls, node: s.FunctionLiteral, scope: Scope, types: Mapping[str, FeelType]
    ) -> Closure | None:
        """The function a literal makes; None for external ones, which are never run."""
        if node.external:
            return None
        parameters = [
            (item.name, (item.type and resolve_type(item.type, types)) or ANY) for item in node.parameters
        ]
        result = (node.result and resolve_type(node.result, types)) or ANY
        return cls(parameters, node.body, scope, result)

    @property
    def type(self) -> FeelType:
        """The function's type."""
        return FeelType("function", of=self.result, parameters=tuple(kind for _, kind in self.parameters))


class HostFunction(Function):
    """A function given by the host, such as a knowledge model: `body` takes the run and the arguments."""

    def __init__(
        self,
        parameters: Sequence[tuple[str, FeelType]],
        body: Callable[[Any, dict[str, Value]], Value],
        result: FeelType = ANY,
    ) -> None:
        self.parameters = tuple(parameters)
        self.body = body
        self.result = result

    @property
    def type(self) -> FeelType:
        """The function's type."""
        return FeelType("function", of=self.result, parameters=tuple(kind for _, kind in self.parameters))


def invoke(
    run: Run, function: Function, arguments: Sequence[Value], names: Sequence[str], span: Span
) -> Value:
    """The result of a call; null with a reason when the arguments do not fit."""
    run.meter.enter(span)
    try:
        for argument in arguments:
            run.meter.weigh(argument, span)
        if isinstance(function, Builtin):
            return _invoke_builtin(run, function, arguments, names, span)
        if isinstance(function, (Closure, HostFunction)):
            return _invoke_written(run, function, arguments, names, span)
        raise TypeError(f"unknown function {function!r}")
    finally:
        run.meter.leave()


def _invoke_written(
    run: Run,
    function: Closure | HostFunction,
    arguments: Sequence[Value],
    names: Sequence[str],
    span: Span,
) -> Value:
    wanted = dict(function.parameters)
    given = names or list(wanted)
    if not names and len(arguments) == len(wanted):
        fits = True
    else:
        # Named arguments may be left out; they are null then.
        fits = bool(names) and set(given) <= set(wanted) and len(set(given)) == len(arguments)
    if not fits:
        run.report("call.arguments", f"参数应为：{'、'.join(wanted) or '无'}", span)
        return None
    bound: dict[str, Value] = dict.fromkeys(wanted)
    for name, value in zip(given, arguments, strict=True):
        fits, bound[name] = (True, value) if value is MISSING else coerce(value, wanted[name])
        if not fits:
            run.report("call.type", f"参数“{name}”应为{wanted[name]}", span)
            return None
    if isinstance(function, HostFunction):
        value = function.body(run, bound)
    else:
        value = run.evaluate(function.body, Scope(bound, function.scope))
    run.meter.weigh(value, span)
    fits, value = (True, value) if value is MISSING else coerce(value, function.result)
    if not fits:
        run.report("call.result", f"函数的结果应为{function.result}", span)
    return value


def _invoke_builtin(
    run: Run, function: Builtin, arguments: Sequence[Value], names: Sequence[str], span: Span
) -> Value:
    if any(value is MISSING for value in arguments):
        return MISSING
    reason = "参数个数或名称不对"
    for signature in function.signatures:
        bound = _bind(signature, arguments, names)
        if bound is None:
            continue
        fitted = _fit(signature, bound)
        if isinstance(fitted, str):
            reason = fitted
            continue
        return _run_builtin(run, function, signature, fitted, span)
    run.report("call.arguments", f"函数 {function.name}：{reason}", span)
    return None


def _run_builtin(
    run: Run, function: Builtin, signature: Signature, arguments: list[Value], span: Span
) -> Value:
    lists = [argument for argument in arguments if isinstance(argument, list)]
    # all and any may be decided by the items that are known.
    if function.name not in ("all", "any") and any(item is MISSING for items in lists for item in items):
        return MISSING
    try:
        value = signature.body(run, *arguments) if signature.wants_run else signature.body(*arguments)
    except (CallError, ValueError) as error:
        run.report("call.failed", f"函数 {function.name}：{str(error) or '参数超出范围'}", span)
        return None
    if isinstance(value, str):
        run.meter.text(len(value), span)
    elif isinstance(value, list):
        run.meter.size(len(value), span)
    return value


_ABSENT = object()


def _bind(signature: Signature, arguments: Sequence[Value], names: Sequence[str]) -> list[Any] | None:
    """The arguments in the order of the signature, `_ABSENT` where left out; None when they do not match."""
    formals = signature.formals
    if names:
        return _bind_named(formals, dict(zip(names, arguments, strict=True)), len(names))
    if formals and formals[-1].variadic:
        fixed = len(formals) - 1
        if len(arguments) <= fixed:
            return None
        return [*arguments[:fixed], list(arguments[fixed:])]
    required = sum(1 for formal in formals if not formal.optional)
    if not required <= len(arguments) <= len(formals):
        return None
    return [*arguments, *([_ABSENT] * (len(formals) - len(arguments)))]


def _bind_named(formals: tuple[Formal, ...], given: dict[str, Value], count: int) -> list[Any] | None:
    known = {formal.name for formal in formals}
    if not given.keys() <= known or len(given) != count:
        return None
    bound: list[Any] = []
    for formal in formals:
        # A required argument that is not named counts as null.
        value = given.get(formal.name, _ABSENT if formal.optional else None)
        bound.append([value] if formal.variadic else value)
    return bound


def _fit(signature: Signature, bound: list[Any]) -> list[Value] | str:
    """The bound arguments converted to their kinds, or why one does not fit."""
    fitted: list[Value] = []
    for formal, value in zip(signature.formals, bound, strict=True):
        if value is _ABSENT:
            fitted.append(None)
            continue
        if formal.variadic:
            fitted.append(value)
            continue
        fits, converted = _fit_one(formal, value)
        if not fits:
            wanted = "或".join(CHINESE_KINDS.get(kind, kind) for kind in formal.kinds)
            return f"参数 {formal.name} 应为{wanted}，却是{CHINESE_KINDS[kind_of(value)]}"
        fitted.append(converted)
    return fitted


def _fit_one(formal: Formal, value: Value) -> tuple[bool, Value]:
    if value is None:
        return formal.nullable, None
    if not formal.kinds or kind_of(value) in formal.kinds:
        return True, value
    if "list" in formal.kinds:
        return True, [value]
    if isinstance(value, list) and len(value) == 1 and kind_of(value[0]) in formal.kinds:
        return True, value[0]
    return False, None


from . import builtins as _builtins  # noqa: E402, F401  (the modules register themselves)
