"""Whether the types of arguments may fit the signature of a built-in function."""

from __future__ import annotations

from collections.abc import Sequence

from .functions import Formal
from .types import FeelType


def plain_signature(signature: str) -> str:
    """The parameter names of a signature, as they are written in a call."""
    parts = (part.partition(":")[0].strip() for part in signature.split(","))
    return ", ".join(part + " …" if part.startswith("*") else part for part in parts).replace("*", "")


def fits_signature(formals: Sequence[Formal], kinds: Sequence[FeelType], names: Sequence[str]) -> bool:
    """Whether arguments of these types may be meant for a signature."""
    if names:
        known = {formal.name: formal for formal in formals}
        if not set(names) <= known.keys():
            return False
        return all(_fits(known[name], kind) for name, kind in zip(names, kinds, strict=True))
    if formals and formals[-1].variadic:
        return len(kinds) >= len(formals)
    required = sum(1 for formal in formals if not formal.optional)
    if not required <= len(kinds) <= len(formals):
        return False
    return all(_fits(formal, kind) for formal, kind in zip(formals, kinds, strict=False))


def _fits(formal: Formal, kind: FeelType) -> bool:
    if not formal.kinds or kind.kind in ("Any", "Null", "list") or "list" in formal.kinds:
        return True
    return kind.kind in formal.kinds
