"""The loops of the fast kernel, compiled by numba (extra `fast`); plain arrays in, bit words out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba as nb
import numpy as np

FULL = np.uint64(0xFFFFFFFFFFFFFFFF)
F = TypeVar("F", bound=Callable[..., Any])


def _jit(function: F) -> F:
    """The function compiled on first use; compiled code is kept on disk."""
    compiled: F = nb.njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")(function)
    return compiled


@_jit
def compare_words(values: Any, thresholds: Any, out: Any) -> None:
    """out[k] = bits of values >= thresholds[k]; the inner loop becomes mask instructions."""
    rows = len(values)
    for word in range((rows + 63) // 64):
        start = word * 64
        if start + 64 <= rows:
            for k in range(len(thresholds)):
                threshold = thresholds[k]
                bits = np.uint64(0)
                for j in range(64):
                    bits |= np.uint64(values[start + j] >= threshold) << np.uint64(j)
                out[k, word] = bits
        else:
            for k in range(len(thresholds)):
                bits = np.uint64(0)
                for j in range(rows - start):
                    bits |= np.uint64(values[start + j] >= thresholds[k]) << np.uint64(j)
                out[k, word] = bits


@_jit
def ratio_words(
    top: Any, over: Any, numerators: Any, denominators: Any, strict: Any, out: Any, positive: Any
) -> None:
    """out[k] = bits of top * denominator >= (or >) over * numerator; positive = bits of over > 0."""
    rows = len(top)
    for word in range((rows + 63) // 64):
        start = word * 64
        count = min(64, rows - start)
        bits = np.uint64(0)
        for j in range(count):
            bits |= np.uint64(over[start + j] > 0) << np.uint64(j)
        positive[word] = bits
        for k in range(len(numerators)):
            above, below, more = denominators[k], numerators[k], strict[k]
            bits = np.uint64(0)
            if count == 64:
                for j in range(64):
                    left, right = top[start + j] * above, over[start + j] * below + more
                    bits |= np.uint64(left >= right) << np.uint64(j)
            else:
                for j in range(count):
                    left, right = top[start + j] * above, over[start + j] * below + more
                    bits |= np.uint64(left >= right) << np.uint64(j)
            out[k, word] = bits


@_jit
def member_words(codes: Any, table: Any, sets: int, out: Any) -> None:
    """out[k] = bits of rows whose code has bit k in the table; up to eight sets in one reading."""
    rows = len(codes)
    for word in range((rows + 63) // 64):
        start = word * 64
        count = min(64, rows - start)
        for k in range(sets):
            out[k, word] = np.uint64(0)
        for j in range(count):
            entry = table[codes[start + j]]
            for k in range(sets):
                out[k, word] |= np.uint64((entry >> np.uint8(k)) & np.uint8(1)) << np.uint64(j)


@_jit
def _copy(target: Any, source: Any) -> None:
    for w in range(len(target)):
        target[w] = source[w]


@_jit
def _and(target: Any, source: Any) -> None:
    for w in range(len(target)):
        target[w] &= source[w]


@_jit
def _and_of(target: Any, first: Any, second: Any) -> None:
    for w in range(len(target)):
        target[w] = first[w] & second[w]


@_jit
def _or(target: Any, source: Any) -> None:
    for w in range(len(target)):
        target[w] |= source[w]


@_jit
def _xor(target: Any, source: Any) -> None:
    for w in range(len(target)):
        target[w] ^= source[w]


@_jit
def _condition(block: Any, inside: Any, sure: Any, turned: Any) -> None:
    """Certain = inside and known; possible = inside or unknown."""
    count = len(inside)
    certain, possible = block[:count], block[count:]
    for w in range(count):
        value = inside[w] ^ turned
        certain[w] = value & sure[w]
        possible[w] = value | ~sure[w]


@_jit
def _product(conj: int, at: Any, atoms: Any, blocks: Any, target: Any) -> None:
    begin, end = at[conj], at[conj + 1]
    if end - begin == 1:
        _copy(target, blocks[atoms[begin]])
        return
    _and_of(target, blocks[atoms[begin]], blocks[atoms[begin + 1]])
    for place in range(begin + 2, end):
        _and(target, blocks[atoms[place]])


@_jit
def run_pieces(
    cuts: Any, known: Any, atom_at: Any, atom_cuts: Any, atom_turned: Any, atom_term: Any, conj_at: Any,
    conj_atoms: Any, part_at: Any, part_conjs: Any, whole_at: Any, whole_parts: Any, first: int, last: int,
    piece: int, out: Any,
) -> None:  # fmt: skip
    """Conditions, conjunctions and policies for the words first..last, one cache-sized piece after another.

    A block is both rows of a piece side by side: certain, then possible.
    """
    atoms, conjs = len(atom_at) - 1, len(conj_at) - 1
    for start in range(first, last, piece):
        count = min(piece, last - start)
        blocks = np.empty((atoms, 2 * count), np.uint64)
        products = np.empty((conjs, 2 * count), np.uint64)
        inside, total, result = (
            np.empty(count, np.uint64),
            np.empty(2 * count, np.uint64),
            np.empty(2 * count, np.uint64),
        )
        for atom in range(atoms):
            inside[:] = np.uint64(0)
            for place in range(atom_at[atom], atom_at[atom + 1]):
                _xor(inside, cuts[atom_cuts[place], start : start + count])
            _condition(blocks[atom], inside, known[atom_term[atom], start : start + count], atom_turned[atom])
        for conj in range(conjs):
            _product(conj, conj_at, conj_atoms, blocks, products[conj])
        for whole in range(len(whole_at) - 1):
            result[:] = FULL
            for place in range(whole_at[whole], whole_at[whole + 1]):
                part = whole_parts[place]
                begin, end = part_at[part], part_at[part + 1]
                if end == begin:
                    result[:] = np.uint64(0)
                elif end - begin == 1:
                    _and(result, products[part_conjs[begin]])
                else:
                    _copy(total, products[part_conjs[begin]])
                    for index in range(begin + 1, end):
                        _or(total, products[part_conjs[index]])
                    _and(result, total)
            _copy(out[whole, 0, start : start + count], result[:count])
            _copy(out[whole, 1, start : start + count], result[count:])


@_jit
def count_words(words: Any, out: Any) -> None:
    """Set bits of every row of words."""
    for line in range(len(words)):
        total = np.int64(0)
        for word in range(words.shape[1]):
            bits = words[line, word]
            bits -= (bits >> np.uint64(1)) & np.uint64(0x5555555555555555)
            bits = (bits & np.uint64(0x3333333333333333)) + (
                (bits >> np.uint64(2)) & np.uint64(0x3333333333333333)
            )
            bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
            total += np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))
        out[line] = total


def _de_bruijn() -> Any:
    """The place of the lowest set bit by multiplication: table[(bit * 0x03F79D71B4CB0A89) >> 58]."""
    table = np.empty(64, np.int32)
    for number in range(64):
        table[(((1 << number) * 0x03F79D71B4CB0A89) & (2**64 - 1)) >> 58] = number
    return table


LOWEST = _de_bruijn()


@_jit
def list_words(words: Any, start: int, rows: Any) -> int:
    """Write the row numbers of set bits into `rows` from `start`; returns where it stopped."""
    place = start
    for word in range(len(words)):
        bits = words[word]
        while bits:
            lowest = bits & (~bits + np.uint64(1))
            rows[place] = word * 64 + LOWEST[(lowest * np.uint64(0x03F79D71B4CB0A89)) >> np.uint64(58)]
            place += 1
            bits ^= lowest
    return place


@_jit
def list_all(words: Any, starts: Any, rows: Any) -> None:
    """Row numbers of every line's set bits, line by line, each from its own start."""
    for line in range(len(words)):
        list_words(words[line], starts[line], rows)
