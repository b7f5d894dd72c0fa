"""Registers of the personnel body; no filter by name, for the audit notes what a list was narrowed to on export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q

from qiying.capabilities.monitoring.models import Sanction, StepDown, Tolerance
from qiying.capabilities.monitoring.rules.terms import CAUSES, DISTINCTIONS, KINDS
from qiying.capabilities.monitoring.selectors import personnel_rows
from qiying.capabilities.monitoring.services import cadres
from qiying.kernel.organisations.listing import Column, Listing, Tab, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.rows import DAY
from qiying.kernel.registers.views import register_urls

PERSONNEL = ("integrity.personnel",)
HINT = "只有组织人事看得到；审计里只记编号，不记姓名。"
LINES = forms.Textarea(attrs={"rows": 4})


class SomebodyForm(forms.Form):
    name = forms.CharField(label="姓名", min_length=2, max_length=40)
    post = forms.CharField(label="单位和职务", min_length=2, max_length=120)


class ToleranceForm(SomebodyForm):
    facts = forms.CharField(label="事实", min_length=10, max_length=2000, widget=LINES)
    kind = forms.ChoiceField(label="三个区分开来，是哪一种", choices=list(DISTINCTIONS.items()))
    rule = forms.CharField(label="依据哪条规定", min_length=4, max_length=300)
    proposal = forms.CharField(label="建议", min_length=4, max_length=300)


class ToleranceDecideForm(forms.Form):
    tolerates = forms.ChoiceField(
        label="决定", choices=[("yes", "予以容错"), ("no", "不予容错")], widget=forms.RadioSelect
    )
    reason = forms.CharField(label="理由", min_length=4, max_length=500, widget=LINES)


class SanctionForm(SomebodyForm):
    kind = forms.ChoiceField(label="处分", choices=list(KINDS.items()))
    starts_on = forms.DateField(label="从哪天起", widget=DAY)
    times = forms.IntegerField(
        label="几个相同的处分合在一起", min_value=1, max_value=8, required=False, help_text="一个就不填"
    )
    months = forms.IntegerField(
        label="几个月", min_value=6, max_value=48, required=False, help_text="不填按法定：6、12、18、24 个月"
    )


class StepDownForm(SomebodyForm):
    cause = forms.ChoiceField(label="哪种情形", choices=list(CAUSES.items()))
    evidence = forms.CharField(label="凭什么", min_length=10, max_length=2000, widget=LINES)
    proposal = forms.CharField(label="建议怎么调整", min_length=4, max_length=200)


class TellForm(forms.Form):
    told_on = forms.DateField(label="哪天告知本人", widget=DAY)


class ObjectForm(forms.Form):
    objection = forms.CharField(label="他怎么申辩", min_length=4, max_length=2000, widget=LINES)


class StepDownDecideForm(forms.Form):
    moves = forms.ChoiceField(
        label="决定", choices=[("yes", "调整"), ("no", "不调整")], widget=forms.RadioSelect
    )
    reply = forms.CharField(
        label="怎么答复申辩", max_length=500, required=False, widget=LINES, help_text="没有申辩就不填"
    )


def _visit_form(data: Any, *, viewer: Viewer, today: date, row: Sanction) -> forms.Form:
    form = forms.Form(data)
    left = [(v.pk, f"第 {v.month} 个月，最晚 {v.planned_on}") for v in row.visits.filter(done_on=None)]
    form.fields |= {
        "visit": forms.TypedChoiceField(label="哪一次", choices=left, coerce=int),
        "done_on": forms.DateField(label="哪天去的", widget=DAY),
        "together_with": forms.CharField(
            label="和谁一起去", min_length=2, max_length=120, help_text="联动联访：所在单位、纪检机构的人"
        ),
        "found": forms.CharField(label="谈了什么、状态怎样", min_length=4, max_length=1000, widget=LINES),
    }
    return form


def _tolerate(actor: Viewer, row: Tolerance, data: dict[str, Any], now: datetime) -> str:
    tolerates = data["tolerates"] == "yes"
    cadres.tolerance_decide(actor=actor, row=row, tolerates=tolerates, reason=data["reason"], now=now)
    return "决定记下了。"


_visit = does(cadres.visit_note, "row", "回访记下了。", values="values")
_tell = does(cadres.stepdown_tell, "row", lambda made: f"他可以申辩到 {made.objects_until}。")
_object = does(cadres.stepdown_object, "row", "申辩记下了，要答复。")


def _decide(actor: Viewer, row: StepDown, data: dict[str, Any], now: datetime) -> str:
    moves = data["moves"] == "yes"
    cadres.stepdown_decide(actor=actor, row=row, moves=moves, reply=data["reply"], now=now)
    return "决定记下了。"


def _in(*states: str, second: bool = False) -> Any:
    def applies(viewer: Viewer, row: Any) -> bool:
        return row.state in states and not (second and row.made_by_id == viewer.person_id)

    return applies


def _private(
    model: Any,
    name: str,
    title: str,
    columns: Sequence[Column[Any]],
    form: Any,
    save: Any,
    *,
    tabs: Any,
    empty: str,
    **more: Any,
) -> Register[Any]:
    """Declare a register that the personnel body alone sees, opens and writes."""

    def enter(actor: Viewer, row: Any, data: dict[str, Any], now: datetime) -> Any:
        return save(actor=actor, values=data, now=now)

    shown = [
        Column[Any]("姓名", str, "name", ("name",), url=lambda r: made.row_url(r), sub=lambda r: r.post),
        Column[Any]("单位和职务", lambda r: r.post, in_page=False),
        *columns,
    ]
    made: Register[Any] = declare_register(
        Register(
            name=f"integrity_{name}",
            title=title,
            noun=title,
            listing=Listing(
                columns=shown, tabs=tabs, empty_title=f"还没有{title}",
                empty_text=empty,
            ),
            rows=lambda viewer, today: personnel_rows(model, viewer),
            sees=PERSONNEL,
            edits=PERSONNEL,
            url=f"monitoring:{name}",
            subject=lambda r: str(r.subject),
            form=form,
            save=enter,
            may_change=False,
            imports=False,
            label=str,
            hint=HINT,
            new_label=f"登记{title}",
            **more,
        )
    )  # fmt: skip
    return made


TOLERANCES = _private(
    Tolerance,
    "tolerances",
    "容错决定",
    [
        Column("区分", lambda r: DISTINCTIONS.get(r.kind, r.kind)),
        Column("事实", lambda r: r.facts, in_page=False),
        Column("依据", lambda r: r.rule),
        Column("建议", lambda r: r.proposal),
        Column("到哪一步", lambda r: r.get_state_display()),
        Column("理由", lambda r: r.reason),
        Column("谁决定", lambda r: r.decided_by.name if r.decided_by else ""),
        Column("哪天", lambda r: r.decided_on, "on", ("decided_on",), kind="date"),
    ],
    ToleranceForm,
    cadres.tolerance_propose,
    tabs=state_tabs(
        ("proposed", "等另一人决定", "没有等决定的", "写清事实和依据，由另一个人决定。"),
        ("tolerated", "予以容错", "没有", ""),
        ("refused", "不予容错", "没有", ""),
    ),
    empty="写清事实、依据，由另一个人决定。",
    home=lambda r: f"show={r.state}",
    acts=(Act("decide", "决定", _tolerate, ToleranceDecideForm, applies=_in("proposed", second=True)),),
    links=(
        (PERSONNEL[0], "monitoring:sanctions", "受处分干部回访"),
        (PERSONNEL[0], "monitoring:stepdowns", "拟调整人员"),
    ),
)


def _visits(row: Sanction) -> str:
    held = list(row.visits.all())
    left = [v.planned_on for v in held if v.done_on is None]
    return f"{len(held) - len(left)} / {len(held)} 次" + (f"，下次最晚 {left[0]}" if left else "")


def _schedule(request: ViewerRequest, row: Sanction) -> dict[str, Any]:
    return {"visits": row.visits.select_related("done_by"), "today": request.today}


SANCTIONS = _private(
    Sanction,
    "sanctions",
    "受处分干部回访",
    [
        Column("处分", lambda r: f"{KINDS.get(r.kind, r.kind)} {r.months} 个月"),
        Column("从哪天起", lambda r: r.starts_on, "from", ("starts_on",), kind="date"),
        Column("到哪天止", lambda r: r.ends_on, "to", ("ends_on",), kind="date"),
        Column("回访", _visits),
    ],
    SanctionForm,
    cadres.sanction_enter,
    tabs=(
        Tab("now", "处分期内", lambda request: Q(ends_on__gte=request.today)),
        Tab("over", "期满", lambda request: Q(ends_on__lt=request.today)),
    ),
    empty="登记以后排好回访的日子，一直到处分期满。",
    panels=(Panel("monitoring/_visits.html", _schedule),),
    acts=(
        Act(
            "visit",
            "写一次回访",
            _visit,
            _visit_form,
            applies=lambda viewer, row: any(v.done_on is None for v in row.visits.all()),
        ),
    ),
)
STEPDOWNS = _private(
    StepDown,
    "stepdowns",
    "拟调整人员",
    [
        Column("情形", lambda r: CAUSES.get(r.cause, r.cause)),
        Column("凭什么", lambda r: r.evidence),
        Column("建议", lambda r: r.proposal),
        Column("到哪一步", lambda r: r.get_state_display()),
        Column("申辩到", lambda r: r.objects_until, "until", ("objects_until",), kind="date"),
        Column("申辩", lambda r: r.objection, in_page=False),
        Column("答复", lambda r: r.reply, in_page=False),
        Column("谁决定", lambda r: r.decided_by.name if r.decided_by else ""),
    ],
    StepDownForm,
    cadres.stepdown_propose,
    tabs=state_tabs(
        ("proposed", "等告知本人", "没有等告知的", "写清凭什么，告知本人，他可以申辩，由另一个人决定。"),
        ("told", "可以申辩", "没有", ""),
        ("objected", "申辩了", "没有", ""),
        ("moved", "已调整", "没有", ""),
        ("dropped", "不调整", "没有", ""),
    ),
    empty="写清凭什么，告知本人，他可以申辩，由另一个人决定。",
    home=lambda r: f"show={r.state}",
    acts=(
        Act("tell", "告知本人了", _tell, TellForm, applies=_in("proposed")),
        Act("object", "记申辩", _object, ObjectForm, applies=_in("told")),
        Act(
            "decide",
            "决定",
            _decide,
            StepDownDecideForm,
            applies=_in("told", "objected", second=True),
            is_serious=True,
        ),
    ),
)
urlpatterns = [
    *register_urls(TOLERANCES, "integrity/tolerances/"),
    *register_urls(SANCTIONS, "integrity/sanctions/"),
    *register_urls(STEPDOWNS, "integrity/stepdowns/"),
]
