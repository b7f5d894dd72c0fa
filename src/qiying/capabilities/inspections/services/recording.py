"""The checklist of an item, answered at the enterprise with the forms kit; the sheet is used as it was published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.inspections.models import Item
from qiying.capabilities.inspections.services.visit import InspectionExtras
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.forms.models import Form, FormVersion, Response
from qiying.kernel.forms.selectors import current_version
from qiying.kernel.forms.services import form_answer
from qiying.kernel.permissions.viewer import Viewer

WRONG = "不符合"
"""The answer of a checklist that counts as a problem."""


def checklist_of(item: Item) -> FormVersion | None:
    """Return the published checklist of an item, none while there is none."""
    form = Form.objects.filter(district_id=item.district_id, code=item.checklist).first()
    return current_version(form) if form else None


@transaction.atomic
def item_record(
    *, case: Case, item: Item, version: FormVersion, answers: Mapping[str, Any], key: str, actor: Viewer,
    now: datetime, session_key: str | None = None,
) -> Response:  # fmt: skip
    """Keep the answers of one checklist; the same key again changes nothing."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    response = form_answer(
        version=version, subject=f"case:{case.pk}", answers=answers, actor=actor, at=now, key=key,
        enterprise_id=row.enterprise_id, session_key=session_key,
    )  # fmt: skip
    if InspectionExtras.of(row).recorded.get(str(item.pk)) == response.pk:
        return response
    problems = sum(value == WRONG for value in response.answers.values())
    told = {"item_id": item.pk, "response_id": response.pk, "problems": problems}
    case_act(case=row, action="record", actor=actor, data=told, now=now, part_of="inspections.record")
    return response
