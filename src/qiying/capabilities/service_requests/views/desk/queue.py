"""The desk's queue: tabs with counts, filters, saved views, and where one stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404
from django.urls import reverse

from qiying.capabilities.service_requests.models import LikelyDouble
from qiying.capabilities.service_requests.selectors import directory
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.clocks import open_status
from qiying.kernel.cases.models import Assignment, Case, CaseEvent, Channel
from qiying.kernel.cases.selectors import open_cases_of
from qiying.kernel.cases.standing import due_today, overdue
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import first_row
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.saved import saved_views, view_keep
from qiying.kernel.search.selectors import matching_subquery
from qiying.ui.given import whole
from qiying.ui.humanize import count_words, day_words, moment_words

PROCEDURE = "service_request"
PAGE = 40
KEPT = ("tab", "q", "channel", "category", "region", "kind")
TABS = (
    ("all", "全部"),
    ("received", "待受理"),
    ("today", "今天到期"),
    ("late", "已超期"),
    ("double", "疑似重复"),
    ("returned", "退回来的"),
    ("assign", "待交办"),
    ("conclude", "待下结论"),
    ("material", "材料补来的"),
    ("mine", "我经手的"),
)
SHOWN = (
    *(
        "number",
        "title",
        "state",
        "kind",
        "return_count",
        "received_on",
        "received_at",
        "due_by",
        "clock_state",
    ),
    *("district_id", "enterprise__name", "enterprise__short_name", "channel__name"),
)
"""What a row reads of its case."""
BEFORE_ASSIGNING = Q(state__in=["received", "accepted"])
POOL = BEFORE_ASSIGNING | (Q(state="answered") & ~Q(kind="problem"))


@dataclass(frozen=True)
class QueueRow:
    """One row of the queue."""

    number: str
    title: str
    sub: str
    status: str
    words: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Queue:
    """The queue as one look shows it."""

    rows: list[QueueRow]
    tabs: list[dict[str, Any]]
    page: Page[Any]
    sentence: str
    query: str
    position: int
    previous_url: str
    next_url: str
    current: str


def tab_condition(code: str, today: date, person_id: int | None) -> Q:
    """Return what a tab holds, on top of the viewer's open cases."""
    suspected = LikelyDouble.objects.filter(case=OuterRef("pk"), state=LikelyDouble.State.SUSPECTED)
    acted = CaseEvent.objects.filter(case=OuterRef("pk"), actor_id=person_id or 0)
    conditions = {
        "all": POOL,
        "received": Q(state="received"),
        "today": POOL & due_today(today),
        "late": POOL & overdue(today),
        "double": BEFORE_ASSIGNING & Q(Exists(suspected)),
        "returned": Q(state="accepted", return_count__gt=0),
        "assign": Q(state="accepted", return_count=0),
        "conclude": Q(state="answered") & ~Q(kind="problem"),
        "material": BEFORE_ASSIGNING & Q(extras__has_key="material_items"),
        "mine": Q(Exists(acted)),
    }
    return conditions.get(code, POOL)


def desk_cases(request: ViewerRequest) -> QuerySet[Case]:
    """Return the open requests in which the viewer takes part as the desk."""
    return _desk_cases(request.viewer)


def _desk_cases(viewer: Viewer) -> QuerySet[Case]:
    parts = open_cases_of(viewer, roles=["desk"])
    return Case.objects.filter(pk__in=parts.values("case_id"), procedure=PROCEDURE, is_open=True)


def _counts_of(viewer: Viewer, today: date, cases: QuerySet[Case] | None = None) -> QuerySet[Any]:
    """Return the one row of how many cases each tab holds."""
    cases = _desk_cases(viewer) if cases is None else cases
    counted = {c: tab_condition(c, today, viewer.person_id) for c, _ in TABS if c != "mine"}
    tabs = {c: Count("pk", filter=condition) for c, condition in counted.items()}
    rows: QuerySet[Any] = cases.order_by().annotate(one=Value(1)).values("one").annotate(**tabs)
    return rows.values(*tabs)


def _counts(request: ViewerRequest) -> dict[str, int]:
    """Count the tabs: without filters by a statement whose text is kept, for the desk opens so all day."""
    cases = _desk_cases(request.viewer)
    narrowed = filtered(request, cases)
    if narrowed is cases:
        return first_row(_counts_of, request.viewer, request.today)
    # No row at all where nothing can be found.
    found = list(_counts_of(request.viewer, request.today, narrowed))
    return dict(found[0]) if found else {c: 0 for c, _ in TABS if c != "mine"}


def kept_query(request: ViewerRequest, **changes: str) -> str:
    """Return the filters of this look as a query, in a fixed order."""
    given = {k: request.GET.get(k, "").strip()[:80] for k in KEPT} | changes
    return urlencode({k: v for k, v in given.items() if v and not (k == "tab" and v == "all")})


def filtered(request: ViewerRequest, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Narrow by what the address says; unreadable values narrow nothing."""
    given = request.GET
    if given.get("channel"):
        cases = cases.filter(channel__code=given["channel"])
    if given.get("category"):
        cases = cases.filter(category=given["category"])
    if given.get("kind"):
        cases = cases.filter(kind=given["kind"])
    if (region := whole(given.get("region"))) is not None:
        cases = cases.filter(enterprise__region_unit_id=region)
    if given.get("q", "").strip():
        found = matching_subquery("case", given["q"].strip()[:80], request.viewer.district_id)
        cases = cases.filter(pk__in=found) if found is not None else cases
    return cases


def _counted(rows: QuerySet[Case], count: int) -> Paginator[Case]:
    """Return a paginator whose count the tabs know already."""
    found = Paginator(rows, PAGE)
    found.count = count
    return found


def _listed(cases: QuerySet[Case]) -> QuerySet[Case]:
    back = Assignment.objects.filter(case=OuterRef("pk"), state="returned", role="lead").order_by("-no")
    label = Coalesce(NullIf("unit__short_name", Value("")), "unit__name")
    named = cases.select_related("enterprise", "channel").only(*SHOWN)
    back_by = Subquery(back.annotate(who=label).values("who")[:1])
    return named.annotate(returned_by=back_by).order_by("due_by", "id")


def _first_page(viewer: Viewer, today: date, code: str) -> QuerySet[Case]:
    return _listed(_desk_cases(viewer).filter(tab_condition(code, today, viewer.person_id)))[:PAGE]


def queue_of(request: ViewerRequest, current: str = "", *, opens_first: bool = False) -> Queue:
    """Return the queue under the filters of the address; `current` is the case that is open.

    Args:
        opens_first: open the first row when no case is named.
    """
    today, person = request.today, request.viewer.person_id
    every = desk_cases(request)
    base = filtered(request, every)
    code = request.GET.get("tab", "all")
    counts = _counts(request)
    wanted = base.filter(tab_condition(code, today, person))
    count = wanted.count() if code == "mine" else counts.get(code, counts["all"])
    number = _page_number(request, wanted, current) if count > PAGE else 1
    page = _counted(_listed(wanted), count).get_page(number)
    query = kept_query(request)
    is_plain = base is every and number == 1 and code in dict(TABS)  # what the desk opens all day
    found = kept(_first_page, request.viewer, today, code) if is_plain else list(page.object_list)
    if opens_first and found and not current:
        current = found[0].number
    rows = [_row(request, c, query, current) for c in found]
    at = next((i for i, r in enumerate(rows) if r.is_current), -1)
    before = rows[at - 1] if at > 0 else None
    after = rows[at + 1] if 0 <= at < len(rows) - 1 else (rows[0] if at < 0 and rows else None)
    return Queue(
        rows=rows,
        tabs=[_tab(request, c, label, counts.get(c), c == code) for c, label in TABS],
        page=page,
        sentence=_sentence(counts),
        query=query,
        position=(page.start_index() + at) if at >= 0 else 0,
        previous_url=before.url if before else "",
        next_url=after.url if after else "",
        current=current,
    )


def _page_number(request: ViewerRequest, wanted: QuerySet[Case], current: str) -> int:
    """Return the page asked for, else the one that holds the open case."""
    if (asked := whole(request.GET.get("page"), most=99_999)) is not None:
        return asked
    if not current:
        return 1
    numbers = list(wanted.order_by("due_by", "id").values_list("number", flat=True)[:400])
    return numbers.index(current) // PAGE + 1 if current in numbers else 1


def _tab(
    request: ViewerRequest, code: str, label: str, count: int | None, is_current: bool
) -> dict[str, Any]:
    """Return a tab; that of one's own acts has no count, which would read every act on all open cases."""
    query = kept_query(request, tab=code)
    return {
        "code": code,
        "label": label,
        "count": count_words(count),
        "current": is_current,
        "url": f"{reverse('service_requests:desk')}?{query}" if query else reverse("service_requests:desk"),
        "is_shown": is_current or count != 0 or code in {"all", "received"},
    }


def _sentence(counts: dict[str, int]) -> str:
    if not counts["all"]:
        return "都处理完了"
    late = f"，已超期 {counts['late']} 件" if counts["late"] else ""
    today = f"，今天到期 {counts['today']} 件" if counts["today"] else "，今天没到期的"
    return f"{counts['all']} 件{late}{today}"


def _row(request: ViewerRequest, case: Case, query: str, current: str) -> QueueRow:
    url = reverse("service_requests:triage", args=[case.number])
    who = short_name(case.enterprise.label) if case.enterprise else "没写企业"
    came = case.channel.name if case.channel else ""
    sub = f"{who} · {came}"
    returned = getattr(case, "returned_by", None)
    if case.state == "accepted" and case.return_count:
        sub = f"{returned or '承办单位'}退回 · 第 {case.return_count} 次"
    elif case.received_on == request.today:
        sub = f"{sub} · {moment_words(case.received_at, request.now).replace('今天 ', '')}"
    status, words = row_words(case, request.today)
    return QueueRow(
        case.number,
        case.title,
        sub,
        status,
        words,
        f"{url}?{query}" if query else url,
        case.number == current,
    )


def short_name(name: str) -> str:
    """Return an enterprise's name without its legal form, for a narrow column."""
    return re.sub(r"(?:股份|集团)?有限(?:责任)?公司$", "", name) or name


def row_words(case: Case, today: date) -> tuple[str, str]:
    """Return the status of a queue row: until when which step is due."""
    if case.state == "answered":
        return ("turn", "待下结论") if case.kind != "problem" else ("turn", "等企业评价")
    if case.due_by is None:
        return "unknown", "没有期限"
    if case.clock_state == "paused":
        return "paused", "停表中"
    work = "受理" if case.state == "received" else "答复"
    found = open_status(case.due_by, today, calendar_for(case.district_id))
    if found.code == "overdue":
        return "overdue", f"{work}晚了 {-found.left} 天" if found.left else f"{work}已过期"
    return found.code, f"{day_words(case.due_by, today)}{work}"


def filter_choices(request: ViewerRequest) -> list[dict[str, Any]]:
    """Return the selects of the filter, each with its choices and what is chosen."""
    district_id = request.viewer.district_id or 0
    known = directory(district_id)
    channels = Channel.objects.filter(district_id=district_id, is_active=True).values_list("code", "name")
    kinds = [("problem", "问题"), ("suggestion", "金点子"), ("question", "咨询"), ("clue", "线索")]
    regions = [(str(u.id), u.label) for u in known.units.values() if u.is_region]
    found = [
        ("channel", "渠道", list(channels)),
        ("category", "类别", [(c.code, c.name) for c in known.categories.values()]),
        ("region", "镇街", regions),
        ("kind", "类型", kinds),
    ]
    return [
        {"name": n, "label": label, "kind": "select", "choices": choices, "required": False,
         "placeholder": f"{label}不限", "value": request.GET.get(n, ""), "id": f"id_filter_{n}"}
        for n, label, choices in found
    ]  # fmt: skip


DESK = "cases.desk"


def own_views(request: ViewerRequest, query: str) -> list[dict[str, Any]]:
    """Return the viewer's saved views of the desk."""
    rows = saved_views(request.viewer, DESK)
    url = reverse("service_requests:desk")
    return [
        {"id": v.pk, "label": v.name, "url": f"{url}?{v.query}", "current": v.query == query} for v in rows
    ]


def view_save(request: ViewerRequest) -> str:
    """Keep the filters under a name for this person; return the query, empty name raises 404."""
    name = request.POST.get("name", "").strip()[:20]
    if not name or request.viewer.person_id is None:
        raise Http404("给这个视图起个名字再存")
    pairs = dict(parse_qsl(request.POST.get("query", "")))
    query = urlencode({k: pairs[k] for k in KEPT if pairs.get(k)})[:500]
    view_keep(request.viewer, DESK, name, query)
    return query
