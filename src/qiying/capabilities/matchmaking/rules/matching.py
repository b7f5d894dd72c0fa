"""Who suits a posting, over all firms at once: pairs of characters, the industry chain and facts. Numpy, no database.

A pair of characters is one number (two code points), so all texts become two arrays without a loop over characters.
What is common to more than `COMMON` of all texts tells nothing and is left out; what is rare weighs more. Every score
is 0…100: text at most `TEXT`, chain at most `CHAIN`, facts at most `FACTS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

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
class Links:
    """Links of the industry chains by number: `near[a, b]` says how much a firm at b is worth to a posting at a.

    Number 0 is no link.
    """

    near: Numbers

    @classmethod
    def of(cls, places: Sequence[tuple[str, int]]) -> Links:
        """Return links from their chains and places in them, numbered from 1 in this order."""
        near = np.zeros((len(places) + 1, len(places) + 1), dtype=np.float32)
        for a, (chain, at) in enumerate(places, 1):
            for b, (other, place) in enumerate(places, 1):
                if chain == other:
                    apart = abs(at - place)
                    near[a, b] = SAME_LINK if apart == 0 else NEXT_LINK if apart == 1 else SAME_CHAIN
        return cls(near)


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


@dataclass(frozen=True)
class Found:
    """The best of one posting, best first: places in the other side, the score and what it is made of."""

    places: Numbers
    score: Numbers
    text: Numbers
    chain: Numbers
    facts: Numbers


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
    both = np.unique(both)
    return both & ((1 << 42) - 1), both >> 42


def index_of(ids: Sequence[int], side: Side) -> Index:
    """Return firms as an index: 150,000 take some 2 s and 100 MB."""
    pairs, rows = pairs_of(side.texts)
    known, place, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    most = max(LEAST_COMMON, int(COMMON * len(ids)))
    weights = np.where(counts <= most, np.log1p(len(ids) / counts), 0).astype(np.float32)
    values = weights[place]
    lengths = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, minlength=len(ids)))
    scaled = (values / np.maximum(lengths, 1e-6)[rows]).astype(np.float32)
    kept = values > 0
    shape = (len(known), len(ids))
    columns = sparse.csr_matrix((scaled[kept], (place[kept], rows[kept])), shape=shape)
    return Index(
        np.asarray(ids, dtype=np.int64), known, weights, columns, side.links, side.towns, side.titled
    )


def asking(index: Index, texts: Sequence[str]) -> Matrix:
    """Return texts as rows over the index's pairs, each of length 1."""
    pairs, rows = pairs_of(texts)
    at = np.searchsorted(index.pairs, pairs)
    at[at == len(index.pairs)] = 0
    known = index.pairs[at] == pairs if len(index.pairs) else np.zeros(len(pairs), dtype=bool)
    values = np.where(known, index.weights[at] if len(index.pairs) else 0, 0).astype(np.float32)
    lengths = np.sqrt(np.bincount(rows, values.astype(np.float64) ** 2, minlength=len(texts)))
    values = (values / np.maximum(lengths, 1e-6)[rows]).astype(np.float32)
    kept = values > 0
    return sparse.csr_matrix(
        (values[kept], (rows[kept], at[kept])), shape=(len(texts), len(index.pairs)), dtype=np.float32
    )


def best(index: Index, wanted: Side, links: Links, most: int = TOP) -> Iterator[Found]:
    """Yield for each wanted text the firms that suit it best, in blocks so that memory stays bounded."""
    shelves = _shelves(index, links, most)
    rows = asking(index, wanted.texts)
    for start in range(0, len(wanted.texts), TOGETHER):
        block = (rows[start : start + TOGETHER] @ index.columns).tocsr()
        for n in range(block.shape[0]):
            part = slice(block.indptr[n], block.indptr[n + 1])
            posting = (int(wanted.links[start + n]), int(wanted.towns[start + n]))
            yield _ranked(index, links, shelves, block.indices[part], block.data[part], posting, most)


def _shelves(index: Index, links: Links, most: int) -> Mapping[int, Numbers]:
    """Return for each link the firms on it that bear a title, then the others, as many as could ever be shown."""
    order = np.lexsort((np.arange(len(index.ids)), ~index.titled, index.links))
    starts = np.searchsorted(index.links[order], np.arange(len(links.near) + 1))
    return {n: order[starts[n] : starts[n + 1]][:most] for n in range(1, len(links.near))}


def _ranked(
    index: Index, links: Links, shelves: Mapping[int, Numbers], at: Numbers, likeness: Numbers,
    posting: tuple[int, int], most: int,
) -> Found:  # fmt: skip
    link, town = posting
    near = links.near[link]
    if link:
        # Firms of the chain whose text says nothing in common stand behind those that say something.
        others = np.concatenate([shelves[n] for n in np.flatnonzero(near)])
        others = others[~np.isin(others, at)]
        at = np.concatenate([at, others])
        likeness = np.concatenate([likeness, np.zeros(len(others), dtype=np.float32)])
    text = np.minimum(likeness / LIKE, 1) * TEXT
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
    return Found(at[order], score[order], text[order], chain[order], facts[order])
