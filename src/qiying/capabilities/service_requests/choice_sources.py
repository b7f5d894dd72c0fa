"""What the generic case pages need to know of service requests: categories, writing panels, what askers read."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import NoReverseMatch, reverse

from qiying.capabilities.service_requests.selectors import category_names
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, ProcedureFace, choice_source, procedure_face
from qiying.kernel.cases.models import Case


def categories(context: CaseContext) -> Choices:
    """Return the district's categories in their order."""
    return list(category_names(context.case.district_id).items())


def category_labels(district_id: int) -> Mapping[str, str]:
    return category_names(district_id)


def asker_url(case: Case) -> str:
    """Return the phone page of a request, empty where it is not mounted."""
    try:
        return reverse("service_requests:request", args=[case.number])
    except NoReverseMatch:
        return ""


choice_source("categories", categories, labels=category_labels)
procedure_face(
    "service_request",
    ProcedureFace(
        asker_sees=frozenset({"interim_reply", "contact", "add_co", "decide_extension"}),
        asker_never_sees=frozenset({"note", "correct", "decide_decline", "decide_unconfirmed"}),
        write_panels=("answer", "co_answer", "answer_on_spot", "interim_reply", "note", "request_material"),
        bulk_actions=("take", "urge", "set_handler"),
        asker_url=asker_url,
        letters=("assign", "co", "urge", "answer"),
    ),
)
