"""Amounts in a sentence of a policy text: a fixed sum, a share of an indicator, their caps.

A ceiling (最高, 不超过, 封顶) is never an amount: without the share it limits it stays unread. So do sums for each
person, project or square metre, because how many there are is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qiying.capabilities.policies.rules import drafting_words as words
from qiying.capabilities.policies.rules.drafting_numbers import NUMBER, number
from qiying.capabilities.policies.rules.drafting_words import plain
from qiying.decision.words.values import money_text

MONEY_UNITS = "亿元|千万元|百万元|十万元|万元|千元|元|亿|万(?!元)"
MONEY = rf"({NUMBER})\s*({MONEY_UNITS})"
GIFT = "给予|奖励|奖|补助|补贴|资助|奖补|支持|兑现|拨付|发放|返还|贴息"
CAP = "不超过|不高于|不多于|不得超过|最高|最多|至多|上限|封顶|以内|以下|限额|为限|控制在|低于"
EACH = re.compile(
    r"每(?:新增|新招|招用|吸纳|引进|培育|完成|取得|增加|销售|租用)?[^，。；、,;\d]{0,6}?"
    r"(?:人|名|件|项|个|台|套|次|批|天|月|平方米|亩|吨|千瓦|展位|项目|岗位|专利|标准|课题|学时|证书)|单个(?!企业)|单项|单件|单台"
)
EACH_FIRM = re.compile(r"(?:每|同一|单)(?:家|户|个)?(?:企业|单位|主体)?")
_FILL = r"(?:[的可给予获得享受支持奖励补助补贴资助奖补资金金额额度总额合计原则上应为以其各类各项]{0,12}?)"


@dataclass(frozen=True)
class Amount:
    """What a tier gives (`tier`) or a limit per enterprise (`cap_year`, `cap_total`) in a sentence.

    `cell` and `column` are the condition that a list of thresholds gives its list of sums.
    """

    kind: str
    start: int
    end: int
    feel: str
    words: str
    label: str = ""
    column: str = ""
    cell: str = ""
    at: tuple[int, int] = (0, 0)


def amounts_in(said: str) -> Iterator[Amount]:
    """Return the amounts of a sentence in order; a cap right behind a share belongs to it."""
    taken: list[tuple[int, int]] = []
    found = [*_limits(said, taken), *_shares(said, taken), *_apart(said, taken), *_sums(said, taken)]
    found += _titles(said, taken)
    yield from sorted(found, key=lambda one: one.start)


def _free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return not any(begin < end and start < stop for begin, stop in taken)


def _yuan(groups: tuple[str | None, ...]) -> str:
    value = [g for g in groups if g]
    return plain(number(value[0], value[1]))


def _told(yuan: str) -> str:
    return money_text(number(yuan, "元"))


def _limits(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """每家企业每年最高 n 万元, 累计不超过 n 万元; what stands between may be gift words only, never an indicator."""
    found = []
    who = rf"(?:{EACH_FIRM.pattern}{_FILL})?"
    for kind, when in (
        ("cap_year", "(?:每年(?:度)?|年度|当年|全年)"),
        ("cap_total", "(?:累计|三年内(?:累计)?|(?:奖励|补助|补贴|资助|奖补|支持|资金)(?:总额|合计))"),
    ):
        most = rf"{_FILL}(?:{CAP})(?:不超过|为)?{MONEY}|{_FILL}{MONEY}(?:封顶|以内|为限)"
        for at in re.finditer(rf"{who}{when}(?:{most})", said):
            if _free(*at.span(), taken):
                taken.append(at.span())
                yuan = _yuan(at.groups())
                found.append(Amount(kind, at.start(), at.end(), yuan, _told(yuan)))
    return found


_BASE = (
    "其|企业|当年|上年度?|年度|年|实际|项目|发生的|新增|实际发生的?|实际支付的?|支付的?|缴纳的?|生产性|核定的?|"
    "经审计的?"
)


def _shares(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """按研发费用的 10% 给予补助，最高 50 万元."""
    found = []
    pattern = (
        rf"(?:按|以|给予|补助|补贴)(?:照)?(?:{_BASE})*(?:的)?({words.indicator_pattern()})(?:的|总额的?|金额的?)?\s*"
        rf"(?:({NUMBER})\s*(%|％)|(百分之{NUMBER}))"
    )
    behind = (
        rf"[^。；\d]{{0,18}}?(?:{CAP})[^。；\d]{{0,4}}?{MONEY}|[^。；\d]{{0,8}}?{MONEY}(?:封顶|以内|为限)"
    )
    for at in re.finditer(pattern, said):
        if not _free(*at.span(), taken) or EACH.search(said[max(0, at.start() - 8) : at.start()]):
            continue
        column = words.indicator_names()[at.group(1)]
        share = number(at.group(2) or at.group(4), at.group(3) or "")
        feel, told, end = f"{column} * {plain(share)}", f"{column}的{plain(share * 100)}%", at.end()
        gift = re.match(rf"[^，。；,\d]{{0,4}}(?:{GIFT})[^，。；,\d]{{0,6}}?(?=[，。；,]|$)", said[end:])
        end += gift.end() if gift else 0
        cap = re.match(behind, said[end:])
        if cap and not EACH.search(cap.group()) and _free(end, end + cap.end(), taken):
            yuan = _yuan(cap.groups())
            feel, told, end = f"min({feel}, {yuan})", f"{told}，最高{_told(yuan)}", end + cap.end()
        taken.append((at.start(), end))
        found.append(Amount("tier", at.start(), end, feel, told))
    return found


_ITEM = rf"(?:({NUMBER})\s*({MONEY_UNITS})|(\d[\d.]*))"
_LIST = rf"((?:(?:{NUMBER}\s*(?:{MONEY_UNITS})|\d[\d.]*)(?:、|，|,|和|及)?){{2,8}})"


def _apart(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """分别给予 100 万元、50 万元, or 分别奖励 20、50、100 万元: one tier a sum, by its word or its threshold."""
    found: list[Amount] = []
    for at in re.finditer(rf"分别(?:再)?(?:一次性)?(?:{GIFT})+[^，。；\d]{{0,6}}?{_LIST}", said):
        sums = _numbers(at.group(1), at.start(1))
        if not _free(*at.span(), taken):
            continue
        taken.append(at.span())  # a list that cannot be matched is not read in part
        if (
            not sums
            or re.search(CAP, at.group())
            or re.match(rf"[^，。；,]{{0,3}}(?:{CAP})", said[at.end() :])
        ):
            continue
        steps = _steps(said[: at.start()], len(sums))
        labels = [] if steps else _listed(said[: at.start()], len(sums))
        for index, (start, end, yuan) in enumerate(sums):
            if steps:
                found.append(Amount("tier", start, end, yuan, _told(yuan), "", *steps[index]))
            elif labels:
                found.append(Amount("tier", start, end, yuan, _told(yuan), labels[index]))
    return found


def _numbers(text: str, offset: int) -> list[tuple[int, int, str]]:
    """The sums of a list with their places; those without a unit have the unit of the next that has one."""
    listed = list(re.finditer(_ITEM, text))
    found: list[tuple[int, int, str]] = []
    unit = ""
    for at in reversed(listed):
        unit = at.group(2) or unit
        if not unit:
            return []
        value = plain(number(at.group(1) or at.group(3), unit))
        found.append((offset + at.start(), offset + at.end(), value))
    return found[::-1]


def _steps(before: str, count: int) -> list[tuple[str, str, tuple[int, int]]]:
    """Column, cell and place of each threshold in 营业收入超过 5000 万元、1 亿元的; each ends where the next begins."""
    between = r"(?:总额|合计|累计|规模)?(?:首次|分别|达|为|均|年)*"
    pattern = rf"({words.indicator_pattern()}){between}({words.AT_LEAST}){_LIST}(?:以上|及以上)?"
    at = next(iter(reversed(list(re.finditer(pattern, before)))), None)
    if at is None:
        return []
    values = _numbers(at.group(3), at.start(3))
    if len(values) != count or [v for *_, v in values] != sorted((v for *_, v in values), key=float):
        return []
    column, strict = words.indicator_names()[at.group(1)], at.group(2) in words.STRICT_LEAST
    found = []
    for index, (_, _, low) in enumerate(values):
        high = values[index + 1][2] if index + 1 < count else ""
        if high:
            cell = f"({low}..{high}]" if strict else f"[{low}..{high})"
        else:
            cell = f"{'>' if strict else '>='} {low}"
        found.append((column, cell, at.span()))
    return found


def _listed(before: str, count: int) -> list[str]:
    """The last list of exactly as many words before 分别."""
    for at in reversed(
        list(re.finditer(r"[\u4e00-\u9fff“”]{1,8}(?:[、和及][\u4e00-\u9fff“”]{1,12}){1,7}", before))
    ):
        parts = [p for p in re.split("[、和及]", at.group()) if p]
        if len(parts) >= count:
            around = r"^(?:对|认定为|被|获评|获得|评为)+|(?:的)?(?:企业|项目|产品)?的?$"
            return [re.sub(around, "", part) for part in parts[-count:]]
    return []


def _sums(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """给予一次性奖励 30 万元. A sum with a ceiling's word about it is none."""
    found = []
    behind = r"(?:的)?(?:一次性)?(?:奖励|补助|补贴|资助|奖补|支持)"
    for at in re.finditer(rf"(?:{GIFT})[^。；\d，,]{{0,12}}?{MONEY}|{MONEY}(?={behind})", said):
        if not _free(*at.span(), taken):
            continue
        clause = re.split("[，,。；]", said[: at.start()])[-1] + at.group()
        if _is_no_gift(at.group(), clause[: -len(at.group())], said[at.end() :]):
            continue
        if EACH.search(clause) and not re.search(r"每(?:家|户|个)(?:企业|单位)", clause):
            continue
        taken.append(at.span())
        yuan = _yuan(at.groups())
        found.append(Amount("tier", at.start(), at.end(), yuan, _told(yuan)))
    return found


_COMPARED = f"{words.AT_LEAST}|{words.AT_MOST}"


def _is_no_gift(found: str, before: str, after: str) -> bool:
    """The sum is a ceiling, a threshold of who is meant, or one for each of something."""
    if re.search(f"{CAP}|{_COMPARED}|{words.indicator_pattern()}", found):
        return True
    if found[0].isdigit() and re.match(rf"[^，。；]{{0,6}}?{NUMBER}\s*(?:{MONEY_UNITS})", after):
        return True  # 5000 万元的奖励 20 万元: the first is who, the second is what
    if re.search(
        f"(?:{CAP}|{_COMPARED})(?:的)?$|最高|最多|至多|上限|限额|封顶|控制在|不(?:得)?超过.{{0,4}}$", before
    ):
        return True
    return bool(
        re.match(rf"(?:的|整)?(?:一次性)?(?:{GIFT})?[，,]?(?:{CAP}|及?以上|（含|\(含)|\s*[/／]|每", after)
    )


_TITLE = "认定|评定|获评|入选|复核|国家级|省级|市级|区级|上市|挂牌|第一名|一等奖|二等奖|三等奖|[一二三]等"


def _titles(said: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """首次认定二十万元，重新认定壹拾万元: sums behind the name of a title, in a sentence that speaks of rewards."""
    found: list[Amount] = []
    if not re.search(GIFT, said):
        return found
    plain_ = r"[^，,。；：:、\d（）()]"
    for at in re.finditer(rf"({plain_}{{0,12}}?(?:{_TITLE}){plain_}{{0,6}}?){MONEY}", said):
        label = at.group(1)
        if not _free(*at.span(), taken) or EACH.search(label):
            continue
        if re.search(f"{CAP}|{words.indicator_pattern()}", label):
            continue
        if re.match(rf"(?:的|整)?(?:{CAP})", said[at.end() :]):
            continue
        taken.append(at.span())
        yuan = _yuan(at.groups()[1:])
        found.append(Amount("tier", at.start(2), at.end(), yuan, _told(yuan), label.strip("对的为")))
    return found
