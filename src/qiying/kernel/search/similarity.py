"""How alike two texts are: shared words, weighed by how rare they are, and shared characters. Without a database."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

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
_LONGEST = 1000  # characters looked at; the matter stands at the beginning


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Return the telling words of a text: segmented, half-width, lower case, without stop words."""
    import rjieba  # here: its words take a tenth of a second to load

    folded = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    words = (w.strip() for w in rjieba.cut(folded))
    return frozenset(w for w in words if w not in _STOP and _WORD.search(w) and (len(w) > 1 or w.isdigit()))


def explanation(shared: Sequence[str]) -> str:
    """Return the shared words, the most telling first, as the reason a page says."""
    return "都说到" + "、".join(f"“{w}”" for w in shared[:5]) if shared else "用字相近"


def plain_of(text: str) -> str:
    """Return the characters compared: a message sent again may have other stops."""
    return reduced(text[:_LONGEST]).replace(STOP, "")


def word_cosine(
    mine: frozenset[str], theirs: frozenset[str], weights: Mapping[str, float], usual: float = 1.0
) -> float:
    """Return the cosine of two sets of words by their weights, 0…1; a word without a weight has the usual one."""
    lengths = [math.sqrt(sum(weights.get(w, usual) ** 2 for w in words)) for words in (mine, theirs)]
    if not lengths[0] or not lengths[1]:
        return 0.0
    return min(1.0, sum(weights.get(w, usual) ** 2 for w in mine & theirs) / (lengths[0] * lengths[1]))


def grams_of(plain: str) -> Counter[str]:
    """Count pairs and triples of characters; a single one stands for itself."""
    return Counter(plain[i : i + n] for n in (2, 3) for i in range(len(plain) - n + 1)) or Counter([plain])


def gram_cosine(mine: Counter[str], theirs: Counter[str]) -> float:
    """Return the cosine of two counts of characters, 0…1."""
    small, large = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
    dot = sum(n * large[g] for g, n in small.items() if g in large)
    return min(1.0, dot / math.sqrt(sum(n * n for n in mine.values()) * sum(n * n for n in theirs.values())))
