"""One list, four abilities: filter, sort, page, export; the address holds all of it, so it can be sent on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from qiying.kernel.audit.clock import local_time
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.tables.workbooks import workbook

M = TypeVar("M", bound=Model)
PAGE_SIZE = 25
EXPORT_ROWS = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column(Generic[M]):
    """One column; `sort` names the database fields it sorts by, `in_page` is false for export-only ones."""

    label: str
    value: Callable[[M], Any]
    key: str = ""
    sort: tuple[str, ...] = ()
    numeric: bool = False
    url: Callable[[M], str] | None = None
    sub: Callable[[M], str] | None = None
    status: Callable[[M], str] | None = None
    in_page: bool = True


@dataclass(frozen=True)
class Filter(Generic[M]):
    """One narrowing: a field above the list and what it does to the queryset."""

    name: str
    label: str
    narrow: Callable[[QuerySet[M], str], QuerySet[M]]
    choices: Sequence[tuple[Any, str]] = ()
    placeholder: str = ""

    def takes(self, value: str) -> bool:
        """Tell whether a value is one the filter offers."""
        return not self.choices or value in {str(key) for key, _ in self.choices}

    def applied(self, rows: QuerySet[M], value: str) -> QuerySet[M]:
        """Narrow by a value; one that is no choice, or no number where one is kept, finds nothing."""
        try:
            return self.narrow(rows, value) if self.takes(value) else rows.none()
        except ValueError:
            return rows.none()


@dataclass(frozen=True)
class Listing(Generic[M]):
    """A list of rows of one kind."""

    name: str  # ascii, for the file and the audit row
    caption: str
    columns: Sequence[Column[M]]
    filters: Sequence[Filter[M]] = ()
    empty_title: str = "这里没有"
    empty_text: str = ""
    # Given the rows shown together, so that a column's value costs no query a row.
    prepare: Callable[[ViewerRequest, Sequence[M]], None] | None = None

    def narrowed(self, request: ViewerRequest, rows: QuerySet[M]) -> QuerySet[M]:
        """Apply the filters and the sorting of the address; a value that is no choice finds nothing."""
        for one in self.filters:
            value = request.GET.get(one.name, "").strip()[:100]
            if value:
                rows = one.applied(rows, value)
        wanted = request.GET.get("sort", "")
        for column in self.columns:
            if column.sort and column.key == wanted.removeprefix("-"):
                sign = "-" if wanted.startswith("-") else ""
                return rows.order_by(*(f"{sign}{field}" for field in column.sort), "pk")
        # A page needs an order; grouping drops the model's own without a word.
        return rows if rows.ordered else rows.order_by(*rows.model._meta.ordering or ("pk",))

    def respond(
        self, request: ViewerRequest, rows: QuerySet[M]
    ) -> tuple[dict[str, Any], HttpResponse | None]:
        """Return the context of the page, and the workbook instead when that is asked for."""
        found = self.narrowed(request, rows)
        if request.GET.get("export") == "xlsx":
            return {}, self.export(request, found)
        pages = Paginator(found, PAGE_SIZE)
        current = pages.get_page(request.GET.get("page"))
        if self.prepare is not None:
            current.object_list = list(current.object_list)
            self.prepare(request, current.object_list)
        shown = [c for c in self.columns if c.in_page]
        query = request.GET.copy()
        query.pop("page", None)
        query["export"] = "xlsx"
        table = {
            "caption": self.caption,
            "columns": [
                {"label": c.label, "sort": c.key if c.sort else "", "numeric": c.numeric} for c in shown
            ],
            "rows": [{"cells": [_cell(c, row) for c in shown]} for row in current.object_list],
            "page": current,
            "export_url": f"?{query.urlencode()}",
            "export_label": f"导出 {pages.count} 行",
            "empty": {"title": self.empty_title, "text": self._why_empty(request)},
        }
        return {"table": table, "filters": self._fields(request), "total": pages.count}, None

    def export(self, request: ViewerRequest, rows: QuerySet[M]) -> HttpResponse:
        """Return the rows as a workbook and record that they were taken out."""
        found: Iterable[M] = rows[:EXPORT_ROWS].iterator(2000)
        if self.prepare is not None:
            found = list(found)
            self.prepare(request, found)
        body = workbook(
            [c.label for c in self.columns],
            ([_text(c.value(row)) for c in self.columns] for row in found),
            sheet=self.caption[:31],
        )
        record_act(
            actor=request.viewer,
            action="list_export",
            subject=f"list:{self.name}",
            data={"query": request.GET.urlencode()[:500]},
            at=request.now,
        )
        name = f"{self.caption}-{request.today:%Y%m%d}.xlsx"
        return xlsx_response(body, name)

    def facts(self, row: M) -> list[tuple[str, Any]]:
        """Return everything the list says of one row, as (heading, value)."""
        return [(c.label, _text(c.value(row))) for c in self.columns]

    def _fields(self, request: ViewerRequest) -> list[dict[str, Any]]:
        return [
            {
                "name": one.name,
                "label": one.label,
                "kind": "select" if one.choices else "text",
                "choices": list(one.choices),
                "placeholder": one.placeholder or ("全部" if one.choices else ""),
                "value": request.GET.get(one.name, ""),
            }
            for one in self.filters
        ]

    def _why_empty(self, request: ViewerRequest) -> str:
        for one in self.filters:
            value = request.GET.get(one.name, "").strip()
            if value and not one.takes(value):
                return f"“{one.label}”里没有“{value[:30]}”这一项，换一个再看。"
        if any(request.GET.get(one.name) for one in self.filters):
            return "没有符合这些条件的，去掉一两个条件再看。"
        return self.empty_text


def xlsx_response(body: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download."""
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(body, content_type=XLSX, headers=headers)


def _cell(column: Column[M], row: M) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "text": _text(column.value(row)),
        "label": column.label,
        "numeric": column.numeric,
    }
    if column.url is not None:
        cell["url"] = column.url(row)
    if column.sub is not None:
        cell["sub"] = column.sub(row)
    if column.status is not None:
        cell["status"] = column.status(row)
    return cell


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
