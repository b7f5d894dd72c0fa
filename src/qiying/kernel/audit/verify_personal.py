"""Personal data: each value opens its commitment or was erased by a recorded act, nothing else."""

import json
from contextlib import suppress

from qiying.kernel.audit.models import AuditEntry, PersonalData
from qiying.kernel.audit.personal import commit, tokens_in_text
from qiying.kernel.audit.report import Progress, VerifyReport

_CHUNK = 500


class PersonalCheck:
    """Collects the tokens met in chains and compares them with the stored commitments."""

    def __init__(self, report: VerifyReport) -> None:
        self.report = report
        self._met: list[tuple[str, int, str, str]] = []

    def note(self, where: str, seq: int, text: str) -> None:
        """Remember the tokens of one row."""
        for ref, commitment in tokens_in_text(text):
            self._met.append((where, seq, ref, commitment))

    def finish(self) -> None:
        """Compare what was noted since the last call."""
        for i in range(0, len(self._met), _CHUNK):
            part = self._met[i : i + _CHUNK]
            rows = PersonalData.objects.filter(ref__in={ref for _, _, ref, _ in part})
            stored = dict(rows.values_list("ref", "commitment"))
            for where, seq, ref, commitment in part:
                if ref not in stored:
                    self.report.add(where, seq, f"提到的个人信息 {ref} 不见了，也没有留下承诺值")
                elif stored[ref] != commitment:
                    self.report.add(where, seq, f"提到的个人信息 {ref} 被换过：承诺值不同")
        self.report.count("personal_mentions", len(self._met))
        self._met.clear()


def check_stored_values(report: VerifyReport, progress: Progress) -> None:
    """Check every stored value against its commitment, every erased one against the act that erased it."""
    acts = _refs_erased_by_acts()
    rows = PersonalData.objects.order_by("ref").iterator(chunk_size=5000)
    for done, row in enumerate(rows, start=1):
        if reason := _fault(row, acts):
            report.add(f"personal:{row.ref}", None, reason)
        if done % 20_000 == 0:
            progress("personal", done)
        report.count("personal")


def _fault(row: PersonalData, erased_by_acts: set[str]) -> str | None:
    if row.erased_at is not None:
        if row.value is not None or row.salt is not None:
            return "标着已删除，值却还在"
        return None if row.ref in erased_by_acts else "被删除了，却没有删除的记录"
    if row.value is None or row.salt is None:
        return "值没有了，却没有标明已删除"
    try:
        is_opened = commit(row.salt, row.value, row.algorithm) == row.commitment
    except ValueError:
        is_opened = False
    return None if is_opened else "值被改过：与承诺值对不上"


def _refs_erased_by_acts() -> set[str]:
    refs: set[str] = set()
    acts = AuditEntry.objects.filter(action="personal_erased").values_list("data", flat=True)
    for data in acts.iterator(chunk_size=500):
        with suppress(ValueError, KeyError, TypeError):  # a damaged act is reported by its own chain
            refs.update(json.loads(data)["refs"])
    return refs
