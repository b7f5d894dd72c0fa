"""What a capability says about its procedure's pages: choice sources, what askers read, panels, bulk actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal

from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.permissions.viewer import Viewer

Choices = Sequence[tuple[int | str, str]]
NameKind = Literal["", "unit", "person", "enterprise"]


@dataclass(frozen=True)
class ChoiceSource:
    """Where the choices of a field come from, and how a chosen value is read later.

    `kind` says that values are ids of units or people; `labels` gives the words of other values per district;
    `search` makes a source too long to list one that is typed into.
    """

    name: str
    choices: Callable[[CaseContext], Choices] | None = None
    kind: NameKind = ""
    labels: Callable[[int], Mapping[str, str]] | None = None
    search: Callable[[CaseContext, str], Choices] | None = None


@dataclass
class ProcedureFace:
    """What the pages of one procedure show beyond what the machine says."""

    write_panels: tuple[str, ...] = ()
    bulk_actions: tuple[str, ...] = ()
    opening_url: Callable[[], str] | None = None
    categories: str = "categories"  # the choice source that names the procedure's categories
    words: dict[str, str] = field(default_factory=dict)
    waits_not: Callable[[Viewer], Q] | None = (
        None  # turns (parts of cases) in which a viewer has nothing to do
    )


_sources: dict[str, ChoiceSource] = {}
_faces: dict[str, ProcedureFace] = {}


@cache
def _discover() -> None:
    """Read each app's `choice_sources.py` once, at first use, when all is loaded."""
    autodiscover_modules("choice_sources")


def choice_source(
    name: str,
    choices: Callable[[CaseContext], Choices] | None = None,
    *,
    kind: NameKind = "",
    labels: Callable[[int], Mapping[str, str]] | None = None,
    search: Callable[[CaseContext, str], Choices] | None = None,
) -> None:
    """Register a source; raise `ValueError` on a second of the same name."""
    if name in _sources:
        raise ValueError(f"选项来源 {name} 登记了两次")
    _sources[name] = ChoiceSource(name, choices, kind, labels, search)


def source(name: str) -> ChoiceSource | None:
    """Return a source by name, or None when nobody registered it."""
    _discover()
    return _sources.get(name)


def procedure_face(procedure: str, face: ProcedureFace) -> None:
    """Register what the pages of a procedure show."""
    _faces[procedure] = face


def face_of(procedure: str) -> ProcedureFace:
    """Return what was registered for a procedure, or the plain default."""
    _discover()
    return _faces.get(procedure, _PLAIN)


def all_bulk_actions() -> dict[str, tuple[str, ...]]:
    """Return bulk actions by procedure."""
    _discover()
    return {code: face.bulk_actions for code, face in _faces.items() if face.bulk_actions}


def waiting_exceptions() -> list[Callable[[Viewer], Q]]:
    """Return what procedures take off the list of turns."""
    _discover()
    return [face.waits_not for face in _faces.values() if face.waits_not]


CasePanel = Callable[[Case, Viewer, date], Tile | None]
_panels: dict[str, CasePanel] = {}


def case_panel(code: str, render: CasePanel) -> None:
    """Show something of one's own beside every case it concerns, to the office and to whoever asked."""
    if _panels.setdefault(code, render) is not render:
        raise ValueError(f"办件页的“{code}”登记了两次")


def case_panels(case: Case, viewer: Viewer, today: date) -> list[Tile]:
    """Return what other apps show beside a case."""
    return [tile for render in _panels.values() if (tile := render(case, viewer, today)) is not None]


_PLAIN = ProcedureFace()
