"""Reads of questionnaires and answers; what a viewer may not see is not in the queryset."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from qiying.kernel.documents.subjects import subject_visible
from qiying.kernel.forms.models import Form, FormVersion, Response
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import Viewer


def forms_editable_by(viewer: Viewer) -> QuerySet[Form]:
    """Return the questionnaires of the viewer's units and of those below them."""
    return _of_units(viewer, "forms.edit")


def forms_answered_to(viewer: Viewer) -> QuerySet[Form]:
    """Return the questionnaires whose own answers the viewer may read."""
    return _of_units(viewer, "forms.responses")


def forms_visible_to(viewer: Viewer) -> QuerySet[Form]:
    """Return those the viewer edits, and what is published in his district."""
    rows = Form.objects.select_related("unit", "changed_by")
    if viewer.is_system:
        return rows if viewer.district_id is None else rows.filter(district_id=viewer.district_id)
    seen = Q(pk__in=forms_editable_by(viewer).values("pk"))
    if viewer.has("forms.view"):
        published = Exists(FormVersion.objects.filter(form_id=OuterRef("pk")))
        seen |= Q(published, is_listed=True, district_id=viewer.district_id or 0)
    return rows.filter(seen)


def forms_open_to(viewer: Viewer) -> QuerySet[Form]:
    """Return the questionnaires in use that the viewer may answer for themselves."""
    return Form.objects.filter(district_id=viewer.district_id or 0, is_open=True, ended_at=None)


def current_version(form: Form) -> FormVersion | None:
    """Return the version that is asked now: the last one, unless the form is out of use."""
    return form.versions.order_by("-number").first() if form.ended_at is None else None


def responses_to(subject: str) -> QuerySet[Response]:
    """Return what was handed in for a subject, newest first; the caller has checked who asks."""
    return Response.objects.filter(subject=subject).select_related("version").order_by("-pk")


def responses_visible_to(viewer: Viewer, subject: str) -> QuerySet[Response]:
    """Return what was handed in for a subject, if its owner lets the viewer see internal files of it."""
    rows = responses_to(subject)
    return rows if subject_visible(viewer, subject, "internal") else rows.none()


def answers_readable(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell whether answers to a form itself, and files in them, may be read."""
    number = subject.partition(":")[2]
    return number.isdigit() and forms_answered_to(viewer).filter(pk=int(number)).exists()


def _of_units(viewer: Viewer, code: str) -> QuerySet[Form]:
    if viewer.is_system:
        return Form.objects.all()
    if not viewer.has(code):
        return Form.objects.none()
    below = Q(pk=0)
    for one in viewer.memberships:
        below |= Q(path__startswith=one.path)
    here = {"unit__in": Unit.objects.filter(below), "district_id": viewer.district_id or 0}
    return Form.objects.filter(is_listed=True, **here)
