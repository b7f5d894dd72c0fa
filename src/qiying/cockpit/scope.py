"""Whose numbers a person sees: of which procedure, the whole district's, or his own units' beside the totals."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.figures.asking import Asked
from qiying.kernel.figures.boards import Board, boards
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer

VIEW, VIEW_UNIT = "cockpit.view", "cockpit.view_unit"
NOTHING = "没有找到这一页，或者您看不到它"


@dataclass(frozen=True)
class Scope:
    """A district, and whether its units may be looked at one by one; `paths` are the viewer's own units."""

    district_id: int
    is_district: bool
    paths: tuple[str, ...] = ()
    is_history: bool = False

    def holds(self, path: str) -> bool:
        """Tell whether a unit of this path may be looked at alone."""
        return self.is_district or any(path.startswith(p) for p in self.paths)


def all_boards() -> list[Board]:
    """Return the pages of every procedure that declared measures, the first one first."""
    return boards(lambda code: next((p.label for p in PROCEDURES.all() if p.code == code), ""))


def first_board() -> Board:
    """Return the page that is shown where no procedure is named."""
    return next(b for b in all_boards() if b.is_first)


def boards_of(viewer: Viewer) -> list[Board]:
    """Return the pages a person may see."""
    plain = viewer.has(VIEW) or viewer.has(VIEW_UNIT)
    return [b for b in all_boards() if (viewer.has(b.permission) if b.permission else plain)]


def board_asked(request: ViewerRequest, procedure: str = "") -> Board:
    """Return the page of the procedure named; raise `Http404` for everybody who may not see it."""
    code = procedure or request.GET.get("procedure", "")
    for board in boards_of(request.viewer):
        if not code or board.procedure == code:
            return board
    raise Http404(NOTHING)


def scope_of(request: ViewerRequest, board: Board) -> Scope:
    """Return the scope; raise `Http404` for everybody who has no numbers to see.

    A history district (imported letters) is asked for by its code and has no people of its own.
    """
    viewer = request.viewer
    if viewer.district_id is None:
        raise Http404(NOTHING)
    if viewer.has(board.permission or VIEW):
        history = _history_asked(request)
        return Scope(history or viewer.district_id, is_district=True, is_history=history is not None)
    if not board.permission and viewer.has(VIEW_UNIT):
        return Scope(viewer.district_id, is_district=False, paths=own_paths(viewer))
    raise Http404(NOTHING)


def own_paths(viewer: Viewer) -> tuple[str, ...]:
    """Return the paths of the units in which a person may see numbers."""
    return tuple(sorted({m.path for m in viewer.memberships}))


def _history_asked(request: ViewerRequest) -> int | None:
    """Return the history district asked for; one that belongs to another district is not there."""
    code = request.GET.get("district", "")[:32]
    if not code:
        return None
    found = District.objects.filter(code=code).first()
    here = request.viewer.district_id
    if found is not None and found.pk == here:
        return None
    if found is None or not history_open_to(found.settings, here):
        raise Http404("没有这个区县的数字")
    return found.pk


def history_open_to(settings: dict[str, object], district_id: int | None) -> bool:
    """Tell whether a district holds history that people of another may look at."""
    return bool(settings.get("is_history")) and settings.get("history_of", district_id) == district_id


def dimensions(a: Asked, scope: Scope, paths: dict[int, str], *, with_unit: bool = True) -> dict[str, object]:
    """Return the filters as dimensions of figures; a person of a unit never leaves his own units."""
    names = {"channel_code": a.channel, "category": a.category, "kind": a.kind}
    found: dict[str, object] = {name: value for name, value in names.items() if value}
    if with_unit and (units := units_of(a, scope, paths)) is not None:
        found["unit_id"] = units
    return found


def units_of(a: Asked, scope: Scope, paths: dict[int, str]) -> list[int] | None:
    """Return the units looked at with those below them, None for the whole district."""
    own = [u for u, path in paths.items() if scope.holds(path)]
    if a.unit is not None:
        root = paths.get(a.unit, "")
        return [u for u in own if root and paths[u].startswith(root)]
    return None if scope.is_district else own
