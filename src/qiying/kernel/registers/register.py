"""A register (台账): a list of rows declared once, from which the kit makes pages, import, export, history and API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from inspect import signature
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar

from django.db.models import Model, QuerySet
from django.forms import Form
from django.urls import reverse

from qiying.kernel.organisations.listing import Listed, Listing
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer

M = TypeVar("M", bound=Model)


# Makes the form of a row, or of a new one; `data` is what was posted, read from a table, or None:
# form(data, *, viewer, today, row); a class of forms that needs none of these stands for itself.
MakeForm: TypeAlias = Callable[..., Form]


def made(form: MakeForm, data: Mapping[str, Any] | None, viewer: Viewer, today: date, row: Any) -> Form:
    """Return the form of a row; a class of forms that names no viewer needs the data alone."""
    alone = isinstance(form, type) and "viewer" not in signature(form).parameters
    shown: Form = form(data) if alone else form(data, viewer=viewer, today=today, row=row)
    return shown


@dataclass(frozen=True)
class Act(Generic[M]):
    """Something done to one row; a button does it at once, or a form, which `on_page` puts on the row's page.

    `run` gets who acts, the row, the form's data and now, and returns the sentence that says what was done; None
    where a view of its own answers at the act's address. `needs` are permissions of which one is enough, those that
    edit the register where none is named. The row decides by `applies`.
    """

    code: str  # stands in the address below the row's
    label: str
    run: Callable[[Viewer, M, dict[str, Any], datetime], str] | None
    form: MakeForm | None = None
    sentence: str = ""
    applies: Callable[[Viewer, M], bool] = lambda viewer, row: True
    needs: tuple[str, ...] = ()
    title: str = ""
    submit: str = ""
    is_serious: bool = False
    on_page: bool = False
    keeps_draft: bool = False  # what was typed is kept on the device until it was sent
    goes_to: Callable[[M], str] | None = (
        None  # the address to go on at; none: the row's, after one on it the list's
    )


def does(
    service: Callable[..., Any], row: str, said: str | Callable[[Any], str], *, values: str = ""
) -> Callable[[Viewer, Any, dict[str, Any], datetime], str]:
    """Return what runs an act by one service, and says what was done: words, or of what the service returned.

    Args:
        row: what the service calls the row.
        values: what it calls the form's data where it takes them together, else each by its name.
    """

    def run(actor: Viewer, found: Any, data: dict[str, Any], now: datetime) -> str:
        given = {row: found, **({values: data} if values else data)}
        made = service(actor=actor, now=now, **given)
        return said(made) if callable(said) else said

    return run


def saves(
    service: Callable[..., Any], row: str = "row"
) -> Callable[[Viewer, Any, dict[str, Any], datetime], Any]:
    """Return how rows are saved by one service, which calls the row, or None for a new one, by a name."""
    return lambda actor, found, values, now: service(actor=actor, values=values, now=now, **{row: found})


def ends(service: Callable[..., Any], row: str = "row") -> Callable[[Viewer, Any, date, str, datetime], Any]:
    """Return how rows are ended on a day for a reason by one service."""

    def end(actor: Viewer, found: Any, on: date, reason: str, now: datetime) -> Any:
        return service(actor=actor, on=on, reason=reason, now=now, **{row: found})

    return end


def in_state(*states: str) -> Callable[[Viewer, Any], bool]:
    """Return when an act applies: to rows in one of some states."""
    return lambda viewer, row: row.state in states


@dataclass(frozen=True)
class Panel(Generic[M]):
    """A part of a row's page: a template and what it shows, nothing where `read` returns None."""

    template: str
    read: Callable[[ViewerRequest, M], Mapping[str, Any] | None]
    beside: bool = False


@dataclass(frozen=True)
class Register(Generic[M]):
    """One register. `name` is ascii and marks its addresses, exports and imports.

    `rows` are those the viewer may see; of `sees`, `edits` and `opens` (a row's page) one permission is enough, and
    `may_touch` decides by row. `save` is the service that writes a row or a new one and refuses with `GuardFailed`;
    `end` takes a row out of use, which is how an imported one is undone. `unique` is the field of the form by which an
    imported row finds the one it changes; where that is not the whole key, `within` names the other fields, each with
    the columns its words may stand in.
    """

    name: str
    title: str
    noun: str
    listing: Listing[M]
    rows: Callable[[Viewer, date], QuerySet[M]]
    sees: tuple[str, ...]
    edits: tuple[str, ...]
    url: str  # name of the list's address, as service_requests:channels
    subject: Callable[[M], str] = attrgetter("subject")  # what the audit calls a row
    noted: tuple[str, ...] = ()  # acts of the audit that are a row's history; none: all on its subject
    opens: tuple[str, ...] = ()  # none: who edits
    may_touch: Callable[[Viewer, M], bool] = lambda viewer, row: True
    form: MakeForm | None = None
    save: Callable[[Viewer, M | None, dict[str, Any], datetime], M] | None = None
    end: Callable[[Viewer, M, datetime], None] | None = None
    unique: str = ""
    within: tuple[tuple[str, tuple[str, ...]], ...] = ()
    key: str = "pk"  # the field that stands in a row's address
    label: Callable[[M], str] = str
    lead: Callable[[ViewerRequest, Listed[M]], str] | None = None  # asked after the rows were read
    hint: str = ""
    row_title: Callable[[M], str] | None = None
    row_lead: Callable[[ViewerRequest, M], str] = lambda request, row: ""
    panels: tuple[Panel[M], ...] = ()
    acts: tuple[Act[M], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()  # (permission, name of an address, words)
    new_label: str = ""
    saved: str | Callable[[M], str] = ""  # what is said after saving
    may_change: bool = True  # rows of a list of decisions are ended, never changed
    imports: bool = True
    edits_apart: bool = False  # the form has a page of its own, the row's page shows what is
    home: Callable[[M], str] = lambda row: ""  # the query of the list on which a row stands
    styles: tuple[str, ...] = ()
    template: str = "registers/list.html"
    more: Callable[[ViewerRequest, Listed[M]], Mapping[str, Any]] = field(
        default=lambda request, listed: {}
    )  # what a template of its own shows besides

    def may_edit(self, viewer: Viewer) -> bool:
        """Tell whether somebody may change the register."""
        return any(viewer.has(code) for code in self.edits)

    def may_see(self, viewer: Viewer) -> bool:
        """Tell whether somebody may look at the register."""
        return any(viewer.has(code) for code in (*self.sees, *self.edits))

    def may_open(self, viewer: Viewer) -> bool:
        """Tell whether somebody may look at the page of a row."""
        return any(viewer.has(code) for code in self.opens or self.edits)

    def may_trace(self, viewer: Viewer) -> bool:
        """Tell whether somebody may read a row's history: who may change it; where nobody does, who may open it."""
        return self.may_edit(viewer) or (not self.edits and self.may_open(viewer))

    def takes_rows(self, viewer: Viewer) -> bool:
        """Tell whether somebody may enter rows otherwise than by the page: where tables are taken."""
        return self.imports and self.form is not None and self.save is not None and self.may_edit(viewer)

    def may_ask(self, viewer: Viewer, act: Act[M]) -> bool:
        """Tell whether somebody has the permission for an act, whatever the row."""
        return any(viewer.has(code) for code in act.needs or self.edits)

    def may_do(self, viewer: Viewer, act: Act[M], row: M) -> bool:
        """Tell whether somebody may do an act to a row, whatever state it is in."""
        return self.may_ask(viewer, act) and self.may_touch(viewer, row)

    def all_acts(self) -> tuple[Act[M], ...]:
        """Return the acts with that of changing a row's fields before them."""
        if self.form is None or self.save is None or not self.may_change:
            return self.acts
        label = "改" if self.edits_apart else f"改{self.noun}"
        return (
            Act("edit", label, self._save, form=self.form, submit="存好", on_page=not self.edits_apart),
            *self.acts,
        )

    def _save(self, actor: Viewer, row: M, data: dict[str, Any], now: datetime) -> str:
        assert self.save is not None
        return self.said(self.save(actor, row, data, now)) or f"{self.noun}改好了。"

    def said(self, row: M) -> str:
        """Return what is said after a row was saved."""
        return self.saved(row) if callable(self.saved) else self.saved

    def address(self, step: str = "", *args: Any) -> str:
        """Return the address of the list, or of one of its steps."""
        return reverse(f"{self.url}_{step}" if step else self.url, args=args)

    def row_url(self, row: M) -> str:
        """Return the address of one row's page."""
        return self.address("row", getattr(row, self.key))

    def list_url(self, row: M) -> str:
        """Return the address of the list where a row stands on it."""
        query = self.home(row)
        return f"{self.address()}?{query}" if query else self.address()

    def act_url(self, row: M, code: str) -> str:
        """Return the address of an act."""
        return self.address("act", getattr(row, self.key), code)

    def choices(self, viewer: Viewer, today: date) -> list[tuple[Any, str]]:
        """Return the rows as choices of a form."""
        return [(row.pk, self.label(row)) for row in self.rows(viewer, today)]


_REGISTERS: dict[str, Register[Any]] = {}


def declare_register(register: Register[M]) -> Register[M]:
    """Make a register known to the API, its list called as itself; raise `ValueError` when its name is taken."""
    listed = register.listing
    named = replace(listed, name=listed.name or register.name, caption=listed.caption or register.title)
    register = replace(register, listing=named)
    if _REGISTERS.setdefault(register.name, register) is not register:
        raise ValueError(f"register {register.name} is declared twice")
    return register


def all_registers() -> list[Register[Any]]:
    """Return every declared register."""
    return list(_REGISTERS.values())
