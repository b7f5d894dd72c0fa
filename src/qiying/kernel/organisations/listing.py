"""One list, four abilities: filter, sort, page, export; the address holds all of it, so it can be sent on."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeAlias, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Aggregate, Count, Model, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONArray
from django.http import HttpResponse, QueryDict
from django.utils.http import content_disposition_header

from qiying.kernel.audit.clock import local_time
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.tables.cells import text_width
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes
from qiying.ui.given import page_of
from qiying.ui.humanize import GROUPED_FROM, date_words, day_dated_words, days_said, number_said

__all__ = ["Column", "Filter", "Listed", "Listing", "Tab", "choice", "search", "state_tabs", "xlsx_response"]

M = TypeVar("M", bound=Model)
PAGE_SIZE = 25
EXPORT_ROWS = 50_000
LONG, WHOLE = 40, 5
"""So many characters take all the room of a line's other cells; so few stay on one line beside them."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CASE_URL = re.compile(r"/cases/([^/?#]+)/")
Choices: TypeAlias = Sequence[tuple[Any, str]]


@dataclass(frozen=True)
class Filter(Generic[M]):
    """One narrowing: a field above the list and what it does to the queryset.

    With `default` the choices stand as links, one of them always taken: the months or years of a list.
    """

    name: str
    label: str
    narrow: Callable[[QuerySet[M], str], QuerySet[M]]
    choices: Choices | Callable[[ViewerRequest], Choices] = ()
    placeholder: str = ""
    default: Callable[[ViewerRequest], str] | None = None


def search(label: str, *fields: str, name: str = "q") -> Filter[Any]:
    """Return the filter that narrows rows to those with typed words in one of some fields."""

    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(reduce(or_, (Q(**{f"{field}__icontains": text}) for field in fields)))

    return Filter(name, label, narrow)


def choice(
    field: str, label: str, choices: Choices | Callable[[ViewerRequest], Choices], name: str = ""
) -> Filter[Any]:
    """Return the filter that narrows rows to those with one value in a field."""
    return Filter(name or field, label, lambda rows, value: rows.filter(**{field: value}), choices)


@dataclass(frozen=True)
class Tab:
    """Some rows of a list by a name, with what is said when there are none; a workbook holds the rows of all tabs."""

    code: str
    label: str
    when: Q | Callable[[ViewerRequest], Q]
    empty_title: str = ""
    empty_text: str = ""

    def condition(self, request: ViewerRequest) -> Q:
        """Return which rows stand here."""
        return self.when(request) if callable(self.when) else self.when


def state_tabs(*tabs: tuple[str, str, str, str], field: str = "state") -> list[Tab]:
    """Return a tab for each state of a row: its code, label, and what is said when there are none."""
    return [Tab(code, label, Q(**{field: code}), title, text) for code, label, title, text in tabs]


@dataclass(frozen=True)
class Asked(Generic[M]):
    """A filter as the address asks for it; a default takes the place of what is not offered."""

    filter: Filter[M]
    choices: Choices
    value: str

    @property
    def is_offered(self) -> bool:
        return not self.choices or self.value in {str(key) for key, _ in self.choices}

    def applied(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Narrow rows; a value that is no choice, or no number where one is kept, finds nothing."""
        try:
            return self.filter.narrow(rows, self.value) if self.is_offered else rows.none()
        except ValueError:
            return rows.none()


@dataclass
class Listed(Generic[M]):
    """What an address asks of a list: the rows before tabs, how many stand in each, the figures over all of them."""

    asked: list[Asked[M]]
    rows: QuerySet[M]
    tab: Tab | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    total: int = 0
    on_page: Sequence[M] = ()

    def value(self, name: str) -> str:
        """Return what a filter is narrowed to."""
        return next((a.value for a in self.asked if a.filter.name == name), "")


@dataclass(frozen=True)
class Listing(Generic[M]):
    """A list of rows of one kind; `figures` are counted over what is filtered, together with the tabs."""

    columns: Sequence[Column[M]]
    name: str = ""  # ascii, for the file and the audit row; a register gives its own
    caption: str = ""
    filters: Sequence[Filter[M]] = ()
    empty_title: str = "这里没有"
    empty_text: str = ""
    # Given the rows shown together, so that a column's value costs no query a row.
    prepare: Callable[[ViewerRequest, Sequence[M]], None] | None = None
    tabs: Sequence[Tab] = ()
    figures: Mapping[str, Aggregate] = field(default_factory=dict)

    def listed(self, request: ViewerRequest, rows: QuerySet[M]) -> Listed[M]:
        """Apply the filters and the sorting of the address."""
        asked = [_asked(one, request) for one in self.filters]
        for one in asked:
            if one.value:
                rows = one.applied(rows)
        wanted = request.GET.get("sort", "")
        for column in self.columns:
            if column.sort and column.key == wanted.removeprefix("-"):
                turned = [n[1:] if n.startswith("-") else f"-{n}" for n in column.sort]
                order = turned if wanted.startswith("-") else column.sort
                return Listed(asked, rows.order_by(*order, "pk"))
        # A page needs an order; grouping drops the model's own without a word.
        return Listed(asked, rows if rows.ordered else rows.order_by(*rows.model._meta.ordering or ("pk",)))

    def respond(
        self, request: ViewerRequest, rows: QuerySet[M]
    ) -> tuple[dict[str, Any], HttpResponse | None]:
        """Return the context of the page, and the workbook instead when that is asked for."""
        listed = self.listed(request, rows)
        if request.GET.get("export") == "xlsx":
            return {}, self.export(request, listed.rows)
        current = self._page(request, listed)
        self.prepared(request, listed.on_page)
        query = _without(request, "page")
        query["export"] = "xlsx"
        table = self.table(request, listed.on_page) | {
            "page": current,
            "export_url": f"?{query.urlencode()}" if listed.total else "",
            "export_label": f"导出 {listed.total} 行",
            "empty": self._empty(listed),
        }
        if self.tabs:
            table |= {"views": self._tabs(request, listed), "views_label": "看哪些"}
        kept = ["show", *(a.filter.name for a in listed.asked if a.filter.default is not None)]
        hidden = [(name, request.GET[name]) for name in kept if request.GET.get(name)]
        context = {"table": table, "listed": listed, "total": listed.total, "hidden": hidden}
        return context | {"filters": _fields(listed.asked), "chips": _chips(request, listed.asked)}, None

    def _page(self, request: ViewerRequest, listed: Listed[M]) -> Page[M]:
        """Read the page asked for with what stands in each tab: one statement, two where the page is empty."""
        asked = request.GET.get("show", "")
        found = listed.rows
        if self.tabs:
            listed.tab = next((t for t in self.tabs if t.code == asked), self.tabs[0])
            found = found.filter(listed.tab.condition(request))
        counts: list[Aggregate] = [
            Count("pk"), *(Count("pk", filter=t.condition(request)) for t in self.tabs)
        ]  # fmt: skip
        wanted = page_of(request.GET)
        shown: list[M] = []
        if not self.figures and _counts_beside(listed.rows):
            first = (wanted - 1) * PAGE_SIZE
            shown = list(found.annotate(counted=_together(listed.rows, counts))[first : first + PAGE_SIZE])
        if shown:
            counted: list[int] = shown[0].counted  # type: ignore[attr-defined]
        else:
            names = [f"count_{n}" for n in range(len(counts))]
            told = listed.rows.order_by().aggregate(**dict(zip(names, counts, strict=True)), **self.figures)
            counted = [told[name] for name in names]
            listed.figures = {name: told[name] for name in self.figures}
        listed.total = counted[0]
        listed.counts = dict(zip((t.code for t in self.tabs), counted[1:], strict=True))
        pages = Paginator(found, PAGE_SIZE)
        pages.count = listed.counts[listed.tab.code] if listed.tab else listed.total
        current = pages.get_page(wanted)
        current.object_list = listed.on_page = shown or list(current.object_list)
        return current

    def prepared(self, request: ViewerRequest, rows: Sequence[M]) -> Sequence[M]:
        """Hang on rows what their columns say."""
        if self.prepare is not None:
            self.prepare(request, rows)
        return rows

    def table(self, request: ViewerRequest, rows: Sequence[M]) -> dict[str, Any]:
        """Return prepared rows as `ui/_table.html` draws them."""
        shown = [c for c in self.columns if c.in_page]
        lines = [[_cell(c, row, request.today) for c in shown] for row in rows]
        _unlinked([cell for line in lines for cell in line if cell.get("url")], request)
        if any(
            text_width(str(cell["text"])) > LONG for line in lines for cell in line
        ):  # it would squeeze the others
            for cell in (cell for line in lines for cell in line):
                cell["is_whole"] = text_width(str(cell["text"])) <= WHOLE
        return {
            "caption": self.caption,
            "columns": [
                {"label": c.label, "sort": c.key if c.sort else "", "numeric": c.numeric} for c in shown
            ],
            "rows": [{"cells": line} for line in lines],
        }

    def export(self, request: ViewerRequest, rows: QuerySet[M]) -> HttpResponse:
        """Return the rows as a workbook and record that they were taken out."""
        found: Iterable[M] = rows[:EXPORT_ROWS].iterator(2000)
        if self.prepare is not None:
            found = self.prepared(request, list(found))
        lines = ([c.value(row) for c in self.columns] for row in found)
        body = workbook_bytes([Sheet(self.caption, self.columns, lines)])
        record_act(
            actor=request.viewer,
            action="list_export",
            subject=f"list:{self.name}",
            data={"query": request.GET.urlencode()[:500]},
            at=request.now,
        )
        return xlsx_response(body, f"{self.caption}-{request.today:%Y%m%d}.xlsx")

    def facts(self, row: M) -> list[tuple[str, Any]]:
        """Return everything the list says of one row, as (heading, value), for a program."""
        return [(c.label, _text(c.value(row))) for c in self.columns]

    def told(self, row: M, today: date) -> list[tuple[str, Any]]:
        """Return the same for a person: days and amounts as the list says them."""
        return [(c.label, _said(_shown(c, row), today)) for c in self.columns]

    def _tabs(self, request: ViewerRequest, listed: Listed[M]) -> list[dict[str, Any]]:
        return [
            {
                "label": t.label,
                "url": _with(request, "show", t.code),
                "count": listed.counts[t.code],
                "current": t is listed.tab,
            }
            for t in self.tabs
        ]

    def _empty(self, listed: Listed[M]) -> dict[str, str]:
        title, text = self.empty_title, self.empty_text
        if listed.tab is not None and listed.tab.empty_title:
            title, text = listed.tab.empty_title, listed.tab.empty_text
        narrowed = [a for a in listed.asked if a.value and a.filter.default is None]
        if wrong := next((a for a in narrowed if not a.is_offered), None):
            text = f"“{wrong.filter.label}”里没有“{wrong.value[:30]}”这一项，换一个再看。"
        elif narrowed:
            text = "没有符合这些条件的，去掉一两个条件再看。"
        return {"title": title, "text": text}


def _counts_beside(rows: QuerySet[Any]) -> bool:
    """Tell whether rows can be counted inside the statement that reads them: plain rows, neither grouped nor joined."""
    query = rows.query
    return not (query.distinct or query.combinator or query.is_sliced or query.group_by is not None)


def _together(rows: QuerySet[Any], counts: Sequence[Aggregate]) -> Subquery:
    """Return figures over rows as one value, which the database finds once for a whole statement."""
    alone = rows.order_by().annotate(one=Value(1)).values("one")
    return Subquery(alone.annotate(counted=JSONArray(*counts)).values("counted"))


def xlsx_response(body: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download."""
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(body, content_type=XLSX, headers=headers)


def _asked(one: Filter[M], request: ViewerRequest) -> Asked[M]:
    choices = one.choices(request) if callable(one.choices) else one.choices
    asked = Asked(one, choices, request.GET.get(one.name, "").strip()[:100])
    if one.default is not None and not (asked.value and asked.is_offered):
        return Asked(one, choices, one.default(request))
    return asked


def _fields(asked: Sequence[Asked[M]]) -> list[dict[str, Any]]:
    return [
        {
            "name": a.filter.name,
            "label": a.filter.label,
            "kind": "select" if a.choices else "text",
            "choices": list(a.choices),
            "placeholder": a.filter.placeholder or ("全部" if a.choices else ""),
            "value": a.value,
        }
        for a in asked
        if a.filter.default is None
    ]


def _chips(request: ViewerRequest, asked: Sequence[Asked[M]]) -> list[dict[str, Any]]:
    return [
        {"label": words, "url": _with(request, a.filter.name, key), "current": str(key) == a.value}
        for a in asked
        if a.filter.default is not None
        for key, words in a.choices
    ]


def _without(request: ViewerRequest, *names: str) -> QueryDict:
    query = request.GET.copy()
    for name in (*names, "export"):
        query.pop(name, None)
    return query


def _with(request: ViewerRequest, name: str, value: Any) -> str:
    query = _without(request, "page")
    query[name] = str(value)
    return f"?{query.urlencode()}"


def _cell(column: Column[M], row: M, today: date) -> dict[str, Any]:
    value = _shown(column, row)
    cell: dict[str, Any] = {
        "text": _said(value, today),
        "label": column.label,
        "numeric": column.numeric,
        "is_day": isinstance(value, date),
    }
    if column.url is not None:
        cell["url"] = column.url(row)
    if column.sub is not None:
        cell["sub"] = column.sub(row)
    if column.status is not None:
        cell["status"] = column.status(row)
    return cell


def _unlinked(cells: Sequence[dict[str, Any]], request: ViewerRequest) -> None:
    """Take the links to cases whose page does not open for the reader: lists may tell of more than he takes part in."""
    cases = {cell["url"]: found[1] for cell in cells if (found := CASE_URL.fullmatch(cell["url"]))}
    opened = provided("numbers_opened") if cases else None
    if opened is None:
        return
    seen = opened(request.viewer, set(cases.values()))
    for cell in cells:
        if cell["url"] in cases and cases[cell["url"]] not in seen:
            del cell["url"]


def _shown(column: Column[M], row: M) -> Any:
    return (column.shown or column.value)(row)


def _said(value: Any, today: date) -> Any:
    if isinstance(value, datetime):
        moment = local_time(value)
        return f"{date_words(moment.date(), today)} {moment:%-H:%M}"
    if isinstance(value, date):
        return day_dated_words(value, today)
    if isinstance(value, int | Decimal) and not -GROUPED_FROM < value < GROUPED_FROM:
        return number_said(value)
    return days_said(value) if isinstance(value, str) else _text(value)


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{local_time(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    return value
