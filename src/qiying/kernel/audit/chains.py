"""What the audit knows of chains it seals: a source tells their heads and replays them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models

from qiying.kernel.audit.arrivals import Arrivals


class Head(NamedTuple):
    """The last row of a chain that a seal is to cover."""

    chain: str
    seq: int
    hash: str


class Link(NamedTuple):
    """One row of a chain as verification sees it: `hash` must be `link(prev_hash, text, algorithm)`."""

    seq: int
    prev_hash: str
    text: str
    hash: str
    algorithm: str


class ChainSource:
    """Chains of one kind, named `<name>` or `<name>:<key>`; subclass it or use `EventTableSource`."""

    name: str

    def unsealed_heads(self, limit: int) -> list[Head]:
        """Return heads of chains with rows no seal covers, looking at no more than `limit` such rows.

        Runs inside the sealing transaction; what it returns is sealed when that commits.
        """
        raise NotImplementedError

    def chains(self) -> Iterator[str]:
        """Yield the name of every chain that has rows."""
        raise NotImplementedError

    def replay(self, chain: str) -> Iterator[Link]:
        """Yield a chain's rows from the first to the last; nothing for a chain without rows."""
        raise NotImplementedError

    def replay_many(self, chains: Sequence[str]) -> Iterator[tuple[str, Link]]:
        """Yield the rows of several chains, chain after chain; override it with one query for speed."""
        for chain in chains:
            for row in self.replay(chain):
                yield chain, row

    def chain_named(self, text: str) -> str | None:
        """Return the chain a person means by a number or id, or `None`."""
        return None

    def look_again(self) -> None:
        """Forget how far new rows were looked for, so that the next seal looks at everything."""


class EventTableSource(ChainSource):
    """Chains kept in one append-only table with columns id, <key>, seq, prev_hash, hash, algorithm.

    The chain of key 12 is `<name>:12`; seq counts up by one within it. `text` gives the text a row's hash was
    made of, from the columns `fields`, and must not raise on a damaged row; `find` turns what a person types
    into a key. `key` is the column, for example `case_id`.
    """

    def __init__(
        self,
        *,
        name: str,
        model: type[models.Model],
        key: str,
        fields: Sequence[str],
        text: Callable[[Mapping[str, Any]], str],
        find: Callable[[str], int | None] | None = None,
    ) -> None:
        self.name = name
        self._rows: models.Manager[Any] = model._base_manager
        self._key = key
        self._fields = tuple(dict.fromkeys((self._key, "seq", "prev_hash", "hash", "algorithm", *fields)))
        self._text = text
        self._find = find or (lambda typed: int(typed) if typed.isascii() and typed.isdigit() else None)
        self._arrivals = Arrivals(
            name=f"seal:{name}",
            table=model._meta.db_table,
            columns=(self._key, "seq", "hash"),
            missing=(
                "NOT EXISTS (SELECT 1 FROM audit_sealleaf leaf "  # noqa: S608 - names come from code
                f"WHERE leaf.chain = '{name}:' || t.{self._key} AND leaf.seq >= t.seq)"
            ),
        )

    def unsealed_heads(self, limit: int) -> list[Head]:
        heads: dict[str, Head] = {}
        for _, key, seq, row_hash in self._arrivals.take(limit):
            head = Head(f"{self.name}:{key}", int(seq), row_hash)
            known = heads.get(head.chain)
            if known is None or known.seq < head.seq:
                heads[head.chain] = head
        return list(heads.values())

    def chains(self) -> Iterator[str]:
        after = None
        while True:
            rows = self._rows.all() if after is None else self._rows.filter(**{f"{self._key}__gt": after})
            keys = list(rows.order_by(self._key).values_list(self._key, flat=True).distinct()[:5000])
            yield from (f"{self.name}:{key}" for key in keys)
            if not keys:
                return
            after = keys[-1]

    def replay(self, chain: str) -> Iterator[Link]:
        return (row for _, row in self.replay_many([chain]))

    def replay_many(self, chains: Sequence[str]) -> Iterator[tuple[str, Link]]:
        keys = [int(chain.partition(":")[2]) for chain in chains]
        rows = self._rows.filter(**{f"{self._key}__in": keys}).order_by(self._key, "seq")
        for row in rows.values(*self._fields).iterator(chunk_size=2000):
            yield (
                f"{self.name}:{row[self._key]}",
                Link(row["seq"], row["prev_hash"], self._text(row), row["hash"], row["algorithm"]),
            )

    def chain_named(self, text: str) -> str | None:
        key = self._find(text)
        return None if key is None else f"{self.name}:{key}"

    def look_again(self) -> None:
        self._arrivals.rewind()


_SOURCES: dict[str, ChainSource] = {}


def register_chain_source(source: ChainSource) -> None:
    """Let a source's chains be sealed and verified; call it in an app's `ready()`."""
    if ":" in source.name or _SOURCES.setdefault(source.name, source) is not source:
        raise ValueError(f"链的名称 {source.name!r} 已有人用，或含有冒号")


def chain_sources() -> tuple[ChainSource, ...]:
    """Return every registered source."""
    return tuple(_SOURCES.values())


def source_of(chain: str) -> ChainSource | None:
    """Return the source that owns a chain, if it is registered."""
    return _SOURCES.get(chain.partition(":")[0])
