"""Reading ledgers as offices keep them: xls and xlsx, merged headings, full-width figures, any date."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

HEADER_ROWS = 15  # a heading is looked for this far down: titles, dates and notes stand above it
MAX_ROWS = 50_000
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_EMPTY = {"", "-", "—", "——", "/", "\\", "无", "暂无", "n/a", "null"}


class UnreadableSheet(Exception):
    """The file cannot be read as a ledger; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One line of the ledger: `number` as Excel shows it, values by field, problems in Chinese."""

    number: int
    values: dict[str, Any]
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """A read sheet: its rows, which field stands under which heading, and headings nobody knows."""

    sheet: str
    rows: list[Row]
    headings: dict[str, str]
    unknown: list[str]


def clean_text(value: Any) -> str:
    """Return a cell as text: full-width figures and letters made half, blanks joined, 12.0 written as 12.

    Chinese punctuation stays as written; line breaks stay, other runs of blanks become one.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M" if value.hour or value.minute else "%Y-%m-%d")
    if isinstance(value, (date, int)):
        return str(value)
    text = "".join(_half(c) for c in str(value).translate(_ZERO_WIDTH))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in re.split(r"\r\n|\r|\n", text))
    return "\n".join(lines).strip()


def _half(char: str) -> str:
    # Only figures, Latin letters, the blank and a few signs: ，。（）； are right as they are.
    if char == "\u3000" or char == "\xa0":
        return " "
    half = unicodedata.normalize("NFKC", char) if "！" <= char <= "～" else char
    return half if half.isalnum() or char in "．－／＋％＠＿" else char


def is_blank(value: Any) -> bool:
    """Tell whether a cell says nothing: empty, a dash, 无."""
    return clean_text(value).lower() in _EMPTY


_YEAR_FIRST = re.compile(r"(\d{4}|\d{2})[年./\-—、\s](\d{1,2})[月./\-—、\s](\d{1,2})(?:[日号]|(?!\d))")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_MONTH_DAY = re.compile(r"(\d{1,2})[月./\-](\d{1,2})(?:[日号]|(?!\d))")
_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SERIAL_RANGE = (20_000, 80_000)  # 1954 to 2119: no other number in a date column means a day


def parse_date(value: Any, default_year: int) -> date | None:
    """Return the day a cell means, or None: 2026.2.13, 2月13日, 20260213, 26-2-13, Excel serial.

    A date without a year is in `default_year`; what follows the day (an hour, a note) is ignored.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(float(value))
    text = unicodedata.normalize("NFKC", clean_text(value))
    if "年" in text and re.search(r"[〇○零一二三四五六七八九十]", text):
        text = _chinese_figures(text)
    text = re.sub(r"\s*([年月日号./-])\s*", r"\1", text)
    if match := _YEAR_FIRST.match(text):
        year = int(match[1])
        return _day(year + 2000 if year < 100 else year, int(match[2]), int(match[3]))
    if match := _COMPACT.match(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_number(float(text))
    if match := _MONTH_DAY.match(text):
        return _day(default_year, int(match[1]), int(match[2]))
    return None


def _from_number(number: float) -> date | None:
    if 19_000_101 <= number <= 21_001_231:  # 20260213 typed as a number
        whole = int(number)
        return _day(whole // 10000, whole // 100 % 100, whole % 100)
    if _SERIAL_RANGE[0] <= number <= _SERIAL_RANGE[1]:
        return date(1899, 12, 30) + timedelta(days=int(number))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1949 <= year <= 2100 else None
    except ValueError:
        return None


def _chinese_figures(text: str) -> str:
    """Return 二〇二六年二月十三日 with Arabic figures."""

    def tens(match: re.Match[str]) -> str:
        left, right = match[1].translate(_CHINESE) or "1", match[2].translate(_CHINESE) or "0"
        return f"{left}{right}"

    text = re.sub(r"([一二三]?)十([一二三四五六七八九]?)", tens, text)
    return text.translate(_CHINESE)


def parse_number(value: Any) -> float | None:
    """Return the number a cell means, or None: 1,234.5, １２, 12 件, 3.5万, 40%."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    text = unicodedata.normalize("NFKC", clean_text(value)).replace(",", "").replace(" ", "")
    match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(万|亿|%)?[^\d]{0,4}", text)
    if match is None:
        return None
    factor = {"万": 1e4, "亿": 1e8, "%": 0.01}.get(match[2] or "", 1.0)
    return round(float(match[1]) * factor, 6)


def read_rows(
    content: bytes, header_aliases: Mapping[str, Sequence[str]], required: Sequence[str] = ()
) -> Reading:
    """Read the sheet that holds most known headings.

    `header_aliases` maps a field to the headings it goes by. Raise `UnreadableSheet` when no sheet has a
    heading, or a `required` field has no column. Empty rows and repeated headings are passed over.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
    except CalamineError:
        raise UnreadableSheet("打不开这份表格。请在 Excel 里另存为 xlsx，去掉密码后再传。") from None
    best: tuple[int, str, list[list[Any]], int, dict[int, str], list[str]] | None = None
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        cells = _filled(sheet)
        found = _find_header(cells, header_aliases)
        if found and (best is None or len(found[1]) > best[0]):
            best = (len(found[1]), name, cells, found[0], found[1], found[2])
    if best is None:
        wanted = "、".join(a[0] for a in header_aliases.values() if a)
        raise UnreadableSheet(f"没找到表头。前 {HEADER_ROWS} 行里要有这些列名：{wanted}。可以下载模板对照。")
    _, name, cells, last_header, columns, unknown = best
    if missing := [header_aliases[f][0] for f in required if f not in columns.values()]:
        raise UnreadableSheet(f"表里缺这几列：{'、'.join(missing)}。请补上再传，可以下载模板对照。")
    if len(cells) - last_header > MAX_ROWS:
        raise UnreadableSheet(
            f"一次最多导入 {MAX_ROWS:,} 行，这份有 {len(cells) - last_header:,} 行。请分开传。"
        )
    heads = {columns[i]: "/".join(_heading(cells, last_header, i)) for i in columns}
    return Reading(name, _rows(cells, last_header, columns, header_aliases), heads, unknown)


def _filled(sheet: Any) -> list[list[Any]]:
    """Return all cells from A1, merged areas filled with the value of their first cell."""
    cells = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(cells) or left >= len(cells[top]):
            continue
        for r in range(top, min(bottom + 1, len(cells))):
            for c in range(left, min(right + 1, len(cells[r]))):
                cells[r][c] = cells[top][left]
    return cells


def _key(text: str) -> str:
    """Return a heading without blanks, brackets' content, signs: 企业名称（全称）* is 企业名称."""
    text = re.sub(r"[（(【\[].*?[)）】\]]", "", unicodedata.normalize("NFKC", clean_text(text)))
    return re.sub(r"[\s*:：、/_\-]+", "", text).lower()


def _heading(cells: list[list[Any]], last_header: int, column: int) -> list[str]:
    """Return the headings above a column from the outer to the inner, merged ones once."""
    parts: list[str] = []
    for row in cells[max(0, last_header - 1) : last_header + 1]:
        text = clean_text(row[column]) if column < len(row) else ""
        if text and text not in parts:
            parts.append(text)
    return parts


def _find_header(
    cells: list[list[Any]], aliases: Mapping[str, Sequence[str]]
) -> tuple[int, dict[int, str], list[str]] | None:
    """Return (last heading row, column → field, unknown headings) of the row that knows most headings."""
    known = {_key(alias): name for name, names in aliases.items() for alias in names}
    best: tuple[int, dict[int, str], list[str]] | None = None
    for index in range(min(HEADER_ROWS, len(cells))):
        columns: dict[int, str] = {}
        unknown: list[str] = []
        for column in range(len(cells[index])):
            field_name = _field(_heading(cells, index, column), known)
            if field_name and field_name not in columns.values():
                columns[column] = field_name
            elif text := clean_text(cells[index][column]):
                unknown.append(text)
        # One known word is a coincidence in a title; two are a heading, unless only one is asked for.
        if len(columns) >= min(2, len(aliases)) and (best is None or len(columns) >= len(best[1])):
            if best and len(columns) == len(best[1]) and not _is_heading_again(cells, index, known):
                continue
            best = (index, columns, unknown)
    return best


def _is_heading_again(cells: list[list[Any]], index: int, known: Mapping[str, str]) -> bool:
    """Tell whether a row itself holds headings (the second row of a merged heading), not data under one."""
    own = [_key(clean_text(c)) for c in cells[index] if clean_text(c)]
    return bool(own) and sum(k in known for k in own) * 2 >= len(own)


def _field(parts: Sequence[str], known: Mapping[str, str]) -> str | None:
    """Return the field of a heading: both rows together, then the inner one, then the outer one."""
    for text in ("".join(parts), *reversed(parts)):
        if _key(text) in known:
            return known[_key(text)]
    return None


def _rows(
    cells: list[list[Any]],
    last_header: int,
    columns: Mapping[int, str],
    aliases: Mapping[str, Sequence[str]],
) -> list[Row]:
    rows = []
    for index in range(last_header + 1, len(cells)):
        source = cells[index]
        raw = {name: source[i] if i < len(source) else None for i, name in columns.items()}
        if all(is_blank(v) for v in raw.values()):
            continue
        if sum(_key(clean_text(v)) in map(_key, aliases[n]) for n, v in raw.items()) * 2 > len(raw):
            continue  # the heading printed again on the next page
        problems = [
            f"第 {index + 1} 行「{aliases[n][0]}」是公式错误 {clean_text(v)}"
            for n, v in raw.items()
            if re.fullmatch(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", clean_text(v))
        ]
        rows.append(Row(index + 1, raw, problems))
    return rows
