"""Call-backs (回访) as a register: a month's list drawn by rule, and the form that records a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from qiying.capabilities.service_requests.forms.learning import FollowUpForm
from qiying.capabilities.service_requests.models import FollowUp
from qiying.capabilities.service_requests.selectors.follow_ups import follow_ups_visible_to, months_with_rows
from qiying.capabilities.service_requests.services.follow_ups import WHY, follow_up_record
from qiying.capabilities.service_requests.views.learning.common import (
    STYLES,
    brief_of,
    case_columns,
    cover,
    month_filter,
)
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases import faces
from qiying.kernel.figures.periods import month_of
from qiying.kernel.organisations.listing import Column, Listed, Listing, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.ui.humanize import day_dated_words, moment_words

State = FollowUp.State
RECORDS = ("service_requests.follow_up",)
DONE = Q(state=State.DONE)


def _prepare(request: ViewerRequest, rows: Sequence[FollowUp]) -> None:
    cover(request.viewer, (r.case for r in rows))
    may = any(request.viewer.has(code) for code in RECORDS)
    for row in rows:
        row.__dict__.update(now=request.now, is_late=row.due_on < request.today, may_record=may)


def _url(row: Any) -> str:
    return FOLLOW_UPS.row_url(row) if row.may_record else reverse("cases:case", args=[row.case.number])


def said(row: FollowUp) -> str:
    """Return what the enterprise said, or nothing."""
    return {True: "还是好的", False: "没解决", None: ""}[row.still_solved]


def _now(row: Any) -> tuple[str, str]:
    """Return the shape and the words of a row's state."""
    if row.state == State.DONE:
        return ("done" if row.still_solved else "near"), said(row)
    if row.state == State.UNREACHED:
        return "unknown", "没联系上"
    return ("overdue", "过了日子") if row.is_late else ("ontime", "待回访")


def _who(row: Any) -> str:
    return f"{row.done_by.name} {moment_words(row.done_at, row.now)}" if row.state == State.DONE else ""


def _lead(request: ViewerRequest, listed: Listed[FollowUp]) -> str:
    n, (year, month) = listed.figures, listed.value("month").split("-")
    words = f"{year}年{int(month)}月要回访 {listed.total} 件，已访 {n['done']} 件"
    if n["done"]:
        words += f"：{n['solved']} 件还是好的，{n['done'] - n['solved']} 件没解决"
    if n["rated"]:
        words += f"；问到满意度的 {n['rated']} 件里 {n['satisfied']} 件说满意"
    return f"{words}。"


def _row_lead(request: ViewerRequest, row: FollowUp) -> str:
    if row.state == State.DONE and row.done_by:
        return f"{moment_words(row.done_at, request.now)}{row.done_by.name}访过：企业说{said(row)}。"
    return f"{WHY.get(row.why, row.why)}，该在{day_dated_words(row.due_on, request.today)}打这个电话。"


def _record(actor: Viewer, row: FollowUp, data: dict[str, Any], now: datetime) -> str:
    done = follow_up_record(
        follow_up=row,
        actor=actor,
        reached=data["reached"] == "yes",
        still_solved={"yes": True, "no": False}.get(data["still_solved"]),
        satisfaction=data["satisfaction"],
        note=data["note"],
        now=now,
    )
    if done.is_reopened:
        return f"{row.case.title}：记下了，已经退给承办单位重新办，原来的期限不变。"
    if done.reasons:
        return f"{row.case.title}：记下了，但没能重办：{'；'.join(done.reasons)}。"
    return f"{row.case.title}：记下了。"


def _call(request: ViewerRequest, row: FollowUp) -> dict[str, Any]:
    """Return whom to call and what was noted before; only who may record gets here."""
    note = personal_get([row.note_ref]).get(row.note_ref) if row.note_ref else None
    return {
        "row": row,
        "case": row.case,
        "intakes": faces.intake_faces(faces.case_file(row.case, request.viewer, request.now)),
        "note": note or ("（已依法删除）" if row.note_ref else ""),
    }


FOLLOW_UPS: Register[FollowUp] = declare_register(
    Register(
        name="follow_ups",
        title="每月回访",
        noun="回访",
        listing=Listing(
            caption="回访名单",
            columns=[
                *case_columns(lambda r: r.case, _url),
                Column("为什么回访", lambda r: WHY.get(r.why, r.why), "why", ("why",)),
                Column("该哪天回访", lambda r: r.due_on, "due", ("due_on",), kind="date"),
                Column(
                    "情况",
                    lambda r: r.get_state_display(),
                    shown=lambda r: _now(r)[1],
                    status=lambda r: _now(r)[0],
                    sub=_who,
                ),
                Column("企业怎么说", said, in_page=False),
                Column("满意度", lambda r: r.satisfaction, in_page=False),
                Column("谁回访", lambda r: r.done_by.name if r.done_by else "", in_page=False),
                Column("什么时候", lambda r: r.done_at, in_page=False),
            ],
            filters=[month_filter(months_with_rows, month_of)],
            prepare=_prepare,
            tabs=state_tabs(
                ("planned", "待回访", "没有待回访的", "办结满 30 天左右，抽中的会自动列进来。"),
                ("unreached", "没联系上", "没有联系不上的", "打不通的记下来，会留在这里等下次再打。"),
                ("done", "已回访", "这个月还没有访过的", "从“待回访”里点开一件，打完电话记下来。"),
            ),
            figures={
                "done": Count("pk", filter=DONE),
                "solved": Count("pk", filter=DONE & Q(still_solved=True)),
                "rated": Count("pk", filter=Q(satisfaction__isnull=False)),
                "satisfied": Count("pk", filter=Q(satisfaction__gte=3)),
            },
        ),
        rows=lambda viewer, today: follow_ups_visible_to(viewer),
        sees=("service_requests.callback",),
        edits=(),
        opens=RECORDS,
        url="service_requests:follow_ups",
        subject=lambda r: f"case:{r.case.number}",
        noted=("follow_up_recorded",),
        label=lambda r: r.case.title,
        row_title=lambda r: f"回访：{r.case.title}",
        row_lead=_row_lead,
        lead=_lead,
        hint="名单按规则抽，谁都不能挑：评价不好的、未确认办结的必访，其余按办件号抽。承办过的人看不到自己那件。",
        home=lambda r: f"month={r.month:%Y-%m}",
        acts=(
            Act(
                "record",
                "记下来",
                _record,
                form=FollowUpForm,
                needs=RECORDS,
                applies=lambda viewer, r: r.state != State.DONE,
                title="打完记下来",
                on_page=True,
            ),
        ),
        panels=(Panel("learning/_call.html", _call, beside=True), brief_of(lambda r: r.case)),
        styles=STYLES,
        template="learning/follow_ups.html",
    )
)
