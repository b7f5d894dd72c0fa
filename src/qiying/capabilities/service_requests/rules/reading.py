"""Marks in what was said: what is wanted, where, when, who is named. Simple rules a person can check.

Pure functions; a mark helps the eye and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple


class Mark(NamedTuple):
    """A stretch of the text: `kind` is want, place, time or who; `key` is the unit named."""

    start: int
    end: int
    kind: str
    key: str = ""


class Piece(NamedTuple):
    """A piece of the text with its mark, empty for plain words."""

    text: str
    kind: str


class Reading(NamedTuple):
    """The text in pieces, the units named in it, and the separate matters it seems to hold."""

    pieces: list[Piece]
    named: dict[str, str]
    matters: list[str]
    title: str = ""


_NUM = r"[0-9０-９一二三四五六七八九十两几半]{1,4}"
_TIME = re.compile(
    rf"\d{{4}}\s*年(?:\s*\d{{1,2}}\s*月)?(?:\s*\d{{1,2}}\s*[日号])?|\d{{1,2}}\s*月\s*\d{{1,2}}\s*[日号]?|\d{{1,2}}\s*月份?(?:底|初|中旬|上旬|下旬)?"
    r"|(?:上|下|这|本)(?:个?周|个?星期|个?礼拜)[一二三四五六日天末]?|(?:周|星期)[一二三四五六日天末]"
    r"|(?:上|下|这|本)个?月(?:底|初)?|月底|月初|年底|年初|年前|年后|节前|节后|春节|国庆|去年|今年|明年|前年|今天|明天|后天|昨天|前天"
    rf"|(?:近|最近|前)?{_NUM}\s*(?:多)?(?:个)?(?:工作日|小时|天|周|星期|个月|年)(?:多|以?内|以?前|以?后|以来|了)?"
    r"|每天|每周|每月|晚上|夜里|夜间|早上|早晚高峰|凌晨"
)
_TIME_WORD = re.compile(
    r"(?:白天|上午|下午|中午|傍晚|半夜|深夜|早晨|早晚|周末|平时|平日|近期|近来|最近|目前|当时|当天|随时|长期|期间|时间|时候|时段|月份|小时|分钟"
    r"|工作日|节假日|双休日|[早晚日夜][间上]?)"
)
_ROAD = re.compile(r"\s*[0-9０-９A-Za-z]+\s*号?\s*(?:大道|路|街|楼|幢|栋|厂房|门|地块)|\s*[0-9０-９]+\s*号")
_SPOT = re.compile(
    r"厂门口|厂区(?:门口)?|仓库(?:门口)?|车间|宿舍楼?|路口|门口|河道|工地|围墙外|停车场|公交站|变电站"
)
_PLACE_END = re.compile(
    r".*(?:大道|公路|路|街|巷|弄|园区|开发区|工业园|产业园|科创园|街道|社区|大厦|广场|小区|镇|村|河|桥)$"
)
_WANT = re.compile(
    r"(?:希望|恳请|请求|要求|盼望?|急需|需要|建议|能不能|能否|有没有|可否|可不可以|是否可以|是不是可以|想问|想要|想请|咨询|请问|请帮忙|请)"
    r"[^，。；！？!?;,\n]{2,40}"
)
_TROUBLE = re.compile(
    r"[^，。；！？!?;,\n]{0,14}(?:没人|没有人|办不了|办不下|批不下|退了?\s*[两三几\d]\s*次|被退|不给|不肯|坏了|堵|漏|进不[来去]|没路灯|不通|拖着|拖欠)"
    r"[^，。；！？!?;,\n]{0,12}"
)
_NEXT = re.compile(
    r"(?:^|(?<=[。；！？!?;\n，,]))\s*(?:另外|还有|此外|同时还|其次|再就是|第[二三四]|[二三四]是|[2-5][.、．])[，,:：]?"
)
_BEFORE_WORDS = """
没有 这条 那条 一条 这个 那个 我们 旁边 附近 门前 门口 工业 晚上 夜里 上下班
"""
_BEFORE = frozenset(_BEFORE_WORDS.split())
_NO_PLACE_WORDS = """
马路 走路 一路 思路 线路 道路 销路 出路 网路 电路 退路 修路 铁路 上街 逛街 后路 铺路
让路 公路 园区 街道 社区 小区
"""
_NO_PLACE = frozenset(_NO_PLACE_WORDS.split())


def is_time(word: str) -> bool:
    """Return whether a word says only when: 晚上, 每天, 上午, 近期."""
    return bool(_TIME.fullmatch(word) or _TIME_WORD.fullmatch(word))


def read(text: str, units: Mapping[str, Sequence[str]], regions: Container[str] = ()) -> Reading:
    """Read a message: `units` maps a unit's key to the names it goes by, `regions` are those that are places too."""
    taken: list[Mark] = []
    named: dict[str, str] = {}
    for mark in _who(text, units):
        if _free(mark, taken):
            named.setdefault(mark.key, text[mark.start : mark.end])
            taken.append(_with_road(mark, text) if mark.key in regions else mark)
    for kind, found in (("place", _places(text)), ("time", _plain(_TIME, text, "time"))):
        for mark in found:
            if _free(mark, taken):
                taken.append(mark._replace(kind=kind))
    for pattern in (_WANT, _TROUBLE):
        for mark in _plain(pattern, text, "want"):
            said = _NEXT.match(text, mark.start)
            start = said.end() if said else mark.start
            taken.extend(_around(mark._replace(start=min(start, mark.end)), taken))
    return Reading(_pieces(text, taken), named, matters(text), title_for(text))


def aliases(name: str, short: str) -> list[str]:
    """Return the names people use for a unit: full, short, and both without 区 or 市 in front."""
    found = {n for n in (name, short) if len(n) > 1}
    for n in list(found):
        bare = re.sub(r"^(?:[\u4e00-\u9fff]{2}(?:区|县|市)|区|县|市)", "", n)
        if len(bare) > 2:
            found.add(bare)
            found.add(re.sub(r"分局$", "局", bare))
    return sorted(found, key=len, reverse=True)


def matters(text: str) -> list[str]:
    """Return the separate matters a message seems to hold: parts after 另外, 还有, 二是 that are long enough."""
    starts = [0, *[m.end() for m in _NEXT.finditer(text)]]
    ends = [*[m.start() for m in _NEXT.finditer(text)], len(text)]
    parts = [text[a:b].strip(" ，,。；;\n") for a, b in zip(starts, ends, strict=True)]
    long = [p for p in parts if len(p) >= 8]
    return [title_for(p) for p in long] if len(long) > 1 else []


def title_for(text: str) -> str:
    """Return the clause that says what is wrong or wanted, as a title; the first clause when none does."""
    clauses = [c.strip(" 　、:：") for c in re.split(r"[，,。！？!?\n；;]", text)]
    long = [c for c in clauses if 5 <= len(c) <= 30]
    telling = next((c for p in (_TROUBLE, _WANT) for c in long if p.search(c)), "")
    return telling or (long[0] if long else text.strip()[:30])


def places_in(text: str) -> list[str]:
    """Return the places named in a text, as they stand there; spots like 门口 are no names."""
    return [
        text[m.start : m.end].strip() for m in _places(text) if not _SPOT.fullmatch(text[m.start : m.end])
    ]


def _who(text: str, units: Mapping[str, Sequence[str]]) -> Iterable[Mark]:
    names = sorted(((n, k) for k, found in units.items() for n in found), key=lambda p: -len(p[0]))
    for name, key in names:
        start = text.find(name)
        while start >= 0:
            yield Mark(start, start + len(name), "who", key)
            start = text.find(name, start + len(name))


def _with_road(mark: Mark, text: str) -> Mark:
    more = _ROAD.match(text, mark.end)
    return mark._replace(kind="place", end=more.end() if more else mark.end)


def _places(text: str) -> Iterable[Mark]:
    """Yield place names by the words of the text, so that no name begins inside another word."""
    import rjieba  # here: its words take a tenth of a second to load

    at = 0
    tokens = []
    for word in rjieba.cut(text):
        tokens.append((at, word))
        at += len(word)
    for i, (start, word) in enumerate(tokens):
        if word in _NO_PLACE or not _PLACE_END.match(word):
            continue
        before = tokens[i - 1] if i else (0, "")
        end = start + len(word)
        if len(word) == 1 or word[0] == "号":  # "3 号路": the number stands in a token of its own
            found = re.search(r"[0-9０-９]+\s*号?\s*$", text[:start])
            if found is None and (len(before[1]) < 2 or before[1] in _BEFORE or word[0] == "号"):
                continue
            start = found.start() if found else before[0]
        elif len(word) == 2 and word[-1] in "河桥村镇":
            continue
        more = _ROAD.match(text, end)
        yield Mark(start, more.end() if more else end, "place")
    yield from _plain(_SPOT, text, "place")


def _plain(pattern: re.Pattern[str], text: str, kind: str) -> Iterable[Mark]:
    for m in pattern.finditer(text):
        yield Mark(m.start(), m.end(), kind)


def _free(mark: Mark, taken: Iterable[Mark]) -> bool:
    return all(mark.end <= t.start or mark.start >= t.end for t in taken)


def _around(mark: Mark, taken: Sequence[Mark]) -> list[Mark]:
    """Return the parts of a mark that nothing else has taken, if they are long enough to see."""
    parts, start = [], mark.start
    for t in sorted((t for t in taken if t.start < mark.end and t.end > mark.start), key=lambda t: t.start):
        if t.start > start:
            parts.append(Mark(start, t.start, mark.kind))
        start = max(start, t.end)
    if start < mark.end:
        parts.append(Mark(start, mark.end, mark.kind))
    return [p for p in parts if p.end - p.start >= 2]


def _pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    pieces, at = [], 0
    for mark in sorted(marks):
        if mark.start > at:
            pieces.append(Piece(text[at : mark.start], ""))
        pieces.append(Piece(text[mark.start : mark.end], mark.kind))
        at = mark.end
    if at < len(text):
        pieces.append(Piece(text[at:], ""))
    return pieces
