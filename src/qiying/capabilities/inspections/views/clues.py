"""Who came otherwise, and clues of breaches until somebody looked into them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.capabilities.inspections import forms
from qiying.capabilities.inspections.models import Flag, OtherVisit
from qiying.capabilities.inspections.rules.bans import bans
from qiying.capabilities.inspections.selectors import flags_visible_to, others_visible_to
from qiying.capabilities.inspections.services.keeping import flag_settle, other_save
from qiying.capabilities.inspections.views.lists import LEAD, WATCH
from qiying.kernel.organisations.listing import Column, choice, state_tabs
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import column, kept_register
from qiying.kernel.registers.register import Act, Panel, Register
from qiying.kernel.registers.views import register_urls

LOGS = ("inspections.log", WATCH)
FIRM: Column[Any] = Column(
    "企业", lambda r: r.enterprise.name, "firm", ("enterprise__name",), url=lambda r: OTHERS.row_url(r)
)
OTHERS: Register[OtherVisit] = kept_register(
    "inspections", "others", "观摩、督导、考察", OtherVisit,
    (
        FIRM, "unit", "kind", "on", "people", "purpose",
        Column("当场查了", lambda r: "查了" if r.checked else "没有",
               status=lambda r: "overdue" if r.checked else ""),
    ),
    code="inspection_others", found=("enterprise__name",), noun="来访", sees=LOGS, edits=LOGS[:1], opens=LOGS,
    listing={"empty_title": "还没有登记",
             "empty_text": "到企业观摩、督导、考察、上门服务的，去过当天登记；它们不是检查。"},
    rows=lambda viewer, today: others_visible_to(viewer).exclude(enterprise_id__in=viewer.enterprise_ids),
    form=forms.OtherForm, imports=False, may_change=False, edits_apart=True, row_title=lambda r: r.enterprise.name,
    save=lambda actor, row, data, now: other_save(actor=actor, values=data, now=now), new_label="登记一次",
)  # fmt: skip


def _settle(actor: Viewer, row: Flag, data: dict[str, Any], now: datetime) -> str:
    made = flag_settle(flag=row, actor=actor, values=data, now=now)
    if made.state != "founded":
        return "记下了，不属实。"
    return f"属实，立了整改任务 {made.task}。" if made.task else "属实，但没有立成整改任务，请发函督促。"


FLAGS: Register[Flag] = kept_register(
    "inspections", "flags", "禁令线索", Flag,
    (
        Column("哪一条", lambda r: bans()[r.ban].text, "ban", ("ban",), url=lambda r: FLAGS.row_url(r),
               sub=lambda r: bans()[r.ban].group),
        "unit", "source", "text",
        Column("检查", lambda r: r.inspection.case.number if r.inspection else ""), "raised_on",
        column(Flag, "state", status=lambda r: {"open": "turn", "founded": "overdue"}.get(r.state, "done")),
        column(Flag, "finding", in_page=False), column(Flag, "task", in_page=False),
    ),
    code="inspection_flags", noun="线索", sees=(WATCH, LEAD), edits=(), opens=(WATCH, LEAD),
    listing={
        "filters": [choice("ban", "哪一条", [(b.code, b.text) for b in bans().values()])],
        "tabs": state_tabs(
            ("open", "待核查", "没有待核查的线索", "数据对得上的、企业说的会出现在这里。"),
            ("founded", "属实", "没有属实的", ""), ("unfounded", "不属实", "没有不属实的", ""),
        ),
    },
    rows=lambda viewer, today: flags_visible_to(viewer), row_title=lambda r: bans()[r.ban].text,
    lead=lambda request, listed: "线索不是结论：谁的单位谁不能查自己，查明了才算。",
    acts=(Act("settle", "查明", _settle, form=forms.SettleForm, needs=(WATCH,),
              applies=lambda viewer, row: row.state == "open"),),
    panels=(Panel("inspections/_flag.html", lambda request, row: {"row": row, "ban": bans()[row.ban]}),),
)  # fmt: skip
urlpatterns = [*register_urls(OTHERS, "inspections/others/"), *register_urls(FLAGS, "inspections/flags/")]
