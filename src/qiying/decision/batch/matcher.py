"""All policies against all enterprises, kept in memory and brought up to date piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from qiying.decision.planes.columns import Column, Columns, pack
from qiying.decision.planes.conditions import ConditionBlocks
from qiying.decision.planes.kernel import PlaneEngine
from qiying.decision.planes.result import Block, Planes
from qiying.decision.policy.book import Masks, PolicyBook
from qiying.decision.policy.model import Policy
from qiying.decision.scalar.amounts import NO_HISTORY, History, cap_fen, grouped, past_of, payment
from qiying.decision.scalar.evaluate import ScalarEngine

from .money import Flags, Ints, amounts_fen
from .patterns import bit_at

Rows = npt.NDArray[np.int64]


class Engine(Protocol):
    """What both plane engines offer."""

    conditions: ConditionBlocks

    def run(self, columns: Columns, out: Block | None = None) -> Planes: ...

    def evaluate(self, wanted: list[Masks], columns: Columns, out: Block | None = None) -> Planes: ...


Granted = Mapping[str, Mapping[int, History]]
Kernel = Callable[[PolicyBook], Engine]


@dataclass(frozen=True)
class Paid:
    """One policy's eligible enterprises: row numbers, deciding tier (0: open), fen and whether fen is known."""

    rows: Rows
    tiers: npt.NDArray[np.int16]
    fen: Ints
    known: Flags


class Matcher:
    """Columns and results stay resident; editing a policy or an enterprise recomputes only what it touches."""

    def __init__(
        self,
        book: PolicyBook,
        columns: Columns,
        kernel: Kernel = PlaneEngine,
        history: Granted | None = None,
    ) -> None:
        """`kernel` makes the plane engine: PlaneEngine, or planes.fast.FastEngine with the extra `fast`.

        `history` is what was granted before, by policy id and row number; without it nothing was.
        """
        self.history = _with_groups(book, history or {})
        self.book = book
        self.columns = columns
        self.kernel = kernel
        self.engine = kernel(book)
        self.planes = self.engine.run(columns)
        self._paid: dict[int, Paid] = {}
        self._leave_out_received()

    @cached_property
    def scalar(self) -> ScalarEngine:
        """The scalar engine over the same book."""
        return ScalarEngine(self.book)

    def blocks(self) -> dict[int, Block]:
        """Every condition's block, freshly computed."""
        return {
            number: block.copy() for number, block in self.engine.conditions.compute(self.columns).items()
        }

    def paid(self, policy: int) -> Paid:
        """Tiers and amounts of one policy's eligible enterprises."""
        if policy not in self._paid:
            self._paid[policy] = self._pay(policy)
        return self._paid[policy]

    def _pay(self, policy: int) -> Paid:
        numbered = self.book.policies[policy]
        one, rows = numbered.compiled, self.planes.listed(policy)
        tiers, money = np.zeros(len(rows), np.int16), np.zeros(len(rows), np.int64)
        known = np.zeros(len(rows), np.bool_)
        if not len(rows):
            return Paid(rows, tiers, money, known)
        if len(numbered.rows) == 1:
            certain = [np.ones(len(rows), np.bool_)]
            possible = certain
        else:
            found = self.engine.evaluate([row.masks for row in numbered.rows], self.columns)
            certain = [bit_at(found.words[i, 0], rows) for i in range(len(numbered.rows))]
            possible = [bit_at(found.words[i, 1], rows) for i in range(len(numbered.rows))]
        sure = np.sum(certain, axis=0)
        open_ = np.sum(possible, axis=0) > sure
        for row, flags in zip(reversed(numbered.rows), reversed(certain), strict=True):
            tiers[flags] = row.number
        by_number = {row.number: row for row in one.rows}
        if not one.collects:
            for row, flags in zip(numbered.rows, certain, strict=True):
                amount = by_number[row.number].amount
                if amount is not None:
                    money[flags], known[flags] = amounts_fen(amount, self.columns, rows[flags])
        else:
            self._collect(policy, rows, certain, money, known)
        self._cap(policy, money)
        if any(row.amount is not None for row in one.rows):
            special = open_ | np.isin(rows, list(self.history.get(one.id, ())))
            for place in np.flatnonzero(special).tolist():
                self._pay_one(policy, int(rows[place]), place, money, known)
        return Paid(rows, tiers, money, known)

    def _leave_out_received(self) -> None:
        """First-time-only policies are not met again by those who had them."""
        for index, one in enumerate(self.book.compiled):
            if one.policy.first_time_only:
                for row, past in self.history.get(one.id, {}).items():
                    if past.received:
                        self.planes.words[index, :, row // 64] &= ~np.uint64(1 << row % 64)

    def _collect(self, policy: int, rows: Rows, certain: Sequence[Flags], money: Ints, known: Flags) -> None:
        """Rows joined by the table's aggregate."""
        numbered = self.book.policies[policy]
        by_number = {row.number: row for row in numbered.compiled.rows}
        aggregate = numbered.compiled.policy.table.aggregate
        known[:] = True
        if aggregate == "count":
            self._one_by_one(policy, rows, money, known)
            return
        started = np.zeros(len(rows), np.bool_)
        for row, flags in zip(numbered.rows, certain, strict=True):
            amount = by_number[row.number].amount
            if amount is None:
                known[flags] = False
                continue
            values, sure = amounts_fen(amount, self.columns, rows[flags])
            before, first = money[flags], ~started[flags]
            joined = {"max": np.maximum, "min": np.minimum}.get(aggregate, np.add)(before, values)
            money[flags] = np.where(first, values, joined)
            known[flags] &= sure
            started |= flags
        money[~known] = 0

    def _one_by_one(self, policy: int, rows: Rows, money: Ints, known: Flags) -> None:
        for place, row in enumerate(rows.tolist()):
            self._pay_one(policy, row, place, money, known)

    def _pay_one(self, policy: int, row: int, place: int, money: Ints, known: Flags) -> None:
        """The scalar answer for one enterprise, where tiers are open."""
        stored = self.columns.facts(row)
        certain, possible = self.scalar.masks(stored)
        numbered = self.book.policies[policy]
        found = payment(
            numbered.compiled,
            self.scalar.certain_rows(numbered, certain),
            self.scalar.possible_rows(numbered, possible),
            stored,
            self.history.get(numbered.compiled.id, {}).get(row, NO_HISTORY),
        )
        amount = found.amount if found is not None else None
        money[place], known[place] = amount or 0, amount is not None

    def _cap(self, policy: int, money: Ints) -> None:
        caps = self.book.compiled[policy].policy.caps
        for text in (caps.per_year, caps.total) if caps is not None else ():
            if text:
                np.minimum(money, cap_fen(text), out=money)

    def policy_changed(self, policy: Policy) -> Planes:
        """Re-match one edited policy; returns its new planes (one policy)."""
        fresh = PolicyBook.of([policy], self.book.registry, self.book.as_of)
        found = PlaneEngine(fresh).run(self.columns)
        book = self.book.replaced(policy)
        index = book.by_id[policy.id]
        if index < len(self.planes.words):
            self.planes.words[index] = found.words[0]
        else:
            self.planes = Planes(np.concatenate([self.planes.words, found.words]), self.columns.rows)
        self._rebase(book)
        self._paid.pop(index, None)
        self._leave_out_received()
        return found

    def _rebase(self, book: PolicyBook) -> None:
        self.book = book
        self.engine = self.kernel(book)
        self.__dict__.pop("scalar", None)

    def enterprise_changed(self, row: int, facts: Mapping[str, object]) -> None:
        """Replace one enterprise's facts and re-match the 64 rows it shares a word with."""
        stored = self.book.registry.stored(dict(facts))
        for name in set(self.columns.columns) | set(stored):
            self._put(name, row, stored.get(name))
        word = row // 64
        part = self.columns.slice(word * 64, min(word * 64 + 64, self.columns.rows))
        self.planes.words[:, :, word : word + 1] = PlaneEngine(self.book).run(part).words
        self._paid.clear()
        self._leave_out_received()

    def _put(self, name: str, row: int, value: int | str | None) -> None:
        columns, words = self.columns.columns, self.columns.words
        column = columns.get(name)
        if column is None:
            column = self._empty(name)
        valid = column.valid
        if valid is None:
            valid = pack(np.ones(self.columns.rows, np.bool_))
        if isinstance(value, str):
            column, value = _with_text(column, value)
        assert len(valid) == words
        bit = np.uint64(1 << row % 64)
        values = column.values if column.values.flags.writeable else column.values.copy()
        valid = valid if valid.flags.writeable else valid.copy()
        if value is None:
            valid[row // 64] &= ~bit
        else:
            values[row] = value
            valid[row // 64] |= bit
        columns[name] = Column(values, valid, column.texts)

    def _empty(self, name: str) -> Column:
        texts = ("",) if self.book.registry[name].is_text else ()
        zeros: Any = np.zeros(self.columns.rows, np.int32 if texts else np.int64)
        return Column(zeros, np.zeros(self.columns.words, np.uint64), texts)


def _with_groups(book: PolicyBook, history: Granted) -> Granted:
    """The history with what other policies of each group granted, as `past_of` has it for one enterprise."""
    if not book.groups or not history:
        return history
    by_row: dict[int, dict[str, History]] = {}
    for key, of in history.items():
        for row, past in of.items():
            by_row.setdefault(row, {})[key] = past
    found = {key: dict(of) for key, of in history.items()}
    members = [one for one in book.compiled if one.id in book.groups]
    for row, known in by_row.items():
        named = grouped(known, book.groups)
        for one in members:
            past = past_of(one, named)
            if past.elsewhere:
                found.setdefault(one.id, {})[row] = past
    return found


def _with_text(column: Column, text: str) -> tuple[Column, int]:
    """The column with the text among its sorted texts, and the text's rank."""
    if text not in column.texts:
        texts = tuple(sorted({*column.texts, text}))
        ranks = np.array([texts.index(one) for one in column.texts], np.int32)
        column = Column(ranks[column.values], column.valid, texts)
    return column, column.texts.index(text)
