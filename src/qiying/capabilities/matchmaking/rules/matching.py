"""Who suits a posting, over all firms at once: pairs of characters, the industry chain and facts. Numpy, no database.

A pair of characters is one number (two code points), so all texts become two arrays without a loop over characters.
What is common to more than `COMMON` of all texts tells nothing and is left out; what is rare weighs more. Every score
is 0…100: text at most `TEXT`, chain at most `CHAIN`, facts at most `FACTS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from qiying.kernel.search.tokens import STOP, reduced

TOP, TEXT, CHAIN, FACTS = 20, 60, 30, 10
LIKE = 0.35
"""The cosine from which two texts cannot be more alike."""
COMMON, LEAST_COMMON = 0.06, 400
TOGETHER = 250
"""Postings whose products with all firms are held in memory at once."""
TITLED, NEAR = 0.7, 0.3
SAME_LINK, NEXT_LINK, SAME_CHAIN = 0.7, 1.0, 0.3
Numbers: TypeAlias = npt.NDArray[Any]
Matrix: TypeAlias = Any  # scipy has no types


@dataclass(frozen=True)
class Side:
    """Texts to be matched with their link, place and whether they bear a title, in one order."""

    texts: Sequence[str]
    links: Numbers
    towns: Numbers
    titled: Numbers


@dataclass(frozen=True)
class Index:
    """Firms made ready to be compared: what one posting needs and a night needs too."""

    ids: Numbers
    pairs: Numbers
    weights: Numbers
    columns: Matrix  # pairs × firms
    links: Numbers
    towns: Numbers
    titled: Numbers
    near: Numbers  # by links: how much a firm at the second is worth to a posting at the first


Found: TypeAlias = list[tuple[int, float, float, float, float]]
"""The best of one posting, best first: the place in the other side, the score, its parts text, chain and facts."""


def near_of(places: Sequence[tuple[str, int]]) -> Numbers:
    """Return how near links are to each other, from their chains and places; numbered from 1, 0 is no link."""
    near = np.zeros((len(places) + 1, len(places) + 1), dtype=np.float32)
    for a, (chain, at) in enumerate(places, 1):
        for b, (other, place) in enumerate(places, 1):
            apart = abs(at - place)
            near[a, b] = chain == other and (SAME_LINK, NEXT_LINK, SAME_CHAIN)[min(apart, 2)]
    return near


def pairs_of(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return every distinct pair of each text and the text's place, both sorted by place."""
    plain = [reduced(text) for text in texts]
    whole = STOP + STOP.join(plain) + STOP
    points = np.frombuffer(whole.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    sizes = np.fromiter((len(p) + 1 for p in plain), dtype=np.int64, count=len(plain))
    place = np.repeat(np.arange(len(plain), dtype=np.int64), sizes)
    first, second = points[1:-1], points[2:]
    good = (first != ord(STOP)) & (second != ord(STOP))
    both = (place[: len(first)][good] << 42) | (first[good] << 21) | second[good]
    both.sort()
    both = both[np.diff(both, prepend=-1) != 0]
    return both & ((1 << 42) - 1), both >> 42


def index_of(ids: Sequence[int], side: Side, near: Numbers) -> Index:
    """Return firms as an index: 150,000 take some 2 s and 100 MB."""
    pairs, rows = pairs_of(side.texts)
    order = np.argsort(
        pairs, kind="stable"
    )  # sorting is quicker here than what numpy does for distinct values
    starts = np.flatnonzero(np.diff(pairs[order], prepend=-1))
    known, counts = pairs[order][starts], np.diff(starts, append=len(pairs))
    place = np.empty(len(pairs), dtype=np.int64)
    place[order] = np.repeat(np.arange(len(known)), counts)
    most = max(LEAST_COMMON, int(COMMON * len(ids)))
    weights = np.where(counts <= most, np.log1p(len(ids) / counts), 0).astype(np.float32)
    columns = _scaled(weights[place], rows, place, (len(ids), len(known))).T.tocsr()
    numbers = np.asarray(ids, dtype=np.int64)
    return Index(numbers, known, weights, columns, side.links, side.towns, side.titled, near)


def asking(index: Index, texts: Sequence[str]) -> Matrix:
    """Return texts as rows over the index's pairs, each of length 1."""
    pairs, rows = pairs_of(texts)
    at = np.searchsorted(index.pairs, pairs)
    at[at == len(index.pairs)] = 0
    known = index.pairs[at] == pairs if len(index.pairs) else np.zeros(len(pairs), dtype=bool)
    values = np.where(known, index.weights[at] if len(index.pairs) else 0, 0).astype(np.float32)
    return _scaled(values, rows, at, (len(texts), len(index.pairs)))


def _scaled(values: Numbers, rows: Numbers, columns: Numbers, shape: tuple[int, int]) -> Matrix:
    """Return weights as a matrix whose rows have length 1."""
    from scipy import sparse  # here: loading it would be a twentieth of every start

    lengths = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, minlength=shape[0]))
    values = (values / np.maximum(lengths, 1e-6)[rows]).astype(np.float32)
    kept = values > 0
    return sparse.csr_matrix((values[kept], (rows[kept], columns[kept])), shape=shape)


def best(index: Index, wanted: Side, most: int = TOP) -> Iterator[Found]:
    """Yield for each wanted text the firms that suit it best, in blocks so that memory stays bounded."""
    shelves = _shelves(index, most)
    seen = np.zeros(len(index.ids), dtype=bool)
    rows = asking(index, wanted.texts)
    for start in range(0, len(wanted.texts), TOGETHER):
        block = (rows[start : start + TOGETHER] @ index.columns).tocsr()
        for n in range(block.shape[0]):
            part = slice(block.indptr[n], block.indptr[n + 1])
            at, text = block.indices[part], np.minimum(block.data[part] / LIKE, 1) * TEXT
            link, town = int(wanted.links[start + n]), int(wanted.towns[start + n])
            seen[at] = True  # firms of the chain that say nothing in common stand behind those that do
            others = shelves[link][~seen[shelves[link]]]
            seen[at] = False
            at = np.concatenate([at, others])
            text = np.concatenate([text, np.zeros(len(others), dtype=np.float32)])
            yield _ranked(index, index.near[link], town, at, text, most)


def _shelves(index: Index, most: int) -> list[Numbers]:
    """Return for each link the firms on the links near it, those with a title first, as many as could be shown."""
    order = np.lexsort((np.arange(len(index.ids)), ~index.titled, index.links))
    starts = np.searchsorted(index.links[order], np.arange(len(index.near) + 1))
    firsts = [order[starts[n] : starts[n + 1]][:most] for n in range(len(index.near))]
    none = np.zeros(0, dtype=np.int64)
    return [np.concatenate([none, *(firsts[n] for n in np.flatnonzero(near))]) for near in index.near]


def _ranked(index: Index, near: Numbers, town: int, at: Numbers, text: Numbers, most: int) -> Found:
    chain = near[index.links[at]] * CHAIN
    score = text + chain
    if len(at) > 8 * most:  # facts move nobody by more than FACTS: only these can still be among the best
        least = np.partition(score, len(score) - most)[-most] - FACTS
        kept = np.flatnonzero(score >= least)
        at, text, chain, score = at[kept], text[kept], chain[kept], score[kept]
    here = (index.towns[at] == town) & (town > 0)
    facts = (index.titled[at] * TITLED + here * NEAR) * FACTS
    score = score + facts
    order = np.lexsort((at, -score))[:most]
    return list(zip(*(part[order].tolist() for part in (at, score, text, chain, facts)), strict=True))
