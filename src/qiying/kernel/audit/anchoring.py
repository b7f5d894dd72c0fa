"""Anchors: seals exported to files outside the database, so that even a removed seal is found."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from qiying.kernel.audit.arrivals import exclusive
from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.clock import local_date, utc_text
from qiying.kernel.audit.models import AnchorRecord, Seal


class AnchorConflict(RuntimeError):
    """The files hold other seals than the database: it was rolled back, restored or rewritten."""


def anchors_dir() -> Path:
    """Return the folder of anchor files, best on another host (`QIYING_ANCHOR_DIR`)."""
    return Path(settings.QIYING_ENV.anchors)


def anchor_line(seal: Seal) -> str:
    """Return a seal as one line of an anchor file."""
    return canonical(
        {
            "seq": seal.seq,
            "at": utc_text(seal.at),
            "algorithm": seal.algorithm,
            "leaf_count": seal.leaf_count,
            "root": seal.root,
            "prev_hash": seal.prev_hash,
            "hash": seal.hash,
        }
    )


def anchor_files() -> list[Path]:
    """Return the anchor files, oldest first."""
    return sorted(anchors_dir().glob("????-??-??.jsonl"))


def anchored_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (seal number, line) of a file; a line that is no seal has number −1."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield int(json.loads(line)["seq"]), line
        except (ValueError, KeyError, TypeError):
            yield -1, line


@transaction.atomic
def anchor(now: datetime) -> AnchorRecord | None:
    """Export every seal not exported yet to today's file; return the record, `None` when all were.

    The file is replaced whole, after fsync, so a crash leaves the old one or the new one. Raises
    `AnchorConflict` when the newest file already holds a different seal of the same number.
    """
    exclusive("qiying.audit.anchor")
    last = AnchorRecord.objects.order_by("-last_seal").first()
    seals = list(Seal.objects.filter(seq__gt=last.last_seal if last else 0).order_by("seq"))
    if not seals:
        return None
    already = _already_exported(seals[0].seq)
    lines = []
    for seal in seals:
        line = anchor_line(seal)
        if already.pop(seal.seq, line) != line:
            raise AnchorConflict(
                f"第 {seal.seq} 号封存与已存证的不同：数据库可能被回退或改写，请先运行 qiying verify"
            )
        lines.append(line)
    if already:
        raise AnchorConflict(f"存证文件里有数据库没有的第 {min(already)} 号封存：数据库可能被回退过")
    path = anchors_dir() / f"{local_date(now).isoformat()}.jsonl"
    _write(path, lines)
    return AnchorRecord.objects.create(
        at=now, file=path.name, first_seal=seals[0].seq, last_seal=seals[-1].seq
    )


def _already_exported(first: int) -> dict[int, str]:
    """Return lines from `first` on that files hold already, after a crash or a rolled-back database."""
    found: dict[int, str] = {}
    for path in reversed(anchor_files()):
        lines = dict(anchored_lines(path))
        found.update((seq, line) for seq, line in lines.items() if seq >= first)
        if any(seq < first for seq in lines):
            break
    return found


def _write(path: Path, new: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    text = "".join(f"{line}\n" for line in dict.fromkeys(old + new))
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        os.fsync(f.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
