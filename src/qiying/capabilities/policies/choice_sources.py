"""What the generic case pages need to know of applications: objections, writing panels, what askers read."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q

from qiying.capabilities.policies.models import Objection, Theme
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, ProcedureFace, choice_source, procedure_face
from qiying.kernel.cases.models import CaseEvent
from qiying.kernel.permissions.viewer import Viewer


def objections(context: CaseContext) -> Choices:
    """Return the undecided objections by number with their first words."""
    rows = list(
        Objection.objects.filter(application__case_id=context.case.pk, decided_at__isnull=True).order_by("no")
    )
    texts = personal_get([r.text_ref for r in rows])
    return [(r.no, f"第 {r.no} 条：{(texts.get(r.text_ref) or '（已依法删除）')[:40]}") for r in rows]


def theme_labels(district_id: int) -> Mapping[str, str]:
    """Return the themes of policies, which are the categories of applications."""
    return {str(code): str(label) for code, label in Theme.choices}


def waits_not(viewer: Viewer) -> Q:
    """Who accepted or reviewed an application does not approve it: it waits for another (law 6)."""
    hands = ("accept", "review", "propose_refusal", "apply")
    prepared = CaseEvent.objects.filter(case=OuterRef("case_id"), actor_id=viewer.person_id, action__in=hands)
    return Q(role="lead", case__procedure="policy_application", case__state="approving") & Q(Exists(prepared))


choice_source("policy_objections", objections)
choice_source("policy_themes", labels=theme_labels)
procedure_face(
    "policy_application",
    ProcedureFace(
        write_panels=("opinion", "review"),
        categories="policy_themes",
        bulk_actions=("accept",),
        waits_not=waits_not,
    ),
)
