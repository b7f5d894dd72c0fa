"""What these pages share: months to choose, workbooks, forms about one case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect, QueryDict

from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading import case_reading
from qiying.kernel.cases.reading_lists import cases_cover
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.pages import page, tell_form
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes

PER_PAGE = 25
EXPORT_ROWS = 5000


def paged(request: ViewerRequest, rows: QuerySet[Any], count: int | None = None) -> Page[Any]:
    """Return the page asked for; a count that is known already is not asked again."""
    pages = Paginator(rows, PER_PAGE)
    if count is not None:
        pages.count = count
    current = pages.get_page(request.GET.get("page"))
    cover(request, current.object_list)
    return current


def cover(request: ViewerRequest, rows: Iterable[Any]) -> list[Any]:
    """Return rows that are cases or have one, with what the viewer may not read of each taken out."""
    found = list(rows)
    cases = [r if isinstance(r, Case) else getattr(r, "case", None) for r in found]
    cases_cover(request.viewer, [c for c in cases if c is not None])
    return found


def sent(request: ViewerRequest) -> QueryDict | None:
    """Return what was posted, an empty post included; None when a form is only shown."""
    return request.POST if request.method == "POST" else None


def wants_export(request: ViewerRequest) -> bool:
    return request.GET.get("export") == "xlsx"


def export_url(request: ViewerRequest) -> str:
    """Return this list's address as a workbook."""
    query = request.GET.copy()
    query.pop("page", None)
    query["export"] = "xlsx"
    return f"?{query.urlencode()}"


def export(
    request: ViewerRequest, code: str, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> HttpResponse:
    """Return rows as a workbook and record that they were taken out."""
    taken = list(rows)
    record_act(
        actor=request.viewer,
        action="list_export",
        subject=f"list:{code}",
        data={"query": request.GET.urlencode()[:500], "rows": len(taken)},
        at=request.now,
    )
    body = workbook_bytes([Sheet(name, columns, taken)])
    return xlsx_response(body, f"{name}-{request.today:%Y%m%d}.xlsx")


def month_links(months: Sequence[date], current: date, **keep: str) -> list[dict[str, Any]]:
    """Return the months to choose from as links."""
    return [
        {
            "label": f"{m.year}年{m.month}月",
            "url": "?" + urlencode({"month": f"{m:%Y-%m}", **keep}),
            "current": m == current,
        }
        for m in months
    ]


def tab_links(
    tabs: Sequence[tuple[str, str]], counts: dict[str, int], current: str, **keep: str
) -> list[dict[str, Any]]:
    """Return the states of a list as tabs with counts."""
    return [
        {
            "label": words,
            "url": "?" + urlencode({"show": code, **keep}),
            "count": counts.get(code, ""),
            "current": code == current,
        }
        for code, words in tabs
    ]


def chosen(request: ViewerRequest, tabs: Sequence[tuple[str, str]]) -> str:
    """Return the tab asked for, the first when it is none of them."""
    asked = request.GET.get("show", "")
    return asked if asked in {code for code, _ in tabs} else tabs[0][0]


def brief(request: ViewerRequest, case: Case) -> dict[str, Any]:
    """Return what a form about one case shows above it: what, whose, the answer."""
    context = case_reading(case, request.viewer, request.now).context
    cases_cover(request.viewer, [case])
    return {
        "case": context.case,
        "asker": context.case.asker_name,
        "unit": case.lead_unit.name if case.lead_unit else "",
        "answer": context.current_answer,
    }


def case_form(
    request: ViewerRequest,
    form: Form,
    *,
    template: str = "learning/case_form.html",
    run: Callable[[], str],
    done_url: str,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form; on POST run the service, say what was done and go on, else show every reason.

    `run` returns the sentence that tells what was done.
    """
    if request.method == "POST" and form.is_valid():
        try:
            words = run()
        except GuardFailed as error:
            tell_form(form, error)
        except ActionNotAvailable as late:
            messages.warning(request, late.message)
            return HttpResponseRedirect(done_url)
        else:
            messages.success(request, words)
            return HttpResponseRedirect(done_url)
    return page(request, template, {"form": form, **context}, status=422 if form.errors else None)
