"""Answer templates of a unit: those it keeps, and those that fit a case it answers."""

from __future__ import annotations

from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, QuerySet, Value, When

from qiying.capabilities.service_requests.models import AnswerTemplate
from qiying.kernel.cases.models import Assignment, Case
from qiying.kernel.permissions.viewer import Viewer

ENDED = (Assignment.State.RETURNED, Assignment.State.ENDED)


def templates_of(unit_ids: list[int]) -> QuerySet[AnswerTemplate]:
    """Return the templates of units, those in use first."""
    return AnswerTemplate.objects.filter(unit_id__in=unit_ids).order_by(
        "-is_active", "category", "name", "pk"
    )


def templates_for(case: Case, viewer: Viewer) -> QuerySet[AnswerTemplate]:
    """Return the templates of the viewer's units that have a part in a case; those of its category first."""
    parts = Assignment.objects.filter(case=case, unit_id__in=viewer.unit_ids).exclude(state__in=ENDED)
    exact = Choose(When(category="", then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = AnswerTemplate.objects.filter(is_active=True, unit_id__in=parts.values("unit_id"))
    return (
        rows.filter(Q(category=case.category) | Q(category=""))
        .annotate(general=exact)
        .order_by("general", "name")
    )
