"""Reports heard with their days, and what congress and procuratorate watch together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from qiying.capabilities.oversight.forms.joint import AnswerForm, EndForm, ShareForm, SwitchForm, joint_form
from qiying.capabilities.oversight.models import JointSupervision, ReportHeard
from qiying.capabilities.oversight.selectors.basis import citations_of
from qiying.capabilities.oversight.services import joint as services
from qiying.capabilities.oversight.services.reports import next_step, steps_of
from qiying.capabilities.oversight.views.kept import CITES, kept_register
from qiying.kernel.organisations.listing import Column, Tab, state_tabs
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, does
from qiying.kernel.registers.views import register_urls

REPORTS: Register[Any] = kept_register(
    "reports",
    "听取报告",
    ReportHeard,
    ["title", "kind", "unit", "meeting_on", "draft_on", "final_on", "sent_on", "result"],
    fields=(
        "title", "kind", "unit", "meeting_on", "is_urgent", "draft_on", "comments_on", "final_on", "sent_on", "result",
    ),
    hints={"is_urgent": "临时急需的不受 20、10、7 天限制", "meeting_on": "征求意见稿提前 20 天，正式报告 10 天"},
    related=("unit",),
    acts=(CITES,),
    listing={
        "tabs": [
            Tab("coming", "要听取的", lambda r: Q(meeting_on__gte=r.today), "近期没有要听取的报告",
                "登记会议日期，哪天以前要送什么自己算出来。"),
            Tab("heard", "听取过的", lambda r: Q(meeting_on__lt=r.today)),
        ],
    },
    panels=(Panel("oversight/_report.html", lambda request, row: {
        "steps": steps_of(row, request.today), "next": next_step(row, request.today),
        "cited": citations_of(row.subject)}),),
)  # fmt: skip


def _propose(actor: Viewer, row: Any, values: dict[str, Any], now: datetime) -> JointSupervision:
    return services.joint_propose(actor=actor, values=values, now=now)


def _answer(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> str:
    agrees = data["agrees"] == "yes"
    services.joint_answer(actor=actor, row=row, agrees=agrees, words=data["words"], now=now)
    return "同意了，各自决定给对方看什么。" if agrees else "没有同意，记下了。"


_end = does(services.joint_end, "row", "结束了，互相不再看得到。")
_share = does(services.share_keep, "row", "记下了。", values="values")


def _switch(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> str:
    services.share_switch(actor=actor, row=row, share_id=data["share"], now=now)
    return "改好了。"


def _asked(viewer: Viewer, row: Any) -> bool:
    return row.state == services.State.PROPOSED and row.other_id in viewer.unit_ids


def _runs(viewer: Viewer, row: Any) -> bool:
    return row.state in {services.State.PROPOSED, services.State.AGREED}


STATE: Column[Any] = Column("到哪一步", lambda r: r.get_state_display(), "state", ("state",))
JOINTS: Register[Any] = kept_register(
    "joints",
    "联合监督",
    JointSupervision,
    ["title", "proposer", "other", "proposed_on", "until_on", STATE, "answer", "result"],
    listing={
        "tabs": state_tabs(
            ("agreed", "联合监督中", "没有在联合监督的", "提出以后对方同意才开始，各自决定给对方看什么。"),
            ("proposed", "等同意", "没有等同意的", ""),
            ("refused", "没同意", "", ""),
            ("ended", "结束了", "", ""),
        ),
    },
    rows=lambda viewer, today: services.joints_visible_to(viewer),
    sees=("oversight.joint",),
    opens=("oversight.joint",),
    edits=("oversight.joint",),
    form=joint_form,
    save=_propose,
    may_change=False,
    imports=False,
    panels=(
        Panel("oversight/_joint.html", lambda request, row: {
            "joint": row, **services.shares_read(actor=request.viewer, row=row, now=request.now)}),
    ),
    acts=(
        Act("answer", "答复", _answer, form=AnswerForm, applies=_asked),
        Act("share", "记一份材料", _share, form=ShareForm, applies=_runs),
        Act("switch", "给对方看、收回", _switch, form=SwitchForm, applies=_runs),
        Act("end", "结束联合监督", _end, form=EndForm, applies=_runs, is_serious=True),
    ),
)  # fmt: skip
urlpatterns = [*register_urls(REPORTS, "reports/"), *register_urls(JOINTS, "joints/")]
