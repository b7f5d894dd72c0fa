"""The registers of programmes and of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.programmes.forms import ProgrammeForm, TaskForm
from qiying.capabilities.programmes.models import Programme
from qiying.capabilities.programmes.selectors import (
    edition_of,
    programmes_visible_to,
    task_status,
    tasks_visible_to,
)
from qiying.capabilities.programmes.services.editions import edition_copy, may_keep, programme_save
from qiying.capabilities.programmes.services.giving import task_give
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls


def _save(actor: Viewer, row: Programme | None, data: dict[str, Any], now: datetime) -> Programme:
    return programme_save(actor=actor, programme=row, values=data, now=now)


def _copy(actor: Viewer, row: Programme, data: dict[str, Any], now: datetime) -> str:
    edition = edition_copy(actor=actor, programme=row, now=now)
    return f"第 {edition.no} 版的草稿起好了，改完请另一个人发布。"


def _has_published(viewer: Viewer, row: Programme) -> bool:
    return edition_of(row) is not None


def _editions(request: ViewerRequest, row: Programme) -> dict[str, Any]:
    rows = list(row.editions.select_related("made_by", "published_by"))
    return {"editions": rows, "row": row, "draft": next((e for e in rows if e.state == "draft"), None)}


PROGRAMMES: Register[Programme] = declare_register(
    Register(
        name="programmes",
        title="任务清单",
        noun="方案",
        listing=Listing(
            name="programmes",
            caption="方案",
            columns=[
                Column(
                    "名称",
                    lambda p: p.title,
                    "title",
                    ("title",),
                    url=lambda p: reverse("programmes:tree", args=[p.pk]),
                    sub=lambda p: f"{'样例 · ' if p.is_sample else ''}{p.meaning}",
                ),
                Column("文号", lambda p: p.number),
                Column("牵头单位", lambda p: p.owner.label, "owner", ("owner__path",)),
                Column("谁来核销", lambda p: p.judge.label),
                Column("从哪天起", lambda p: p.starts_on, "from", ("starts_on",), kind="date"),
                Column("到哪天止", lambda p: p.ends_on, "until", ("ends_on",), kind="date"),
            ],
            filters=[Filter("q", "名称", lambda rows, text: rows.filter(title__icontains=text))],
            empty_title="还没有方案",
            empty_text="登记一份方案，从 Excel 或 Word 读出任务，请另一个人发布，任务就交到各单位了。",
        ),
        rows=lambda viewer, today: programmes_visible_to(viewer),
        sees=("programmes.view",),
        edits=("programmes.keep",),
        url="programmes:programmes",
        subject=lambda p: f"programme:{p.pk}",
        opens=("programmes.view",),
        may_touch=may_keep,
        form=ProgrammeForm,
        save=_save,
        edits_apart=True,
        imports=False,
        new_label="登记方案",
        hint="方案分成任务交给各单位：每月说一次进展，查了证据才核销，过后回头看。",
        row_lead=lambda request, p: p.meaning,
        panels=(Panel("programmes/_editions.html", _editions),),
        acts=(
            Act("file", "从文件起草", None),
            Act("copy", "以现行版起草", _copy, applies=_has_published),
        ),
        links=(("programmes.view", "programmes:tasks", "全部任务"),),
    )
)


def _prepare(request: ViewerRequest, rows: Sequence[Case]) -> None:
    for row in rows:
        row.__dict__["stands"] = task_status(row, (), request.today, row.district_id)


def _stands(row: Case) -> tuple[str, str, int]:
    found: tuple[str, str, int] = row.__dict__["stands"]
    return found


def _give(actor: Viewer, row: Case | None, data: dict[str, Any], now: datetime) -> Case:
    return task_give(actor=actor, values=data, now=now)


def _extra(name: str) -> Any:
    return lambda c: c.extras.get(name, "")


def _due(row: Case) -> date | None:
    said = str(row.extras.get("due_on", ""))
    return date.fromisoformat(said) if said else None


TASKS: Register[Case] = declare_register(
    Register(
        name="tasks",
        title="任务",
        noun="任务",
        listing=Listing(
            name="tasks",
            caption="任务",
            columns=[
                Column(
                    "任务",
                    lambda c: c.title,
                    url=lambda c: reverse("cases:case", args=[c.number]),
                    sub=lambda c: str(c.extras.get("origin_label", "")),
                ),
                Column("办件号", lambda c: c.number, "number", ("number",)),
                Column("到哪一步", lambda c: _stands(c)[1], status=lambda c: _stands(c)[0]),
                Column("责任单位", lambda c: c.lead_unit.label if c.lead_unit else "", "unit", ("lead_unit__path",)),
                Column("责任人", lambda c: c.handler.name if c.handler else ""),
                Column("要看到的结果", _extra("result_to_show"), in_page=False),
                Column("哪天前办完", _due, "due", ("promised_by",), kind="date"),
                Column("进度%", _extra("progress"), numeric=True),
                Column("卡在哪里", _extra("problem"), in_page=False),
                Column("核销日期", lambda c: c.closed_on, kind="date", in_page=False),
            ],
            filters=[
                Filter("q", "任务、来源", lambda rows, text: rows.filter(
                    Q(title__icontains=text) | Q(extras__origin_label__icontains=text) | Q(number=text.upper())
                )),
                Filter("unit", "责任单位", lambda rows, pk: rows.filter(lead_unit_id=int(pk)),
                       choices=lambda request: unit_choices(request.viewer.district_id or 0)),
            ],
            prepare=_prepare,
            tabs=[
                Tab("doing", "在办", Q(state="doing"), "没有在办的任务", "交给您单位的任务会在这里。"),
                Tab("claimed", "等核销", Q(state="claimed"), "没有等核销的", ""),
                Tab("late", "晚了", lambda request: Q(state="doing", due_by__lt=request.today), "没有晚的", ""),
                Tab("done", "已核销", Q(state="done"), "还没有核销的", ""),
                Tab("gone", "撤下作废", Q(state__in=("dropped", "voided")), "没有撤下的", ""),
            ],
        ),
        rows=lambda viewer, today: tasks_visible_to(viewer)
        .select_related("lead_unit", "handler")
        .order_by("promised_by", "pk"),
        sees=("programmes.view",),
        edits=("programmes.give",),
        url="programmes:tasks",
        subject=lambda c: f"case:{c.number}",
        form=TaskForm,
        save=_give,
        may_change=False,
        label=lambda c: f"{c.number} {c.title}",
        new_label="交一件任务",
        saved=lambda c: f"交出去了，办件号 {c.number}。",
        lead=lambda request, listed: f"您参与的任务 {listed.total} 件。",
    )
)  # fmt: skip
urlpatterns = [*register_urls(TASKS, "programmes/tasks/"), *register_urls(PROGRAMMES, "programmes/")]
