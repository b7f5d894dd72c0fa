"""A ledger from upload to cases: tried at once, written by the worker, with progress that can be left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.service_requests.services.ledgers import ledger_check, ledger_write
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.jobs import job_add, job_progress
from qiying.kernel.cases.models import ImportBatch, Job
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_read, document_store
from qiying.kernel.documents.spreadsheets import UnreadableSheet
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import PersonViewer, Viewer

JOB = "ledger_import"


@transaction.atomic
def ledger_upload(
    *, content: bytes, name: str, actor: Viewer, district_id: int, now: datetime
) -> ImportBatch:
    """Keep a ledger and say what would come of it; nothing becomes a case yet."""
    try:
        checked = ledger_check(content=content, district_id=district_id, today=local_date(now))
    except UnreadableSheet as error:
        raise GuardFailed([str(error)], {"table": [str(error)]}) from None
    if not checked.rows:
        reason = "表里没有一行数据。请看看表头下面有没有内容，或下载模板照着填。"
        raise GuardFailed([reason], {"table": [reason]})
    batch = ImportBatch.objects.create(
        district_id=district_id,
        kind="ledger",
        name=name[:200],
        made_by_id=actor.person_id,
        made_at=now,
        state="tried",
        summary={
            "rows": len(checked.rows),
            "good": len(checked.good),
            "refused": [[r.number, "；".join(r.problems)] for r in checked.bad][:500],
            "unknown": checked.unknown,
            "remarks": sum(bool(r.remarks) for r in checked.good),
        },
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
