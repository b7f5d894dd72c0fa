"""A ledger from upload to cases: tried at once, written by the worker, with progress that can be left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.service_requests.rules.ledger import SPEC
from qiying.capabilities.service_requests.services.ledgers import (
    MAX_TOLD,
    ledger_check,
    ledger_read,
    ledger_write,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.jobs import job_add, job_progress
from qiying.kernel.cases.models import ImportBatch, Job
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_read, document_store
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import PersonViewer, Viewer
from qiying.kernel.tables.grid import UnreadableSheet
from qiying.kernel.tables.mappings import mapping_keep, unknown_words

JOB = "ledger_import"


def ledger_upload(
    *, content: bytes, name: str, actor: Viewer, district_id: int, now: datetime
) -> ImportBatch:
    """Keep a ledger and say what would come of it; nothing becomes a case yet.

    Everything is read and computed before the transaction: trying a long ledger keeps nobody from writing.
    """
    summary = _tried(content, district_id, now)
    if not summary["rows"] and not summary["missing"]:
        reason = "表里没有一行数据。请看看表头下面有没有内容，或下载模板照着填。"
        raise GuardFailed([reason], {"table": [reason]})
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            district_id=district_id,
            kind="ledger",
            name=name[:200],
            made_by_id=actor.person_id,
            made_at=now,
            state="tried",
            summary=summary,
        )
        document_store(
            content=content,
            name=name,
            kind="ledger",
            subject=f"batch:{batch.pk}",
            audience="internal",
            actor=actor,
            district_id=district_id,
            at=now,
        )
    return batch


def _tried(content: bytes, district_id: int, now: datetime) -> dict[str, Any]:
    """Return what a trial of a ledger found, as it is kept with the batch."""
    try:
        checked = ledger_check(content=content, district_id=district_id, today=local_date(now))
    except UnreadableSheet as error:
        raise GuardFailed([str(error)], {"table": [str(error)]}) from None
    remarks: dict[str, list[str]] = {}
    for row in checked.good:
        for remark in row.remarks:
            remarks.setdefault(remark, []).append(row.place)
    words = unknown_words(checked.reading, checked.known.choices)
    return {
        "rows": len(checked.rows),
        "good": len(checked.good),
        "refused": [[r.place, "；".join(r.problems)] for r in checked.bad][:MAX_TOLD],
        "bad": len(checked.bad),
        "unknown": checked.reading.unknown,
        "missing": checked.reading.missing,
        "told": checked.reading.sentences,
        "remarks": [[words, len(places), places[:5]] for words, places in remarks.items()][:50],
        "open_words": sum(not checked.known.is_word(key, w) for key, found in words.items() for w in found),
    }


def ledger_map(
    *,
    batch: ImportBatch,
    columns: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    actor: Viewer,
    now: datetime,
) -> ImportBatch:
    """Keep how the tables of this source are read, and try the batch again with it."""
    if batch.state != "tried":
        raise ActionNotAvailable("这一批已经写入，对应关系用在下一份上")
    content = ledger_content(batch)
    reading = ledger_read(content=content, district_id=batch.district_id).reading
    mapping_keep(
        spec=SPEC,
        reading=reading,
        columns=columns,
        values=values,
        name=batch.name,
        actor=actor,
        district_id=batch.district_id,
        now=now,
    )
    batch.summary = _tried(content, batch.district_id, now)
    batch.save(update_fields=["summary"])
    return batch


def ledger_content(batch: ImportBatch) -> bytes:
    """Return the file a batch was made from."""
    return document_read(Document.objects.get(subject=f"batch:{batch.pk}"))


@transaction.atomic
def ledger_start(*, batch: ImportBatch, actor: Viewer, now: datetime) -> Job:
    """Let the worker write a tried batch; twice asked, once written."""
    started = ImportBatch.objects.filter(pk=batch.pk, state="tried").update(state="running")
    if not started:
        raise ActionNotAvailable("这一批已经在写或写完了，请刷新看看")
    return job_add(
        kind=JOB,
        payload={"batch": batch.pk},
        at=now,
        asked_by=actor,
        district_id=batch.district_id,
        total=int(batch.summary.get("good", 0)),
    )


def ledger_work(job: Job, now: datetime) -> Mapping[str, Any]:
    """Write a batch; rows written before a crash are known by their batch and number and not written again."""
    batch = ImportBatch.objects.get(pk=job.payload["batch"])
    if batch.state == "done":
        return {"cases": batch.summary.get("cases", 0)}
    checked = ledger_check(
        content=ledger_content(batch), district_id=batch.district_id, today=local_date(now)
    )
    assert batch.made_by_id is not None
    person = Person.objects.get(pk=batch.made_by_id)
    actor = PersonViewer(person_id=person.pk, name=person.name, district_id=batch.district_id)
    ledger_write(
        batch=batch,
        checked=checked,
        actor=actor,
        now=now,
        progress=lambda done, total: job_progress(job, done, total, now=now),
    )
    return {"cases": batch.summary["cases"]}
