"""Which names an expression needs from outside."""

from __future__ import annotations

from . import syntax as s
from .functions import BUILTINS


def free_names(node: s.Node) -> frozenset[str]:
    """The names that must come from the context: not bound inside, no called built-in function, no `?`."""
    return frozenset(_free(node, frozenset()))


def _free(node: s.Node, bound: frozenset[str]) -> set[str]:
    match node:
        case s.Name():
            return set() if node.name in bound or node.name == "?" else {node.name}
        case s.Call():
            return _call(node, bound)
        case s.Filter():
            # Inside a filter a name may be a member of the item; only what is plainly outside counts.
            return _free(node.base, bound) | _free(node.condition, bound | {"item"})
        case s.For():
            return _bound(node.iterations, node.body, bound | {"partial"})
        case s.Quantified():
            return _bound(node.iterations, node.condition, bound)
        case s.ContextLiteral():
            return _context(node, bound)
        case s.FunctionLiteral():
            return _free(node.body, bound | {item.name for item in node.parameters})
    found: set[str] = set()
    for child in s.children(node):
        found |= _free(child, bound)
    return found


def _call(node: s.Call, bound: frozenset[str]) -> set[str]:
    found: set[str] = set()
    named = isinstance(node.function, s.Name) and node.function.name in BUILTINS
    if not named:
        found |= _free(node.function, bound)
    for argument in node.arguments:
        found |= _free(argument, bound)
    return found


def _bound(iterations: tuple[s.Iteration, ...], body: s.Expr, bound: frozenset[str]) -> set[str]:
    found: set[str] = set()
    for item in iterations:
        found |= _free(item.source, bound)
        if item.end:
            found |= _free(item.end, bound)
        bound = bound | {item.name}
    return found | _free(body, bound)


def _context(node: s.ContextLiteral, bound: frozenset[str]) -> set[str]:
    found: set[str] = set()
    for entry in node.entries:
        found |= _free(entry.value, bound)
        bound = bound | {entry.key}
    return found
