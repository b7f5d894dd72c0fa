"""What the kernels return, and the small operations on bit words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .columns import Words

ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
Block = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Planes:
    """Results: `words[p, 0]` enterprises certainly eligible for policy p, `words[p, 1]` possibly; tails are 0."""

    words: Block
    rows: int

    def eligible(self, policy: int) -> Words:
        """Rows certainly eligible."""
        found: Words = self.words[policy, 0]
        return found

    def unknown(self, policy: int) -> Words:
        """Rows that may or may not be."""
        found: Words = self.words[policy, 1] & ~self.words[policy, 0]
        return found

    def counts(self) -> npt.NDArray[np.int64]:
        """Per policy: eligible, unknown, not eligible."""
        found = np.empty((len(self.words), 3), np.int64)
        for index, block in enumerate(self.words):
            certain, possible = np.bitwise_count(block).sum(axis=1, dtype=np.int64)
            found[index] = certain, possible - certain, self.rows - possible
        return found

    def listed(self, policy: int, unknown: bool = False) -> npt.NDArray[np.int64]:
        """Row numbers of one policy's eligible (or unknown) enterprises."""
        return unpack(self.unknown(policy) if unknown else self.eligible(policy), self.rows)


def unpack(words: Words, rows: int) -> npt.NDArray[np.int64]:
    """Row numbers of the bits that are set."""
    return np.flatnonzero(np.unpackbits(words.view(np.uint8), count=rows, bitorder="little"))


def bits(mask: int) -> tuple[int, ...]:
    """Numbers of the bits that are set."""
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def mask_tail(block: Block, rows: int) -> None:
    """Clear the bits behind the last row."""
    if rows % 64 and block.shape[-1]:
        block[..., -1] &= np.uint64((1 << rows % 64) - 1)
