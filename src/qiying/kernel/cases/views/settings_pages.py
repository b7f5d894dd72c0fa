"""The rules' dated data: parameters with their source and history, and the statutory calendar of the district."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.models import CalendarOverride, CalendarYear
from qiying.kernel.cases.services.calendar import (
    WEEKDAY_HEADS,
    calendar_year_load,
    clocks_following,
    last_change,
    override_remove,
    override_set,
    year_view,
)
from qiying.kernel.cases.services.parameters import ParameterView, parameter_set, parameter_views, value_words
from qiying.kernel.organisations.pages import act_page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import day_input, whole


class ParameterForm(forms.Form):
    """A new dated row of one parameter."""

    text = forms.CharField(label="新值", error_messages={"required": "请填新值"})
    valid_from = forms.DateField(
        label="从哪天起",
        widget=day_input(),
        error_messages={"required": "请写从哪天起"},
    )
    source = forms.CharField(
        label="依据", max_length=200, error_messages={"required": "请写依据，例如文件名和文号"}
    )
    is_assumption = forms.BooleanField(label="这是推测，还要确认", required=False)

    def __init__(self, *args: Any, view: ParameterView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_number = isinstance(view.declared.default, int)
        self.fields["text"].help_text = view.declared.unit or ("" if is_number else "照着原来的写法改")
        if not is_number:
            self.fields["text"].widget = forms.Textarea(attrs={"rows": 8})
            self.fields["text"].initial = json.dumps(view.value, ensure_ascii=False, indent=1)
        else:
            self.fields["text"].initial = view.value


class YearForm(forms.Form):
    """A confirmed year, as the file its notice was written into."""

    file = forms.FileField(
        label="放假安排文件",
        allow_empty_file=True,
        error_messages={"required": "请选一份放假安排文件"},
        help_text="YAML 文件，写法见手册",
    )


class OverrideForm(forms.Form):
    """A day against the notice."""

    on = forms.DateField(
        label="哪一天",
        widget=day_input(),
        error_messages={"required": "请写哪一天"},
    )
    is_workday = forms.TypedChoiceField(
        label="这一天",
        choices=[("rest", "停工，不算工作日"), ("work", "上班，算工作日")],
        coerce=lambda v: v == "work",
        widget=forms.RadioSelect,
        initial="rest",
    )
    reason = forms.CharField(
        label="原因", max_length=100, error_messages={"required": "请写原因，例如：台风停工"}
    )
    source = forms.CharField(
        label="依据", max_length=200, error_messages={"required": "请写依据，例如：区防指〔2026〕3 号"}
    )


def _district(request: ViewerRequest) -> int:
    if request.viewer.district_id is None:
        raise Http404("您还不属于任何区县")
    return request.viewer.district_id


@visible_with("cases.view_rules", "cases.parameters")
def parameters(request: ViewerRequest) -> HttpResponse:
    """List the declared parameters by group with value, source, assumption mark and history."""
    groups: dict[str, list[dict[str, Any]]] = {}
    assumed = 0
    for v in parameter_views(_district(request), request.today):
        assumed += v.is_assumption
        groups.setdefault(v.declared.group or "其他", []).append(
            {"view": v, "history": [(h, value_words(h.value, v.declared.unit)) for h in v.history]}
        )
    context = {
        "now": request.now,
        "today": request.today,
        "groups": list(groups.items()),
        "count": sum(len(found) for found in groups.values()),
        "assumed": assumed,
        "can_edit": request.viewer.has("cases.parameters"),
    }
    return render(request, "cases/parameters.html", context)


@visible_with("cases.parameters")
def parameter_new(request: ViewerRequest, name: str) -> HttpResponse:
    """Add a dated row to a parameter."""
    district_id = _district(request)
    view = next((v for v in parameter_views(district_id, request.today) if v.declared.name == name), None)
    if view is None:
        raise Http404("没有这个参数")
    form = ParameterForm(request.POST or None, view=view)

    return act_page(
        request,
        form,
        title=f"改参数：{view.declared.label}",
        sentence=f"现在是 {view.words}（{view.source}）。新值从您写的那天起，已经开的件不变。",
        submit="加上这一行",
        back_url=reverse("cases:parameters"),
        run=lambda data: parameter_set(
            actor=request.viewer,
            district_id=district_id,
            name=name,
            text=data["text"],
            valid_from=data["valid_from"],
            source=data["source"],
            is_assumption=data["is_assumption"],
            now=request.now,
            today=request.today,
        ),
        done="加上了。旧值留在历史里。",
    )


@visible_with("cases.view_rules", "cases.calendar")
def calendar(request: ViewerRequest) -> HttpResponse:
    """Show a year of the district's calendar, and how far the open clocks have followed its last change."""
    return _calendar_page(request, YearForm(), OverrideForm())


def _calendar_page(request: ViewerRequest, year_form: YearForm, day_form: OverrideForm) -> HttpResponse:
    district_id = _district(request)
    found = calendar_for(district_id)
    year = whole(request.GET.get("year"), most=9999) or request.today.year
    year = min(max(year, found.first.year), found.confirmed_until.year + 1)
    overrides = list(CalendarOverride.objects.filter(district_id=district_id).order_by("-on"))
    changed_at = last_change(district_id)
    context = {
        "now": request.now,
        "today": request.today,
        "calendar": found,
        "year": year,
        "months": year_view(found, year, {o.on for o in overrides}, request.today),
        "heads": WEEKDAY_HEADS,
        "is_provisional": year > found.confirmed_until.year,
        "before": year - 1 if year > found.first.year else None,
        "after": year + 1 if year <= found.confirmed_until.year else None,
        "overrides": overrides,
        "years": list(CalendarYear.objects.order_by("-year")),
        "changed_at": changed_at,
        "following": clocks_following(district_id, changed_at),
        "can_edit": request.viewer.has("cases.calendar"),
        "year_form": year_form,
        "day_form": day_form,
    }
    status = 422 if year_form.errors or day_form.errors else 200
    return render(request, "cases/calendar.html", context, status=status)


@require_POST
@visible_with("cases.calendar")
def calendar_year(request: ViewerRequest) -> HttpResponse:
    """Load a confirmed year."""
    form = YearForm(request.POST, request.FILES)
    if not form.is_valid():
        return _calendar_page(request, form, OverrideForm())
    try:
        text = form.cleaned_data["file"].read(50_000).decode("utf-8")
        loaded = calendar_year_load(actor=request.viewer, text=text, now=request.now)
    except UnicodeDecodeError:
        form.add_error("file", "文件不是 UTF-8 编码，请另存为 UTF-8 再传")
    except GuardFailed as refused:
        tell_form(form, refused)
    else:
        messages.success(request, f"{loaded.year} 年的放假安排导入了。{_follow_words(request)}")
        return HttpResponseRedirect(f"{reverse('cases:calendar')}?year={loaded.year}")
    return _calendar_page(request, form, OverrideForm())


@require_POST
@visible_with("cases.calendar")
def calendar_day(request: ViewerRequest) -> HttpResponse:
    """Let the district rest or work on a day against the notice."""
    form = OverrideForm(request.POST)
    if form.is_valid():
        try:
            row = override_set(
                actor=request.viewer,
                district_id=_district(request),
                on=form.cleaned_data["on"],
                is_workday=form.cleaned_data["is_workday"],
                reason=form.cleaned_data["reason"],
                source=form.cleaned_data["source"],
                now=request.now,
                today=request.today,
            )
        except GuardFailed as refused:
            tell_form(form, refused)
        else:
            what = "上班" if row.is_workday else "停工"
            messages.success(request, f"{row.on.month}月{row.on.day}日记为{what}。{_follow_words(request)}")
            return HttpResponseRedirect(f"{reverse('cases:calendar')}?year={row.on.year}")
    return _calendar_page(request, YearForm(), form)


@require_POST
@visible_with("cases.calendar")
def calendar_day_remove(request: ViewerRequest, override_id: int) -> HttpResponse:
    """Take back a day that is still to come."""
    mine = CalendarOverride.objects.filter(district_id=_district(request))
    row = fetch_or_404(mine, pk=override_id)
    try:
        override_remove(actor=request.viewer, override=row, now=request.now, today=request.today)
    except GuardFailed as refused:
        messages.error(request, "；".join(refused.reasons))
    else:
        messages.success(request, f"{row.on.month}月{row.on.day}日照放假安排算。{_follow_words(request)}")
    return HttpResponseRedirect(reverse("cases:calendar"))


def _follow_words(request: ViewerRequest) -> str:
    waiting = clocks_following(_district(request), None).waiting
    return f"{waiting} 件在办的期限正在后台重算。" if waiting else "在办的件没有要重算的。"
