"""Registers of the ladder: who stands where, titles, platform scores, plans with their services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.cultivation import selectors
from qiying.capabilities.cultivation.models import TIERS, Plan, PlatformScore, Standing, Title
from qiying.capabilities.cultivation.rules.tiers import APPLY, RECHECK
from qiying.capabilities.cultivation.services import plans, titles
from qiying.kernel.enterprises.fields import firm_column, firm_field
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab, choice, search, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does, in_state
from qiying.kernel.registers.rows import DAY, row_form
from qiying.kernel.registers.views import register_urls

KEEPS = ("cultivation.ladder",)
LINES = forms.Textarea(attrs={"rows": 3})


def tier_filter() -> Filter[Any]:
    return choice("tier", "层级", TIERS)


# --- standings --------------------------------------------------------------------------------------------
def _tab(code: str, label: str, empty: str, **when: Any) -> Tab:
    return Tab(code, label, Q(**when), empty, "每天夜里按最新的数重算一遍。")


def _plan_url(row: Standing) -> str:
    return f"{reverse('cultivation:plans_new')}?enterprise={row.enterprise.name}&tier={row.tier}"


STANDINGS: Register[Standing] = declare_register(
    Register(
        name="cultivation_standings",
        title="梯度培育库",
        noun="企业",
        listing=Listing(
            columns=[
                firm_column(lambda s: STANDINGS.row_url(s)),
                Column("层级", lambda s: s.get_tier_display(), "tier", ("tier",)),
                Column("怎么样", lambda s: s.get_state_display()),
                Column("差什么", lambda s: s.gap, shown=lambda s: s.gap[:60] + ("…" if len(s.gap) > 60 else "")),
                Column("从哪天起", lambda s: s.since_on, "since", ("since_on",), kind="date"),
                Column("看什么", lambda s: s.get_purpose_display(), in_page=False),
            ],
            filters=[search("企业", "enterprise__name"), tier_filter()],
            tabs=[
                _tab("near", "差一点", "没有差一点的企业", state="near", purpose=APPLY),
                _tab("member", "达标", "还没有达标的企业", state="member", purpose=APPLY),
                _tab("manual", "只缺平台得分", "没有只缺平台得分的", state="manual", purpose=APPLY),
                _tab("unknown", "缺一个数", "没有只缺一个数的", state="unknown", purpose=APPLY),
                _tab("lost", "掉出来了", "没有掉出来的", state="lost", purpose=APPLY),
                _tab("recheck", "今年复核", "今年没有到期要复核的", purpose=RECHECK),
            ],
        ),
        rows=lambda viewer, today: selectors.standings(viewer),
        sees=KEEPS,
        edits=(),
        opens=KEEPS,
        url="cultivation:standings",
        subject=lambda s: f"enterprise:{s.enterprise_id}",
        noted=("enterprises.facts_record",),
        label=lambda s: f"{s.enterprise.name} · {s.get_tier_display()}",
        home=lambda s: "show=recheck" if s.purpose == RECHECK else f"show={s.state}",
        imports=False,
        hint="平台得分只存不算；市场地位、主导产品由人判断，不在表里。",
        links=(
            ("cultivation.ladder", "cultivation:titles", "称号"),
            ("cultivation.ladder", "cultivation:scores", "平台得分"),
        ),
        panels=(
            Panel("cultivation/_standing.html", lambda request, row: {"row": row, "plan_url": _plan_url(row)}),
        ),
    )
)  # fmt: skip


# --- titles -----------------------------------------------------------------------------------------------
class RecheckForm(forms.Form):
    on = forms.DateField(label="哪天复核通过", widget=DAY)
    document = forms.CharField(label="哪个文公布的", min_length=4, max_length=120)


class DoubtForm(forms.Form):
    reason = forms.CharField(label="为什么", min_length=4, max_length=300, widget=LINES)
    is_false = forms.BooleanField(
        label="因为材料虚假", required=False, help_text="勾上：这家企业的称号全部撤销，三年内不得申报"
    )


class SettleForm(forms.Form):
    cancels = forms.ChoiceField(
        label="决定", choices=[("yes", "撤销"), ("no", "不撤销")], widget=forms.RadioSelect
    )


def _grant(actor: Viewer, row: Title | None, data: dict[str, Any], now: datetime) -> Title:
    return titles.title_grant(actor=actor, values=data, now=now)


_recheck = does(titles.title_recheck, "title", lambda made: f"复核通过，有效到 {made.valid_to}。")
_doubt = does(titles.title_doubt, "title", "提上去了，由别人来定。")


def _settle(actor: Viewer, row: Title, data: dict[str, Any], now: datetime) -> str:
    cancels = data["cancels"] == "yes"
    titles.title_settle(actor=actor, title=row, cancels=cancels, now=now)
    return "撤销了。" if cancels else "不撤销，称号照旧有效。"


TITLES: Register[Title] = declare_register(
    Register(
        name="cultivation_titles",
        title="称号",
        noun="称号",
        listing=Listing(
            columns=[
                firm_column(lambda t: TITLES.row_url(t)),
                Column("层级", lambda t: t.get_tier_display(), "tier", ("tier",)),
                Column("编号", lambda t: t.number, "number", ("number",)),
                Column("认定", lambda t: t.granted_on, "granted_on", ("granted_on",), kind="date"),
                Column("有效到", lambda t: t.valid_to, "valid_to", ("valid_to",), kind="date"),
                Column("文号", lambda t: t.document, "document", in_page=False),
                Column("复核通过", lambda t: t.rechecked_on, kind="date", in_page=False),
                Column("不得申报到", lambda t: t.barred_until, kind="date", in_page=False),
                Column("为什么撤销", lambda t: t.reason, in_page=False),
            ],
            filters=[search("企业", "enterprise__name"), tier_filter()],
            tabs=state_tabs(
                ("valid", "有效", "还没有登记称号", "照公布的名单登记，也可以整表导入。"),
                ("doubted", "拟撤销", "没有等定的", ""),
                ("expired", "到期了", "没有到期的", ""),
                ("cancelled", "撤销了", "没有撤销的", ""),
            ),
        ),
        rows=lambda viewer, today: selectors.titles(viewer),
        sees=("cultivation.view",),
        edits=KEEPS,
        opens=("cultivation.view",),
        url="cultivation:titles",
        home=lambda t: f"show={t.state}",
        form=row_form(
            Title,
            *titles.FIELDS,
            fields={"enterprise": firm_field()},
            hints={"granted_on": "有效期系统算：三年，科技型到当年底"},
        ),
        save=_grant,
        may_change=False,
        unique="number",
        saved="登记好了，企业名录里带上了这个称号。",
        acts=(
            Act("recheck", "复核通过", _recheck, RecheckForm, applies=in_state("valid")),
            Act("doubt", "提出撤销", _doubt, DoubtForm, applies=in_state("valid"), is_serious=True),
            Act("settle", "定撤不撤", _settle, SettleForm, is_serious=True,
                applies=lambda v, t: t.state == "doubted" and t.doubted_by_id != v.person_id),
        ),
    )
)  # fmt: skip


# --- platform scores ------------------------------------------------------------------------------------
def _score(actor: Viewer, row: PlatformScore | None, data: dict[str, Any], now: datetime) -> PlatformScore:
    return titles.score_enter(actor=actor, values=data, now=now)


SCORES: Register[PlatformScore] = declare_register(
    Register(
        name="cultivation_scores",
        title="平台质量得分",
        noun="得分",
        listing=Listing(
            columns=[
                firm_column(lambda s: SCORES.row_url(s)),
                Column("年度", lambda s: s.year, "year", ("year",), numeric=True),
                Column("得分", lambda s: s.score, "score", ("score",), numeric=True),
                Column("证明", lambda s: s.proof, "proof"),
            ],
            filters=[search("企业", "enterprise__name")],
            empty_title="还没有登记得分",
            empty_text="得分由国家平台打，照平台的证明登记，系统不算也不改。",
        ),
        rows=lambda viewer, today: selectors.scores(viewer),
        sees=KEEPS,
        edits=KEEPS,
        url="cultivation:scores",
        form=row_form(
            PlatformScore, "enterprise", "year", "score", "proof", fields={"enterprise": firm_field()}
        ),
        save=_score,
        edits_apart=True,
        may_change=False,
        hint="同一家同一年再登记一次，就改成新的；改前改后都在审计里。",
    )
)


# --- plans ------------------------------------------------------------------------------------------------
class DropForm(forms.Form):
    reason = forms.CharField(label="为什么不做了", min_length=4, max_length=300, widget=LINES)


def _serve_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    form = forms.Form(data)
    form.fields |= {
        "what": forms.CharField(label="做什么", min_length=2, max_length=200),
        "unit": forms.TypedChoiceField(
            label="谁来做", coerce=int, empty_value=None, required=False,
            choices=[("", "培育专员自己"), *unit_choices(viewer.district_id or 0)],
        ),
        "planned_on": forms.DateField(label="打算哪天", widget=DAY),
    }  # fmt: skip
    return form


def _done_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Plan) -> forms.Form:
    form = forms.Form(data)
    left = [(s.pk, s.what) for s in row.services.filter(done_on=None)]
    form.fields |= {
        "service": forms.TypedChoiceField(label="哪一项", coerce=int, choices=left),
        "done_on": forms.DateField(label="哪天做的", widget=DAY, initial=today),
        "result": forms.CharField(label="做得怎么样", min_length=2, max_length=500, widget=LINES),
    }
    return form


def _open(actor: Viewer, row: Plan | None, data: dict[str, Any], now: datetime) -> Plan:
    return plans.plan_open(actor=actor, values=data, now=now)


_drop = does(plans.plan_drop, "plan", "不做了，理由记下了。")


def _serve(actor: Viewer, row: Plan, data: dict[str, Any], now: datetime) -> str:
    return f"{plans.service_plan(actor=actor, plan=row, now=now, **data)}排上了。"


def _served(actor: Viewer, row: Plan, data: dict[str, Any], now: datetime) -> str:
    service = row.services.get(pk=data.pop("service"))
    return f"{plans.service_done(actor=actor, service=service, now=now, **data)}记下了，企业看得到。"


def _served_of(row: Any) -> str:
    return f"{row.services_done} / {row.services_all}"


def _about(request: ViewerRequest, row: Plan) -> dict[str, Any]:
    standing = Standing.objects.filter(enterprise_id=row.enterprise_id, tier=row.tier, purpose=APPLY).first()
    return {"row": row, "services": row.services.select_related("unit"), "standing": standing}


PLANS: Register[Plan] = declare_register(
    Register(
        name="cultivation_plans",
        title="培育计划",
        noun="计划",
        listing=Listing(
            columns=[
                firm_column(lambda p: PLANS.row_url(p)),
                Column("要到哪一层", lambda p: p.get_tier_display(), "tier", ("tier",)),
                Column("先补什么", lambda p: p.goal, "goal", shown=lambda p: p.goal[:40]),
                Column("打算申报", lambda p: p.due_on, "due_on", ("due_on",), kind="date"),
                Column("服务", _served_of, numeric=True),
                Column("培育专员", lambda p: p.officer.name),
                Column("为什么不做了", lambda p: p.reason, in_page=False),
            ],
            filters=[search("企业", "enterprise__name"), tier_filter()],
            tabs=state_tabs(
                ("open", "培育中", "还没有培育计划", "在“梯度培育库”里打开一家差一点的企业，做一个计划。"),
                ("reached", "认定了", "还没有认定的", ""),
                ("dropped", "不做了", "没有", ""),
            ),
        ),
        rows=lambda viewer, today: selectors.plans(viewer),
        sees=KEEPS,
        edits=KEEPS,
        url="cultivation:plans",
        home=lambda p: f"show={p.state}",
        form=row_form(Plan, "enterprise", "tier", "goal", "due_on", fields={"enterprise": firm_field()}),
        save=_open,
        may_change=False,
        edits_apart=True,
        imports=False,
        new_label="做一个计划",
        saved="计划做好了，企业看得到。",
        panels=(Panel("cultivation/_plan.html", _about),),
        acts=(
            Act("serve", "排一项服务", _serve, _serve_form, applies=in_state("open")),
            Act("served", "记做完的服务", _served, _done_form,
                applies=lambda v, p: p.state != "dropped" and p.services.filter(done_on=None).exists()),
            Act("drop", "不做了", _drop, DropForm, applies=in_state("open"), is_serious=True),
        ),
    )
)  # fmt: skip
urlpatterns = [
    *register_urls(STANDINGS, "cultivation/ladder/"),
    *register_urls(TITLES, "cultivation/titles/"),
    *register_urls(SCORES, "cultivation/scores/"),
    *register_urls(PLANS, "cultivation/plans/"),
]
