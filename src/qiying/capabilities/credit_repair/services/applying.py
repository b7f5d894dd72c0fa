"""Applying for a repair, or objecting to a record: checked whole, opened once, told to the one window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404

from qiying.capabilities.credit_repair.models import CreditRecord
from qiying.capabilities.credit_repair.rules.standing import day
from qiying.capabilities.credit_repair.selectors import (
    PROCEDURE,
    false_material,
    records_visible_to,
    restructurings_of,
    window_of,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer

MATTERS = {"repair": "修复", "objection": "异议"}
WAYS = {"proof": "交履行完毕的证明", "promise": "先承诺，证明以后再查"}
OBJECTION_LEAST = 10


@transaction.atomic
def application_submit(
    *,
    record: CreditRecord,
    actor: Viewer,
    data: Mapping[str, Any],
    now: datetime,
    session_key: str | None = None,
) -> Case:
    """Open the application for a record and return its case; the same form sent twice is one.

    Raises: `NotPermitted`; `GuardFailed` with every reason by field, naming the case that is under way.
    """
    row = (
        CreditRecord.objects.select_for_update(of=("self",)).select_related("unit", "case").get(pk=record.pk)
    )
    is_own = row.enterprise_id in actor.enterprise_ids
    if not is_own and not (actor.has("credit.counter") and actor.district_id == row.district_id):
        raise NotPermitted("只有企业自己的专员，或者信用窗口，可以替这家企业申请")
    token = str(data.get("token") or "")
    if row.case is not None and token and row.case.extras.get("token") == token:
        return row.case
    if row.case is not None and row.case.is_open:
        raise GuardFailed([f"这条记录已经有一件在办：{row.case.number}"], earlier=row.case.number)
    refuse(_wrong(row, data, now))
    given = {
        n: data[n] for n in ("matter", "way", "duty_done", "commitment", "text", "documents") if n in data
    }
    row.case = case_open(
        procedure=PROCEDURE,
        actor=actor,
        data={**given, "record_id": row.pk},
        now=now,
        district_id=row.district_id,
        extras={"record": row.pk, "token": token, "is_online": is_own, "complete_at": now.isoformat()},
        session_key=session_key,
    )
    row.save(update_fields=["case"])
    return row.case


def _wrong(row: CreditRecord, data: Mapping[str, Any], now: datetime) -> dict[str, list[str]]:
    """Return what speaks against an application, by field; the four conditions of the law for a repair."""
    today = local_date(now)
    if window_of(row.district_id) is None:
        return {"record_id": ["本区还没有信用窗口，请打 12345"]}
    if data.get("matter") == "objection":
        is_short = len(str(data.get("text") or "").strip()) < OBJECTION_LEAST
        fields = {"text": [f"请写清楚哪里不对，至少 {OBJECTION_LEAST} 个字"]} if is_short else {}
        if row.unit_id is None or row.state != CreditRecord.State.PUBLISHED:
            fields["record_id"] = [f"请向{row.who}提异议" if row.unit_id is None else "这条记录已经不公示了"]
        return fields
    fields = {}
    standing = row.standing(restructurings_of([row.enterprise_id]).get(row.enterprise_id), today)
    if not standing.may_apply:
        fields["record_id"] = [standing.why]
    if not data.get("duty_done"):
        fields["duty_done"] = ["义务履行完、行为纠正了才能修复，请先履行，再勾选"]
    if not data.get("commitment"):
        fields["commitment"] = ["请读完承诺书再勾选：修复要公开承诺守信"]
    if data.get("way") == "promise":
        found = false_material(row.enterprise_id, today)
        if found is not None:
            fields["way"] = [f"交过虚假材料，到{day(found.until_on)}以前不能先承诺，请交证明"]
    elif not data.get("documents"):
        fields["documents"] = ["请传履行完毕的证明，例如缴款凭证、整改验收单"]
    return fields


def opening_whole(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """Apply as a client asks for it by the procedure's name."""
    record = records_visible_to(actor).filter(pk=data.record_id, district_id=district_id).first()
    if record is None:
        raise Http404("没有这条记录，或者您看不到它")
    return application_submit(
        record=record, actor=actor, data=data.model_dump(), now=now, session_key=session_key
    )
