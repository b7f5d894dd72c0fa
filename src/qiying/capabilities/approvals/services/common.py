"""What acts of items and of bundles share: who takes part, how each side is told, certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.intaking import asker_keys, search_text
from qiying.kernel.documents.certificates import issue_certificate, revoke_certificate
from qiying.kernel.documents.models import Certificate
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with

ITEM, BUNDLE = "item_application", "bundle_application"


def plan_of(context: Any) -> Mapping[str, Any]:
    """Return what was applied for as it then was."""
    found: Mapping[str, Any] = context.case.extras.get("plan") or {}
    return found


def begin(act: Act, kind: str) -> None:
    """Name the case and let the desk and the supervisors take part."""
    plan = plan_of(act)
    act.set(
        title=act.data.title, kind=kind, enterprise_id=act.data.enterprise_id, lead_unit_id=plan["unit_id"]
    )
    for role in ("desk", "supervision"):
        for unit_id in units_with(act.case.district_id, role):
            act.party_add(f"u:{unit_id}", role)
    act.index_text = "\n".join([search_text(act), plan["holder"], plan.get("place") or ""])
    act.count("received", unit_id=plan["unit_id"])
    is_online = act.data.way == "online"
    if is_online:
        act.count("online", unit_id=plan["unit_id"])
    if plan.get("is_sole_trader"):
        act.count("sole_trader")
        if is_online:
            act.count("sole_trader_online")


def tell_asker(act: Act, template: str, **context: Any) -> None:
    """Tell who asked; of a part only its whole tells, so that nobody gets six messages for one thing."""
    if act.case.parent_id is None:
        for key in asker_keys(act):
            act.notify(template, key, **context)


def certify(
    act: Act,
    kind: str,
    fields: Mapping[str, str],
    unit_id: int | None,
    valid_until: date | None = None,
    *,
    enterprise: Enterprise | None = None,
) -> Certificate:
    """Issue the result as a certificate that anybody can verify, to who asked or to the enterprise founded by it."""
    return issue_certificate(
        kind,
        holder=plan_of(act)["holder"],
        enterprise=enterprise or act.case.enterprise,
        case=act.case,
        fields={k: v for k, v in fields.items() if v},
        by=act.viewer,
        now=act.now,
        valid_until=valid_until,
        unit=Unit.objects.filter(pk=unit_id or 0).first(),
    )


def certificates_end(act: Act, reason: str) -> None:
    """Revoke what this case issued and still holds."""
    for row in Certificate.objects.filter(case_id=act.case.pk, revoked_at=None, replaced_by=None):
        revoke_certificate(row, reason=reason, by=act.viewer, now=act.now)


def count_in_time(act: Act, kind: str) -> None:
    """Count the end of the promised limit: in time or late; one that never ran is not counted."""
    clock = next((c for c in reversed(act.clocks) if c.kind == kind), None)
    if clock is not None and clock.result in {"met", "breached"}:
        act.count("in_time" if clock.result == "met" else "late")
