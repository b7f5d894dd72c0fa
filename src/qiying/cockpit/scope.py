"""Whose numbers a person sees: the whole district's, or his own units' beside the district's totals."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer

VIEW, VIEW_UNIT = "cockpit.view", "cockpit.view_unit"


@dataclass(frozen=True)
class Scope:
    """A district, and whether its units may be looked at one by one; `paths` are the viewer's own units."""

    district_id: int
    is_district: bool
    paths: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Tell whether a unit of this path may be looked at alone."""
        return self.is_district or any(path.startswith(p) for p in self.paths)


def scope_of(request: ViewerRequest) -> Scope:
    """Return the scope; raise `Http404` for everybody who has no numbers to see.

    A history district (imported letters) is asked for by its code and has no people of its own.
    """
    viewer = request.viewer
    if viewer.district_id is None:
        raise Http404("没有找到这一页，或者您看不到它")
    if viewer.has(VIEW):
        return Scope(_asked_district(request) or viewer.district_id, is_district=True)
    if viewer.has(VIEW_UNIT):
        return Scope(viewer.district_id, is_district=False, paths=own_paths(viewer))
    raise Http404("没有找到这一页，或者您看不到它")


def own_paths(viewer: Viewer) -> tuple[str, ...]:
    """Return the paths of the units in which a person may see numbers."""
    return tuple(sorted({m.path for m in viewer.memberships}))


def _asked_district(request: ViewerRequest) -> int | None:
    code = request.GET.get("district", "")
    if not code:
        return None
    found = District.objects.filter(code=code).first()
    if found is None or not (found.settings.get("is_history") or found.pk == request.viewer.district_id):
        raise Http404("没有这个区县的数字")
    return found.pk
