"""Many messages about one matter: TF-IDF of characters of title and text, average linkage within what hangs together.

Linear in practice: runs of characters that many messages have are left out, so each message meets only those that
share something rare with it, and only groups that hang together are compared in full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from qiying.capabilities.service_requests.rules.text.features import folded

ALIKE = 0.29
"""Average likeness from which messages are one matter: 0.25 joins what only shares a place, 0.32 parts one matter."""
LONGEST, TITLE = 400, 0.9
SHARE, LEAST_MET, MOST_MET = 0.05, 50, 500
BLOCK, DENSE, FINER = 500, 2500, 0.1
RUNS = (2, 3)
"""Of so many characters; scikit-learn makes the same vectors, but takes half a second to load."""
_SAID_BY_ALL = re.compile(
    "尊敬的|领导|书记|您好|你好|我们|我司|我厂|公司|企业|单位|政府|部门|咨询|投诉|反映|建议|请求|恳请|请问|希望|举报|质疑|强烈|再次"
    "|尽快|解决|问题|情况|事宜|有关|关于|相关|一些|严重|请帮忙|帮忙|看看|谢谢|感谢|能不能|有没有|怎么|什么|可以|已经|现在|目前"
)
Matrix: TypeAlias = Any  # scipy has no types
Rows = npt.NDArray[np.int64]


def _bare(text: str) -> str:
    return re.sub(r"\W", "", _SAID_BY_ALL.sub("", folded(text)))


class Space:
    """Messages, each a title and a text, as vectors of length one."""

    alike = ALIKE

    def __init__(self, messages: Sequence[tuple[str, str]]) -> None:
        most = int(min(max(SHARE * len(messages), LEAST_MET), MOST_MET))
        titles = _vectors([_bare(title) for title, _ in messages], most)
        wholes = _vectors([_bare(f"{title} {text[:LONGEST]}") for title, text in messages], most)
        self.vectors: Matrix = _of_length_one(sparse.hstack([TITLE * titles, wholes]).tocsr())

    def closeness(self, rows: Sequence[int], others: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return for each row its average likeness to the others, 0…1."""
        middle = np.asarray(self.vectors[list(others)].mean(axis=0)).ravel()
        return np.asarray(self.vectors[list(rows)] @ middle, dtype=float)

    def groups(self, rows: Sequence[int], least: int) -> list[list[int]]:
        """Return groups of at least `least` rows alike by average, each from its middle outwards, the largest first."""
        if len(rows) < least:
            return []
        given = np.array(rows)
        likeness = self._likeness(given)
        found = [given[g] for g in _hanging_together(likeness, np.arange(len(given)), ALIKE, least)]
        ordered = [g[np.argsort(-self.closeness(list(g), list(g)), kind="stable")].tolist() for g in found]
        return sorted(ordered, key=lambda g: (-len(g), g[0]))

    def _likeness(self, rows: Rows) -> Matrix:
        """Return the likenesses that matter, block by block so that memory stays small."""
        vectors = self.vectors[rows]
        other_way = vectors.T.tocsr()
        blocks = []
        for start in range(0, len(rows), BLOCK):
            block = (vectors[start : start + BLOCK] @ other_way).tocsr()
            block.data[block.data < ALIKE / 3] = 0
            block.eliminate_zeros()
            blocks.append(block)
        return sparse.vstack(blocks).tocsr()


def _vectors(texts: Sequence[str], most: int) -> Matrix:
    if not any(len(t) > 1 for t in texts):
        return sparse.csr_matrix((len(texts), 1))
    runs = [Counter(t[i : i + n] for n in RUNS for i in range(len(t) + 1 - n)) for t in map(str.lower, texts)]
    column = {run: n for n, run in enumerate(sorted(set().union(*runs)))}
    places = np.fromiter((column[run] for found in runs for run in found), np.int32)
    often = np.fromiter((times for found in runs for times in found.values()), np.float32)
    starts = np.cumsum([0, *map(len, runs)])
    met = np.bincount(places, minlength=len(column))
    rarity = (np.log((1 + len(texts)) / (1 + met)) + 1).astype(np.float32)
    shape = len(texts), len(column)
    vectors = sparse.csr_matrix(((np.log(often) + 1) * rarity[places], places, starts), shape=shape)
    told = (met > 1) & (met <= most)
    return _of_length_one(vectors[:, told] if told.any() else vectors)


def _of_length_one(vectors: Matrix) -> Matrix:
    """Scale each row; a row of nothing stays so."""
    lengths = np.sqrt(vectors.multiply(vectors).sum(axis=1)).A1
    return sparse.diags(1 / np.where(lengths > 0, lengths, 1)).astype(vectors.dtype) @ vectors


def _hanging_together(likeness: Matrix, rows: Rows, level: float, least: int) -> Iterator[Rows]:
    """Yield groups by average linkage; two groups are joined only where some pair is alike by the level itself."""
    part = likeness[rows][:, rows]
    strong = part.copy()
    strong.data[strong.data < level] = 0
    strong.eliminate_zeros()
    _, group = connected_components(strong, directed=False)
    sizes = np.bincount(group)
    for g in np.flatnonzero(sizes >= least):
        inside = np.flatnonzero(group == g)
        if len(inside) > DENSE and level + FINER < 1:
            yield from _hanging_together(likeness, rows[inside], level + FINER, least)
            continue
        dense = np.clip(part[inside][:, inside].toarray(), 0, 1)
        far = 1 - (dense + dense.T) / 2
        np.fill_diagonal(far, 0)
        label = fcluster(linkage(squareform(far, checks=False), "average"), 1 - ALIKE, "distance")
        for found in set(label.tolist()):
            members = inside[label == found]
            if len(members) >= least:
                yield rows[members]
