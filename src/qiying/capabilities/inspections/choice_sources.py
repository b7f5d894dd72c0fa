"""Published items and certified officers as choices of acts."""

from collections.abc import Callable

from qiying.capabilities.inspections.models import Item, Officer
from qiying.capabilities.inspections.selectors import inspection_of, items_on, officers_on
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source


def items(context: CaseContext) -> Choices:
    """Return what the viewer's body may inspect today; within a case the items of the visit."""
    one = inspection_of(context.case)
    if one is not None:
        return [(i.pk, str(i)) for i in one.items.all()]
    rows = items_on(context.case.district_id, context.today).filter(body__unit_id__in=context.viewer.unit_ids)
    return [(i.pk, i.name) for i in rows]


def officers(context: CaseContext) -> Choices:
    """Return the viewer's colleagues whose certificate holds today."""
    rows = officers_on(context.case.district_id, context.today)
    return [(o.pk, str(o)) for o in rows.filter(body__unit_id__in=context.viewer.unit_ids)]


def labels(kind: type[Item | Officer], name: str) -> Callable[[int], dict[str, str]]:
    """Return what names the rows of a district by their ids."""

    def named(district_id: int) -> dict[str, str]:
        rows = kind._default_manager.filter(district_id=district_id).values_list("pk", name)
        return {str(pk): words for pk, words in rows}

    return named


choice_source("inspection_items", items, labels=labels(Item, "name"))
choice_source("inspection_officers", officers, labels=labels(Officer, "person__name"))
