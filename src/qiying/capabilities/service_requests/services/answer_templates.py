"""Words a unit uses again: its liaison or leader keeps them, whoever answers may start from them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.capabilities.service_requests.models import AnswerTemplate
from qiying.capabilities.service_requests.selectors import category_codes
from qiying.kernel.audit.services import record_act
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require

KEEPERS = frozenset({"liaison", "leader"})


def kept_units(viewer: Viewer) -> list[int]:
    """Return the units whose templates somebody keeps."""
    return sorted({m.unit_id for m in viewer.memberships if m.role in KEEPERS})


@transaction.atomic
def answer_template_save(
    *,
    actor: Viewer,
    unit_id: int,
    name: str,
    text: str,
    category: str,
    is_active: bool,
    now: datetime,
    template: AnswerTemplate | None = None,
) -> AnswerTemplate:
    """Write or change a template of one's unit; raise `NotPermitted` for another's, `GuardFailed` with reasons."""
    require(actor, "service_requests.answer_templates")
    if unit_id not in kept_units(actor) or (template and template.unit_id not in kept_units(actor)):
        raise NotPermitted("只能管本单位的答复模板")
    unit = Unit.objects.get(pk=unit_id)
    _check(unit, name, text, category, template)
    row = template or AnswerTemplate()
    before = row.text if row.pk else ""
    row.unit, row.name, row.text = unit, name.strip(), text.strip()
    row.category, row.is_active = category, is_active
    row.save()
    record_act(
        actor=actor,
        action="answer_template_saved",
        subject=f"answer_template:{row.pk}",
        data={"name": row.name, "before": before, "after": row.text if is_active else "停用"},
        at=now,
        district_id=unit.district_id,
    )
    return row


def _check(unit: Unit, name: str, text: str, category: str, template: AnswerTemplate | None) -> None:
    fields: dict[str, list[str]] = {}
    if len(name.strip()) < 2:
        fields["name"] = ["起个名字，至少 2 个字"]
    if len(text.strip()) < 10:
        fields["text"] = ["至少写 10 个字，少了不成答复"]
    if category and category not in category_codes(unit.district_id):
        fields["category"] = ["没有这个类别，请从列表里选"]
    same = AnswerTemplate.objects.filter(unit=unit, name=name.strip(), is_active=True)
    if template and template.pk:
        same = same.exclude(pk=template.pk)
    if same.exists():
        fields["name"] = ["本单位已有同名的模板，请换个名字"]
    refuse(fields)
