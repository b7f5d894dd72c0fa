"""Free text grouped by what it is about: words weighed by TF-IDF, grouped around centres, named by their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_STOP = frozenset(
    ("我们", "你们", "希望", "建议", "可以", "没有", "能够", "进行", "比较", "非常", "目前", "企业", "公司", "还是",
     "就是", "一个", "应该")
)  # fmt: skip
MOST = 6


@dataclass(frozen=True)
class Topic:
    """A group of texts: the words that mark it and the numbers of its texts, the most typical first."""

    words: tuple[str, ...]
    texts: tuple[int, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text that say something."""
    import rjieba  # here: its words take a tenth of a second to load

    return [w for w in rjieba.cut(text) if len(w) > 1 and w not in _STOP and not w.isdigit()]


def topics(texts: Sequence[str]) -> list[Topic]:
    """Return the texts in groups, the largest first; the same texts give the same groups."""
    from sklearn.cluster import KMeans  # seconds and a hundred megabytes, for whoever groups texts only
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(tokenizer=words_of, token_pattern=None, lowercase=False, sublinear_tf=True)
    try:
        weights = vectors.fit_transform(texts)
    except ValueError:  # not a word in them
        return [Topic((), tuple(range(len(texts))))] if texts else []
    names = vectors.get_feature_names_out()
    count = max(1, min(MOST, len(texts) // 4, len({tuple(sorted(words_of(t))) for t in texts})))
    model = KMeans(count, n_init=4, random_state=0).fit(weights)
    near = model.transform(weights)
    found = []
    for group in range(count):
        members = np.flatnonzero(model.labels_ == group)
        centre = model.cluster_centers_[group]
        best = [str(names[n]) for n in np.argsort(-centre, kind="stable")[:3] if centre[n] > 0]
        order = sorted(members.tolist(), key=lambda n: (near[n, group], n))
        found.append(Topic(tuple(best), tuple(order)))
    return sorted((t for t in found if t.texts), key=lambda t: -len(t.texts))
