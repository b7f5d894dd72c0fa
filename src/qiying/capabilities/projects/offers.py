"""Where projects stand: navigation, beside their cases, what a tracker owes, in the words the enterprise reads."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from qiying.capabilities.projects.rules.kinds import POINTS, STEPS
from qiying.capabilities.projects.selectors import PROCEDURE, looks_due, project_of
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.organisations.offers import Tile, offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

SEES = (
    "investment", "tracker", "leader", "liaison", "handler", "supervisor", "district_leader", "discipline",
)  # fmt: skip
offer_nav("projects", "项目推进", "projects:projects", SEES, 58, group="growth", first=("investment",))
offer_nav("projects_mine", "我跟踪的", "projects:mine", ("tracker",), 57, group="growth", first=("tracker",))


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the project beside its case: money, people, each step planned and done, visits, what is stuck."""
    row = project_of(case)
    if row is None:
        return None
    if case.procedure != PROCEDURE:
        return Tile("projects/_part.html", {"row": row, "url": reverse("cases:case", args=[row.case.number])})
    steps = [
        (label, _day(row.plan.get(code)), _day(row.first_plan.get(code)), getattr(row, f"{code}_on"))
        for code, label in STEPS.items()
    ]
    handled = (row.licensed_on - row.signed_on).days - row.own_days if row.licensed_on else None
    told = {"row": row, "steps": steps, "expected": row.expected(today), "handled": handled}
    return Tile("projects/_case.html", {**told, "visits": row.visits.all()[:6]})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def due_looks(viewer: Viewer, today: date) -> Source | None:
    """Return the visits at key points that the tracker owes, each with its day."""
    if not viewer.has("projects.track"):
        return None

    def item(clock: Clock) -> Item:
        case, words = clock.case, POINTS[clock.kind.removeprefix("look_")]
        url = reverse("cases:do", args=[case.number, "visit"])
        return Item(case.title, url, case.project.firm_name, words, clock.due_by)

    return Source(looks_due(viewer), item, reverse("projects:mine"), day="due_by", order=("due_by", "pk"))


case_panel("projects", panel)
declare_waiting("project_looks", "该到现场看的", due_looks, order=40)
asker_face(
    PROCEDURE,
    AskerFace(
        acts={
            "report_stuck": AskerAct("卡住了就说：排到最前面", "报上去", done="收到了，跟踪员会联系您。"),
            "code": AskerAct("补项目代码", "存好", done="代码记下了，各部门可以受理了。"),
            "ask_begin": AskerAct("开不了工，申请延期", "提申请", done="申请交给发证部门了。"),
        }
    ),
)
asker_face(
    "project_approval",
    AskerFace(acts={"use": AskerAct("拿这份批文去办下一步", "记下", done="记下了。")}),
)
