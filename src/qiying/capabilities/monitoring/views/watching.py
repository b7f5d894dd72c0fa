"""Registers of the discipline body: stations, supervisors, special plans, clues with the rows that raised them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q

from qiying.capabilities.monitoring.models import Clue, SpecialPlan, Station, Watcher
from qiying.capabilities.monitoring.rules.clues import HAND, rule_title, rules
from qiying.capabilities.monitoring.selectors import clues_visible_to, kept_of
from qiying.capabilities.monitoring.services import watching
from qiying.capabilities.monitoring.services.clues import founded_share
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing, Tab, choice, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.rows import DAY, row_form
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls

WATCH, CLUES = "integrity.watch", "integrity.clues"
LINES = forms.Textarea(attrs={"rows": 4})


def _units(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    return [c for c in unit_choices(viewer.district_id or 0) if c[0] not in viewer.unit_ids]


def _rows_of(model: Any) -> Any:
    return lambda viewer, today: [(row.pk, str(row)) for row in kept_of(model, viewer)]


OFFERS: dict[str, Any] = {
    "station": _rows_of(Station),
    "watchers": _rows_of(Watcher),
    "plan": _rows_of(SpecialPlan),
    "avoids": lambda viewer, today: unit_choices(viewer.district_id or 0),
    "unit": _units,
}


def _kept(
    model: Any,
    name: str,
    title: str,
    columns: list[Column[Any]],
    *,
    empty: str,
    related: tuple[str, ...] = (),
    **more: Any,
) -> Register[Any]:
    """Declare a register that the discipline body keeps and reads alone."""

    def save(actor: Viewer, row: Any, values: dict[str, Any], now: datetime) -> Any:
        return watching.row_keep(actor=actor, model=model, row=row, values=values, now=now)

    key = model._meta.get_field("title" if model is SpecialPlan else "name")
    first = Column[Any](key.verbose_name, str, "name", (key.name,), url=lambda row: made.row_url(row))
    tabs = more.pop("tabs", TERM_TABS)
    listing = Listing[Any](
        name=f"integrity_{name}",
        caption=title,
        columns=[first, *columns],
        filters=[
            Filter("q", key.verbose_name, lambda rows, text: rows.filter(**{f"{key.name}__icontains": text}))
        ],
        tabs=tabs,
        empty_title=f"还没有{title}",
        empty_text=empty,
    )
    made: Register[Any] = declare_register(
        Register(
            name=f"integrity_{name}",
            title=title,
            noun=title,
            listing=listing,
            rows=lambda viewer, today: kept_of(model, viewer).select_related(*related),
            sees=(WATCH,),
            edits=(WATCH,),
            url=f"monitoring:{name}",
            subject=lambda row: str(row.subject),
            form=row_form(model, *watching.KEPT[model][1], offers=OFFERS),
            save=save,
            label=str,
            **more,
        )
    )
    return made


def _end(actor: Viewer, row: Any, on: date, reason: str, now: datetime) -> None:
    watching.row_end(actor=actor, row=row, on=on, now=now)


STATIONS = _kept(
    Station,
    "stations",
    "监测站和联系点",
    [
        Column("哪一种", lambda r: r.get_kind_display(), "kind", ("kind",)),
        Column("在哪里", lambda r: r.place),
        Column("做什么", lambda r: r.tasks),
        *TERM_COLUMNS,
    ],
    empty="登记廉情监测站、监督联系点，公开的清单页上会告诉企业去哪里说。",
    unique="name",
    acts=(end_act(_end),),
    links=((WATCH, "monitoring:watchers", "监督员"), (WATCH, "monitoring:plans", "专项监督")),
)
WATCHERS = _kept(
    Watcher,
    "watchers",
    "监督员",
    [
        Column("在哪里工作", lambda r: r.works_at),
        Column("哪个站", lambda r: r.station.name if r.station else ""),
        Column("做什么", lambda r: r.tasks),
        Column("利害关系声明", lambda r: r.interests),
        *TERM_COLUMNS,
    ],
    empty="从政府以外聘请，写明聘期、做什么、和哪些单位有利害关系。",
    related=("station",),
    unique="name",
    acts=(end_act(_end, label="结束聘期"),),
)


def _plan_figures(request: ViewerRequest, row: SpecialPlan) -> dict[str, Any]:
    found = list(row.clues.all())
    settled = [c for c in found if c.state in ("founded", "unfounded")]
    founded = [c for c in settled if c.state == "founded"]
    tasks = [c.task for c in founded if c.task]
    done = Case.objects.filter(number__in=tasks, outcome="done").count()
    shown = clues_visible_to(request.viewer).filter(plan=row)
    return {
        "row": row, "watchers": row.watchers.all(), "found": len(found), "settled": len(settled),
        "founded": len(founded), "tasks": len(tasks), "done": done,
        "clues": [(c, rule_title(c.rule), CLUE_LIST.row_url(c)) for c in shown],
    }  # fmt: skip


PLANS = _kept(
    SpecialPlan,
    "plans",
    "专项监督",
    [
        Column("看什么", lambda r: r.get_way_display()),
        Column("从哪天", lambda r: r.first_on, "from", ("first_on",), kind="date"),
        Column("到哪天", lambda r: r.last_on, "to", ("last_on",), kind="date"),
    ],
    tabs=(
        Tab("now", "进行中", lambda request: Q(first_on__lte=request.today, last_on__gte=request.today)),
        Tab("later", "还没开始", lambda request: Q(first_on__gt=request.today)),
        Tab("over", "结束了", lambda request: Q(last_on__lt=request.today)),
    ),
    empty="定一个题目，把线索放进来：核查、另一人审核、整改，都在一处。",
    unique="title",
    panels=(Panel("monitoring/_plan.html", _plan_figures),),
)


# --- clues ----------------------------------------------------------------------------------------


def _take_form(data: Any, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    form = forms.Form(data)
    held = kept_of(SpecialPlan, viewer).filter(last_on__gte=today)
    choices = [("", "不放进专项"), *((p.pk, p.title) for p in held)]
    form.fields["plan"] = forms.TypedChoiceField(
        label="放进哪个专项监督", choices=choices, coerce=int, empty_value=None, required=False
    )
    return form


def _conclude_form(data: Any, *, viewer: Viewer, today: date, row: Clue) -> forms.Form:
    form = forms.Form(data, initial={"unit": row.unit_id})
    results = [("founded", "属实"), ("unfounded", "不属实")]
    units = [("", "不属实的不用选"), *_units(viewer, today)]
    form.fields |= {
        "result": forms.ChoiceField(label="结果", choices=results, widget=forms.RadioSelect),
        "finding": forms.CharField(label="查明什么", min_length=4, max_length=1000, widget=LINES),
        "unit": forms.TypedChoiceField(
            label="由哪个单位整改", choices=units, coerce=int, empty_value=None, required=False
        ),
        "result_to_show": forms.CharField(label="要看到怎样的整改", max_length=300, required=False),
        "due_on": forms.DateField(label="整改到哪天", widget=DAY, required=False),
    }
    return form


class DecideForm(forms.Form):
    agrees = forms.ChoiceField(
        label="审核", choices=[("yes", "同意"), ("no", "不同意，接着查")], widget=forms.RadioSelect
    )


def _enter(actor: Viewer, row: Clue | None, data: dict[str, Any], now: datetime) -> Clue:
    return watching.clue_enter(actor=actor, values=data, now=now)


_take = does(watching.clue_take, "clue", "开始核查，查完写结果。")
_conclude = does(watching.clue_conclude, "clue", "写好了，等另一个人审核。", values="values")


def _decide(actor: Viewer, row: Clue, data: dict[str, Any], now: datetime) -> str:
    made = watching.clue_decide(actor=actor, clue=row, agrees=data["agrees"] == "yes", now=now)
    if made.task:
        return f"属实，交办了整改任务 {made.task}。"
    words = {"founded": "属实。没有装任务模块，请发函督促整改。", "unfounded": "记下了，不属实。"}
    return words.get(made.state, "退回接着查。")


def share_words(row: Clue) -> str:
    """Return a clue's share beside that of all, each with its denominator; none for what somebody told."""
    rule = rules().get(row.rule)
    if rule is None or not row.base_whole:
        return ""
    all_ = f"全区 {row.base_part / row.base_whole:.1%}（{row.base_part:,} / {row.base_whole:,} {rule.whole_words}）"
    if rule.kind == "words":
        return all_
    return f"{row.part / row.whole:.1%}（{row.part:,} / {row.whole:,} {rule.whole_words}）；{all_}"


def _about(request: ViewerRequest, row: Clue) -> dict[str, Any]:
    rule = rules().get(row.rule)
    task = (
        Case.objects.filter(number=row.task).only("number", "outcome", "due_by").first() if row.task else None
    )
    return {"row": row, "rule": rule, "title": rule_title(row.rule), "share": share_words(row), "task": task}


def _rates(request: ViewerRequest, listed: Listed[Clue]) -> dict[str, Any]:
    """Return how many clues each rule raised, and how many were true of those that were looked into."""
    told = founded_share(request.viewer.district_id or 0)
    codes = [*rules(), HAND]
    return {"shares": [(rule_title(code), *told.get(code, (0, 0, 0))) for code in codes]}


def _in(*states: str, checker: bool | None = None) -> Any:
    def applies(viewer: Viewer, row: Clue) -> bool:
        return row.state in states and (checker is None or (row.checker_id == viewer.person_id) == checker)

    return applies


CLUE_LIST: Register[Clue] = declare_register(
    Register(
        name="integrity_clues",
        title="线索",
        noun="线索",
        listing=Listing(
            columns=[
                Column("怎么发现", lambda r: rule_title(r.rule), "rule", ("rule",), url=lambda r: CLUE_LIST.row_url(r)),
                Column("说的是谁", lambda r: r.unit.label if r.unit else ""),
                Column("什么情况", lambda r: r.text),
                Column("占多少", share_words),
                Column("发现", lambda r: r.raised_on, "on", ("raised_on",), kind="date"),
                Column("专项监督", lambda r: r.plan.title if r.plan else ""),
                Column("谁核查", lambda r: r.checker.name if r.checker else ""),
                Column("到哪一步", lambda r: r.get_state_display()),
                Column("查明什么", lambda r: r.finding, in_page=False),
                Column("整改任务", lambda r: r.task, in_page=False),
            ],
            filters=[
                choice("rule", "怎么发现", [(code, rule_title(code)) for code in (*rules(), HAND)])
            ],
            tabs=state_tabs(
                ("open", "待核查", "没有待核查的", "系统每小时看一遍办件、走访和答卷，对不上的出现在这里。"),
                ("checking", "核查中", "没有在查的", ""),
                ("deciding", "等审核", "没有等审核的", ""),
                ("founded", "属实", "没有属实的", ""),
                ("unfounded", "不属实", "没有不属实的", ""),
            ),
        ),
        rows=lambda viewer, today: clues_visible_to(viewer),
        sees=(CLUES,),
        edits=(CLUES,),
        url="monitoring:clues",
        label=str,
        row_title=lambda r: rule_title(r.rule),
        home=lambda r: f"show={r.state}",
        form=row_form(Clue, "unit", "text", offers={"unit": _units}),
        save=_enter,
        may_change=False,
        imports=False,
        new_label="登记一条线索",
        hint="线索不是结论，只有纪检机构看得到。查了、另一个人审核了才算。",
        template="monitoring/clues.html",
        more=_rates,
        panels=(Panel("monitoring/_clue.html", _about),),
        acts=(
            Act("take", "开始核查", _take, _take_form, applies=_in("open")),
            Act("conclude", "写核查结果", _conclude, _conclude_form, applies=_in("checking", checker=True)),
            Act("decide", "审核", _decide, DecideForm, applies=_in("deciding", checker=False)),
        ),
    )
)  # fmt: skip
urlpatterns = [
    *register_urls(STATIONS, "integrity/stations/"),
    *register_urls(WATCHERS, "integrity/watchers/"),
    *register_urls(PLANS, "integrity/plans/"),
    *register_urls(CLUE_LIST, "integrity/clues/"),
]
