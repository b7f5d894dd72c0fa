"""Merkle roots; leaves and nodes are hashed differently, so a node can never pass for a leaf (RFC 6962)."""

from collections.abc import Iterable
from datetime import datetime

from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.chains import Head
from qiying.kernel.audit.clock import utc_text
from qiying.kernel.audit.digest import ALGORITHM, digest


def merkle_root(heads: Iterable[Head], algorithm: str = ALGORITHM) -> str:
    """Return the root over heads in their order; an odd node moves up as it is. Empty input raises."""
    level = [digest(f"leaf\n{h.chain}\n{h.seq}\n{h.hash}", algorithm) for h in heads]
    if not level:
        raise ValueError("没有可封存的链")
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [digest(f"node\n{left}{right}", algorithm) for left, right in pairs] + odd
    return level[0]


def seal_text(seq: int, at: datetime, leaf_count: int, root: str) -> str:
    """Return what a seal's hash is made of, beside the hash of the seal before."""
    return canonical({"seq": seq, "at": utc_text(at), "leaf_count": leaf_count, "root": root})
