"""Proof that nothing was changed or removed: chains, seals, anchors and personal data against each other."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from qiying.kernel.audit.chains import ChainSource, chain_sources, source_of
from qiying.kernel.audit.clock import start_of_day
from qiying.kernel.audit.linking import entry_digest, unlinked_entries
from qiying.kernel.audit.models import Seal, SealLeaf
from qiying.kernel.audit.report import Break, Progress, VerifyReport
from qiying.kernel.audit.verify_chains import ChainCheck
from qiying.kernel.audit.verify_personal import PersonalCheck, check_stored_values
from qiying.kernel.audit.verify_seals import check_anchors, check_seals

__all__ = ["Break", "VerifyReport", "verify"]

CHUNK = 500
"""Chains per query."""


def _silent(what: str, done: int) -> None:
    return None


def verify(
    *, chain: str | None = None, since: date | None = None, progress: Progress = _silent
) -> VerifyReport:
    """Check everything, one chain (`case:12`), or what was sealed since a Shanghai date.

    Reads in chunks and takes no lock: what is written meanwhile is not judged, what was sealed before is.
    """
    report = VerifyReport()
    newest = Seal.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    personal = PersonalCheck(report)
    check = ChainCheck(report, personal, newest)
    if chain is not None:
        _one_chain(chain, check, report, newest)
    elif since is not None:
        first = Seal.objects.filter(at__gte=start_of_day(since)).order_by("seq").first()
        if first is not None:
            _chains_sealed_from(first.seq, check, progress)
            check_seals(report, first.seq, newest, progress)
            check_anchors(report, newest, since=since)
    else:
        _all_chains(check, progress)
        _waiting_entries(report)
        _removed_chains(check, report, newest)
        check_seals(report, 1, newest, progress)
        check_anchors(report, newest)
        check_stored_values(report, progress)
    return report


def _waiting_entries(report: VerifyReport) -> None:
    for entry in unlinked_entries():
        report.unsealed += 1
        if entry_digest(entry) != entry.hash:
            report.add(f"audit-entry:{entry.id}", None, "内容被改过：重新计算的摘要与记录的不同")


def _all_chains(check: ChainCheck, progress: Progress) -> None:
    for source in chain_sources():
        done = 0
        for names in _chunks(source.chains()):
            check.chunk(source, names)
            done += len(names)
            progress(source.name, done)


def _one_chain(chain: str, check: ChainCheck, report: VerifyReport, newest: int) -> None:
    source = source_of(chain)
    if source is None:
        report.add(chain, None, "没有登记这一类链")
        return
    check.chunk(source, [chain])
    seals = SealLeaf.objects.filter(chain=chain, seal_seq__lte=newest).values_list("seal_seq", flat=True)
    only = sorted(set(seals))
    for seq in only:
        check_seals(report, seq, seq)
    check_anchors(report, newest, only=frozenset(only))
    if not report.checked.get("links") and not only:
        report.add(chain, None, "没有这条链")


def _chains_sealed_from(first: int, check: ChainCheck, progress: Progress) -> None:
    names = SealLeaf.objects.filter(seal_seq__gte=first).order_by("chain").values_list("chain", flat=True)
    done = 0
    for source, chunk in _by_source(names.distinct().iterator(chunk_size=5000)):
        check.chunk(source, chunk) if source else check.unknown(chunk)
        done += len(chunk)
        progress("sealed", done)


def _removed_chains(check: ChainCheck, report: VerifyReport, newest: int) -> None:
    """Find sealed chains without a single row left; costs one count when there are none."""
    if SealLeaf.objects.filter(seal_seq__lte=newest).count() == check.leaves_met:
        return
    after = ""
    while True:
        rows = SealLeaf.objects.filter(chain__gt=after, seal_seq__lte=newest).order_by("chain")
        names = list(rows.values_list("chain", flat=True).distinct()[:CHUNK])
        if not names:
            return
        for source, chunk in _by_source(iter(names)):
            there = {name for name, _ in source.replay_many(chunk)} if source else set()
            for name in chunk:
                if name not in there:
                    reason = "整条链不见了，封存里有它" if source else "封存里有它，但没有登记这一类链"
                    report.add(name, None, reason)
        after = names[-1]


def _by_source(names: Iterator[str]) -> Iterator[tuple[ChainSource | None, list[str]]]:
    for chunk in _chunks(names):
        groups: dict[str, list[str]] = {}
        for name in chunk:
            groups.setdefault(name.partition(":")[0], []).append(name)
        for group in groups.values():
            yield source_of(group[0]), group


def _chunks(names: Iterator[str]) -> Iterator[Sequence[str]]:
    while chunk := list(islice(names, CHUNK)):
        yield chunk
