"""Pages that everybody may read, about one district: one's own, the chosen one, the only one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.given import whole

P = ParamSpec("P")
CHOSEN = "guide_district"


def public(
    view: Callable[Concatenate[ViewerRequest, int, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hand a page the district it is about; where that is open, ask which."""

    @require_safe
    @wraps(view)
    def wrapped(plain: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = cast(ViewerRequest, plain)
        own = request.viewer.district_id
        if own is not None:
            return view(request, own, *args, **kwargs)
        rows = District.objects.filter(is_demo=bool(settings.QIYING_ENV.demo)).order_by("id")
        offered = {d.pk: d for d in rows if not d.settings.get("is_history")}
        asked = whole(request.GET.get("district")) or request.session.get(CHOSEN)
        chosen = asked if asked in offered else next(iter(offered)) if len(offered) == 1 else None
        if chosen is None:
            context = {"districts": list(offered.values()), "next_url": request.path}
            return shown(request, "organisations/which_district.html", context)
        if len(offered) > 1:
            request.session[CHOSEN] = chosen
        return view(request, chosen, *args, **kwargs)

    return wrapped


def district_of(request: ViewerRequest) -> int | None:
    """Return one's own district, else the one a guest chose, else the only one there is."""
    found: int | None = request.viewer.district_id or request.session.get(CHOSEN)
    if found is None:
        rows = list(District.objects.order_by("id").values_list("pk", flat=True)[:2])
        found = rows[0] if len(rows) == 1 else None
    return found


def shown(request: ViewerRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a public page in the shell of whoever looks."""
    viewer = request.viewer
    base = "ui/office.html" if viewer.memberships else "ui/phone.html"
    frame = {
        "base": base if viewer.is_authenticated else "ui/public.html",
        "is_public": not viewer.is_authenticated,
        "now": request.now,
        "today": request.today,
    }
    return render(request, template, {**frame, **context})
