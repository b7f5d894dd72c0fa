"""A plan as a Word outline: headings and numbered paragraphs are the tree, 责任单位：… what is said of a leaf.

The kinds of numbers a document uses (一、 （一） 1. （1）, heading styles, Word's own lists) nest in the order in which
they first stand below one another; nothing is taken for granted but that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qiying.capabilities.programmes.services.reading.lines import TITLE, Line, Plan, UnreadablePlan
from qiying.kernel.tables.files.zipped import Parts
from qiying.kernel.tables.grid import UnreadableSheet

PARAGRAPHS = 20_000
LONGEST = 4000
_MARKS = (
    ("cn", re.compile(r"[一二三四五六七八九十]{1,3}\s*[、.．]\s*")),
    ("cnp", re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]\s*")),
    ("num", re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,4})\s*[、.．]\s*(?!\d)")),
    ("nump", re.compile(r"[（(](\d{1,3})[)）]\s*")),
)
_KEYS = {
    "责任单位": "unit", "牵头单位": "unit", "责任部门": "unit", "责任人": "person", "配合单位": "co", "协办单位": "co",
    "完成时限": "due", "完成期限": "due", "完成时间": "due", "期限": "due", "要看到的结果": "result",
    "预期成果": "result", "工作目标": "result", "要等的任务": "waits",
}  # fmt: skip
_SAID = re.compile(rf"({'|'.join(sorted(_KEYS, key=len, reverse=True))})\s*[：:]\s*([^；;。）)\n]+)[；;。]?")
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)


@dataclass
class _Paragraph:
    text: list[str] = field(default_factory=list)
    style: str = ""
    list_level: str = ""
    length: int = 0


def read_outline(content: bytes) -> Plan:
    """Return the plan a Word document holds; raise `UnreadablePlan` with the cause."""
    try:
        parts = Parts(content)
        if "word/document.xml" not in parts.names:
            raise UnreadablePlan("这不是 Word 文档（docx）。旧的 doc 请另存为 docx 再传。")
        headings = _headings(parts) if "word/styles.xml" in parts.names else {}
        found = _paragraphs(parts)
    except UnreadableSheet as error:
        words = str(error).replace("这份表格", "这份文档").replace("Excel 或 WPS", "Word 或 WPS")
        raise UnreadablePlan(words.replace("xlsx", "docx")) from None
    plan = Plan()
    _tree(plan, found, headings)
    if not plan.lines:
        raise UnreadablePlan("没有读到编号或标题。请用标题样式，或者“一、”“（一）”“1.”这样的编号。")
    return plan


def _headings(parts: Parts) -> dict[str, str]:
    """Return the level of each style that is a heading, by the style's id."""
    levels: dict[str, str] = {}
    current = [""]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "style":
            current[0] = attributes.get("w:styleId", "")
        elif tag == "name" and (match := _HEADING.fullmatch(attributes.get("w:val", "").strip())):
            levels[current[0]] = match[1]

    parts.parse("word/styles.xml", start)
    return levels


def _paragraphs(parts: Parts) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    is_text = [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "p":
            if len(found) >= PARAGRAPHS:
                raise UnreadablePlan(f"超过 {PARAGRAPHS} 段，不像一份方案。请分成几份。")
            found.append(_Paragraph())
        elif tag == "t":
            is_text[0] = True
        elif not found:
            return
        elif tag == "pStyle":
            found[-1].style = attributes.get("w:val", "")
        elif tag == "ilvl":
            found[-1].list_level = attributes.get("w:val", "")
        elif tag in {"tab", "br"}:
            found[-1].text.append(" ")

    def end(tag: str) -> None:
        if tag == "t":
            is_text[0] = False

    def text(words: str) -> None:
        if is_text[0] and found and found[-1].length < LONGEST:
            found[-1].text.append(words)
            found[-1].length += len(words)

    parts.parse("word/document.xml", start, end, text)
    return found


def _tree(plan: Plan, paragraphs: list[_Paragraph], headings: dict[str, str]) -> None:
    nesting: list[str] = []
    line: Line | None = None
    before = 0
    for number, paragraph in enumerate(paragraphs, 1):
        words = "".join(paragraph.text).strip()[:LONGEST]
        if not words:
            continue
        mark, code, rest = _marked(paragraph, words, headings)
        if not mark:
            before += line is None
            if line is not None:
                _say(line, words)
            continue
        nesting = nesting[: nesting.index(mark) + 1] if mark in nesting else [*nesting, mark]
        line = plan.add(Line(len(nesting), "", f"第 {number} 段", code))
        _name(line, rest)
    if before:
        plan.told.append(f"前面 {before} 段没有编号，没有读（标题、前言）")


def _marked(paragraph: _Paragraph, words: str, headings: dict[str, str]) -> tuple[str, str, str]:
    """Return which kind of number or heading a paragraph begins with, its number where it is a path, and the rest."""
    for mark, pattern in _MARKS:
        if match := pattern.match(words):
            number = match[1] if match.groups() else ""
            depth = number.count(".")
            return f"{mark}{depth}", number if depth else "", words[match.end() :]
    if paragraph.style in headings:
        return f"h{headings[paragraph.style]}", "", words
    if paragraph.list_level:
        return f"list{paragraph.list_level}", "", words
    return "", "", words


def _name(line: Line, words: str) -> None:
    """Take a title, the first sentence, and what else the paragraph says."""
    rest = _SAID.sub(lambda m: _keep(line, m), words).replace("（）", "").replace("()", "").strip()
    title, _, more = rest.partition("。")
    if len(title) > TITLE:
        title, more = title[: TITLE - 1] + "…", rest
    line.title = title.strip("；; ，,") or "（没有名称）"
    line.text = more.strip()


def _say(line: Line, words: str) -> None:
    rest = _SAID.sub(lambda m: _keep(line, m), words).strip("（）() ；;")
    line.text = f"{line.text}\n{rest}".strip()[:3000] if rest else line.text


def _keep(line: Line, match: re.Match[str]) -> str:
    setattr(line, _KEYS[match[1]], match[2].strip(" ，,"))
    return ""
