"""Whose matter is this? Scores learnt from past assignments, each with the words and counts that speak for it.

Pure functions: counts in, suggestions out. Complement naive Bayes over words and pairs of neighbouring words
(Rennie et al. 2003), to which the category's usual unit, units named in the text and the region add a fixed
weight. The officer decides; a suggestion never acts.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qiying.capabilities.service_requests.rules.reading import is_time

MOST_TERMS = 400
SMOOTHING = 0.1
USUAL, NAMED, REGION, RETURNED = (
    2.2,
    1.6,
    0.8,
    1.2,
)  # weights in log units, tuned by `suggest_eval` and by eye
PROBABLE, POSSIBLE = 0.55, 0.12
LEAST_SHARE = 1e-4
KEYWORD_BESIDE = 0.25
"""How much of a keyword's weight is left beside a classifier, which has read the words already."""
_WORD = re.compile(r"[a-z\u3400-\u9fff]")
_NUMBER = re.compile(r"\d")
_STOP_WORDS = """
的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有
看 好 自己 这 那 您 您好 你好 我们 你们 我司 我厂 公司 企业 单位 请 请问 希望 问题
反映 有关 关于 对于 以及 或者 因为 所以 但是 如果 现在 目前 已经 可以 能够 能否 是否
进行 解决 帮忙 谢谢 感谢 领导 部门 政府 尊敬 什么 怎么 如何 为什么 这个 那个 还是
有限公司 能不能 我们厂 帮 能 不能 看看 请帮 每天 一直 今年 去年 影响 需要 办理 情况 时候 有没有
"""
_STOP = frozenset(_STOP_WORDS.split())


def words_of(text: str) -> list[str]:
    """Return the words of a text in order, half-width and lower case, without digits and stop words."""
    import rjieba  # here: its words take a tenth of a second to load

    folded = unicodedata.normalize("NFKC", text[:3000]).casefold()
    return [w for w in rjieba.cut(folded) if w not in _STOP and _WORD.search(w) and not _NUMBER.search(w)]


def terms_of(text: str) -> list[str]:
    """Return the distinct terms a text is learnt by: words of two characters and more, pairs of neighbours."""
    return terms_from(words_of(text))


def terms_from(words: Sequence[str]) -> list[str]:
    """Return the terms of a segmented text, in order of appearance, at most 400."""
    found: dict[str, None] = {}
    for i, word in enumerate(words):
        if len(word) > 1:
            found[word[:24]] = None
        if i + 1 < len(words):
            found[f"{word} {words[i + 1]}"[:24]] = None
        if len(found) >= MOST_TERMS:
            break
    return list(found)[:MOST_TERMS]


@dataclass
class Counts:
    """What was learnt: cases per target, terms per target, and how often a term came with a target."""

    cases: Counter[str] = field(default_factory=Counter)
    terms: Counter[str] = field(default_factory=Counter)
    by_term: dict[str, Counter[str]] = field(default_factory=dict)

    def learn(self, target: str, terms: Iterable[str], sign: int = 1) -> None:
        """Add a case's terms to a target, or take them away again with `sign=-1`."""
        self.cases[target] += sign
        for term in terms:
            self.terms[target] += sign
            self.by_term.setdefault(term, Counter())[target] += sign


class Evidence(NamedTuple):
    """A term that speaks for a target: it came `of` times, `there` of them with the target."""

    term: str
    there: int
    of: int


def text_scores(counts: Counts, terms: Iterable[str]) -> dict[str, float]:
    """Return a log score per known target; only differences between them mean anything."""
    known = [t for t, n in counts.cases.items() if n > 0]
    total = sum(counts.terms[t] for t in known)
    cases = sum(counts.cases[t] for t in known)
    scores = {t: 0.3 * math.log(counts.cases[t] / cases) for t in known}
    rest = {t: math.log(total - counts.terms[t] + SMOOTHING * (0.3 * total + 1000)) for t in known}
    for term in terms:
        by_target = counts.by_term.get(term)
        if not by_target:
            continue
        df = sum(by_target.values())
        if df < 2:
            continue
        for t in known:
            scores[t] -= math.log(df - by_target.get(t, 0) + SMOOTHING) - rest[t]
    return scores


def shares(scores: Mapping[str, float], sharpness: float = 1.0) -> dict[str, float]:
    """Return scores as shares that sum to one."""
    if not scores:
        return {}
    top = max(scores.values())
    powers = {t: math.exp(min(0.0, (s - top) * sharpness)) for t, s in scores.items()}
    total = sum(powers.values())
    return {t: p / total for t, p in powers.items()}


def evidence(counts: Counts, target: str, terms: Iterable[str], limit: int = 2) -> list[Evidence]:
    """Return the words that speak most for a target; pairs count in the score but are not shown."""
    cases = max(1, sum(counts.cases.values()))
    prior = counts.cases[target] / cases
    found = []
    for term in terms:
        by_target = counts.by_term.get(term)
        if not by_target or " " in term or is_time(term):
            continue
        n, df = by_target.get(target, 0), sum(by_target.values())
        if n >= 2 and n / df > max(0.4, 1.5 * prior):
            found.append((n * math.log(n / df / max(prior, 1e-6)), len(term), Evidence(term, n, df)))
    found.sort(key=lambda f: (-round(f[0], 2), -min(f[1], 4), f[2].term))
    chosen: list[Evidence] = []
    for _, _, e in found:
        if not any(e.term in c.term or c.term in e.term for c in chosen):
            chosen.append(e)
    return chosen[:limit]


@dataclass(frozen=True)
class Hints:
    """What is known beside the text: the category's usual unit, units named, the region, history of the category."""

    usual: str = ""
    category_name: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    region_name: str = ""
    led: Mapping[str, int] = field(default_factory=dict)
    returned: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """One of the three best, with why in words."""

    target: str
    share: float
    band: str
    reasons: tuple[str, ...]
    is_region: bool = False

    @property
    def why(self) -> str:
        return "；".join(self.reasons) or "按过去的交办排在这里"


def band_of(share: float) -> str:
    """Return how sure a share is, in a person's words."""
    return "很可能" if share >= PROBABLE else "可能" if share >= POSSIBLE else "不太像"


def _text_part(
    counts: Counts, terms: Sequence[str], learnt: Mapping[str, float] | None, pool: Iterable[str]
) -> tuple[dict[str, float], float]:
    """Return what the text says for each target in log units, and by how much to weaken it.

    A classifier's shares are true as they stand. Counts multiply weak signs of a long text, whose length must not
    drown what is said outside the text.
    """
    if learnt:
        return {t: math.log(s + LEAST_SHARE) for t, s in learnt.items() if t in pool}, 1.0
    scores = text_scores(counts, terms)
    return {t: s for t, s in scores.items() if t in pool}, 6.0 / max(6.0, math.sqrt(len(terms)) * 4)


def suggest_units(
    counts: Counts,
    terms: Sequence[str],
    hints: Hints,
    candidates: Iterable[str],
    limit: int = 3,
    learnt: Mapping[str, float] | None = None,
) -> list[Suggestion]:
    """Return the best units with band and reasons; a unit without history can still be named or usual.

    Args:
        learnt: the shares of a trained classifier, instead of the counts' scores.
    """
    pool = set(candidates)
    scores, strength = _text_part(counts, terms, learnt, pool)
    floor = min(scores.values(), default=0.0)
    mean = sum(scores.values()) / len(scores) if scores else 0.0
    total_led = sum(hints.led.values())
    joined: dict[str, float] = {}
    known = set(scores) | {hints.usual, hints.region, *hints.named, *hints.led} & pool
    for t in known:
        base = (scores.get(t, (floor + mean) / 2) - mean) * strength
        base += USUAL if t == hints.usual else 0
        base += NAMED if t in hints.named else 0
        base += REGION if t == hints.region else 0
        base += 2.0 * hints.led.get(t, 0) / total_led if total_led >= 3 else 0
        base -= RETURNED if hints.returned.get(t, 0) > hints.led.get(t, 0) else 0
        joined[t] = base
    ranked = sorted(shares(joined).items(), key=lambda p: (-p[1], p[0]))[:limit]
    return [
        Suggestion(t, share, band_of(share), _reasons(t, counts, terms, hints), t == hints.region)
        for t, share in ranked
    ]


def _reasons(target: str, counts: Counts, terms: Sequence[str], hints: Hints) -> tuple[str, ...]:
    found = []
    total = sum(hints.led.values())
    if hints.led.get(target):
        found.append(f"近两年同类 {total} 件，{hints.led[target]} 件由它主办")
    elif target == hints.usual:
        found.append(f"“{hints.category_name}”通常归它")
    if target in hints.named:
        found.append(f"原话提到“{hints.named[target]}”")
    found += [f"提到“{e.term}”的 {e.of} 件里 {e.there} 件归它" for e in evidence(counts, target, terms)]
    if target == hints.region:
        found.append(f"企业在{hints.region_name}")
    if hints.returned.get(target):
        found.append(f"同类退回过 {hints.returned[target]} 件")
    if not found and total:
        found.append(f"同类 {total} 件没有交过它")
    return tuple(found[:3])


KIND_WORDS: dict[str, tuple[str, ...]] = {
    "clue": ("举报", "吃拿卡要", "索贿", "乱收费", "乱罚款", "吹哨", "违规收", "暗箱", "以权"),
    "suggestion": ("建议", "金点子", "不妨", "可以考虑", "提个想法", "倡议"),
    "question": (
        "请问",
        "咨询",
        "想问",
        "想了解",
        "怎么申请",
        "怎么办理",
        "是不是可以",
        "什么条件",
        "需要哪些材料",
    ),
}
TROUBLE_WORDS = ("没人", "无法", "不能", "影响", "堵", "拖", "被退", "不给", "损失", "停产", "漏", "坏", "难")


def suggest_kind(text: str) -> tuple[str, str]:
    """Return the kind a text looks like, with the word that says so; a trouble makes it a problem."""
    head = text[:600]
    trouble = next((w for w in TROUBLE_WORDS if w in head), "")
    for kind, words in KIND_WORDS.items():
        word = next((w for w in words if w in head), "")
        if word and (kind == "clue" or not trouble):
            return kind, f"说到“{word}”"
    return "problem", f"说到“{trouble}”" if trouble else "像是要解决的事"


def suggest_categories(
    counts: Counts,
    terms: Sequence[str],
    keywords: Mapping[str, Sequence[str]],
    text: str,
    limit: int = 3,
    learnt: Mapping[str, float] | None = None,
) -> list[Suggestion]:
    """Return the likeliest categories by keywords in the text and by what was learnt, with their reasons."""
    hits = {c: [k for k in words if k and k in text] for c, words in keywords.items()}
    scores, strength = _text_part(counts, terms, learnt, keywords)
    mean = sum(scores.values()) / len(scores) if scores else 0.0
    joined = {t: (s - mean) * strength for t, s in scores.items()}
    weight = KEYWORD_BESIDE if learnt else 1.0
    for code, words in hits.items():
        if words:
            joined[code] = joined.get(code, 0.0) + weight * (1.2 * len(words) + 0.2 * max(map(len, words)))
    ranked = sorted(shares(joined).items(), key=lambda p: (-p[1], p[0]))[:limit]
    found = []
    for code, share in ranked:
        reasons = [f"说到“{hits[code][0]}”"] if hits[code] else []
        proofs = evidence(counts, code, terms, 1)
        reasons += [f"提到“{e.term}”的 {e.of} 件里 {e.there} 件是这类" for e in proofs]
        found.append(Suggestion(code, share, band_of(share), tuple(reasons)))
    return found
