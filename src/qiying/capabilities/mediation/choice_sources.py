"""Bodies, firms of the district by name, mediators, free rooms, sittings and duties as choices of acts."""

from qiying.capabilities.mediation.models import Mediator
from qiying.capabilities.mediation.selectors import bodies_on, mediators_on
from qiying.capabilities.mediation.services.common import row_in
from qiying.capabilities.mediation.services.mediating import rooms, sittings
from qiying.capabilities.mediation.services.settling import open_duties
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_found

FOUND, LEAST = 8, 4


def bodies(context: CaseContext) -> Choices:
    """Return the bodies that mediate, with what each costs."""
    rows = bodies_on(context.case.district_id, context.today)
    return [(b.pk, b.label) for b in rows]


def firms(context: CaseContext, text: str) -> Choices:
    """Return firms of the district by most of a name or a whole code: what is public of any firm, nothing else."""
    if len(text.strip()) < LEAST:
        return []
    rows = enterprises_found(Enterprise.objects.filter(district_id=context.case.district_id), text)
    return [
        (e.pk, e.name) for e in rows.exclude(pk__in=context.viewer.enterprise_ids).order_by("name")[:FOUND]
    ]


def mediators(context: CaseContext) -> Choices:
    """Return the body's mediators, those of the field first."""
    row = row_in(context)
    return [(m.pk, str(m)) for m in mediators_on(row.body_id, context.today, row.kind)]


choice_source("mediation_bodies", bodies)
choice_source("mediation_firms", search=firms)


def named(district_id: int) -> dict[str, str]:
    """Return the mediators' names by their number."""
    return {
        str(pk): name
        for pk, name in Mediator.objects.filter(district_id=district_id).values_list("pk", "name")
    }


choice_source("mediators", mediators, labels=named)
choice_source("mediation_rooms", rooms)
choice_source("mediation_sittings", sittings)
choice_source("mediation_duties", open_duties)
