"""Seals: one Merkle root over the heads of every chain that grew; the worker makes one each minute."""

from datetime import datetime

from django.db import transaction

from qiying.kernel.audit.anchoring import AnchorConflict, anchor
from qiying.kernel.audit.arrivals import exclusive
from qiying.kernel.audit.chains import (
    ChainSource,
    EventTableSource,
    Head,
    Link,
    chain_sources,
    register_chain_source,
)
from qiying.kernel.audit.digest import ALGORITHM, link
from qiying.kernel.audit.linking import link_entries
from qiying.kernel.audit.merkle import merkle_root, seal_text
from qiying.kernel.audit.models import Seal, SealLeaf
from qiying.kernel.audit.verifying import Break, VerifyReport, verify

__all__ = [
    "AnchorConflict",
    "Break",
    "ChainSource",
    "EventTableSource",
    "Head",
    "Link",
    "VerifyReport",
    "anchor",
    "link_entries",
    "register_chain_source",
    "seal",
    "verify",
]

ROWS_PER_SEAL = 10_000
"""Rows looked at for one seal; a backlog is sealed in several, so no transaction lasts long."""


def seal(now: datetime) -> int:
    """Link new audit rows, then seal every chain that grew; return how many seals were made."""
    link_entries(now)
    count = 0
    while _seal_once(now):
        count += 1
    return count


@transaction.atomic
def _seal_once(now: datetime) -> bool:
    exclusive("qiying.audit.seal")
    heads = sorted(head for source in chain_sources() for head in source.unsealed_heads(ROWS_PER_SEAL))
    if not heads:
        return False
    last = Seal.objects.order_by("-seq").first()
    seq, prev_hash = (last.seq + 1, last.hash) if last else (1, "")
    root = merkle_root(heads)
    Seal.objects.create(
        seq=seq,
        at=now,
        algorithm=ALGORITHM,
        leaf_count=len(heads),
        root=root,
        prev_hash=prev_hash,
        hash=link(prev_hash, seal_text(seq, now, len(heads), root)),
    )
    SealLeaf.objects.bulk_create(
        (SealLeaf(seal_seq=seq, chain=h.chain, seq=h.seq, hash=h.hash) for h in heads), batch_size=1000
    )
    return True
