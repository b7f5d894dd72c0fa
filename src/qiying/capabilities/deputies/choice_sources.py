"""The deputies of the district as choices of acts."""

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import people_with_role


def deputies(context: CaseContext) -> Choices:
    """Return the district's deputies today."""
    units = Unit.objects.filter(district_id=context.case.district_id).values_list("pk", flat=True)
    rows = people_with_role(units, ("deputy",), context.today)
    return list({m.person_id: (m.person_id, m.person.name) for m in rows}.values())


choice_source("deputies", deputies, kind="person")
