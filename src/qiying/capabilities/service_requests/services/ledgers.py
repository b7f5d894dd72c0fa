"""Importing a ledger in one batch that can be undone, and exporting the same columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from qiying.capabilities.service_requests.rules.ledger import (
    FIELDS,
    KINDS,
    LEVELS,
    SPEC,
    VERDICTS,
    Known,
    LedgerRow,
    doubles,
    understand,
)
from qiying.capabilities.service_requests.selectors import category_names
from qiying.capabilities.service_requests.services.desk import request_submit
from qiying.kernel.audit.clock import SHANGHAI, local_date
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, CaseIntake, Channel, ImportBatch, Intake
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.selectors import unit_names
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer, system_viewer
from qiying.kernel.tables.mappings import Known as KnownTable
from qiying.kernel.tables.mappings import table_read
from qiying.kernel.tables.names import NameIndex
from qiying.kernel.tables.reading import Reading
from qiying.kernel.tables.workbooks import Column, Sheet, faults_workbook, workbook_bytes

MAX_TOLD = 50_000
CHUNK = 20  # rows a transaction: other writers wait for one, not for the ledger
EXTRAS = (
    "enterprise", "credit_code", "unit", "co_units", "verdict", "satisfaction", "level", "progress", "print",
)  # fmt: skip
KIND_NAMES = {"problem": "问题", "suggestion": "金点子", "question": "咨询", "clue": "线索"}
LEVEL_NAMES = {"simple": "简易", "general": "一般", "complex": "复杂"}


@dataclass
class Checked:
    """A read ledger: what would be imported and what not, and why."""

    rows: list[LedgerRow]
    reading: Reading
    known: Known

    @property
    def good(self) -> list[LedgerRow]:
        return [r for r in self.rows if r.is_good]

    @property
    def bad(self) -> list[LedgerRow]:
        return [r for r in self.rows if not r.is_good]


def known_of(district_id: int) -> Known:
    """Return the names a ledger of the district may use; a fixed number of queries whatever its length."""
    channels = Channel.objects.filter(district_id=district_id).values_list("name", "code")
    firms = Enterprise.objects.filter(district_id=district_id).values_list("pk", "name", "credit_code")
    intakes = Intake.objects.filter(district_id=district_id)
    printed = intakes.filter(batch__isnull=False, batch__undone_at__isnull=True, source_id__isnull=True)
    return Known(
        channels={**dict(channels), **{code: code for _, code in channels}},
        categories={name: code for code, name in category_names(district_id).items()},
        units=unit_names(district_id),
        enterprises_by_code={code: pk for pk, _, code in firms if code},
        enterprises=NameIndex((pk, name, "") for pk, name, _ in firms),
        numbers=frozenset(
            (code, number or "")
            for code, number in intakes.filter(source_id__isnull=False).values_list(
                "channel__code", "source_id"
            )
        ),
        prints={
            str(mark): f"第 {batch} 批"
            for mark, batch in printed.values_list("extras__print", "batch_id")
            if mark
        },
    )


def ledger_read(*, content: bytes, district_id: int, with_words: bool = True) -> KnownTable:
    """Return a ledger's table as the mapping kept for its source reads it; raise `UnreadableSheet`."""
    return table_read(content=content, spec=SPEC, district_id=district_id, with_words=with_words)


def ledger_check(*, content: bytes, district_id: int, today: date) -> Checked:
    """Read and check a ledger without writing anything; raise `UnreadableSheet` on a file that is none."""
    reading = ledger_read(content=content, district_id=district_id).reading
    known = known_of(district_id)
    rows = [understand(r, reading.label(r), known, today) for r in reading.rows]
    doubles(rows)
    return Checked(rows, reading, known)


def ledger_import(
    *,
    checked: Checked,
    name: str,
    actor: Viewer,
    district_id: int,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportBatch:
    """Write the good rows of a checked ledger as one batch; rows refused at the last moment are noted in it."""
    batch = ImportBatch.objects.create(
        district_id=district_id, kind="ledger", name=name[:200], made_by_id=actor.person_id, made_at=now
    )
    ledger_write(batch=batch, checked=checked, actor=actor, now=now, progress=progress)
    return batch


def ledger_write(
    *,
    batch: ImportBatch,
    checked: Checked,
    actor: Viewer,
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write the good rows of a batch, chunk by chunk; what is refused at the last moment is noted in it."""
    good, refused = checked.good, [[r.place, "；".join(r.problems)] for r in checked.bad]
    for start in range(0, len(good), CHUNK):
        with transaction.atomic():
            for row in good[start : start + CHUNK]:
                try:
                    with transaction.atomic():
                        _write(row, batch, now)
                except (GuardFailed, ActionNotAvailable) as reason:
                    refused.append([row.place, reason.message])
        progress(min(start + CHUNK, len(good)), len(good))
    made = CaseIntake.objects.filter(intake__batch=batch).count()
    batch.state = "done"
    batch.summary = {
        "rows": len(checked.rows),
        "cases": made,
        "refused": refused[:MAX_TOLD],
        "bad": len(refused),
        "told": checked.reading.sentences,
    }
    batch.save(update_fields=["state", "summary"])
    row_noted(actor, "ledger_imported", batch, now, name=batch.name, rows=len(checked.rows), cases=made)


def _at(day: date, clock: time = time(9)) -> datetime:
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def _write(row: LedgerRow, batch: ImportBatch, now: datetime) -> None:
    v = row.values
    maker = system_viewer("import_service", district_id=batch.district_id)
    received = min(_at(v["received_on"]), now)
    case = request_submit(
        actor=maker,
        district_id=batch.district_id,
        channel=v["channel_code"],
        data={
            "text": v["text"],
            "kind": v["kind_code"],
            "category": v["category_code"],
            "enterprise_id": v["enterprise_id"],
            "contact_name": v["contact_name"],
            "contact_phone": v["contact_phone"],
            "title": v["title"],
            "place": v["place"],
            "source_id": v["source_id"],
            "handed_in_on": local_date(now).isoformat(),
            "batch_id": batch.pk,
        },
        now=received if v["answer"] else now,
        received_at=received,
        intake_extras={k: v[k] for k in EXTRAS if v[k]},
    )
    if v["answer"]:
        answered = max(_at(v["answered_on"], time(17)), received)
        data = {"text": v["answer"], "unit_name": v["unit"], "given_on": v["answered_on"].isoformat()}
        case_act(case=case, action="import_history", actor=maker, data=data, now=min(answered, now))
    elif v["category_code"] and v["level_code"]:
        triage = {"kind": v["kind_code"], "category": v["category_code"], "level": v["level_code"]}
        case = case_act(case=case, action="triage", actor=maker, data=triage, now=now)
        if v["unit_id"]:
            given = {"unit_id": v["unit_id"], "co_unit_ids": v["co_unit_ids"]}
            case_act(case=case, action="assign", actor=maker, data=given, now=now)


def ledger_undo(*, batch: ImportBatch, actor: Viewer, reason: str, now: datetime) -> int:
    """Void every case of a batch by an act; nothing is deleted, and the numbers may come again."""
    if batch.undone_at is not None:
        raise ActionNotAvailable("这一批已经撤回过了")
    maker = system_viewer("import_service", district_id=batch.district_id)
    count = 0
    with transaction.atomic():
        for case in batch_cases(batch):
            if case.outcome != "voided":
                case_act(case=case, action="void", actor=maker, data={"reason": reason}, now=now)
                count += 1
        Intake.objects.filter(batch=batch).update(source_id=None)
        batch.state, batch.undone_at = "undone", now
        batch.save(update_fields=["state", "undone_at"])
        row_noted(actor, "ledger_undone", batch, now, name=batch.name, cases=count, reason=reason)
    return count


def batch_cases(batch: ImportBatch) -> list[Case]:
    """Return the cases of a batch in the order of its rows."""
    links = CaseIntake.objects.filter(intake__batch=batch).select_related("case").order_by("intake_id")
    return [link.case for link in links]


def batch_intakes(batch: ImportBatch) -> QuerySet[CaseIntake]:
    """Return the intakes of a batch with their cases as they stand now."""
    return (
        CaseIntake.objects.filter(intake__batch=batch, until__isnull=True)
        .select_related("case__enterprise", "case__lead_unit", "intake__channel")
        .prefetch_related("case__answers", "case__verdicts")
        .order_by("intake_id")
    )


# --- files ---------------------------------------------------------------------
def _columns(*more: Column[Any]) -> list[Column[Any]]:
    kinds: dict[str, Any] = {"date": "date", "number": "number"}
    return [
        Column(c.title, kind=kinds.get(c.kind, "text"), width=c.width, note=c.note) for c in FIELDS
    ] + list(more)


def ledger_template(district_id: int) -> bytes:
    """Return an empty ledger with its headings, notes and choices."""
    choices: dict[str, Sequence[str]] = {
        "类型": list(KINDS),
        "级别": list(LEVELS),
        "企业评价": VERDICTS,
        "类别": list(category_names(district_id).values()),
    }
    return workbook_bytes([Sheet("诉求台账", _columns(), [], choices=choices)])


def ledger_faults(checked: Checked) -> bytes:
    """Return the rows that were not imported, every column as it was, with the reasons beside them."""
    wrong = [(r.source, r.place, "；".join(r.problems)) for r in checked.bad]
    return faults_workbook(checked.reading, wrong)


def ledger_export(links: Iterable[CaseIntake], district_id: int) -> bytes:
    """Return intakes with their cases in the ledger's own columns, so that what was imported comes out the same."""
    rows = list(links)
    refs = [
        r
        for k in rows
        for r in (k.intake.body_ref, k.intake.contact_name_ref, k.intake.contact_phone_ref)
        if r
    ]
    values = personal_get(refs)
    names = category_names(district_id)
    return workbook_bytes([Sheet("诉求台账", _columns(), [_export_row(k, values, names) for k in rows])])


def _export_row(link: CaseIntake, values: dict[str, str | None], names: dict[str, str]) -> list[Any]:
    case, intake = link.case, link.intake
    answer = next((a for a in case.answers.all() if a.is_current and a.kind != "interim"), None)
    verdict = next(iter(sorted(case.verdicts.all(), key=lambda x: -x.no)), None)
    extras = intake.extras
    firm = case.enterprise
    stars = verdict.satisfaction if verdict else extras.get("satisfaction")
    found = {
        "source_id": intake.source_id,
        "received_on": intake.received_on,
        "channel": intake.channel.name,
        "enterprise": firm.name if firm else extras.get("enterprise"),
        "credit_code": firm.credit_code if firm else extras.get("credit_code"),
        "contact_name": values.get(intake.contact_name_ref),
        "contact_phone": values.get(intake.contact_phone_ref),
        "title": case.title,
        "text": values.get(intake.body_ref),
        "place": extras.get("place"),
        "kind": KIND_NAMES.get(case.kind),
        "category": names.get(case.category),
        "level": LEVEL_NAMES.get(case.level) or extras.get("level"),
        "unit": case.lead_unit.name if case.lead_unit else extras.get("unit"),
        "co_units": extras.get("co_units"),
        "answered_on": case.answered_on,
        "answer": answer.text if answer else None,
        "verdict": verdict.get_value_display() if verdict else extras.get("verdict"),
        "satisfaction": float(stars) if stars else None,
    }
    return [found[c.key] or None for c in FIELDS]
