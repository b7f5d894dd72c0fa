"""Erasing personal values of a case: values and salts go, commitments stay, the case says that it happened.

Titles are written by people and stand in the chain as they are; the desk keeps personal matters out of them.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from qiying.kernel.audit.personal import personal_erase, refs_in
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, CaseEvent, CaseIntake
from qiying.kernel.cases.reading import case_reading
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.services import document_erase
from qiying.kernel.notices.services import notices_forget
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require, system_viewer
from qiying.kernel.search.services import index_put, index_remove

CONTACTS, EVERYTHING = "contacts", "everything"
SCOPES = {
    CONTACTS: "联系人和电话",
    EVERYTHING: "联系人、电话、原话、评价、联系记录里的话、来件人交的文件和消息",
}


def personal_refs(case: Case, scope: str) -> list[str]:
    """Return the references of a case's personal values: contacts alone, or everything that was said."""
    links = CaseIntake.objects.filter(case=case).select_related("intake")
    refs: list[str] = []
    for link in links:
        refs += [link.intake.contact_name_ref, link.intake.contact_phone_ref]
        if scope == EVERYTHING:
            refs.append(link.intake.body_ref)
    for data in map(json.loads, CaseEvent.objects.filter(case=case).values_list("data", flat=True)):
        refs += refs_in([data["input"] if scope == EVERYTHING else {}, data.get("was", {})])
    return list(dict.fromkeys(r for r in refs if r))


@transaction.atomic
def case_personal_erase(*, case: Case, scope: str, reason: str, actor: Viewer, at: datetime) -> int:
    """Erase personal values of a case and note it in its chain; return how many values went.

    Raises: `NotPermitted`, `GuardFailed` without a legal basis or for another district's case.
    """
    require(actor, "cases.erase")
    if case.district_id != actor.district_id:
        raise NotPermitted("这件不在您的区县")
    if scope not in SCOPES:
        raise GuardFailed(["请选删除哪些"], {"scope": ["请选删除哪些"]})
    refs = personal_refs(case, scope)
    count = personal_erase(refs=refs, actor=actor, reason=reason, at=at, district_id=case.district_id)
    if scope == EVERYTHING:
        count += _files_erase(case, actor, reason, at)
        notices_forget(subject=f"case:{case.number}")
    if count:
        data = {"scope": SCOPES[scope], "reason": reason, "count": count}
        case_act(case=case, action="erased", actor=system_viewer("worker"), data=data, now=at)
    if scope == EVERYTHING:
        index_remove("case", case.pk, erase=True)
        index_put(
            kind="case",
            object_id=case.pk,
            district_id=case.district_id,
            text=f"{case.number}\n{case.title}",
            level=case.confidentiality,
            at=at,
        )
    return count


def _files_erase(case: Case, actor: Viewer, reason: str, at: datetime) -> int:
    """Destroy what the case's askers brought; letters and the offices' own files stay."""
    brought = case_reading(case, system_viewer("worker"), at).brought_by_askers
    found = list(Document.objects.filter(pk__in=brought, erased_at__isnull=True))
    for document in found:
        document_erase(document=document, actor=actor, reason=reason, at=at)
    return len(found)
