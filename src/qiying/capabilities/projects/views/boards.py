"""The board of projects with what is stuck on top, the green channel with its grounds, units ranked with ranges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import path, reverse

from qiying.capabilities.projects.models import Ground, Project
from qiying.capabilities.projects.rules.kinds import KINDS, POINTS, STEPS
from qiying.capabilities.projects.selectors import (
    LATE,
    baseline,
    brought,
    handling_days,
    large_brought,
    large_from,
    looks_due,
    places,
    projects_visible_to,
    stuck_first,
)
from qiying.capabilities.projects.services.keeping import row_keep
from qiying.kernel.cases.models import Approval
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing, Tab, search
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.statutes.workdays import short_date

WATCH = ("projects.watch",)
YEARS = 5
BEHIND = 10
"""Percentage points behind the plan that are told."""


def case_url(number: str) -> str:
    return reverse("cases:case", args=[number])


def standing(row: Any) -> str:
    """Say why a project stands where it does on the board."""
    if row.stuck_on:
        unit = f"，等{row.stuck_unit.label}" if row.stuck_unit else ""
        return f"卡住了（{short_date(row.stuck_on)}起{unit}）：{row.stuck}"
    said = ["有期限过了"] if row.rank == LATE else []
    behind = (row.__dict__.get("planned") or 0) - row.progress
    if row.case.is_open and behind >= BEHIND:
        said.append(f"形象进度 {row.progress}%，比计划慢 {behind} 个百分点")
    return "；".join(said)


def planned(request: ViewerRequest, rows: Sequence[Project]) -> None:
    """Hang on projects how far they should be by today."""
    for row in rows:
        row.__dict__["planned"] = row.expected(request.today)


def next_words(row: Project) -> str:
    """Say which step comes next and when it is planned."""
    step = row.next_step
    on = row.plan.get(step)
    return f"{STEPS[step]} {short_date(date.fromisoformat(on))}" if step and on else ""


def days_lead(request: ViewerRequest, listed: Listed[Project]) -> str:
    """Say how long projects took this year against the dated baseline."""
    district, today = request.viewer.district_id or 0, request.today
    before, target = baseline(district, today)
    words = f"“八办”以前签约到施工许可 {before} 天，目标 {target} 天（参数里写着从哪里来、哪天起）"
    now = handling_days(district, date(today.year, 1, 1), today)
    if now is None:
        return f"{words}；今年还没有领到施工许可的。"
    less = f"比以前少 {before - now.mean:.0f} 天" if now.mean < before else "没有比以前快"
    least, most = f"最短 {now.least}", f"最长 {now.most}"
    return f"{words}；今年领到的 {now.projects} 个，平均 {now.mean:.0f} 天（{least}、{most}），{less}。"


def _done_on(step: str, label: str) -> Column[Project]:
    return Column(label, lambda r: getattr(r, f"{step}_on"), kind="date", in_page=False)


def _large(request: ViewerRequest) -> list[tuple[int, str]]:
    least = large_from(request.viewer.district_id or 0, request.today)
    return [(least, f"{least:,} 万元以上")]


PROJECTS: Register[Project] = declare_register(
    Register(
        name="projects",
        title="项目推进",
        noun="项目",
        listing=Listing(
            columns=[
                Column("项目", lambda r: r.case.title, "title", ("case__title",), url=lambda r: case_url(r.case.number),
                       sub=standing),
                Column("卡在哪里", standing, in_page=False),
                Column("投资方", lambda r: r.firm_name, "firm", ("firm_name",)),
                Column("项目代码", lambda r: r.code or "还没有", in_page=False),
                Column("类型", lambda r: r.get_kind_display(), in_page=False),
                Column("引进单位", lambda r: r.unit.label, "unit", ("unit__path",)),
                Column("总投资（万元）", lambda r: r.invest, "invest", ("invest",), numeric=True),
                Column("签约", lambda r: r.signed_on, "signed", ("signed_on",), kind="date"),
                Column("下一步", next_words),
                Column("到期", lambda r: r.case.due_by, "due", ("case__due_by",), kind="date"),
                Column("形象进度", lambda r: f"{r.progress}%", "progress", ("progress",)),
                Column("跟踪员", lambda r: r.tracker.name if r.tracker else "还没有"),
                Column("绿色通道", lambda r: r.green_on, kind="date", in_page=False),
                *(_done_on(step, label) for step, label in STEPS.items()),
            ],
            filters=[
                search("项目、投资方、代码", "case__title", "firm_name", "code"),
                Filter("kind", "类型", lambda rows, v: rows.filter(kind=v), choices=list(KINDS.items())),
                Filter("large", "大小", lambda rows, v: rows.filter(invest__gte=int(v)),
                       choices=_large),
            ],
            prepare=planned,
            tabs=[
                Tab("open", "在推进", Q(case__is_open=True), "没有在推进的项目", "招商专员从“新提一件”登记签约项目。"),
                Tab("stuck", "卡住的", Q(stuck_on__isnull=False), "没有卡住的项目"),
                Tab("green", "绿色通道", Q(green_on__isnull=False), "没有走绿色通道的项目"),
                Tab("done", "办结了", Q(case__is_open=False), "还没有办结的项目"),
            ],
        ),
        rows=lambda viewer, today: stuck_first(projects_visible_to(viewer), today),
        sees=("projects.view",),
        edits=(),
        opens=(),
        url="projects:projects",
        subject=lambda r: f"case:{r.case.number}",
        imports=False,
        lead=days_lead,
        links=(
            ("projects.watch", "projects:ranking", "单位排名"),
            ("projects.watch", "projects:green", "绿色通道登记"),
            ("projects.keep", "projects:grounds", "绿色通道条件"),
            ("projects.track", "projects:mine", "我跟踪的"),
        ),
    )
)  # fmt: skip

GREEN: Register[Approval] = declare_register(
    Register(
        name="project_green",
        title="绿色通道登记",
        noun="绿色通道申请",
        listing=Listing(
            columns=[
                Column("项目", lambda r: r.case.title, "title", ("case__title",),
                       url=lambda r: case_url(r.case.number)),
                Column("条件和理由", lambda r: r.reason),
                Column("谁申请", lambda r: r.asked_by_name, "who", ("asked_by_name",)),
                Column("哪天申请", lambda r: r.asked_at, "on", ("asked_at",)),
                Column("决定", lambda r: {"approved": "同意", "refused": "不同意"}.get(r.decision, "等决定")),
                Column("谁决定", lambda r: r.decided_by_name, "by", ("decided_by_name",)),
                Column("哪天决定", lambda r: r.decided_at, "decided", ("decided_at",)),
                Column("意见", lambda r: r.note, in_page=False),
            ],
            tabs=[
                Tab("given", "批了的", Q(decision="approved"), "还没有批过绿色通道"),
                Tab("waiting", "等决定", Q(decided_at__isnull=True), "没有等决定的"),
                Tab("refused", "没批的", Q(decision="refused"), "没有没批的"),
            ],
        ),
        rows=lambda viewer, today: Approval.objects.filter(
            kind="green", case__procedure="project", case__district_id=viewer.district_id or 0
        ).select_related("case").order_by("-asked_at", "-pk"),
        sees=WATCH,
        edits=(),
        url="projects:green",
        subject=lambda r: f"case:{r.case.number}",
        imports=False,
        lead=lambda request, listed: "按公布的条件申请，另一个人批；批了几次都在这里。",
    )
)  # fmt: skip


def units_here(viewer: Viewer) -> QuerySet[Unit]:
    return Unit.objects.filter(district_id=viewer.district_id or 0)


def _ranked(request: ViewerRequest, rows: Sequence[Unit]) -> None:
    asked = request.GET.get("year", "")
    year = int(asked) if asked in dict(_years(request)) else request.today.year
    district = request.viewer.district_id or 0
    found = places(units_here(request.viewer), year)
    large = large_brought(district, year, large_from(district, request.today))
    for row in rows:
        row.__dict__ |= {"place": found[row.pk], "big": large.get(row.pk, 0)}


def _years(request: ViewerRequest) -> list[tuple[str, str]]:
    return [(str(y), f"{y} 年") for y in range(request.today.year, request.today.year - YEARS, -1)]


RANKING: Register[Any] = declare_register(
    Register(
        name="project_ranking",
        title="招商实绩排名",
        noun="单位",
        listing=Listing(
            columns=[
                Column("单位", lambda r: r.label, "unit", ("path",)),
                Column("名次", lambda r: r.place.words),
                Column("落地率", lambda r: r.place.share.words(), "share", ("share",)),
                Column("95% 区间", lambda r: r.place.range_words),
                Column("签约", lambda r: r.signed, "signed", ("signed",), numeric=True),
                Column("1 亿元以上", lambda r: r.big, numeric=True),
                Column("落地", lambda r: r.landed, "landed", ("landed",), numeric=True),
                Column("投产", lambda r: r.produced, "produced", ("produced",), numeric=True),
                Column("总投资（万元）", lambda r: r.wan, "wan", ("wan",), numeric=True),
            ],
            filters=[
                Filter("year", "年份", lambda rows, v: brought(rows, int(v)), choices=_years,
                       default=lambda request: str(request.today.year)),
            ],
            prepare=_ranked,
            empty_title="这一年还没有签约项目",
        ),
        rows=lambda viewer, today: units_here(viewer),
        sees=WATCH,
        edits=(),
        url="projects:ranking",
        subject=lambda r: f"unit:{r.pk}",
        imports=False,
        lead=lambda request, listed: "名次是一个范围：签约少的单位，落地率差一两个也分不出先后，不排成确定的名次。",
    )
)  # fmt: skip


@visible_with("projects.track")
def mine(request: ViewerRequest) -> HttpResponse:
    """Show a tracker's open projects, what is stuck first, with the visits he owes."""
    rows = projects_visible_to(request.viewer).filter(tracker_id=request.viewer.person_id, case__is_open=True)
    owed: dict[int, list[tuple[str, object]]] = {}
    for clock in looks_due(request.viewer).order_by("due_by"):
        owed.setdefault(clock.case_id, []).append((POINTS[clock.kind.removeprefix("look_")], clock.due_by))

    shown = list(stuck_first(rows, request.today)[:100])
    planned(request, shown)

    def card(row: Project) -> dict[str, object]:
        number = row.case.number
        return {
            "row": row,
            "standing": standing(row),
            "next": next_words(row),
            "owed": owed.get(row.case_id, []),
            "url": reverse("cases:case", args=[number]),
            "visit_url": reverse("cases:do", args=[number, "visit"]),
            "stuck_url": reverse("cases:do", args=[number, "free" if row.stuck_on else "report_stuck"]),
        }

    return page(request, "projects/mine.html", {"cards": [card(row) for row in shown]})


TERM = ("title", "source", "published_on", "valid_from", "valid_to")
GROUNDS = kept_register(
    "projects", "grounds", "绿色通道条件", Ground, (*TERM[:3], *TERM_COLUMNS), unique="title", fields=TERM,
    noun="条件", hint="只有公布了的条件才能走绿色通道，另一个人批。", keep=row_keep, sees=("projects.view", *WATCH),
    edits=("projects.keep",),
    listing={"tabs": TERM_TABS, "empty_title": "还没有公布条件", "empty_text": "写下公布了的条件和文件。"},
)  # fmt: skip
urlpatterns = [
    path("projects/mine/", mine, name="mine"),
    *register_urls(GROUNDS, "projects/grounds/"),
    *register_urls(PROJECTS, "projects/"),
    *register_urls(GREEN, "projects/green/"),
    *register_urls(RANKING, "projects/ranking/"),
]
