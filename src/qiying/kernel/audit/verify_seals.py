"""Seals: each root and link holds, and the files outside the database say the same."""

from datetime import date
from itertools import groupby
from pathlib import Path

from qiying.kernel.audit.anchoring import anchor_files, anchor_line, anchored_lines, anchors_dir
from qiying.kernel.audit.chains import Head
from qiying.kernel.audit.digest import link
from qiying.kernel.audit.merkle import merkle_root, seal_text
from qiying.kernel.audit.models import AnchorRecord, Seal, SealLeaf
from qiying.kernel.audit.report import Progress, VerifyReport


def check_seals(report: VerifyReport, first: int, last: int, progress: Progress | None = None) -> None:
    """Check seals `first`…`last`: none missing, each linked to the one before, roots made of leaves."""
    before = Seal.objects.filter(seq=first - 1).first()
    prev_hash, expected = (before.hash if before else ""), first
    leaves = SealLeaf.objects.filter(seal_seq__gte=first, seal_seq__lte=last).order_by("seal_seq")
    rows = leaves.values_list("seal_seq", "chain", "seq", "hash").iterator(chunk_size=5000)
    groups = groupby(rows, key=lambda row: int(row[0]))
    group = next(groups, None)
    for seal in Seal.objects.filter(seq__gte=first, seq__lte=last).order_by("seq").iterator(chunk_size=500):
        if seal.seq != expected:
            report.add("seal", expected, "这一号封存不见了")
            prev_hash = seal.prev_hash
        heads: list[Head] = []
        while group is not None and group[0] <= seal.seq:
            heads = [Head(*row[1:]) for row in group[1]]
            group = next(groups, None)
        _check_seal(report, seal, prev_hash, heads)
        prev_hash, expected = seal.hash, seal.seq + 1
        if progress and seal.seq % 1000 == 0:
            progress("seal", seal.seq)


def _check_seal(report: VerifyReport, seal: Seal, prev_hash: str, heads: list[Head]) -> None:
    report.count("seals")
    report.count("leaves", len(heads))
    if seal.prev_hash != prev_hash:
        report.add("seal", seal.seq, "接不上前一号封存")
    try:
        text = seal_text(seal.seq, seal.at, seal.leaf_count, seal.root)
        if link(seal.prev_hash, text, seal.algorithm) != seal.hash:
            report.add("seal", seal.seq, "封存被改过：重新计算的摘要与记录的不同")
        if len(heads) != seal.leaf_count or merkle_root(sorted(heads), seal.algorithm) != seal.root:
            report.add("seal", seal.seq, "封存的清单被改过：算出的根与记录的不同")
    except ValueError as error:
        report.add("seal", seal.seq, f"无法验算：{error}")


def check_anchors(
    report: VerifyReport,
    newest: int,
    *,
    since: date | None = None,
    only: frozenset[int] | None = None,
) -> None:
    """Check that files and database hold the same seals, each way round; `only` limits it to some seals."""
    in_files: set[int] = set()
    for path in anchor_files():
        if since is None or path.stem >= since.isoformat():
            in_files |= _check_file(report, path, newest, only)
    for record in AnchorRecord.objects.order_by("last_seal").iterator():
        is_in_time = since is None or Path(record.file).stem >= since.isoformat()
        if only is None and is_in_time:
            exported = set(range(record.first_seal, record.last_seal + 1))
            if missing := exported - in_files:
                report.add(
                    f"anchor:{record.file}", min(missing), f"存证文件里没有这一号封存（{anchors_dir()}）"
                )
    report.count("anchored_seals", len(in_files))


def _check_file(report: VerifyReport, path: Path, newest: int, only: frozenset[int] | None) -> set[int]:
    where = f"anchor:{path.name}"
    lines: dict[int, str] = {}
    for seq, line in anchored_lines(path):
        if seq < 0 or lines.setdefault(seq, line) != line:
            report.add(where, None if seq < 0 else seq, "存证文件这一行被改过")
    wanted = {seq for seq in lines if only is None or seq in only}
    seals = Seal.objects.filter(seq__in=wanted).in_bulk() if len(wanted) < 500 else _range(wanted)
    for seq in sorted(wanted):
        if seq in seals:
            if anchor_line(seals[seq]) != lines[seq]:
                report.add(where, seq, "数据库里的封存与存证文件不同")
        elif seq <= newest:
            report.add(where, seq, "存证过的封存在数据库里不见了")
        else:
            report.add(where, seq, "存证过的封存在数据库里不见了：末尾的封存被删，或数据库被回退")
    return set(lines)


def _range(wanted: set[int]) -> dict[int, Seal]:
    rows = Seal.objects.filter(seq__gte=min(wanted), seq__lte=max(wanted))
    return {seal.seq: seal for seal in rows.iterator(chunk_size=2000)}
