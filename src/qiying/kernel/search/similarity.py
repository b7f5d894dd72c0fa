"""How alike two messages are, and why: shared words, weighed by how rare they are, and shared characters.

Pure functions without a database. The score orders candidates for a person who decides; it decides nothing.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import rjieba
from rapidfuzz import fuzz

from qiying.kernel.search.tokens import STOP, reduced

# Words that every message has say nothing about which matter it is.
_STOP_WORDS = """
的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这 那 您 您好 你好 我们 你们 我司
公司 企业 单位 请 请问 希望 问题 反映 有关 相关 关于 对于 以及 或者 因为 所以 但是 如果 现在 目前 已经 可以 能够 能否
是否 进行 解决 帮忙 谢谢 感谢 领导 部门 政府 尊敬 什么 怎么 如何 为什么 这个 那个 还是 还 被 把 与 及 等 于 对 中 为
从 给 让 向 并 而 之 其 该 此 本 由 以
"""
_STOP = frozenset(_STOP_WORDS.split())
_WORD = re.compile(r"[0-9A-Za-z\u3400-\u9fff\U00020000-\U0003134f]")
_LONGEST = 2000  # characters looked at; the matter stands at the beginning


class Similar(NamedTuple):
    """One candidate with its likeness in 0…1 and the shared words that speak for it, strongest first."""

    id: int
    score: float
    shared: tuple[str, ...]

    @property
    def explanation(self) -> str:
        """Return the reason as the triage page says it."""
        if not self.shared:
            return "用字相近"
        return "都说到" + "、".join(f"“{w}”" for w in self.shared[:5])


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Return the telling words of a text: segmented, half-width, lower case, without stop words."""
    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    words = (w.strip() for w in rjieba.cut(folded))
    return frozenset(w for w in words if w not in _STOP and _WORD.search(w) and (len(w) > 1 or w.isdigit()))


def similar_texts(
    text: str, candidates: Iterable[tuple[int, str]], *, limit: int = 5, least: float = 0.3
) -> list[Similar]:
    """Return up to `limit` candidates (id, text) that are alike by at least `least`, the likest first.

    Equal texts score 1. A text without any word is like nothing.
    """
    given = list(candidates)
    mine, plain = words_of(text), _plain(text)
    if not plain or not given:
        return []
    theirs = [words_of(other) for _, other in given]
    weights = _rarity([mine, *theirs])
    grams = _grams(plain)
    found = []
    for (candidate_id, other), words in zip(given, theirs, strict=True):
        score = _score(plain, _plain(other), grams, mine, words, weights)
        if score >= least:
            shared = sorted(mine & words, key=lambda w: (-weights[w], w))
            found.append(Similar(candidate_id, round(score, 4), tuple(shared)))
    found.sort(key=lambda s: (-s.score, s.id))
    return found[:limit]


def _plain(text: str) -> str:
    """Return the characters compared: a message sent again may have other stops."""
    return reduced(text[:_LONGEST]).replace(STOP, "")


def _rarity(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return the weight of each word: rare among these texts counts more (smoothed inverse frequency)."""
    counts = Counter(word for words in texts for word in words)
    return {word: math.log((1 + len(texts)) / n) + 0.5 for word, n in counts.items()}


def _score(
    plain: str,
    other: str,
    grams: Counter[str],
    mine: frozenset[str],
    theirs: frozenset[str],
    weights: dict[str, float],
) -> float:
    if not other:
        return 0.0
    if plain == other:
        return 1.0
    words = _word_cosine(mine, theirs, weights)
    characters = _gram_cosine(grams, _grams(other))
    together = 0.6 * words + 0.4 * characters
    # A short message quoted whole inside a long one is the same matter, however long the rest.
    if min(len(plain), len(other)) >= 12 and together > 0.1:
        together = max(together, 0.9 * fuzz.partial_ratio(plain, other, score_cutoff=85) / 100)
    return min(together, 0.9999)


def _word_cosine(mine: frozenset[str], theirs: frozenset[str], weights: dict[str, float]) -> float:
    lengths = [math.sqrt(sum(weights[w] ** 2 for w in words)) for words in (mine, theirs)]
    if not lengths[0] or not lengths[1]:
        return 0.0
    return sum(weights[w] ** 2 for w in mine & theirs) / (lengths[0] * lengths[1])


def _grams(plain: str) -> Counter[str]:
    """Count pairs and triples of characters."""
    return Counter(plain[i : i + n] for n in (2, 3) for i in range(len(plain) - n + 1)) or Counter([plain])


def _gram_cosine(mine: Counter[str], theirs: Counter[str]) -> float:
    small, large = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
    dot = sum(n * large[g] for g, n in small.items() if g in large)
    return dot / math.sqrt(sum(n * n for n in mine.values()) * sum(n * n for n in theirs.values()))
