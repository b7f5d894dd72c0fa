"""People of a task's unit and tasks that may be waited for, as choices of acts."""

from qiying.capabilities.programmes.rules import PROCEDURE
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.selectors import people_of


def people(context: CaseContext) -> Choices:
    """Return the people of the duty unit."""
    unit = context.case.lead_unit_id
    rows = people_of(unit, context.today) if unit else []
    return list({m.person_id: (m.person_id, m.person.name) for m in rows}.values())


def waitable(context: CaseContext) -> Choices:
    """Return the open tasks that the viewer's unit judges, without the one at hand."""
    keys = [k for k in context.viewer.keys if k[0] == "u"]
    rows = Case.objects.filter(
        procedure=PROCEDURE, is_open=True, parties__key__in=keys, parties__role="judge"
    )
    found = rows.exclude(pk=context.case.pk).order_by("-pk").values_list("number", "title")[:200]
    return [(number, f"{number} {title}") for number, title in found]


choice_source("task_people", people, kind="person")
choice_source("tasks_waitable", waitable)
