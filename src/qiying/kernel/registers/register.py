"""A register (台账): a list of rows declared once, from which the kit makes pages, import, export, history and API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar

from django.db.models import Model, QuerySet
from django.forms import Form
from django.urls import reverse

from qiying.kernel.organisations.listing import Listing
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer

M = TypeVar("M", bound=Model)


# Makes the form of a row, or of a new one; `data` is what was posted, read from a table, or None:
# form(data, *, viewer, today, row).
MakeForm: TypeAlias = Callable[..., Form]


@dataclass(frozen=True)
class Act(Generic[M]):
    """Something done to one row beside changing its fields; without a form a button does it at once.

    `run` gets who acts, the row, the form's data and now, and returns the sentence that says what was done.
    """

    code: str
    label: str
    run: Callable[[Viewer, M, dict[str, Any], datetime], str]
    form: Callable[[Mapping[str, Any] | None, date], Form] | None = None
    sentence: str = ""
    applies: Callable[[M], bool] = lambda row: True
    is_serious: bool = False


@dataclass(frozen=True)
class Register(Generic[M]):
    """One register. `name` is ascii and marks its addresses, exports and imports.

    `rows` are those the viewer may see, `sees` and `edits` permissions of which one is enough. `save` is the service
    that writes a row or a new one and refuses with `GuardFailed`; `end` takes a row out of use, which is how an
    imported one is undone. `unique` is the field of the form by which an imported row finds the one it changes.
    """

    name: str
    title: str
    noun: str
    listing: Listing[M]
    rows: Callable[[Viewer, date], QuerySet[M]]
    sees: tuple[str, ...]
    edits: tuple[str, ...]
    url: str  # name of the list's address, as service_requests:channels
    subject: Callable[[M], str]  # what the audit calls a row
    noted: tuple[str, ...] = ()  # acts of the audit that are a row's history; none: all on its subject
    form: MakeForm | None = None
    save: Callable[[Viewer, M | None, dict[str, Any], datetime], M] | None = None
    end: Callable[[Viewer, M, datetime], None] | None = None
    unique: str = ""
    key: str = "pk"  # the field that stands in a row's address
    label: Callable[[M], str] = str
    lead: Callable[[ViewerRequest], str] = lambda request: ""  # asked after the rows were read
    acts: tuple[Act[M], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()  # (permission, name of an address, words)
    new_label: str = ""
    saved: str = ""  # what is said after saving
    may_change: bool = True  # rows of a list of decisions are ended, never changed

    def may_edit(self, viewer: Viewer) -> bool:
        """Tell whether somebody may change the register."""
        return any(viewer.has(code) for code in self.edits)

    def may_see(self, viewer: Viewer) -> bool:
        """Tell whether somebody may look at the register."""
        return any(viewer.has(code) for code in (*self.sees, *self.edits))

    def address(self, step: str = "", *args: Any) -> str:
        """Return the address of the list, or of one of its steps."""
        return reverse(f"{self.url}_{step}" if step else self.url, args=args)

    def row_url(self, row: M) -> str:
        """Return the address of one row's page."""
        return self.address("row", getattr(row, self.key))

    def choices(self, viewer: Viewer, today: date) -> list[tuple[Any, str]]:
        """Return the rows as choices of a form."""
        return [(row.pk, self.label(row)) for row in self.rows(viewer, today)]


_REGISTERS: dict[str, Register[Any]] = {}


def declare_register(register: Register[M]) -> Register[M]:
    """Make a register known to the API; raise `ValueError` when its name is taken."""
    if _REGISTERS.setdefault(register.name, register) is not register:
        raise ValueError(f"register {register.name} is declared twice")
    return register


def all_registers() -> list[Register[Any]]:
    """Return every declared register."""
    return list(_REGISTERS.values())
