"""The leaders who may be given a law-duty report, as choices of acts."""

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import people_with_role


def leaders(context: CaseContext) -> Choices:
    """Return the district's leaders today."""
    units = Unit.objects.filter(district_id=context.case.district_id).values_list("pk", flat=True)
    rows = people_with_role(units, ("leader", "district_leader"), context.today)
    return list({m.person_id: (m.person_id, m.person.name) for m in rows}.values())


choice_source("leaders_of_units", leaders, kind="person")
