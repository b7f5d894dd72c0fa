"""Where choices of these procedures come from."""

from __future__ import annotations

from django.db.models import Q

from qiying.capabilities.handling.models import Partner
from qiying.capabilities.handling.services.agency import AgencyExtras
from qiying.capabilities.handling.services.common import BRANCH
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, ProcedureFace, choice_source, procedure_face
from qiying.kernel.organisations.selectors import in_force, unit_choices, units_with


def branches(context: CaseContext) -> Choices:
    """Return the branches of the centre."""
    own = set(units_with(context.case.district_id, BRANCH))
    return [(pk, name) for pk, name in unit_choices(context.case.district_id) if pk in own]


def partners(context: CaseContext) -> Choices:
    """Return the regions whose desk is here today; a partner's desk is offered its own."""
    rows = Partner.objects.filter(
        in_force(context.today), district_id=context.case.district_id, desk__is_active=True
    )
    if context.viewer.has_role("partner"):
        rows = rows.filter(Q(desk_id__in=context.viewer.unit_ids))
    return [(row.pk, str(row)) for row in rows]


def authority(context: CaseContext) -> Choices:
    """Return the single things an authority covers."""
    return [(line, line) for line in AgencyExtras.of(context.case).lines]


def categories(district_id: int) -> dict[str, str]:
    """Return what the categories of the centre's cases are called: where each came to, or from which region."""
    own = {"unaccepted": "中心接的", "branch": "行业分中心接的", "agency": "代办"}
    return own | {f"partner_{p.pk}": str(p) for p in Partner.objects.filter(district_id=district_id)}


choice_source("centre_branches", branches, kind="unit")
choice_source("centre_partners", partners)
choice_source("authority", authority)
choice_source("centre_categories", labels=categories)
for _code in ("unaccepted_matter", "agency", "remote_handling"):
    procedure_face(_code, ProcedureFace(categories="centre_categories"))
