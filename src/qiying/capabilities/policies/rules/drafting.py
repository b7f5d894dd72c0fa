"""Pieces of a pasted policy text that rules can read, each with the words it was read from, and what stayed unread.

Nothing is guessed: a piece is what a rule found at a place, an officer keeps or drops it, the rest is shown as unread.
A sentence counts as read only when every number in it was used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

from qiying.capabilities.policies.rules import drafting_words as words
from qiying.capabilities.policies.rules.drafting_heads import heads_in, materials_in
from qiying.capabilities.policies.rules.drafting_money import GIFT, Amount, amounts_in
from qiying.capabilities.policies.rules.drafting_numbers import NUMBER, number, numbers_in, numeral
from qiying.capabilities.policies.rules.drafting_pieces import (
    KINDS,
    Condition,
    Drafted,
    Piece,
    Span,
)
from qiying.capabilities.policies.rules.drafting_words import plain
from qiying.decision.words.values import money_text

LIMIT = 30_000
"""Most characters that are read."""


def draft(text: str) -> Drafted:
    """Return the pieces of a policy text; conditions, ratios, amounts, caps, dates, number, materials."""
    text = text.replace("\r\n", "\n").replace("\x00", "")[:LIMIT]
    heads = list(heads_in(text))
    materials = list(materials_in(text))
    taken = [piece.span for piece in materials]
    pieces, unread = [*heads, *materials], []
    source = subject = ""
    for sentence in sentences(text):
        said = text[sentence.start : sentence.end]
        clause = re.match(r"\s*(第[一二三四五六七八九十百\d]+条(?:之[一二三四五])?|[（(][一二三四五六七八九十]+[)）]|"
                          r"[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、])", said)  # fmt: skip
        if clause:
            source = _source(source, clause.group(1))
        if any(_within(sentence, one) for one in taken):
            continue
        if any(h.kind == "name" and _within(h.span, sentence) for h in heads):
            continue
        subject = subject if sentence.start and text[sentence.start - 1] in "；;" else ""
        found = list(_of_sentence(text, sentence, source, subject))
        subject = next((c.column for p in found[::-1] for c in p.conditions if c.is_step), subject)
        around = [h.span for h in heads if _within(h.span, sentence)]
        used = [*around, *(span for piece in found for span in piece.used or (piece.span,))]
        left = [at for at in numbers_in(said) if not any(_covers(one, at, sentence.start) for one in used)]
        if left or (not found and not around and _says_something(said)):
            unread.append(_trimmed(text, sentence))
        pieces += _doubted(found, said) if left else found
    pieces.sort(key=lambda piece: (piece.span.start, piece.span.end))
    return Drafted(text, tuple(_once(pieces)), tuple(unread))


def sentences(text: str) -> Iterator[Span]:
    """Return the sentences of a text as stretches; they end at 。；; and at line breaks."""
    start = 0
    for mark in re.finditer(r"[。；;\n]", text):
        if text[start : mark.start()].strip():
            yield Span(start, mark.start())
        start = mark.end()
    if text[start:].strip():
        yield Span(start, len(text))


def _source(before: str, mark: str) -> str:
    """An article stands for itself, a paragraph under the article before it."""
    if mark.startswith("第"):
        return mark
    article = re.match(r"第[^条]+条|[一二三四五六七八九十]{1,3}、", before)
    if mark[0] in "（(" and article:
        return article.group().rstrip("、") + mark
    return mark.rstrip("、.．")


def _doubted(found: list[Piece], said: str) -> Iterator[Piece]:
    """What may be kept of a sentence with a number nobody read: no gift to everybody, no half of its conditions."""
    gives = re.search(GIFT, said)
    for one in found:
        if one.kind == "tier" and one.conditions:
            yield replace(one, ask=one.ask or "这句里还有没读懂的数，请补上")
        elif one.kind not in ("tier", "requires") or (one.kind == "requires" and not gives):
            yield one


def _of_sentence(text: str, sentence: Span, source: str, subject: str) -> Iterator[Piece]:
    """Tiers, conditions, exclusions and limits of one sentence; `subject` is what the one before it compared."""
    said = text[sentence.start : sentence.end]
    offset = sentence.start
    if same := re.search(r"就高不重复|从高不重复|择优不重复|不重复享受|按(?:最高|就高)", said):
        yield Piece("group", _at(offset, same), "同类政策", "与同类政策就高不重复", source)
    if once := re.search(r"一次性(?=给予|奖励|补助|补贴|资助)|只(?:能)?享受一次|仅(?:可)?享受一次", said):
        yield Piece("first", _at(offset, once), "true", "每家只能享受一次", source)
    if words.NOT_WORDS.search(said):
        yield from _refusing(said, offset, source)
        return
    amounts = list(amounts_in(said))
    for one in amounts:
        if one.kind in ("cap_year", "cap_total"):
            label = KINDS[one.kind]
            yield Piece(
                one.kind,
                Span(offset + one.start, offset + one.end),
                one.feel,
                f"{label}{_money(one)}",
                source,
            )
    tiers = [one for one in amounts if one.kind == "tier"]
    before = 0
    shared: tuple[Condition, ...] = ()
    for index, one in enumerate(tiers):
        found = tuple(conditions_in(said, offset, before, one.start))
        if one.column:
            step = Condition(one.column, one.cell, Span(offset + one.at[0], offset + one.at[1]))
            others = [c for c in conditions_in(said, offset, 0, tiers[0].start) if c.column != one.column]
            found = (step, *others)
        elif not found and subject:
            found = tuple(_inherited(said[before : one.start], offset + before, subject))
        subject = next((c.column for c in found if c.is_step), subject)
        if index == 0:
            shared = found
        yield _tier(offset, one, found or (shared if len(tiers) == 1 else ()), source)
        before = one.end
    if not tiers:
        for each in conditions_in(said, offset, 0, len(said)):
            yield Piece("requires", each.span, each.feel, each.words, source, (each,))


def _refusing(said: str, offset: int, source: str) -> Iterator[Piece]:
    """A sentence that shuts somebody out: the negative list, and what its other parts demand."""
    for pattern, name in words.EXCLUSIONS:
        if found := re.search(pattern, said):
            yield Piece("excludes", _at(offset, found), name, f"不能是：{name}", source)
    for part in re.finditer(r"[^，]+", said):
        if not words.NOT_WORDS.search(part.group()):
            for one in conditions_in(said, offset, part.start(), part.end()):
                if not any(re.search(pattern, part.group()) for pattern, _ in words.EXCLUSIONS):
                    yield Piece("requires", one.span, one.feel, one.words, source, (one,))


def _tier(offset: int, one: Amount, found: tuple[Condition, ...], source: str) -> Piece:
    start = min([c.span.start for c in found] + [offset + one.start])
    who = "，且".join(c.words for c in found)
    label = one.label
    reads = f"{who or label or '符合共同条件的'}：{one.words}"
    ask = (
        ""
        if found
        else (f"“{label}”还没有对应的指标，请补上条件" if label else "没读出这一档的条件，请看是否都给")
    )
    used = (*(c.span for c in found), Span(offset + one.start, offset + one.end))
    return Piece("tier", Span(start, offset + one.end), one.feel, reads, source, found, ask, used)


def conditions_in(said: str, offset: int, start: int, end: int) -> Iterator[Condition]:
    """Return the conditions between two places of a sentence, in order, overlapping ones once."""
    found: list[Condition] = []
    part = said[start:end]
    readers = (_compared, _aged, _sized, partial(_facts, about=said))
    for reader in readers:
        for one in reader(part, offset + start):
            if not any(one.span.start < o.span.end and o.span.start < one.span.end for o in found):
                found.append(one)
    yield from sorted(found, key=lambda c: c.span.start)


def _compared(part: str, offset: int) -> Iterator[Condition]:
    """指标 + 比较词 + 数 + 单位, or a ratio of two indicators."""
    name = words.indicator_pattern()
    number_ = f"({NUMBER})\\s*({words.UNITS})"
    share = rf"({name})(?:占|与)(?:年|当年|同期|上年度?)?({name})(?:的|之)?(?:比例|比重|比|占比)?"
    gap = r"(?:（[^）]{0,12}）)?(?:在|为|的|总额|合计|累计|应|均|比例|首次|年)?"
    low_high = (
        rf"(?:在)?{number_}(?:（含）|以上)?(?:至|到|—|-|~|、|，|且|（含）)"
        rf"(低于|不足|不满)?(?:不超过)?{number_}(?:之间|（含）|以下)?(（不含）)?"
    )
    compared = (
        rf"({words.AT_LEAST}|{words.AT_MOST})?(?:了)?{number_}({words.AFTER_LEAST}|{words.AFTER_MOST})?"
    )
    for subject, kind in ((share, 2), (f"({name})", 1)):
        for at in re.finditer(subject, part):
            column = _column(at.groups()[:kind])
            rest = part[at.end() :]
            between = re.match(gap + low_high, rest)
            single = re.match(gap + compared, rest)
            if between and _has_units(between.groups()):
                low, high = number(*between.group(1, 2)), number(*between.group(4, 5))
                closing = ")" if between.group(3) or between.group(6) else "]"
                cell = f"[{plain(low)}..{plain(high)}{closing}"
                yield Condition(column, cell, Span(offset + at.start(), offset + at.end() + between.end()))
            elif single and (single.group(1) or single.group(4)) and _has_units(single.groups()):
                sign = _sign(single.group(1) or "", single.group(4) or "")
                cell = f"{sign} {plain(number(*single.group(2, 3)))}"
                yield Condition(column, cell, Span(offset + at.start(), offset + at.end() + single.end()))


def _inherited(part: str, offset: int, column: str) -> Iterator[Condition]:
    """超过 1 亿元的: a comparison of what was compared before."""
    compared = rf"({words.AT_LEAST}|{words.AT_MOST})({NUMBER})\s*({words.UNITS})(?![^，。]{{0,6}}?{NUMBER})"
    at = re.search(compared, part)
    if at and at.group(3):
        cell = f"{_sign(at.group(1), '')} {plain(number(*at.group(2, 3)))}"
        yield Condition(column, cell, _at(offset, at))


def _has_units(groups: tuple[str | None, ...]) -> bool:
    """Every number has its unit; a share in words (百分之五) needs none."""
    bare = (one for one, unit in pairwise(groups) if one and unit == "" and re.fullmatch(NUMBER, one))
    return all(one.startswith("百分之") for one in bare)


def _column(names: tuple[str, ...]) -> str:
    known = words.indicator_names()
    return " / ".join(known[one] for one in names)


def _sign(before: str, after: str) -> str:
    if before in words.STRICT_LEAST:
        return ">"
    if before in words.STRICT_MOST:
        return "<"
    if before in words.AT_MOST.split("|"):
        return "<="
    # 以上、以下、以内 include the number itself (民法典 art. 1259)
    return "<=" if after and re.fullmatch(words.AFTER_MOST, after) else ">="


def _aged(part: str, offset: int) -> Iterator[Condition]:
    """成立满 n 年, against the day of the evaluation."""
    sign_, years = (
        "(满|超过|不满|不足|未满|不超过)",
        r"\s*([一二两三四五六七八九十\d]{1,2})\s*(?:周)?年(?:以上)?",
    )
    for at in re.finditer(rf"(?:注册)?成立(?:时间)?(?:已)?{sign_}{years}", part):
        years_ = int(numeral(at.group(2)))
        sign = "<=" if at.group(1) in ("满", "超过") else ">="
        yield Condition("成立日期", f'{sign} 评估日 - @"P{years_}Y"', _at(offset, at))


def _sized(part: str, offset: int) -> Iterator[Condition]:
    for word in sorted(words.SIZES, key=len, reverse=True):
        for at in re.finditer(rf"(?<!新设立)(?<!新设立的)(?<!科技型)(?<!专精特新)(?<!创新型){word}", part):
            yield Condition("企业规模", words.SIZES[word], _at(offset, at))


def _facts(part: str, offset: int, about: str = "") -> Iterator[Condition]:
    """Yes-or-no facts; `about` is the whole sentence, which may name the title that 首次认定 is of."""
    of_title = re.search("高新技术企业|高企", about)
    for pattern, name in (*words.FACTS, *(words.OF_TITLE if of_title else ())):
        at = re.search(pattern, part)
        if at:
            yield Condition(name, "true", _at(offset, at))


def _money(one: Amount) -> str:
    return money_text(number(one.feel, "元"))


def _at(offset: int, found: re.Match[str]) -> Span:
    return Span(offset + found.start(), offset + found.end())


def _covers(span: Span, at: tuple[int, int], offset: int) -> bool:
    return span.start <= offset + at[0] and offset + at[1] <= span.end


def _within(inner: Span, outer: Span) -> bool:
    return (outer.start <= inner.start and inner.end <= outer.end) or (
        inner.start <= outer.start and outer.end <= inner.end
    )


_TELLING = re.compile(r"\d|不低于|不超过|以上|须|应当|必须|不得|给予|奖励|补助|补贴|优先|免费")


def _says_something(said: str) -> bool:
    """A sentence that may matter: a number, a demand or a gift in it; headings and the document number do not."""
    bare = re.sub(r"^\s*(?:\d{1,2}[.．、]|[（(]?[一二三四五六七八九十]{1,3}[)）、])", "", said).strip()
    return len(bare) > 8 and "〔" not in bare and bool(_TELLING.search(bare))


def _trimmed(text: str, span: Span) -> Span:
    said = text[span.start : span.end]
    left = len(said) - len(said.lstrip())
    return Span(span.start + left, span.start + left + len(said.strip()))


def _once(pieces: list[Piece]) -> Iterator[Piece]:
    """One head of each kind, and no condition twice."""
    seen: set[tuple[str, str]] = set()
    single = KINDS.keys() - {"co_unit", "requires", "excludes", "tier", "material"}
    for one in pieces:
        key = (one.kind, "" if one.kind in single else f"{one.value}{one.reads}")
        if one.kind != "tier" and key in seen:
            continue
        seen.add(key)
        yield one
