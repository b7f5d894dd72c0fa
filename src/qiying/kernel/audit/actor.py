"""What the audit needs to know of who acts; the kernel's `Viewer` fits it without being imported."""

from typing import Protocol


class Actor(Protocol):
    """Who did it."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def district_id(self) -> int | None: ...


class Reader(Actor, Protocol):
    """Who wants to read what was done."""

    @property
    def is_system(self) -> bool: ...
    @property
    def roles(self) -> frozenset[str]: ...
    def has(self, permission: str) -> bool: ...
