"""The list behind a figure."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from qiying.cockpit.behind import behind_figure
from qiying.cockpit.months import month_words
from qiying.cockpit.names import Names, names_of
from qiying.cockpit.scope import VIEW, VIEW_UNIT, scope_of
from qiying.cockpit.wanted import Wanted, dimensions, wanted
from qiying.kernel.cases.faces.lists import PAGE, row_faces
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.pages import visible_with
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@visible_with(VIEW, VIEW_UNIT)
def cases(request: ViewerRequest) -> HttpResponse:
    """Show the cases that a figure counted, as far as the viewer may see them."""
    scope = scope_of(request)
    given = request.GET.dict()
    w = wanted(given, request.today)
    names = names_of(scope.district_id)
    where = dimensions(w, scope, names)
    found = behind_figure(given, w, where, scope, request.viewer, request.today)
    if found is None:
        raise Http404("没有这个数字")
    page = Paginator(found.visible, PAGE).get_page(request.GET.get("page"))
    ids = list(page.object_list)
    due = dict(Case.objects.filter(pk__in=ids).values_list("pk", "due_by"))
    rows = row_faces(request.viewer, [(i, due.get(i)) for i in ids], request.now, request.today)
    context = {
        "now": request.now,
        "today": request.today,
        "found": found,
        "month_words": "" if found.is_live else month_words(w.month, request.today),
        "narrowed": _narrowed(w, names),
        "hidden": len(found.ids) - len(found.visible),
        "rows": rows,
        "page": page,
        "back_url": f"{reverse('cockpit:numbers')}?{w.query()}",
    }
    return render(request, "cockpit/behind.html", context)


def _narrowed(w: Wanted, names: Names) -> str:
    parts = [
        names.unit(w.unit) if w.unit else "",
        names.channel(w.channel) if w.channel else "",
        names.category(w.category) if w.category else "",
    ]
    return "、".join(p for p in parts if p)
