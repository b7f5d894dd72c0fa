"""Chains: each row hashes and links, and each sealed head is still there."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from qiying.kernel.audit.chains import ChainSource, Link
from qiying.kernel.audit.digest import link
from qiying.kernel.audit.models import SealLeaf
from qiying.kernel.audit.report import VerifyReport
from qiying.kernel.audit.verify_personal import PersonalCheck

Leaves = dict[int, set[str]]
"""Sealed hashes by row number."""


class ChainCheck:
    """Checks chains chunk by chunk and counts the sealed heads it met."""

    def __init__(self, report: VerifyReport, personal: PersonalCheck, newest_seal: int) -> None:
        self.report = report
        self.personal = personal
        self.newest_seal = newest_seal
        self.leaves_met = 0

    def chunk(self, source: ChainSource, chains: Sequence[str]) -> None:
        """Check several chains of one source with one query for rows and one for sealed heads."""
        leaves = self._leaves(chains)
        for name, rows in groupby(source.replay_many(chains), key=itemgetter(0)):
            self._chain(name, (row for _, row in rows), leaves.pop(name, {}))
            self.report.count("chains")
        for name, lost in leaves.items():
            self.report.add(name, min(lost), "整条链不见了，封存里有它")
        self.personal.finish()

    def unknown(self, chains: Sequence[str]) -> None:
        """Report sealed chains that no registered source owns."""
        for name in chains:
            self.report.add(name, None, "封存里有它，但没有登记这一类链")

    def _leaves(self, chains: Sequence[str]) -> dict[str, Leaves]:
        found: dict[str, Leaves] = {}
        rows = SealLeaf.objects.filter(chain__in=chains, seal_seq__lte=self.newest_seal)
        for chain, seq, row_hash in rows.values_list("chain", "seq", "hash"):
            found.setdefault(chain, {}).setdefault(seq, set()).add(row_hash)
            self.leaves_met += 1
        return found

    def _chain(self, name: str, rows: Iterable[Link], leaves: Leaves) -> None:
        add = self.report.add
        prev_hash, prev_seq, last_sealed, count = "", None, max(leaves, default=-1), 0
        for row in rows:
            if prev_seq is not None and row.seq != prev_seq + 1:
                add(name, row.seq, f"前面缺了：上一条是第 {prev_seq} 条")
            if row.prev_hash != prev_hash:
                add(
                    name,
                    row.seq,
                    "接不上前一条：记下的前一条摘要不对" if prev_hash else "开头缺了：它不是第一条",
                )
            if not _hashes(row):
                add(name, row.seq, "内容被改过：重新计算的摘要与记录的不同")
            if (sealed := leaves.pop(row.seq, None)) is not None and sealed != {row.hash}:
                add(name, row.seq, "与封存时的摘要不同：这一条被换过")
            self.personal.note(name, row.seq, row.text)
            self.report.unsealed += row.seq > last_sealed
            prev_hash, prev_seq = row.hash, row.seq
            count += 1
        for seq in sorted(leaves):
            add(name, seq, "封存过的这一条不见了：链被截断")
        self.report.count("links", count)


def _hashes(row: Link) -> bool:
    try:
        return link(row.prev_hash, row.text, row.algorithm) == row.hash
    except ValueError:  # an algorithm nobody knows
        return False
