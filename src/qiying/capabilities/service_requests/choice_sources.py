"""What the generic case pages need to know of service requests: categories, writing panels, what askers read."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from qiying.capabilities.service_requests.selectors import category_names
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, ProcedureFace, choice_source, procedure_face
from qiying.kernel.cases.models import Intake, Verdict
from qiying.kernel.permissions.viewer import Viewer


def categories(context: CaseContext) -> Choices:
    """Return the district's categories in their order."""
    return list(category_names(context.case.district_id).items())


def category_labels(district_id: int) -> Mapping[str, str]:
    return category_names(district_id)


def waits_not(viewer: Viewer) -> Q:
    """An answered suggestion waits for the desk's conclusion; who judged the answer waits for others who asked."""
    own = Q(
        intake_id__in=Intake.objects.filter(
            Q(person_id=viewer.person_id) | Q(enterprise_id__in=viewer.enterprise_ids)
        )
    )
    said = Verdict.objects.filter(own, case=OuterRef("case_id"), given_on__gte=OuterRef("case__answered_on"))
    answered = Q(role="asker", case__procedure="service_request", case__state="answered")
    return answered & (~Q(case__kind="problem") | Q(Exists(said)))


choice_source("categories", categories, labels=category_labels)
procedure_face(
    "service_request",
    ProcedureFace(
        write_panels=(
            "answer",
            "ask_answer",
            "co_answer",
            "answer_on_spot",
            "interim_reply",
            "note",
            "request_material",
        ),
        bulk_actions=("take", "assign", "urge", "set_handler"),
        opening_url=lambda: reverse("service_requests:say"),
        waits_not=waits_not,
    ),
)
