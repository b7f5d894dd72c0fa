"""What stands around the clauses of a policy text: name, number, departments, dates, materials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from qiying.capabilities.policies.rules.drafting_pieces import Piece, Span

_TITLE = re.compile(
    r"《?([^\n《》]{0,60}?(?:"
    r"关于[^\n《》]{2,60}?(?:的(?:通知|意见|若干措施|若干政策|实施意见|实施细则))|"
    r"(?:奖励|扶持|补助|资助|管理)(?:办法|细则|政策)|若干(?:政策)?措施))》?"
)
_FIRST_LINE = re.compile(r"\s*([^\n。，]{4,60}(?:办法|细则|措施|政策|通知|意见|规定))\s*(?=\n|$)")


def heads_in(text: str) -> Iterator[Piece]:
    """Name, number, departments, dates and how it is paid."""
    title = _TITLE.search(text) or _FIRST_LINE.match(text)
    if title and title.start() < 400:
        yield Piece("name", Span(*title.span(1)), title.group(1).strip(), f"名称写“{title.group(1).strip()}”")
    doc = re.search(r"[\u4e00-\u9fff]{1,12}[〔\[【（(]\s*20\d\d\s*[〕\]】)）]\s*\d{1,4}\s*号", text)
    if doc:
        said = re.sub(r"\s", "", doc.group())
        year = re.sub(r"[\[【（(]", "〔", re.sub(r"[\]】)）]", "〕", said))
        yield Piece("number", Span(*doc.span()), year, f"文号写“{year}”")
    yield from _departments(text)
    yield from _dates(text)
    for word in ("免申即享", "即申即享"):
        at = text.find(word)
        if at >= 0:
            yield Piece("delivery", Span(at, at + 4), word, f"兑现方式写“{word}”")
            return


_UNIT = r"(?:区|县|市)?[\u4e00-\u9fff]{1,8}?(?:局|委员会|金融办|经信委|发改委|管委会|办公室)"


def _departments(text: str) -> Iterator[Piece]:
    found = re.search(rf"(?:由|责任单位[:：]|主管部门[:：]|牵头单位[:：])\s*({_UNIT})(?:会同({_UNIT}(?:、{_UNIT})*))?"
                      r"(?=[^\u4e00-\u9fff]|负责|牵头|商|解释|组织|受理|会|等|$)", text)  # fmt: skip
    if found:
        yield Piece("department", Span(*found.span(1)), found.group(1), f"主管部门写“{found.group(1)}”")
        if found.group(2):
            for unit in re.finditer(_UNIT, found.group(2)):
                at = found.start(2) + unit.start()
                span = Span(at, at + len(unit.group()))
                yield Piece("co_unit", span, unit.group(), f"联审部门有“{unit.group()}”")
        return
    signed = re.search(r"(?m)^\s*([\u4e00-\u9fff]{2,20}(?:局|委员会|管委会|办公室))\s*$", text)
    if signed:
        yield Piece("department", Span(*signed.span(1)), signed.group(1), f"主管部门写“{signed.group(1)}”")


_DAY = r"(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"


def _dates(text: str) -> Iterator[Piece]:
    start = re.search(rf"自\s*{_DAY}\s*(?:起|至)", text)
    begins = _day(start) if start else None
    if start and begins:
        yield Piece("valid_from", Span(*start.span()), begins.isoformat(), f"{_said(begins)}起生效")
    until = re.search(rf"(?:有效期(?:限)?(?:截)?(?:到|至)|至|截至|执行(?:到|至))\s*{_DAY}", text)
    ends = _day(until) if until else None
    if until and ends and (begins is None or ends >= begins):
        yield Piece("valid_to", Span(*until.span()), ends.isoformat(), f"{_said(ends)}到期（含当天）")
        return
    years = re.search(r"有效期(?:为|限)?\s*([一二两三四五\d]{1,2})\s*年", text)
    if years and begins:
        count = small_number(years.group(1))
        last = date.fromordinal(_years_on(begins, count).toordinal() - 1)
        yield Piece(
            "valid_to", Span(*years.span()), last.isoformat(), f"{_said(last)}到期（含当天），满 {count} 年"
        )


def _years_on(day: date, years: int) -> date:
    """The same day some years on; a 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def small_number(text: str) -> int:
    """Return a small number written in digits or in Chinese."""
    return (
        int(text)
        if text.isdigit()
        else {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}.get(text[0], 1)
    )


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(*(int(part) for part in found.groups()[:3]))
    except ValueError:
        return None


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def materials_in(text: str) -> Iterator[Piece]:
    """The numbered lines, or the list of one sentence, after 申报材料."""
    head = re.search(r"(?:申报|申请|需提交|提交|提供)(?:以下|下列)?(?:的)?材料(?:包括|有|如下)?[:：]?", text)
    if not head:
        return
    rest = text[head.end() :]
    line = rest.split("\n", 1)[0].strip("：:。 ")
    if len(line) > 3:
        for one in re.finditer(r"[^、，。；;\n]{2,40}", rest.split("\n", 1)[0]):
            yield _material(text, head.end() + one.start(), one.group())
        return
    mark = r"(?:\d{1,2}[.．、]|[（(][一二三四五六七八九十\d]+[)）])"
    for one in re.finditer(rf"(?m)^\s*{mark}\s*([^\n]{{2,60}})$|^(\S[^\n]*)$", rest):
        if one.group(1) is None:
            return
        yield _material(text, head.end() + one.start(1), one.group(1))


def _material(text: str, start: int, said: str) -> Piece:
    name = said.strip("；;。，、 和及")
    start += said.find(name) if name else 0
    return Piece("material", Span(start, start + len(name)), name, f"材料“{name}”")
