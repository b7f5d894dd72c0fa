"""The kernel's typed errors, as every layer above `audit` imports them."""

from qiying.kernel.audit.errors import ActionNotAvailable, GuardFailed, KernelError, NotPermitted, refuse

__all__ = [
    "ActionNotAvailable",
    "GuardFailed",
    "KernelError",
    "NotPermitted",
    "UnknownPermission",
    "UnknownRole",
    "refuse",
]


class UnknownPermission(LookupError):
    """A permission was asked for or granted that nobody declared: a mistake in code, never in input."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"权限 {code!r} 没有声明：请在所属应用的 declared_permissions.py 里用 declare() 写明"
        )
        self.code = code


class UnknownRole(LookupError):
    """A role was named that nobody declared: a mistake in code, never in input."""

    def __init__(self, code: str) -> None:
        super().__init__(f"角色 {code!r} 没有声明：请用 declare_role() 写明编码、名称和说明")
        self.code = code
