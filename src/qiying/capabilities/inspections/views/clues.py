"""Who came otherwise, and clues of breaches until somebody looked into them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.capabilities.inspections import forms
from qiying.capabilities.inspections.models import Flag, OtherVisit
from qiying.capabilities.inspections.rules.bans import bans
from qiying.capabilities.inspections.selectors import flags_visible_to, others_visible_to
from qiying.capabilities.inspections.services.keeping import flag_settle, other_save
from qiying.capabilities.inspections.views.lists import LEAD, WATCH, searched
from qiying.kernel.organisations.listing import Column, Filter, Listing, state_tabs
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls

LOGS = ("inspections.log", WATCH)
OTHERS: Register[OtherVisit] = declare_register(
    Register(
        name="inspection_others", title="观摩、督导、考察", noun="来访", sees=LOGS, edits=LOGS[:1], opens=LOGS,
        listing=Listing(
            name="inspection_others", caption="观摩、督导、考察", empty_title="还没有登记",
            columns=[
                Column("企业", lambda r: r.enterprise.name, "firm", ("enterprise__name",),
                       url=lambda r: OTHERS.row_url(r)),
                Column("单位", lambda r: r.unit.label, "unit", ("unit__path",)),
                Column("来做什么", lambda r: r.get_kind_display()),
                Column("哪天", lambda r: r.on, "on", ("on",), kind="date"),
                Column("来了谁", lambda r: r.people),
                Column("为什么来", lambda r: r.purpose),
                Column("当场查了", lambda r: "查了" if r.checked else "没有",
                       status=lambda r: "overdue" if r.checked else ""),
            ],
            filters=[Filter("q", "企业", searched("enterprise__name"))],
            empty_text="到企业观摩、督导、考察、上门服务的，去过当天登记；它们不是检查。",
        ),
        rows=lambda viewer, today: others_visible_to(viewer).exclude(enterprise_id__in=viewer.enterprise_ids),
        url="inspections:others", subject=lambda r: f"inspection_other:{r.pk}", form=forms.OtherForm, imports=False,
        save=lambda actor, row, data, now: other_save(actor=actor, values=data, now=now), may_change=False, label=str,
        row_title=lambda r: r.enterprise.name, new_label="登记一次", edits_apart=True,
    )
)  # fmt: skip


def _settle(actor: Viewer, row: Flag, data: dict[str, Any], now: datetime) -> str:
    made = flag_settle(flag=row, actor=actor, values=data, now=now)
    if made.state != "founded":
        return "记下了，不属实。"
    return f"属实，立了整改任务 {made.task}。" if made.task else "属实，但没有立成整改任务，请发函督促。"


FLAGS: Register[Flag] = declare_register(
    Register(
        name="inspection_flags", title="禁令线索", noun="线索", sees=(WATCH, LEAD), edits=(), opens=(WATCH, LEAD),
        listing=Listing(
            name="inspection_flags", caption="禁令线索",
            columns=[
                Column("哪一条", lambda r: bans()[r.ban].text, "ban", ("ban",), url=lambda r: FLAGS.row_url(r),
                       sub=lambda r: bans()[r.ban].group),
                Column("单位", lambda r: r.unit.label, "unit", ("unit__path",)),
                Column("怎么发现", lambda r: r.get_source_display()),
                Column("什么情况", lambda r: r.text),
                Column("检查", lambda r: r.inspection.case.number if r.inspection else ""),
                Column("发现", lambda r: r.raised_on, "on", ("raised_on",), kind="date"),
                Column("状态", lambda r: r.get_state_display(),
                       status=lambda r: {"open": "turn", "founded": "overdue"}.get(r.state, "done")),
                Column("查明什么", lambda r: r.finding, in_page=False),
                Column("整改任务", lambda r: r.task, in_page=False),
            ],
            filters=[Filter("ban", "哪一条", lambda rows, v: rows.filter(ban=v),
                            [(b.code, b.text) for b in bans().values()])],
            tabs=state_tabs(
                ("open", "待核查", "没有待核查的线索", "数据对得上的、企业说的会出现在这里。"),
                ("founded", "属实", "没有属实的", ""), ("unfounded", "不属实", "没有不属实的", ""),
            ),
        ),
        rows=lambda viewer, today: flags_visible_to(viewer), url="inspections:flags",
        subject=lambda r: f"inspection_flag:{r.pk}", label=str, row_title=lambda r: bans()[r.ban].text,
        lead=lambda request, listed: "线索不是结论：谁的单位谁不能查自己，查明了才算。",
        acts=(Act("settle", "查明", _settle, form=forms.SettleForm, needs=(WATCH,),
                  applies=lambda viewer, row: row.state == "open"),),
        panels=(Panel("inspections/_flag.html", lambda request, row: {"row": row, "ban": bans()[row.ban]}),),
    )
)  # fmt: skip
urlpatterns = [*register_urls(OTHERS, "inspections/others/"), *register_urls(FLAGS, "inspections/flags/")]
