"""Reports that come by themselves: the list of one's own, the form, pausing and deleting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.cockpit.models import ReportSchedule
from qiying.cockpit.schedules import (
    MOST,
    PERIODS,
    addressable,
    rhythm_words,
    schedule_delete,
    schedule_pause,
    schedule_save,
    schedules_of,
)
from qiying.cockpit.views.numbers import SCHEDULE
from qiying.kernel.organisations.forms import offer
from qiying.kernel.organisations.pages import act_page, page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404


class ScheduleForm(forms.Form):
    """What is sent, how often and to whom; page and query come from where one pressed the button."""

    name = forms.CharField(label="名称", max_length=40)
    period = forms.ChoiceField(label="看哪一段时间", choices=PERIODS.items())
    rhythm = forms.ChoiceField(
        label="多久一次", choices=ReportSchedule.Rhythm.choices, help_text="遇到休息日顺延到下一个工作日。"
    )
    day = forms.IntegerField(
        label="哪一天",
        min_value=1,
        max_value=28,
        initial=1,
        help_text="每周写 1 到 5（周一到周五），每月写 1 到 28；第一个工作日不用改。",
    )
    hour = forms.TypedChoiceField(
        label="几点", coerce=int, initial=9, choices=[(h, f"{h} 点") for h in range(24)]
    )
    recipients = forms.MultipleChoiceField(
        label="发给谁", help_text=f"最多 {MOST} 位。每个人收到的只有他自己看得到的。"
    )
    page = forms.ChoiceField(choices=ReportSchedule.Page.choices, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)


@require_GET
@visible_with(SCHEDULE)
def schedules(request: ViewerRequest) -> HttpResponse:
    """Show one's own schedules with their last run."""
    rows = [
        {"row": s, "when": rhythm_words(s), "turn": "resume" if s.is_paused else "pause"}
        for s in schedules_of(request.viewer)
    ]
    return page(request, "cockpit/schedules.html", {"rows": rows})


@visible_with(SCHEDULE)
def schedule(request: ViewerRequest, schedule_id: int | None = None) -> HttpResponse:
    """Show the form of a new schedule or of one's own; a POST saves it."""
    found = fetch_or_404(schedules_of(request.viewer), pk=schedule_id) if schedule_id else None
    asked = str(request.GET.get("page", ReportSchedule.Page.NUMBERS))
    if asked not in ReportSchedule.Page.values:
        raise Http404("没有这一页")
    start: dict[str, Any] = {"page": asked, "query": request.GET.get("query", "")}
    start |= {"name": ReportSchedule.Page(asked).label, "recipients": [request.viewer.person_id]}
    if found is not None:
        start = {k: getattr(found, k) for k in ScheduleForm.base_fields if k != "recipients"}
        start["recipients"] = [p.pk for p in found.recipients.all()]
    form = ScheduleForm(request.POST or None, initial=start)
    if (form["page"].value() or "") != ReportSchedule.Page.NUMBERS:
        form.fields["period"].required, form.fields["period"].widget = False, forms.HiddenInput()
    offer(form, "recipients", addressable(request.viewer, request.today))
    return act_page(
        request,
        form,
        title="改定期报告" if found else "订一份定期报告",
        submit="存",
        back_url=reverse("cockpit:schedules"),
        sentence="到时间系统按每个收件人自己能看的范围做好表，放进他的消息；开了邮件的也会收到邮件。",
        done="存好了。",
        run=lambda data: schedule_save(actor=request.viewer, data=data, now=request.now, schedule=found),
    )


@require_POST
@visible_with(SCHEDULE)
def schedule_act(request: ViewerRequest, schedule_id: int, act: str) -> HttpResponse:
    """Pause, resume or delete one's own schedule."""
    found = fetch_or_404(schedules_of(request.viewer), pk=schedule_id)
    if act == "delete":
        schedule_delete(actor=request.viewer, schedule=found, now=request.now)
    elif act in {"pause", "resume"}:
        schedule_pause(actor=request.viewer, schedule=found, is_paused=act == "pause", now=request.now)
    else:
        raise Http404("没有这个操作")
    messages.success(request, {"delete": "删了。", "pause": "停了。", "resume": "恢复了。"}[act])
    return HttpResponseRedirect(reverse("cockpit:schedules"))
