"""The worklist by due day, and the list of everything one sees: tabs, filters, saved views, export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.faces.filters import filter_choices, filter_fields, filter_parts
from qiying.kernel.cases.faces.lists import (
    PAGE,
    RowFace,
    Wanted,
    archive_ids,
    next_due,
    row_faces,
    wanted,
    worklist_ids,
)
from qiying.kernel.cases.faces.registry import all_bulk_actions
from qiying.kernel.cases.faces.tabs import Tab, tab_counts, tabs_for
from qiying.kernel.cases.selectors import COUNT_CAP
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.listing import xlsx_response
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.saved import MAX_VIEWS, saved_views, view_forget, view_keep
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes
from qiying.ui.humanize import count_words

PAGES = {"worklist": "办件", "cases": "全部办件"}
Ids = list[tuple[int, date | None]]
PARTS = 3
"""So many open parts a viewer mostly has in a case at most; with more, the first page is read as any other."""


def office_only(request: ViewerRequest) -> None:
    """Lists are an office's: for everybody else the page does not exist."""
    if not request.viewer.memberships:
        raise Http404("没有找到这一页，或者您看不到它")


@require_GET
@signed_in
def worklist(request: ViewerRequest) -> HttpResponse:
    """Show the viewer's open cases by due day."""
    office_only(request)
    tabs = tabs_for(request.viewer, request.today)
    tab = next((t for t in tabs if t.code == request.GET.get("tab")), tabs[-1])
    w = wanted(request.GET.dict(), request.viewer.district_id)
    rows = Later(partial(worklist_ids, request.viewer, w, tab.condition))
    if request.GET.get("export") == "xlsx":
        return export(request, list(rows[: COUNT_CAP + 1]), "worklist")
    counts = tab_counts(request.viewer, request.today)
    first = partial(kept, _first_ids, request.viewer, request.today, tab.code, w.sort)
    ids = Found(list(rows[: COUNT_CAP + 1])) if w.is_narrowed else Found(rows, counts[tab.code], first)
    links = [_tab_link(t, counts[t.code], t is tab) for t in tabs]
    context = list_context(request, "worklist", ids, w, links)
    context |= {"sentence": _sentence(counts), "tab": tab, "bulk": _bulk(request)}
    return render(request, "cases/worklist.html", context)


def _first_ids(viewer: Viewer, today: date, code: str, sort: str) -> QuerySet[Any, tuple[int, date | None]]:
    """Return what the first page of a tab shows without conditions, what an office opens all day; cases may repeat."""
    tab = next(t for t in tabs_for(viewer, today) if t.code == code)
    if sort in {"", "due"}:
        return next_due(viewer, tab.condition)[: PAGE * PARTS]
    return worklist_ids(viewer, Wanted(sort=sort), tab.condition)[:PAGE]


@require_GET
@signed_in
def archive(request: ViewerRequest) -> HttpResponse:
    """Search and browse everything the viewer sees, closed cases included."""
    office_only(request)
    w = wanted(request.GET.dict(), request.viewer.district_id)
    ids = archive_ids(request.viewer, w)
    if request.GET.get("export") == "xlsx":
        return export(request, ids, "cases")
    context = list_context(request, "cases", Found(ids), w, [])
    return render(request, "cases/worklist.html", context)


def _tab_link(tab: Tab, count: int, is_current: bool) -> dict[str, Any]:
    return {"label": tab.label, "url": f"?tab={tab.code}", "count": count_words(count), "current": is_current}


def _sentence(counts: dict[str, int]) -> str:
    """Say what is waiting before any widget does."""
    parts = [
        (counts.get("late", 0), "超期 {} 件"),
        (counts.get("today", 0), "今天到期 {} 件"),
        (counts.get("turn", 0), "该您办的 {} 件"),
        (counts.get("decide", 0), "等您决定 {} 件"),
        (counts.get("sign", 0), "等签收 {} 件"),
    ]
    told = [words.format(count_words(n)) for n, words in parts if n]
    if told:
        return "、".join(told) + "。"
    return "在办的都没到期。" if counts.get("all") else "现在没有在办的件。"


def _bulk(request: ViewerRequest) -> list[dict[str, str]]:
    """Return the acts that can be done on several cases at once by one of the viewer's roles."""
    found: dict[str, str] = {}
    roles = request.viewer.roles | {m.role for m in request.viewer.memberships}
    for procedure, codes in all_bulk_actions().items():
        machine = PROCEDURES.latest(procedure)
        for code in codes:
            action = machine.action(code)
            if any(by.partition(":")[2] in roles for by in action.by):
                found[code] = action.label
    return [{"code": c, "label": words} for c, words in found.items()]


class Later:
    """Rows whose query is made when some of them are asked for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getitem__(self, part: slice) -> Any:
        return self._make()[part]


class Found:
    """What a list holds: read up to one beyond what is counted, or a page at a time where the tab knows its count."""

    def __init__(
        self, rows: Ids | Later, count: int | None = None, first: Callable[[], Ids] | None = None
    ) -> None:
        self.count = len(rows) if isinstance(rows, list) else count or 0
        self.is_capped = self.count > COUNT_CAP
        self.pages: Paginator[Any] = Paginator(cast(Any, rows), PAGE)
        self.pages.count = min(self.count, COUNT_CAP)
        self._first = first

    def ids(self, page: Page[Any]) -> Ids:
        """Return what stands on a page."""
        if self._first and self.count and page.number == 1:
            first: dict[int, date | None] = {}
            for case_id, due in self._first():
                first.setdefault(case_id, due)
            if len(first) >= min(self.count, PAGE):
                return list(first.items())[:PAGE]
        return list(page.object_list)


def list_context(
    request: ViewerRequest, page: str, ids: Found, w: Wanted, tabs: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what both lists show: one page of rows, tabs, filters as a sentence, saved views."""
    current = ids.pages.get_page(request.GET.get("page"))
    rows = row_faces(request.viewer, ids.ids(current), request.now, request.today)
    given = {k: str(v) for k, v in request.GET.items() if v}
    district_id = request.viewer.district_id
    choices = filter_choices(district_id, request.today) if district_id else {}
    views = saved_views(request.viewer, f"cases.{page}")
    here = _kept_query(request.GET.urlencode())
    saved = [
        {"id": v.pk, "label": v.name, "url": f"?{v.query}", "current": v.query == here, "count": ""}
        for v in views
    ]
    if any(v["current"] for v in saved):
        tabs = [{**t, "current": False} for t in tabs]
    return {
        "now": request.now,
        "today": request.today,
        "page_code": page,
        "title": PAGES[page],
        "rows": rows,
        "page": current,
        "total_words": f"共 {count_words(ids.count)} 件" if ids.count else "",
        "count_words": count_words(ids.count),
        "is_capped": ids.is_capped,
        "tabs": [*tabs, *saved],
        "saved": next((v for v in saved if v["current"]), None),
        "fields": filter_fields(given, choices) if choices else [],
        "parts": filter_parts(w, given, choices),
        "q": w.q,
        "is_narrowed": w.is_narrowed,
        "keep": {k: v for k, v in given.items() if k in {"tab", "sort"}},
        "query": here,
        "export_url": "?" + urlencode({**given, "export": "xlsx"}),
        "sort": w.sort,
        "schedule_url": order(request.viewer, page, here) if (order := provided("schedule_url")) else "",
    }


def _kept_query(query: str) -> str:
    """Return an address's query without what belongs to one look only."""
    pairs = [(k, v) for k, v in parse_qsl(query) if k not in {"page", "export", "filters"} and v]
    return urlencode(sorted(pairs))


COLUMNS: tuple[Column[Any], ...] = (
    Column("办件号"),
    Column("标题", kind="long"),
    Column("企业"),
    Column("状态"),
    Column("期限", kind="date"),
    Column("还剩"),
    Column("主办单位"),
    Column("经办人"),
    Column("渠道"),
    Column("类别"),
    Column("级别"),
    Column("收件日期", kind="date"),
    Column("答复日期", kind="date"),
    Column("办结日期", kind="date"),
)


def _values(r: RowFace) -> list[Any]:
    return [
        r.number, r.title, r.enterprise, r.state, r.due_by if r.is_open else None, r.words, r.unit, r.handler,
        r.channel, r.category, r.level, r.received_on, r.answered_on, r.closed_on,
    ]  # fmt: skip


def export(request: ViewerRequest, ids: Ids, page: str) -> HttpResponse:
    """Hand out the list as a workbook, as shown: hidden askers stay hidden; the act is recorded."""
    rows = row_faces(request.viewer, ids[:COUNT_CAP], request.now, request.today)
    more = f"（只导出前 {COUNT_CAP} 件）" if len(ids) > COUNT_CAP else ""
    caption = f"{PAGES[page]} {request.today:%Y-%m-%d}，{len(rows)} 件{more}"
    sheet = Sheet(PAGES[page], COLUMNS, [_values(r) for r in rows], caption)
    record_act(
        actor=request.viewer,
        action="list_export",
        subject=f"list:{page}",
        data={"query": request.GET.urlencode()[:500], "rows": len(rows)},
        at=request.now,
    )
    return xlsx_response(workbook_bytes([sheet]), f"{PAGES[page]}-{request.today:%Y%m%d}.xlsx")


@require_POST
@signed_in
def view_save(request: ViewerRequest) -> HttpResponse:
    """Keep the filters of a list under a name; the same name again replaces them."""
    office_only(request)
    page = request.POST.get("page", "")
    if page not in PAGES:
        raise Http404("没有这个列表")
    name = request.POST.get("name", "").strip()[:20]
    query = _kept_query(request.POST.get("query", ""))[:500]
    url = f"{reverse(f'cases:{page}')}?{query}"
    if not name:
        messages.error(request, "没存成：请给这个视图起个名字。条件还在。")
        return HttpResponseRedirect(url)
    if not view_keep(request.viewer, f"cases.{page}", name, query):
        messages.error(request, f"没存成：一个列表最多存 {MAX_VIEWS} 个视图，先去掉一个。条件还在。")
        return HttpResponseRedirect(url)
    messages.success(request, f"存好了，以后点“{name}”就是这些条件。")
    return HttpResponseRedirect(url)


@require_POST
@signed_in
def view_remove(request: ViewerRequest, view_id: int) -> HttpResponse:
    """Forget one of the viewer's own saved views."""
    for page in PAGES:
        if (name := view_forget(request.viewer, f"cases.{page}", view_id)) is not None:
            messages.success(request, f"“{name}”去掉了，办件没有变。")
            return HttpResponseRedirect(reverse(f"cases:{page}"))
    raise Http404("没有这个视图")
