"""Items as choices of acts and forms, by the name every capability may use."""

from __future__ import annotations

from qiying.capabilities.catalogue.selectors import items_in_force
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source


def service_items(context: CaseContext) -> Choices:
    """Return the items in force today by name."""
    rows = items_in_force(context.case.district_id, context.today).order_by("name")
    return list(rows.values_list("pk", "name"))


choice_source("service_items", service_items)
