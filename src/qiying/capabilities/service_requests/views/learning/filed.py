"""Cases explained and filed as a register: what each is stuck on, and looking again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from qiying.capabilities.service_requests.forms.learning import FiledForm
from qiying.capabilities.service_requests.models import ReExamination, RequestExtras
from qiying.capabilities.service_requests.selectors.common import handled_by
from qiying.capabilities.service_requests.selectors.filed import FILED, filed_cases, last_looks, looked
from qiying.capabilities.service_requests.services.filed import filed_look
from qiying.capabilities.service_requests.views.learning.common import (
    STYLES,
    brief_of,
    case_columns,
    cover,
)
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.listing import Column, Listed, Listing, Tab
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register

State = ReExamination.State
NOW: Mapping[str, tuple[str, str]] = {
    "": ("unknown", "还没看过"),
    State.PLANNED: ("duesoon", "该看了"),
    State.STANDS: ("paused", "还卡着"),
    State.CHANGED: ("turn", "变了，等督查重办"),
    State.REOPENED: ("done", "已重办"),
}
NONE = ("这里没有", "督查同意解释存档的件，会列在“全部存档”里。")


def _prepare(request: ViewerRequest, rows: Sequence[Case]) -> None:
    cover(request.viewer, rows)
    looks = last_looks(rows)
    for row in rows:
        row.__dict__["look"] = looks.get(row.pk)


def _look(case: Any) -> ReExamination | None:
    found: ReExamination | None = case.look
    return found


def _now(case: Case) -> tuple[str, str]:
    return NOW[last.state if (last := _look(case)) else ""]


def _is_own(viewer: Viewer, case: Case) -> bool:
    return Case.objects.filter(handled_by(viewer), pk=case.pk).exists()


def _lead(request: ViewerRequest, listed: Listed[Case]) -> str:
    if not listed.counts["all"]:
        return "没有存档的件：能办的都在办。"
    words = f"{listed.counts['all']} 件现在办不了，解释过、存了档。卡住的事一变，就重办。"
    return words + (f"有 {n} 件等督查重办。" if (n := listed.counts["changed"]) else "")


def _row_lead(request: ViewerRequest, case: Case) -> str:
    words = f"卡在：{RequestExtras.of(case).obstacle or '没有写明'}"
    if _is_own(request.viewer, case):
        return f"{words}。这件是您或您单位承办的，由别人来复查。"
    then = "马上重新办，原来的期限不变" if request.viewer.has_role("supervisor") else "督查收到后决定重新办"
    return f"{words}。登记“已经变了”，{then}。"


def _record(actor: Viewer, case: Case, data: dict[str, Any], now: datetime) -> str:
    has_changed = data["finding"] == "changed"
    row = filed_look(case=case, actor=actor, has_changed=has_changed, reason=data["reason"], now=now)
    if row.state == State.REOPENED:
        return f"{case.title}：已经重新办，原来的期限不变。"
    if row.state == State.CHANGED:
        return f"{case.title}：记下了，已请督查决定重新办。"
    return f"{case.title}：记下了，一年后再看。"


FILED_CASES: Register[Case] = declare_register(
    Register(
        name="filed",
        title="解释存档",
        noun="存档件",
        listing=Listing(
            columns=[
                *case_columns(lambda c: c, lambda c: FILED_CASES.row_url(c), sort=""),
                Column("存档日期", lambda c: c.closed_on, "closed", ("closed_on",), kind="date"),
                Column("卡在什么上", lambda c: RequestExtras.of(c).obstacle, kind="long"),
                Column("信访件编号", lambda c: RequestExtras.of(c).petition_number),
                Column(
                    "最近复查", lambda c: x.due_on if (x := _look(c)) else None, in_page=False, kind="date"
                ),
                Column("复查结果", lambda c: _now(c)[1], status=lambda c: _now(c)[0]),
                Column("理由", lambda c: x.reason if (x := _look(c)) else "", in_page=False, kind="long"),
            ],
            prepare=_prepare,
            tabs=[
                Tab("all", "全部存档", FILED, *NONE),
                Tab("due", "待复查", FILED & looked(State.PLANNED), *NONE),
                Tab("changed", "等重办", FILED & looked(State.CHANGED), *NONE),
                Tab("reopened", "重办过", Q(looked(State.REOPENED)), *NONE),
            ],
        ),
        rows=lambda viewer, today: filed_cases(viewer),
        sees=("service_requests.filed",),
        edits=(),
        opens=("service_requests.filed",),
        url="service_requests:filed",
        subject=lambda c: f"case:{c.number}",
        noted=("re_examined",),
        key="number",
        label=lambda c: c.title,
        row_lead=_row_lead,
        lead=_lead,
        hint="每件满一年提醒受理台看一次。",
        acts=(
            Act(
                "look",
                "登记",
                _record,
                form=FiledForm,
                needs=("service_requests.filed_look",),
                applies=lambda viewer, case: case.state == "filed" and not _is_own(viewer, case),
                title="现在还卡着吗",
                on_page=True,
            ),
        ),
        panels=(
            Panel(
                "learning/_looks.html",
                lambda request, c: {"looks": c.re_examinations.select_related("looked_by")},
            ),
            brief_of(lambda c: c),
        ),
        styles=STYLES,
    )
)
