"""The kernel's typed errors; each has a code, a Chinese message and data fields.

They live in the lowest kernel layer so that every layer can raise them; import them from
`qiying.kernel.permissions.errors`.
"""

from collections.abc import Sequence
from typing import Any


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
