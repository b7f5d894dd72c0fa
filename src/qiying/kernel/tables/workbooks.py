"""Tables as Excel workbooks: what a list shows, in a form that opens, filters and prints without repair."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from qiying.kernel.tables.cells import clean_text, text_width
from qiying.kernel.tables.reading import PLACE, WHY, Reading, TableRow

SHANGHAI = ZoneInfo("Asia/Shanghai")
_WIDEST, _NARROWEST = 60, 8
_MEASURED_ROWS = 200

Kind = Literal["text", "number", "money", "percent", "date", "datetime", "long", "auto"]


M = TypeVar("M")


@dataclass(frozen=True)
class Column(Generic[M]):
    """One column of a list and of the sheet it leaves as: its heading and what of a row stands below it.

    On a page: `shown` says it otherwise than the workbook, `sort` names the database fields it sorts by, `url`, `sub`
    and `status` add a link, a second line, a shape; `in_page` is false for columns of the workbook alone. In a
    workbook: `kind` is how cells are written; `auto` goes by the value, codes and numbers of cases are text.
    """

    label: str
    value: Callable[[M], Any] = lambda row: ""
    key: str = ""
    sort: tuple[str, ...] = ()
    numeric: bool = False
    url: Callable[[M], str] | None = None
    sub: Callable[[M], str] | None = None
    status: Callable[[M], str] | None = None
    in_page: bool = True
    shown: Callable[[M], Any] | None = None
    kind: Kind = "auto"
    width: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: columns, rows of values in their order, and an optional line on top that says what it is."""

    name: str
    columns: Sequence[Column[Any]]
    rows: Iterable[Sequence[Any]]
    caption: str = ""
    choices: dict[str, Sequence[str]] = field(default_factory=dict)


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx of the sheets: bold heading, frozen panes, filter, text cells for codes."""
    import xlsxwriter  # here: whoever waits for the first page waits for no workbook

    buffer = BytesIO()
    # Text that begins with "=" stays text: a cell from outside must never become a formula.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = _formats(book)
        used: set[str] = set()
        for sheet in sheets:
            _write(book.add_worksheet(sheet_name(sheet.name, used)), sheet, formats)
    return buffer.getvalue()


def workbook(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "名单") -> bytes:
    """Return a workbook of one sheet whose cells are numbers or text."""
    return workbook_bytes([Sheet(sheet, [Column(head) for head in heads], rows)])


def faults_workbook(reading: Reading, wrong: Iterable[tuple[TableRow, str, str]]) -> bytes:
    """Return rows (row, where it stands, why not) with every column as it was read, to be mended and handed in."""
    heads = [h.text for h in reading.heads]
    rows = []
    for row, place, why in wrong:
        known = reading.columns[row.sheet]
        cells: dict[str, str] = {}
        for column, value in row.raw.items():
            if column in known:  # two columns may have one heading
                cells[known[column]] = f"{cells.get(known[column], '')} {clean_text(value)}".strip()
        rows.append([*(cells.get(head, "") for head in heads), why, place])
    columns: list[Column[Any]] = [
        *(Column(head) for head in heads),
        Column(WHY, kind="long", width=50),
        Column(PLACE),
    ]
    return workbook_bytes([Sheet("没有导入的行", columns, rows)])


def sheet_name(name: str, used: set[str]) -> str:
    """Return a name Excel takes (31 characters, none of `[]:*?/\\`), unlike those used so far."""
    base = "".join("_" if c in "[]:*?/\\" else c for c in name).strip("' ")[:31] or "表"
    candidate, number = base, 2
    while candidate.lower() in used:
        candidate, number = f"{base[:27]}_{number}", number + 1
    used.add(candidate.lower())
    return candidate


def _formats(book: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"font_name": "微软雅黑", "font_size": 10, "valign": "top"}
    number_formats: dict[str, dict[str, Any]] = {
        "text": {"num_format": "@"},
        "long": {"num_format": "@", "text_wrap": True},
        "number": {"num_format": "General"},
        "auto": {"num_format": "@"},
        "money": {"num_format": "#,##0.00"},
        "percent": {"num_format": "0.0%"},
        "date": {"num_format": "yyyy-mm-dd", "align": "left"},
        "datetime": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    }
    formats = {kind: book.add_format({**base, **extra}) for kind, extra in number_formats.items()}
    formats["head"] = book.add_format(
        {**base, "bold": True, "bg_color": "#E5EFEC", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    )
    formats["caption"] = book.add_format({**base, "font_color": "#47534F"})
    return formats


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    top = 1 if sheet.caption else 0
    if sheet.caption:
        page.write_string(0, 0, sheet.caption, formats["caption"])
    widths = [text_width(c.label) * 2 + 4 for c in sheet.columns]
    for index, column in enumerate(sheet.columns):
        page.write_string(top, index, column.label, formats["head"])
        if column.note:
            page.write_comment(top, index, column.note)
    count = 0
    for row in sheet.rows:
        count += 1
        for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            shown = _write_cell(page, top + count, index, column.kind, value, formats)
            if count <= _MEASURED_ROWS:
                widths[index] = max(widths[index], text_width(shown) * 2 + 2)
    for index, column in enumerate(sheet.columns):
        width = column.width or min(max(widths[index], _NARROWEST), 40 if column.kind == "long" else _WIDEST)
        page.set_column(index, index, width, formats[column.kind])
    page.freeze_panes(top + 1, 0)
    if count:
        page.autofilter(top, 0, top + count, len(sheet.columns) - 1)
    _validate_choices(page, sheet, top)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _write_cell(page: Any, row: int, index: int, kind: Kind, value: Any, formats: dict[str, Any]) -> str:
    """Write one value and return it as it is shown, for the width."""
    style = formats[kind]
    if value is None or value == "":
        page.write_blank(row, index, None, style)
        return ""
    if kind == "auto":
        kind = _kind_of(value)
        style = formats[kind]
    if kind in {"number", "money", "percent"} and isinstance(value, (int, float, Decimal)):
        page.write_number(row, index, float(value), style)
        return f"{value:,.2f}" if kind == "money" else str(value)[:12]
    if kind == "datetime" and isinstance(value, datetime):
        local = value.astimezone(SHANGHAI).replace(tzinfo=None)
        page.write_datetime(row, index, local, style)
        return "2026-11-18 10:40"
    if kind == "date" and isinstance(value, date):
        # Django hands out dates and datetimes alike; a legal day is the local one.
        day = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
        page.write_datetime(row, index, datetime(day.year, day.month, day.day), style)  # noqa: DTZ001
        return "2026-11-18"
    text = (
        ("是" if value else "否") if isinstance(value, bool) else str(value)[:32767]
    )  # the most a cell holds
    page.write_string(row, index, text, style)
    return max(text.splitlines() or [""], key=len)


def _kind_of(value: Any) -> Kind:
    if isinstance(value, bool):
        return "text"
    if isinstance(value, datetime):
        return "datetime"
    return "date" if isinstance(value, date) else "number" if isinstance(value, (int, float)) else "text"


def _validate_choices(page: Any, sheet: Sheet, top: int) -> None:
    titles = [c.label for c in sheet.columns]
    for title, choices in sheet.choices.items():
        source = list(choices)
        if title in titles and len(",".join(source)) <= 255:  # Excel's limit for a list in a cell rule
            index = titles.index(title)
            rule = {"validate": "list", "source": source, "error_type": "warning"}
            page.data_validation(top + 1, index, top + 5000, index, rule)
