"""What stands on the pages and homes of applications beyond what the machine says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from qiying.capabilities.approvals.models import Application
from qiying.capabilities.approvals.selectors import certificates_of, commitments_to_check
from qiying.capabilities.approvals.services.common import BUNDLE, ITEM
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, Panel, asker_face
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import open_cases_of
from qiying.kernel.cases.views.asker_door import Door
from qiying.kernel.documents.certificates import standing
from qiying.kernel.organisations.offers import Tile, offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

OFFICE = ("desk", "supervisor", "district_leader", "liaison", "leader", "handler")


def _results(case: Case, today: date) -> list[dict[str, object]]:
    return [
        {"row": row, "words": dict(row.fields).get("事项") or row.title, "standing": standing(row, today)}
        for row in certificates_of(case)
    ]


def application_panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what was filled in, what was issued, the visit and the escort, beside the case."""
    if case.procedure not in {ITEM, BUNDLE}:
        return None
    row = Application.objects.select_related("response__version", "bundle").filter(case=case).first()
    if row is None:
        return None
    plan, visit = case.extras.get("plan", {}), case.extras.get("visit") or {}
    context = {
        "application": row,
        "plan": plan,
        "results": _results(case, today),
        "visit": visit,
        "visit_days": [
            date.fromisoformat(d) for d in ([visit["on"]] if visit.get("on") else visit.get("options", []))
        ],
        "escort": case.extras.get("escort"),
        "is_committed": case.extras.get("is_committed"),
        "check_by": row.check_by,
        "late_because": case.extras.get("late_because", ""),
        "lost": [p["name"] for p in plan.get("parts", ()) if p["code"] in case.extras.get("lost", ())],
        "today": today,
    }
    return Tile("approvals/_application.html", context)


def results_first(door: Door, file: CaseFile) -> Sequence[Panel]:
    """Return what was issued, at the head of the asker's page."""
    found = _results(file.case, file.context.today)
    return [Panel("approvals/_results.html", {"results": found}, "head")] if found else []


def _check(row: Application) -> Item:
    url = reverse("cases:case", args=[row.case.number])
    return Item(f"{row.case.title}：{row.holder}", url, row.holder, "核查承诺", row.check_by)


def checks(viewer: Viewer, today: date) -> Source | None:
    """Return the commitments that the viewer's unit has still to look at, by their last day."""
    if not viewer.unit_ids or not viewer.has("approvals.applications"):
        return None
    return Source(commitments_to_check(viewer), _check, day="check_by", order=("check_by", "pk"))


def _visit(row: Case) -> Item:
    return Item(
        row.title, reverse("cases:case", args=[row.number]), "", "请说哪天可以踏勘", None, row.received_on
    )


def visits(viewer: Viewer, today: date) -> Source | None:
    """Return the joint visits for which somebody waits for the viewer's days."""
    parts = open_cases_of(viewer).filter(case=OuterRef("pk"))
    wants = Q()
    if viewer.enterprise_ids or viewer.person_id is not None:
        wants |= Q(Exists(parts.filter(role="asker")), extras__visit__waits__has_key="asker")
    for key in sorted(f"u:{unit_id}" for unit_id in viewer.unit_ids):
        wants |= Q(Exists(parts.filter(key=key)), extras__visit__waits__has_key=key)
    if not wants:
        return None
    rows = Case.objects.filter(wants, procedure=BUNDLE, state="going", is_open=True)
    all_of_them = "" if viewer.memberships else reverse("mine:cases")
    return Source(rows, _visit, all_of_them, order=("received_on", "pk"))


ACTS = {
    "give_material": AskerAct(label="补齐材料", submit="补好了", done="补上了，接着办。"),
    "answer_visit": AskerAct(
        label="哪天来看现场方便",
        submit="就这几天",
        why="几个部门一起来一次，不用分头等。",
        done="记下了。",
        is_open=True,
    ),
    "appeal": AskerAct(label="不服，申请复核", submit="申请复核", done="交给督查部门了。"),
    "withdraw": AskerAct(label="不办了，撤回", submit="撤回", confirm="撤回以后各项一起停，确定吗？"),
}


def register() -> None:
    """Register everything once; called from `offers.py`."""
    for procedure in (ITEM, BUNDLE):
        asker_face(procedure, AskerFace(acts=ACTS, panels=results_first))
    case_panel("application", application_panel)
    declare_waiting("commitments", "等您核查的承诺", checks, order=42)
    declare_waiting("joint_visits", "等您定踏勘的日子", visits, order=41)
    offer_nav("batches", "批量受理", "approvals:batches", OFFICE, 27, group="service")
