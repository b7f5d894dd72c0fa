"""Amounts in a sentence of a policy text: a fixed sum, a share of an indicator, their caps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qiying.capabilities.policies.rules import drafting_words as words
from qiying.capabilities.policies.rules.drafting_words import number, plain
from qiying.decision.words.values import money_text

MONEY = rf"({words.NUMBER})\s*(亿元|万元|元)"
GIFT = "给予|奖励|补助|补贴|资助|奖补|支持|兑现|拨付|发放"
CAP = "最高不超过|累计不超过|不超过|最高|上限(?:为)?|封顶|以内"


@dataclass(frozen=True)
class Amount:
    """What a tier gives (`tier`) or a limit per enterprise (`cap_year`, `cap_total`) in a sentence."""

    kind: str
    start: int
    end: int
    feel: str
    words: str
    label: str = ""


def amounts_in(said: str) -> Iterator[Amount]:
    """Return the amounts of a sentence in order; a cap right behind a share belongs to it."""
    taken: list[tuple[int, int]] = []
    found = [*_limits(said, taken), *_shares(said, taken), *_apart(said, taken), *_sums(said, taken)]
    yield from sorted(found, key=lambda one: one.start)


def _free(at: re.Match[str], taken: list[tuple[int, int]]) -> bool:
    return not any(start < at.end() and at.start() < end for start, end in taken)


def _limits(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """每家企业每年最高 n 万元, 累计不超过 n 万元."""
    found = []
    who = r"(?:(?:每|同一|单个|单户|单家|每户|每家)(?:家|户|个)?(?:企业|单位|主体)?[^，。；\d]{0,6}?)?"
    for kind, when in (
        ("cap_year", "(?:每年(?:度)?|年度|当年|全年)"),
        ("cap_total", "(?:累计|总额|合计|三年内)"),
    ):
        most = rf"[^，。；\d]{{0,10}}?(?:{CAP})[^，。；\d]{{0,4}}?{MONEY}"
        pattern = rf"{who}{when}{most}|{who}{when}[^，。；\d]{{0,8}}?{MONEY}(?:封顶|以内)"
        for at in re.finditer(pattern, said):
            if _free(at, taken):
                value = [g for g in at.groups() if g]
                taken.append(at.span())
                yuan = number(value[0], value[1])
                found.append(Amount(kind, at.start(), at.end(), plain(yuan), money_text(yuan)))
    return found


def _shares(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """按研发费用的 10% 给予补助，最高 50 万元."""
    found = []
    name = words.indicator_pattern()
    pattern = (
        rf"按(?:照)?(?:其|企业|当年|上年度?|年度|实际|项目|发生的|新增|实际发生的?|支付的?|设备)*(?:的)?({name})(?:的|总额的?)?\s*"
        rf"({words.NUMBER})\s*(%|％)"
    )
    behind = rf"[^。；\d]{{0,18}}?(?:{CAP})[^。；\d]{{0,4}}?{MONEY}|[^。；\d]{{0,8}}?{MONEY}(?:封顶|以内)"
    known = words.indicator_names()
    for at in re.finditer(pattern, said):
        if not _free(at, taken):
            continue
        column, share = known[at.group(1)], number(at.group(2), "%")
        feel, told, end = f"{column} * {plain(share)}", f"{column}的{at.group(2)}%", at.end()
        gift = re.match(rf"[^，。；\d]{{0,4}}(?:{GIFT})[^，。；\d]{{0,6}}", said[end:])
        end += gift.end() if gift else 0
        cap = re.match(behind, said[end:])
        if cap and not any(start < end + cap.end() and end + cap.start() < stop for start, stop in taken):
            value = [g for g in cap.groups() if g]
            yuan = number(value[0], value[1])
            feel, told, end = (
                f"min({feel}, {plain(yuan)})",
                f"{told}，最高{money_text(yuan)}",
                end + cap.end(),
            )
        taken.append((at.start(), end))
        found.append(Amount("tier", at.start(), end, feel, told))
    return found


def _apart(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """国家级、省级、市级的，分别给予 100 万元、50 万元、20 万元: one tier a sum, named by its word."""
    found = []
    for at in re.finditer(
        rf"分别(?:一次性)?(?:{GIFT})[^，。；\d]{{0,6}}((?:{MONEY}(?:、|，|和|及)?){{2,6}})", said
    ):
        sums = [(m, number(m.group(1), m.group(2))) for m in re.finditer(MONEY, at.group(1))]
        labels = _listed(said[: at.start()], len(sums))
        if not labels or not _free(at, taken):
            continue
        taken.append(at.span())
        for (m, yuan), label in zip(sums, labels, strict=True):
            start = at.start(1) + m.start()
            found.append(Amount("tier", start, start + len(m.group()), plain(yuan), money_text(yuan), label))
    return found


def _listed(before: str, count: int) -> list[str]:
    """The last list of as many words before 分别."""
    for at in reversed(
        list(re.finditer(r"[\u4e00-\u9fff“”]{1,8}(?:[、和及][\u4e00-\u9fff“”]{1,12}){1,5}", before))
    ):
        parts = [p for p in re.split("[、和及]", at.group()) if p]
        if len(parts) >= count:
            around = r"^(?:对|认定为|被|获评|获得|评为)+|(?:的)?(?:企业|项目|产品)?的?$"
            return [re.sub(around, "", part) for part in parts[-count:]]
    return []


def _sums(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """给予一次性奖励 30 万元, 最高奖励 50 万元 (then it is a limit, told as the amount)."""
    found = []
    behind = r"(?:的)?(?:一次性)?(?:奖励|补助|补贴|资助)"
    for at in re.finditer(rf"(?:{GIFT})[^。；\d，]{{0,12}}?{MONEY}|{MONEY}{behind}", said):
        if not _free(at, taken):
            continue
        value = [g for g in at.groups() if g]
        yuan = number(value[0], value[1])
        most = bool(re.search(CAP, at.group()))
        taken.append(at.span())
        told = f"最高{money_text(yuan)}" if most else money_text(yuan)
        found.append(Amount("tier", at.start(), at.end(), plain(yuan), told))
    return found
