"""Where choices of the congress's procedures come from."""

from __future__ import annotations

from qiying.capabilities.oversight.models import RouteList
from qiying.capabilities.oversight.selectors.basis import article_choices
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.organisations.selectors import in_force


def articles(context: CaseContext) -> Choices:
    return article_choices(context.viewer, context.today)


def route_lists(context: CaseContext) -> Choices:
    """Return the lists in use, each with its route."""
    rows = RouteList.objects.filter(in_force(context.today), district_id=context.case.district_id)
    return [(r.pk, f"{r.name}（{r.get_route_display()}）：{r.about[:40]}") for r in rows]


choice_source("route_lists", route_lists)
choice_source("articles", articles)
