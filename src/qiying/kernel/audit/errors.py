"""The kernel's typed errors; each has a code, a Chinese message and data fields.

They live in the lowest kernel layer so that every layer can raise them; import them from
`qiying.kernel.permissions.errors`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import OperationalError

BUSY_SECONDS = 5  # after which a client may try again
# lock not available, deadlock, serialization failure, too many connections, starting up or shutting down
_BUSY_STATES = {"55P03", "40P01", "40001", "53300", "57P03", "57P01"}


def is_busy(error: Exception) -> bool:
    """Tell whether the database could not take the write now but soon will."""
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _BUSY_STATES if state else "is locked" in str(error)


class KernelError(Exception):
    """An act that was refused: what was tried, why not, what to do next."""

    code = "kernel_error"
    status = 400

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class NotPermitted(KernelError):
    """The person may see the thing but may not do this with it (403)."""

    code = "not_permitted"
    status = 403


class ActionNotAvailable(KernelError):
    """The thing is in the wrong state for the act, or somebody was faster (409)."""

    code = "action_not_available"
    status = 409


class GuardFailed(KernelError):
    """Input or circumstances forbid the act (422): `reasons` holds all of them, `fields` those of a field."""

    code = "guard_failed"
    status = 422

    def __init__(
        self, reasons: Sequence[str], fields: dict[str, list[str]] | None = None, **data: Any
    ) -> None:
        super().__init__("；".join(reasons) or "填写的内容有误", **data)
        self.reasons = list(reasons)
        self.fields = fields or {}


def refuse(fields: Mapping[str, Sequence[str]]) -> None:
    """Raise `GuardFailed` with every reason at its field; return where nothing is wrong."""
    if fields:
        told = {name: list(words) for name, words in fields.items()}
        raise GuardFailed([w for words in told.values() for w in words], told)
