"""Where programmes stand: the navigation, what waits for who writes off, beside every task."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from qiying.capabilities.programmes.models import LookBack, Node
from qiying.capabilities.programmes.rules import PROCEDURE
from qiying.capabilities.programmes.selectors import look_backs_due
from qiying.capabilities.programmes.services.tasks import OUTLOOKS, TaskExtras, waits_of
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading_lists import cases_opened
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.offers import Tile, offer_nav, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

offer_nav(
    "programmes",
    "任务清单",
    "programmes:programmes",
    ("handler", "liaison", "leader", "desk", "supervisor", "district_leader", "deputy", "discipline"),
    30,
    group="watch",
)


def _item(row: LookBack) -> Item:
    unit = row.task.lead_unit.label if row.task.lead_unit else ""
    return Item(row.task.title, reverse("cases:case", args=[row.task.number]), unit, "回头看", row.due_on)


def waiting(viewer: Viewer, today: date) -> Source | None:
    """Return the tasks that the viewer's unit wrote off and has to test again."""
    if not viewer.memberships or not viewer.has("programmes.view"):
        return None
    rows = look_backs_due(viewer, today)
    return Source(
        rows, _item, reverse("programmes:tasks") + "?show=done", day="due_on", order=("due_on", "pk")
    )


declare_waiting("look_backs", "任务回头看", waiting, order=45)


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what a task is to show, where it comes from, what it waits for and what waits for it."""
    if case.procedure != PROCEDURE:
        return None
    extras = TaskExtras.of(case)
    before, after = waits_of(case)
    node = Node.objects.select_related("edition__programme").filter(task=case).last() if extras.node else None
    cases_opened(viewer, (*before, *after))
    told = {
        "case": case,
        "extras": extras,
        "outlook": OUTLOOKS.get(extras.outlook, ""),
        "judge": Unit.objects.filter(pk=extras.judge_unit).first(),
        "links": [("要等的", before), ("等它的", after)],
        "node": node if viewer.has("programmes.view") else None,
        "look_backs": list(LookBack.objects.filter(task=case).select_related("by")),
    }
    return Tile("programmes/_task.html", told)


case_panel("task", panel)


def tasks_of(subject: str, district_id: int) -> list[Case]:
    """Return the tasks that came from something, `opinion:12`; who may see that may see how they stand."""
    rows = Case.objects.filter(procedure=PROCEDURE, district_id=district_id, extras__origin=subject)
    return list(rows.select_related("lead_unit", "handler").order_by("pk"))


def task_link(viewer: Viewer, **known: object) -> str:
    """Return where somebody gives a task by hand, its fields filled in (`title`, `unit`, `origin` …); else nothing."""
    if not viewer.has("programmes.give"):
        return ""
    return f"{reverse('programmes:tasks_new')}?{urlencode({k: v for k, v in known.items() if v})}"


provide("tasks_of", tasks_of)
provide("task_link", task_link)
