"""The registers of programmes and of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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
from qiying.kernel.organisations.listing import Column, Filter, Tab
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.registers.kept import column, kept_register
from qiying.kernel.registers.register import Act, Panel, Register, does
from qiying.kernel.registers.views import register_urls

_copy = does(
    edition_copy, "programme", lambda edition: f"第 {edition.no} 版的草稿起好了，改完请另一个人发布。"
)


def _editions(request: ViewerRequest, row: Programme) -> dict[str, Any]:
    rows = list(row.editions.select_related("made_by", "published_by"))
    return {"editions": rows, "row": row, "draft": next((e for e in rows if e.state == "draft"), None)}


PROGRAMMES: Register[Programme] = kept_register(
    "programmes", "programmes", "任务清单", Programme,
    (
        column(Programme, "title", url=lambda p: reverse("programmes:tree", args=[p.pk]),
               sub=lambda p: f"{'样例 · ' if p.is_sample else ''}{p.meaning}"),
        "number", "owner", "judge", "starts_on", "ends_on",
    ),
    code="programmes", noun="方案", found=("title",),
    noted=("programmes.programme_save", "programmes.edition_draft", "programmes.edition_publish"),
    listing={"empty_title": "还没有方案",
             "empty_text": "登记一份方案，从 Excel 或 Word 读出任务，请另一个人发布，任务就交到各单位了。"},
    rows=lambda viewer, today: programmes_visible_to(viewer), sees=("programmes.view",), edits=("programmes.keep",),
    opens=("programmes.view",), may_touch=may_keep, form=ProgrammeForm, edits_apart=True, imports=False,
    save=lambda actor, row, data, now: programme_save(actor=actor, programme=row, values=data, now=now),
    hint="方案分成任务交给各单位：每月说一次进展，查了证据才核销，过后回头看。", row_lead=lambda request, p: p.meaning,
    panels=(Panel("programmes/_editions.html", _editions),),
    acts=(
        Act("file", "从文件起草", None),
        Act("copy", "以现行版起草", _copy, applies=lambda viewer, row: edition_of(row) is not None),
    ),
    links=(("programmes.view", "programmes:tasks", "全部任务"),),
)  # fmt: skip


def _prepare(request: ViewerRequest, rows: Sequence[Case]) -> None:
    for row in rows:
        row.__dict__["stands"] = task_status(row, (), request.today, row.district_id)


def _stands(row: Case) -> tuple[str, str, int]:
    found: tuple[str, str, int] = row.__dict__["stands"]
    return found


def _extra(name: str) -> Any:
    return lambda c: c.extras.get(name, "")


def _due(row: Case) -> date | None:
    said = str(row.extras.get("due_on", ""))
    return date.fromisoformat(said) if said else None


TASKS: Register[Case] = kept_register(
    "programmes", "tasks", "任务", Case,
    (
        Column("任务", lambda c: c.title, url=lambda c: reverse("cases:case", args=[c.number]),
               sub=lambda c: str(c.extras.get("origin_label", ""))),
        Column("办件号", lambda c: c.number, "number", ("number",)),
        Column("到哪一步", lambda c: _stands(c)[1], status=lambda c: _stands(c)[0]),
        Column("责任单位", lambda c: c.lead_unit.label if c.lead_unit else "", "unit", ("lead_unit__path",)),
        Column("责任人", lambda c: c.handler.name if c.handler else ""),
        Column("要看到的结果", _extra("result_to_show"), in_page=False),
        Column("哪天前办完", _due, "due", ("promised_by",), kind="date"),
        Column("进度%", _extra("progress"), numeric=True),
        Column("卡在哪里", _extra("problem"), in_page=False),
        Column("核销日期", lambda c: c.closed_on, kind="date", in_page=False),
    ),
    code="tasks",
    listing={
        "filters": [
            Filter("q", "任务、来源", lambda rows, text: rows.filter(
                Q(title__icontains=text) | Q(extras__origin_label__icontains=text) | Q(number=text.upper())
            )),
            Filter("unit", "责任单位", lambda rows, pk: rows.filter(lead_unit_id=int(pk)),
                   choices=lambda request: unit_choices(request.viewer.district_id or 0)),
        ],
        "prepare": _prepare,
        "tabs": [
            Tab("doing", "在办", Q(state="doing"), "没有在办的任务", "交给您单位的任务会在这里。"),
            Tab("claimed", "等核销", Q(state="claimed"), "没有等核销的", ""),
            Tab("late", "晚了", lambda request: Q(state="doing", due_by__lt=request.today), "没有晚的", ""),
            Tab("done", "已核销", Q(state="done"), "还没有核销的", ""),
            Tab("gone", "撤下作废", Q(state__in=("dropped", "voided")), "没有撤下的", ""),
        ],
    },
    rows=lambda viewer, today: tasks_visible_to(viewer)
    .select_related("lead_unit", "handler")
    .order_by("promised_by", "pk"),
    subject=lambda c: f"case:{c.number}", sees=("programmes.view",), edits=("programmes.give",), form=TaskForm,
    save=lambda actor, row, data, now: task_give(actor=actor, values=data, now=now), may_change=False,
    label=lambda c: f"{c.number} {c.title}", new_label="交一件任务", saved=lambda c: f"交出去了，办件号 {c.number}。",
    lead=lambda request, listed: f"您参与的任务 {listed.total} 件。",
)  # fmt: skip
urlpatterns = [*register_urls(TASKS, "programmes/tasks/"), *register_urls(PROGRAMMES, "programmes/")]
