"""Reading sealed reports: what can be counted without a key, and what a key opens."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import reverse

from qiying.capabilities.integrity.models import Edition, Message, Report, SealedFile, SealKey
from qiying.capabilities.integrity.rules.lists import Clause, clauses, sample
from qiying.capabilities.integrity.rules.sealing import (
    CLAIM_LENGTH,
    claim_digest,
    claim_key,
    claim_plain,
    unseal,
)
from qiying.kernel.cases.models import Approval, Case, CaseParty
from qiying.kernel.cases.selectors import cases_visible_to, open_cases_of
from qiying.kernel.cases.waiting import RUNS, Item, Source, part_item
from qiying.kernel.organisations.models import District
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class Said:
    """One thing that was said, opened."""

    text: str
    at: datetime
    from_office: bool
    is_released: bool = True


@dataclass(frozen=True)
class Opened:
    """A report as its key shows it."""

    report: Report
    text: str
    about: str
    place: str
    happened: str
    name: str
    phone: str
    said: list[Said] = field(default_factory=list)
    files: list[tuple[int, int]] = field(default_factory=list)


def live_key(district_id: int) -> SealKey | None:
    """Return the key to which a district's new reports are sealed, or None where none was set."""
    return (
        SealKey.objects.filter(district_id=district_id, ended_at__isnull=True).select_related("unit").first()
    )


def open_districts() -> list[District]:
    """Return the districts that take sealed reports."""
    held = SealKey.objects.filter(ended_at__isnull=True).values("district_id")
    return list(District.objects.filter(pk__in=held).order_by("name"))


def keys_of(viewer: Viewer) -> QuerySet[SealKey]:
    """Return the keys of the viewer's discipline body, newest first."""
    units = [m.unit_id for m in viewer.memberships if m.role == "discipline"]
    return SealKey.objects.filter(unit_id__in=units).select_related("unit").order_by("-pk")


def reports_visible_to(viewer: Viewer) -> QuerySet[Report]:
    """Return the sealed reports of the viewer's body: number, state and days, nothing of what they say."""
    if not viewer.has("integrity.reports"):
        return Report.objects.none()
    mine = cases_visible_to(viewer).filter(procedure="integrity_report")
    rows = Report.objects.filter(case__in=mine).select_related("case", "key")
    return rows.defer("sealed", "key__locked", "key__recovery").order_by("-pk")


def reports_to_finish(viewer: Viewer, today: date) -> Source | None:
    """Return the reports the viewer's body has to check, and the conclusions somebody else of it drew."""
    keys = [f"u:{m.unit_id}" for m in viewer.memberships if m.role == "discipline"]
    if not keys:
        return None
    own = Approval.open().filter(case=OuterRef("case_id"), asked_by_id=viewer.person_id)
    stands = Q(case__state="checking") | Q(case__state="deciding") & ~Exists(own)
    rows = open_cases_of(viewer).filter(
        stands, key__in=keys, role="discipline", case__procedure="integrity_report"
    )

    def item(part: CaseParty) -> Item:
        words = "核查，拟定结论" if part.case.state == "checking" else "审核结论"
        return replace(
            part_item(part, words, today), url=reverse("integrity:opened", args=[part.case.number])
        )

    return Source(
        rows, item, reverse("integrity:reports"), day="due_by", runs=RUNS,
        shown=rows.select_related("case__lead_unit", "case__enterprise"),
    )  # fmt: skip


def report_by_claim(code: str) -> Report:
    """Return the report of a code; 404 in the same words whether it is wrong or never was."""
    if len(claim_plain(code)) == CLAIM_LENGTH:
        found = Report.objects.select_related("case").filter(claim_digest=claim_digest(code)).first()
        if found is not None:
            return found
    raise Http404("没有这个查询码。请对照抄下来的再输一次。")


def report_opened(report: Report, private: bytes) -> Opened:
    """Return what a report says, for who holds its key; raise `CannotOpen`."""
    said: dict[str, Any] = json.loads(
        unseal(bytes(Report.objects.values_list("sealed", flat=True).get(pk=report.pk)), private)
    )
    messages = [
        Said(unseal(bytes(m.for_office), private).decode(), m.at, m.from_office, m.is_released)
        for m in report.messages.all()
    ]
    words = {
        name: str(said.get(name, "")) for name in ("text", "about", "place", "happened", "name", "phone")
    }
    return Opened(report=report, said=messages, files=_files(report), **words)


def said_to_reporter(report: Report, code: str) -> list[Said]:
    """Return what was said on both sides, for who holds the code; a conclusion only after it was checked."""
    private = claim_key(code)
    rows = Message.objects.filter(report=report, is_released=True)
    return [Said(unseal(bytes(m.for_reporter), private).decode(), m.at, m.from_office) for m in rows]


def _files(report: Report) -> list[tuple[int, int]]:
    return list(SealedFile.objects.filter(report=report).values_list("pk", "size"))


def file_opened(report: Report, file_id: int, private: bytes) -> tuple[str, bytes]:
    """Return a file's name and bytes; raise `CannotOpen`, 404 for another report's."""
    row = SealedFile.objects.filter(report=report, pk=file_id).first()
    if row is None:
        raise Http404("没有这份附件")
    name, _, content = unseal(bytes(row.sealed), private).partition(b"\n")
    return name.decode(), content


# --- the published lists ---------------------------------------------------------------------------


def edition_of(district_id: int, on: date) -> Edition | None:
    """Return the wording in force on a day; none: the samples that are shipped."""
    return Edition.objects.filter(district_id=district_id, valid_from__lte=on).first()


def clauses_of(district_id: int, on: date) -> tuple[Clause, ...]:
    """Return the clauses in force on a day."""
    found = edition_of(district_id, on)
    return clauses(found.text if found else sample())


def breaches_counted(district_id: int) -> tuple[int, int, int]:
    """Return how many breaches were reported, how many of these were answered, and how many of those founded."""
    rows = Case.objects.filter(procedure="breach_report", district_id=district_id).exclude(
        outcome="withdrawn"
    )
    told = rows.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=Q(state="closed")),
        founded=Count("pk", filter=Q(outcome="founded")),
    )
    return told["all"], told["answered"], told["founded"]
