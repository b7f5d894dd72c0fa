"""Addressed acts and requests of a case: cards, urging letters, instructions, and what a second person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.models import Approval, Supervision
from qiying.ui.humanize import day_words


@dataclass(frozen=True)
class SupervisionFace:
    """One card, letter, instruction or task force, and whether it was acknowledged."""

    no: int
    kind: str
    label: str
    to: str
    by: str
    on: date
    text: str
    members: str
    is_waiting: bool
    acknowledged: str


def supervision_faces(file: CaseFile) -> list[SupervisionFace]:
    """Return addressed acts, newest first; askers see none."""
    return [_supervision(file, s) for s in reversed(file.context.supervisions)]


def _supervision(file: CaseFile, s: Supervision) -> SupervisionFace:
    acked = (
        f"{s.acked_by_name} {day_words(local_date(s.acked_at), file.context.today)}回执" if s.acked_at else ""
    )
    return SupervisionFace(
        no=s.no,
        kind=s.kind,
        label=s.get_kind_display(),
        to=file.names.unit(s.unit_id) or file.names.person(s.person_id),
        # A second refusal is issued by the asker's own act: his name belongs to nobody else's card.
        by="" if s.kind == Supervision.Kind.SECOND_REFUSAL else (s.issued_by_name or "系统"),
        on=s.issued_on,
        text=s.text,
        members="、".join(filter(None, (file.names.person(m) for m in s.members))),
        is_waiting=s.needs_ack and s.acked_at is None,
        acknowledged=acked,
    )


@dataclass(frozen=True)
class ApprovalFace:
    """One request a second person decides."""

    no: int
    label: str
    asked_by: str
    unit: str
    on: date
    reason: str
    basis: str
    days: str
    is_open: bool
    decision: str
    decided: str


def approval_faces(file: CaseFile) -> list[ApprovalFace]:
    """Return requests, open ones first; askers see none."""
    if file.is_asker:
        return []
    rows = sorted(file.context.approvals, key=lambda a: (bool(a.decision), -a.no))
    return [_approval(file, a) for a in rows]


def _approval(file: CaseFile, a: Approval) -> ApprovalFace:
    asked = file.context.procedure.approval(a.kind)
    words = asked.decision_words(a.decision)
    decided = ""
    if a.decided_at:
        note = f"：{a.note}" if a.note else ""
        decided = (
            f"{a.decided_by_name} {day_words(local_date(a.decided_at), file.context.today)}{words}{note}"
        )
    return ApprovalFace(
        no=a.no,
        label=asked.label,
        asked_by=a.asked_by_name,
        unit=file.names.unit(a.asked_unit_id),
        on=local_date(a.asked_at),
        reason=a.reason,
        basis=a.basis,
        days=asked.days_words(a.days),
        is_open=not a.decision,
        decision=words,
        decided=decided,
    )
