"""Reads of applications and batches; what a viewer takes no part in is not there."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.approvals.models import Application, Batch
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.documents.models import Certificate
from qiying.kernel.permissions.viewer import Viewer


def batches_visible_to(viewer: Viewer) -> QuerySet[Batch]:
    """Return the batches of the district in which the viewer's offices take part, newest first."""
    rows = Batch.objects.filter(district_id=viewer.district_id or 0).select_related("bundle", "unit")
    if viewer.has("approvals.take_in") or viewer.has_role("supervisor") or viewer.has_role("district_leader"):
        return rows
    if not viewer.has("approvals.applications"):
        return rows.none()
    mine = Application.objects.filter(case__lead_unit_id__in=viewer.unit_ids, batch__isnull=False)
    return rows.filter(pk__in=mine.values("batch_id"))


def batches_counted(rows: QuerySet[Batch]) -> QuerySet[Batch]:
    """Return batches with how many merchants each has and how many are done; one query."""
    whole = Q(applications__case__parent=None)
    return rows.annotate(
        merchants=Count("applications", filter=whole),
        done=Count("applications", filter=whole & Q(applications__case__is_open=False)),
    )


def batch_applications(batch: Batch) -> list[tuple[Application, list[Application]]]:
    """Return the merchants of a batch, each with its parts; one query."""
    rows = batch.applications.select_related("case__lead_unit", "case__parent", "enterprise").order_by("pk")
    parts: dict[int | None, list[Application]] = {}
    for row in rows:
        parts.setdefault(row.case.parent_id, []).append(row)
    return [(whole, parts.get(whole.case_id, [])) for whole in parts.get(None, [])]


def batch_waiting(viewer: Viewer, batch: Batch) -> int:
    """Return how many parts of a batch wait for the viewer's units."""
    rows = Case.objects.filter(approval__batch=batch, lead_unit_id__in=viewer.unit_ids, parent__isnull=False)
    return rows.filter(state__in=("reviewing", "deciding")).count()


def commitments_to_check(viewer: Viewer) -> QuerySet[Application]:
    """Return what was granted on a commitment and has still to be looked at by the viewer's units."""
    rows = Application.objects.filter(check_by__isnull=False, case__lead_unit_id__in=viewer.unit_ids)
    return rows.select_related("case__lead_unit")


def certificates_of(case: Case) -> list[Certificate]:
    """Return what a case and its parts issued, oldest first; the caller has checked who asks."""
    ids = [case.pk, *Case.objects.filter(parent_id=case.pk).values_list("pk", flat=True)]
    return list(Certificate.objects.select_related("replaced_by").filter(case_id__in=ids).order_by("pk"))


def own_open(viewer: Viewer, bundle_code: str) -> Case | None:
    """Return the viewer's open application for a bundle, if there is one: it is gone on with, not begun again."""
    mine = cases_visible_to(viewer, roles=("asker",)).filter(is_open=True, parent=None)
    return mine.filter(approval__bundle__code=bundle_code).order_by("-pk").first()
