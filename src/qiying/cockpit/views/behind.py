"""The list behind a figure."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qiying.cockpit.addresses import page_url
from qiying.cockpit.behind import behind_figure
from qiying.cockpit.names import names_of
from qiying.cockpit.scope import board_asked, dimensions, scope_of
from qiying.kernel.cases.faces.lists import PAGE, row_faces
from qiying.kernel.cases.models import Case
from qiying.kernel.figures.asking import FILTERS, asked
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@require_GET
@signed_in
def cases(request: ViewerRequest) -> HttpResponse:
    """Show the cases that a figure counted, as far as the viewer may see them."""
    board = board_asked(request)
    scope, given = scope_of(request, board), request.GET.dict()
    a = asked(given, board, request.today)
    names = names_of(scope.district_id, board.procedure)
    where = dimensions(a, scope, names.paths)
    found = behind_figure(given, a, where, scope, request.viewer, request.today)
    if found is None:
        raise Http404("没有这个数字")
    page = Paginator(found.visible, PAGE).get_page(request.GET.get("page"))
    ids: list[int] = [] if found.things is not None else list(page.object_list)
    due = dict(Case.objects.filter(pk__in=ids).values_list("pk", "due_by"))
    rows = row_faces(request.viewer, [(i, due.get(i)) for i in ids], request.now, request.today)
    narrowed = [getattr(names, name)(getattr(a, name)) for name in FILTERS if getattr(a, name)]
    context = {
        "now": request.now,
        "today": request.today,
        "found": found,
        "board": board,
        "period_words": "" if found.is_live else a.period.words(request.today),
        "narrowed": "、".join(narrowed),
        "hidden": len(found.ids) - len(found.visible),
        "rows": rows,
        "things": [found.things[i] for i in page.object_list] if found.things is not None else [],
        "page": page,
        "back_url": page_url(a),
    }
    return render(request, "cockpit/behind.html", context)
