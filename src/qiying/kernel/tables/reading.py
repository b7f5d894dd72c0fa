"""A file as rows of known fields: every sheet that holds them, below headings found wherever they stand.

Hidden sheets and rows, covers, sections, totals and notes are left out, and each is told with its reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from qiying.kernel.tables.cells import clean_text, damage, is_blank
from qiying.kernel.tables.files.sniff import read_sheets
from qiying.kernel.tables.grid import Cell, Row, Sheet, UnreadableSheet
from qiying.kernel.tables.spec import HeadMap, Spec, head_key, suggested

WHY, PLACE = "为什么没导入", "原来在哪"  # the two columns a returned workbook has more; never read
HEADER_ROWS = 30  # a heading is looked for this far down: titles, dates and notes stand above it
_UNITS = "家件个条户笔人项起次宗"
_TOTAL = re.compile(
    rf"(本[页月年周])?(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计|总\s*数)\s*([:：（(\d].*)?|共?\s*计?\s*\d+\s*[{_UNITS}]"
)
_NOTE = re.compile(
    r"([*※★]?\s*注\s*\d?|备注|说明|填[表报]\S{0,3}|制表\S{0,2}|审[核批]\S?|复核\S?|编制\S?|负责人|分管\S{0,3}|经办\S?"
    r"|联系人|联系电话|单位（盖章）|单位盖章|单位公章|附件?\s*\d?)\s*[:：].*",
    re.S,
)
_SECTION = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[)）、.．:：].*|第[一二三四五六七八九十\d]+[部分批类].*|.{1,20}类(（.*）)?"
)


@dataclass
class TableRow:
    """One row: where it stands, its cells by column, what stands in each field, and what is damaged."""

    sheet: str
    number: int
    raw: dict[int, Cell]
    values: dict[str, Cell]
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    """One heading: its column, text, the field it stands for, and a value from below it."""

    column: int
    text: str
    field: str
    sample: str
    suggestion: str = ""


@dataclass
class Reading:
    """What was read and what was not: `passed` names sheets, `left_out` single rows, each with its reason."""

    heads: list[Head]
    rows: list[TableRow]
    sheets: list[tuple[str, int]]
    passed: list[tuple[str, str]]
    left_out: list[tuple[str, int, str, str]]
    missing: list[str]  # titles of required fields no column stands for
    columns: dict[str, dict[int, str]] = field(default_factory=dict)  # sheet → column → heading
    signature: str = ""  # what marks tables of this source: the same headings in any order

    @property
    def unknown(self) -> list[str]:
        """Return the headings nobody imports."""
        return [h.text for h in self.heads if not h.field and h.text]

    def label(self, row: TableRow) -> str:
        """Return where a row stands, with its sheet when several were read."""
        return f"{row.sheet} 第 {row.number} 行" if len(self.sheets) > 1 else f"第 {row.number} 行"

    @property
    def sentences(self) -> list[str]:
        """Return what was read and what not, in sentences for the page."""
        told = ["；".join(f"读了「{name}」{count} 行" for name, count in self.sheets)] if self.sheets else []
        read = {name for name, _ in self.sheets}
        told += [f"{'' if name in read else '没读'}「{name}」：{why}" for name, why in self.passed]
        for why in dict.fromkeys(one[3] for one in self.left_out):
            rows = [one for one in self.left_out if one[3] == why]
            shown = "、".join(f"第 {number} 行“{text[:16]}”" for _, number, text, _ in rows[:6])
            told.append(f"{why} {len(rows)} 行没导入：{shown}{' 等' if len(rows) > 6 else ''}")
        return told


def read_table(content: bytes, spec: Spec, mapping: HeadMap | None = None) -> Reading:
    """Read every sheet that holds the table; raise `UnreadableSheet` when none has anything like its headings.

    A reading whose `missing` is not empty has no rows: an officer must first say which column is which.
    """
    mapping = mapping or HeadMap()
    found: list[tuple[Sheet, int, dict[int, str], dict[int, str]]] = []
    passed: list[tuple[str, str]] = []
    sheets = read_sheets(content)
    for sheet in sheets:
        if sheet.is_hidden:
            passed.append((sheet.name, "是隐藏的工作表"))
        elif not sheet.rows:
            passed.append((sheet.name, "是空的" if not sheet.hidden_rows else "内容都是隐藏的"))
        elif (head := _find_head(sheet, spec, mapping)) is None:
            passed.append((sheet.name, "没有认得的表头（封面、说明之类）"))
        else:
            found.append((sheet, *head))
    if not found:
        guessed = next(((s, *g) for s in sheets if not s.is_hidden and (g := _guess_head(s))), None)
        if guessed is None:
            wanted = "、".join(f.title for f in spec.fields[:12])
            raise UnreadableSheet(
                f"没找到表头。前 {HEADER_ROWS} 行里要有这些列名：{wanted}。可以下载模板对照。"
            )
        found = [guessed]
    return _reading(found, passed, spec, mapping)


def _reading(
    found: list[tuple[Sheet, int, dict[int, str], dict[int, str]]],
    passed: list[tuple[str, str]],
    spec: Spec,
    mapping: HeadMap,
) -> Reading:
    lacking = {id(s): [f.title for f in spec.required if f.key not in c.values()] for s, _, c, _ in found}
    whole = [one for one in found if not lacking[id(one[0])]]
    result = Reading([], [], [], passed, [], [] if whole else lacking[id(found[0][0])])
    for sheet, last, columns, heads in found:
        if whole and lacking[id(sheet)]:
            passed.append((sheet.name, f"缺“{'”“'.join(lacking[id(sheet)])}”这几列"))
            continue
        _add_heads(result, sheet, last, columns, heads, spec, mapping)
        if not whole:
            continue
        before = len(result.rows)
        for row in sheet.rows:
            if row.number > last:
                _add_row(result, sheet, row, columns, spec, mapping)
        result.sheets.append((sheet.name, len(result.rows) - before))
        if sheet.hidden_rows:
            passed.append((sheet.name, f"有 {sheet.hidden_rows} 行是隐藏的，没有读"))
    words = sorted({head_key(h.text) for h in result.heads})
    result.signature = hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]
    return result


def _add_heads(
    result: Reading,
    sheet: Sheet,
    last: int,
    columns: dict[int, str],
    heads: dict[int, str],
    spec: Spec,
    mapping: HeadMap,
) -> None:
    known = {head_key(h.text) for h in result.heads}
    result.columns[sheet.name] = {}
    body = [r for r in sheet.rows if r.number > last][:50]
    taken = [*columns.values(), *(h.field for h in result.heads)]
    for column, text in sorted(heads.items()):
        if not text or text in (WHY, PLACE):
            continue
        first = next((h.text for h in result.heads if head_key(h.text) == head_key(text)), text)
        result.columns[sheet.name].setdefault(column, first)
        if head_key(text) in known:
            continue
        sample = next((clean_text(r.cells[column]) for r in body if not is_blank(r.cells.get(column))), "")
        is_settled = head_key(text) in mapping.columns
        alike = "" if column in columns or is_settled else suggested(text, spec, taken)
        if alike:
            taken.append(alike)
        result.heads.append(Head(column, text, columns.get(column, ""), sample[:40], alike))


def _find_head(
    sheet: Sheet, spec: Spec, mapping: HeadMap
) -> tuple[int, dict[int, str], dict[int, str]] | None:
    """Return (number of the last heading row, column → field, column → heading) of the best row, or None."""
    known = {**spec.keys, **mapping.columns}
    best: tuple[int, int, dict[int, str], dict[int, str]] | None = None
    for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
        above = sheet.rows[index - 1] if index else None
        if above is not None and (above.number in sheet.sections or above.number != row.number - 1):
            above = None
        columns: dict[int, str] = {}
        heads: dict[int, str] = {}
        for column in sorted({*row.cells, *(above.cells if above else ())}):
            parts = _parts(above, row, column)
            heads[column] = parts[-1] if parts else ""
            texts = ("".join(parts), *reversed(parts))
            name = next((known[k] for t in texts if (k := head_key(t)) in known), "")
            if not name and head_key(texts[-1] if parts else "") not in mapping.columns:
                name = next((found for t in texts if (found := spec.more(t))), "")
            if name and name not in columns.values():
                columns[column] = name
        own = [head_key(v) for v in row.cells.values() if not is_blank(v)]
        is_heading = bool(own) and sum(k in known for k in own) * 2 >= len(own)
        # One known word is a coincidence in a title; two are a heading, unless only one is asked for.
        if len(columns) < min(2, len(spec.fields)) or (best and len(columns) < best[0]):
            continue
        if best and len(columns) == best[0] and not is_heading:
            continue
        best = (len(columns), row.number, columns, heads)
    return best[1:] if best else None


def _guess_head(sheet: Sheet) -> tuple[int, dict[int, str], dict[int, str]] | None:
    """Return the first row that looks like headings nobody knows: several short words with rows below."""
    for index, row in enumerate(sheet.rows[:HEADER_ROWS]):
        words = {c: clean_text(v) for c, v in row.cells.items() if isinstance(v, str)}
        is_short = all(0 < len(w) <= 20 for w in words.values())
        if (
            len(words) >= 3
            and is_short
            and len(set(words.values())) == len(words)
            and sheet.rows[index + 1 :]
        ):
            return row.number, {}, words
    return None


def _parts(above: Row | None, row: Row, column: int) -> list[str]:
    """Return the headings above a column from the outer to the inner, merged ones once."""
    parts: list[str] = []
    for one in (above, row):
        text = clean_text(one.cells.get(column)) if one is not None else ""
        if text and text not in parts:
            parts.append(text)
    return parts


def _add_row(
    result: Reading, sheet: Sheet, row: Row, columns: Mapping[int, str], spec: Spec, mapping: HeadMap
) -> None:
    values = {name: row.cells.get(column) for column, name in columns.items()}
    if all(is_blank(v) for v in row.cells.values()):
        return
    if why := _is_no_data(sheet, row):
        text = next(clean_text(v) for v in row.cells.values() if not is_blank(v))
        result.left_out.append((sheet.name, row.number, text.replace("\n", " "), why))
        return
    if all(is_blank(v) for v in values.values()):
        return  # a number in the first column and nothing behind it
    if _is_heading(values, spec):
        return  # the heading printed again on the next page
    problems = []
    for name, value in values.items():
        if bad := damage(value):
            problems.append(f"{spec.field(name).title} {bad}")
            values[name] = None
        elif (word := clean_text(value)) in mapping.values.get(name, {}):
            values[name] = mapping.values[name][word]
    result.rows.append(TableRow(sheet.name, row.number, row.cells, values, problems))


def _is_heading(values: Mapping[str, Cell], spec: Spec) -> bool:
    words = [
        (name, value) for name, value in values.items() if isinstance(value, str) and 0 < len(value) < 30
    ]
    if len(words) * 2 <= len(values):
        return False
    known = spec.keys
    return sum(known.get(head_key(value)) == name for name, value in words) * 2 > len(values)


def _is_no_data(sheet: Sheet, row: Row) -> str:
    """Return what a row is instead of data: the name of a section, a total, a note; or nothing."""
    texts = [clean_text(v) for _, v in sorted(row.cells.items()) if not is_blank(v)]
    if any(_TOTAL.fullmatch(t) for t in texts[:2]):
        return "合计、小计"
    if len(texts) <= 4 and _NOTE.fullmatch(texts[0]):
        return "注和落款"
    if row.number in sheet.sections or (len(texts) == 1 and _SECTION.fullmatch(texts[0])):
        return "分段标题"
    return ""
