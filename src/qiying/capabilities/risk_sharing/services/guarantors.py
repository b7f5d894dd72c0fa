"""The register of guarantors: capital, net assets, who controls it; the limits of the law follow from these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.risk_sharing.models import Guarantor
from qiying.capabilities.risk_sharing.rules.law import CAPITAL_LEAST, WAN, yuan
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.services import record_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require


@transaction.atomic
def guarantor_keep(
    *, actor: Viewer, row: Guarantor | None, values: Mapping[str, Any], now: datetime
) -> Guarantor:
    """Enter a guarantor or change what it owns; balances are the ledger's alone and never touched here."""
    require(actor, "risk.keep")
    district = actor.district_id or 0
    unit = (
        row.unit
        if row is not None
        else Unit.objects.filter(pk=values["unit"] or 0, district_id=district).first()
    )
    paid_in, net = (int(values[name] * WAN) for name in ("paid_in", "net_assets"))
    faults: dict[str, list[str]] = {}
    if unit is None:
        faults["unit"] = ["本区没有这个单位"]
    elif row is None and Guarantor.objects.filter(unit=unit).exists():
        faults["unit"] = ["这家登记过了，到它那一行去改"]
    if paid_in < CAPITAL_LEAST:
        faults["paid_in"] = [f"实缴资本不低于 {yuan(CAPITAL_LEAST)}（条例第七条）"]
    if net <= 0:
        faults["net_assets"] = ["净资产要大于 0"]
    if values["net_assets_on"] > local_date(now):
        faults["net_assets_on"] = ["不能在今天以后"]
    names = [n.strip() for n in values["owners"].replace("\n", "、").split("、") if n.strip()][:20]
    owners = list(Enterprise.objects.filter(district_id=district, name__in=names))
    if lost := sorted(set(names) - {e.name for e in owners}):
        faults["owners"] = [f"本区没有这家企业：{'、'.join(lost)}"]
    refuse(faults)
    assert unit is not None
    told = {
        "licence": values["licence"], "paid_in_fen": paid_in, "net_assets_fen": net,
        "net_assets_on": values["net_assets_on"], "is_mainly_small": values["is_mainly_small"],
    }  # fmt: skip
    if row is None:
        row = Guarantor.objects.create(district_id=district, unit=unit, **told)
    else:
        Guarantor.objects.filter(pk=row.pk).update(**told)
        row.refresh_from_db()
    row.owners.set(owners)
    data = {
        "licence": row.licence,
        "net_assets": yuan(net),
        "on": row.net_assets_on.isoformat(),
        "owners": "、".join(names),
    }
    record_act(actor=actor, action="risk.guarantor_keep", subject=row.subject, data=data, at=now)
    return row
