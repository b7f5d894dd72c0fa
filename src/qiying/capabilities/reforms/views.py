"""The register of micro-reforms: from proposal to what jury and firms think of it; a firm's own page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Avg, Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import path

from qiying.capabilities.reforms import services as reforms
from qiying.capabilities.reforms.models import Reform
from qiying.capabilities.reforms.selectors import firm_reforms, reforms_visible_to, standing
from qiying.kernel.organisations.listing import Column, Listing, search, state_tabs
from qiying.kernel.organisations.pages import act_page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.rows import DAY
from qiying.kernel.registers.views import register_urls

AREA = forms.Textarea(attrs={"rows": 3})
WHY = forms.CharField(label="为什么这样定", min_length=4, max_length=300, widget=AREA)


class ProposeForm(forms.Form):
    title = forms.CharField(label="名称", min_length=4, max_length=120)
    text = forms.CharField(label="原来怎么办，打算怎么改", min_length=10, max_length=1000, widget=AREA)
    figure = forms.ChoiceField(
        label="看哪个指标", choices=reforms.reform_figures, help_text="系统按前三个月的数记下改之前是多少"
    )


class TryForm(forms.Form):
    trial_where = forms.CharField(label="在哪里试", min_length=2, max_length=120)
    trial_until = forms.DateField(label="试到哪天", widget=DAY)


class MeasureForm(forms.Form):
    story = forms.CharField(
        label="试得怎么样", min_length=4, max_length=1000, widget=AREA, help_text="指标由系统重新量，不用您填"
    )


class AdoptForm(forms.Form):
    reason = WHY
    firms = forms.CharField(
        label="哪些企业办过",
        required=False,
        max_length=4000,
        widget=AREA,
        help_text="写全称，一行一家，会请他们评",
    )


class DropForm(forms.Form):
    reason = WHY


class SpreadForm(forms.Form):
    units = forms.TypedMultipleChoiceField(label="推到哪些单位", coerce=int)
    due_on = forms.DateField(label="哪天前办起来", widget=DAY)

    def __init__(self, data: Any = None, *, viewer: Viewer, today: Any, row: Any) -> None:
        super().__init__(data)
        field = self.fields["units"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = unit_choices(viewer.district_id or 0)


class ElsewhereForm(forms.Form):
    place = forms.CharField(label="哪里在用", min_length=2, max_length=120)
    on = forms.DateField(label="哪天起", widget=DAY)
    source = forms.CharField(label="哪里写着", min_length=4, max_length=200, help_text="文号、网址、报道")


class MarkForm(forms.Form):
    points = forms.IntegerField(label="打几分（0 到 100）", min_value=0, max_value=100)
    said = forms.CharField(label="说一句", max_length=300, required=False, widget=AREA)


def _propose(actor: Viewer, row: Reform | None, data: dict[str, Any], now: datetime) -> Reform:
    return reforms.reform_propose(actor=actor, values=data, now=now)


def _try(actor: Viewer, row: Reform, data: dict[str, Any], now: datetime) -> str:
    where, until = data["trial_where"], data["trial_until"]
    reforms.reform_try(actor=actor, reform=row, where=where, until=until, now=now)
    return "可以试了。"


_measure = does(
    reforms.reform_measure,
    "reform",
    lambda found: f"报上去了，指标现在是 {found.after_part} / {found.after_whole}。",
)


def _adopt(actor: Viewer, row: Reform, data: dict[str, Any], now: datetime) -> str:
    reforms.reform_decide(actor=actor, reform=row, adopt=True, now=now, **data)
    return "采用了。"


def _drop(actor: Viewer, row: Reform, data: dict[str, Any], now: datetime) -> str:
    reforms.reform_decide(actor=actor, reform=row, adopt=False, now=now, **data)
    return "不用了，理由记下了。"


_spread = does(reforms.reform_spread, "reform", lambda made: f"交给 {len(made)} 个单位了，每个单位一件任务。")


def _elsewhere(actor: Viewer, row: Reform, data: dict[str, Any], now: datetime) -> str:
    return f"{reforms.reform_elsewhere(actor=actor, reform=row, now=now, **data)}记下了。"


_mark = does(reforms.reform_mark, "reform", "评好了。")


def _in(*states: str, own: bool | None = None) -> Any:
    """Return when an act is offered: in some states, by the unit that proposed it or by anybody else."""

    def applies(viewer: Viewer, row: Reform) -> bool:
        return row.state in states and (own is None or (row.unit_id in viewer.unit_ids) == own)

    return applies


def _prepare(request: ViewerRequest, rows: Sequence[Reform]) -> None:
    marked = Reform.objects.filter(pk__in=[r.pk for r in rows]).annotate(
        jury=Avg("marks__points", filter=Q(marks__person__isnull=False)),
        jurors=Count("marks", filter=Q(marks__person__isnull=False), distinct=True),
        liked=Avg("marks__points", filter=Q(marks__enterprise__isnull=False)),
        answered=Count("marks", filter=Q(marks__enterprise__isnull=False), distinct=True),
        asked=Count("firms", distinct=True),
    )
    found = {row.pk: row for row in marked}
    for row in rows:
        row.__dict__["standing"] = standing(found[row.pk], request.today)


def _of(name: str) -> Any:
    return lambda row: getattr(row.standing, name)


def _about(request: ViewerRequest, row: Reform) -> dict[str, Any]:
    figure = dict(reforms.reform_figures()).get(row.figure, row.figure)
    return {
        "row": row,
        "figure": figure,
        "standing": row.__dict__["standing"],
        "places": row.places.select_related("task"),
        "marks": row.marks.select_related("person", "enterprise").order_by("pk"),
    }


REFORMS: Register[Reform] = declare_register(
    Register(
        name="reforms",
        title="微改革",
        noun="微改革",
        listing=Listing(
            columns=[
                Column("名称", lambda r: r.title, "title", ("title",), url=lambda r: REFORMS.row_url(r)),
                Column("谁提的", lambda r: r.unit.label, "unit", ("unit__path",)),
                Column("哪天提的", lambda r: r.proposed_on, "on", ("proposed_on",), kind="date"),
                Column("改之前", _of("before")),
                Column("改之后", _of("after")),
                Column("到哪一步", lambda r: r.get_state_display()),
                Column("评委", _of("jury")),
                Column("企业", _of("firms")),
                Column("总分", _of("total"), numeric=True),
                Column("为什么这样定", lambda r: r.reason, in_page=False),
            ],
            filters=[search("名称", "title")],
            prepare=_prepare,
            tabs=state_tabs(
                ("adopted", "采用了", "还没有采用的", "提一个，试一试，量一量，再定。"),
                ("proposed", "等定试不试", "没有等定的", ""),
                ("trial", "试点中", "没有在试的", ""),
                ("measured", "等定用不用", "没有等定的", ""),
                ("dropped", "不用了", "没有", ""),
            ),
        ),
        rows=lambda viewer, today: reforms_visible_to(viewer),
        sees=("reforms.view",),
        edits=("reforms.propose",),
        opens=("reforms.view",),
        url="reforms:reforms",
        subject=lambda r: f"reform:{r.pk}",
        home=lambda r: f"show={r.state}",
        form=ProposeForm,
        save=_propose,
        may_change=False,
        imports=False,
        new_label="提一个微改革",
        saved="提上去了，改之前的数记下了。",
        hint="小切口：先记下指标，试点，再量同一个指标，用不用都写理由。",
        panels=(Panel("reforms/_reform.html", _about),),
        acts=(
            Act("try", "同意试点", _try, TryForm, applies=_in("proposed", own=False), needs=("reforms.decide",)),
            Act("measure", "报效果", _measure, MeasureForm, applies=_in("trial", own=True)),
            Act("adopt", "采用", _adopt, AdoptForm, applies=_in("measured", own=False), needs=("reforms.decide",)),
            Act("drop", "不用", _drop, DropForm, applies=_in("proposed", "trial", "measured", own=False),
                needs=("reforms.decide",), is_serious=True),
            Act("spread", "推到别的单位", _spread, SpreadForm, applies=_in("adopted", own=False),
                needs=("reforms.decide",)),
            Act("mark", "评分", _mark, MarkForm, applies=_in("adopted", own=False), needs=("reforms.jury",)),
            Act("elsewhere", "别处也在用", _elsewhere, ElsewhereForm, applies=_in("adopted")),
        ),
    )
)  # fmt: skip


@signed_in
def rate(request: ViewerRequest, pk: int) -> HttpResponse:
    """Ask a firm that used a reform what it thinks of it."""
    rows: QuerySet[Reform] = firm_reforms(request.viewer)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404("没有找到这一页，或者您看不到它")
    reform = row

    def run(data: dict[str, Any]) -> None:
        reforms.reform_mark(actor=request.viewer, reform=reform, now=request.now, **data)

    return act_page(
        request,
        MarkForm(request.POST or None),
        title=f"您觉得“{row.title}”怎么样",
        submit="交上去",
        sentence=row.text,
        back_url="/",
        run=run,
        done="谢谢，记下了。",
    )


urlpatterns = [
    path("reforms/<int:pk>/rate/", rate, name="rate"),
    *register_urls(REFORMS, "reforms/"),
]
