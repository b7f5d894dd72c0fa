"""Channels and categories: who owes what by when, which are late or silent, and changing them on record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qiying.capabilities.service_requests.forms.settings import CategoryForm, ChannelForm
from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.services.channels import (
    LATE_WINDOW_DAYS,
    ChannelState,
    category_save,
    channel_save,
    channel_states,
    headline,
)
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.humanize import day_words


@visible_with("service_requests.view_channels", "service_requests.channels")
def channels(request: ViewerRequest) -> HttpResponse:
    """List the channels with what they owe and how they do; late and silent ones first in words."""
    states = channel_states(request.viewer, request.today)
    rows = [_row(s, request.today) for s in states]
    context = {
        "now": request.now,
        "today": request.today,
        "sentence": headline(states),
        "rows": rows,
        "can_edit": request.viewer.has("service_requests.channels"),
        "can_reply": request.viewer.has("service_requests.replies"),
        "window": LATE_WINDOW_DAYS,
    }
    return render(request, "desk/channels.html", context)


def _row(s: ChannelState, today: date) -> dict[str, Any]:
    c = s.channel
    if not c.is_active:
        status, words = "paused", "停用"
    elif s.is_silent:
        words = "从没来过件" if s.silent_days is None else f"{s.silent_days} 天没来件"
        status = "unknown"
    elif s.late:
        status, words = "overdue", f"迟交 {s.late} 件"
    else:
        status, words = "ontime", "按时"
    duty = f"{c.hand_in_workdays} 个工作日内交" if c.hand_in_workdays else "当天就到"
    return {
        "channel": c,
        "owner": c.owner_unit.label if c.owner_unit else "",
        "duty": f"{c.hand_in}，{duty}" if c.hand_in else duty,
        "way": c.get_reply_via_display(),
        "month": s.this_month,
        "last": day_words(s.last_on, today) or "还没有",
        "late": s.late,
        "handed_in": s.handed_in,
        "unreplied": s.unreplied,
        "status": status,
        "words": words,
    }


@visible_with("service_requests.channels")
def channel_edit(request: ViewerRequest, code: str) -> HttpResponse:
    """Change a channel; the audit keeps before and after."""
    mine = Channel.objects.filter(district_id=request.viewer.district_id or 0)
    channel = fetch_or_404(mine, code=code)
    form = ChannelForm(request.POST or None, channel=channel)

    def run(_: dict[str, Any]) -> str:
        channel_save(channel=channel, actor=request.viewer, values=form.values, now=request.now)
        return reverse("service_requests:channels")

    return act_page(
        request,
        form,
        title=f"改渠道：{channel.name}",
        sentence="改了以后来的件照新的算，已经来的不变。",
        submit="存下",
        back_url=reverse("service_requests:channels"),
        run=run,
        done="渠道改好了。",
    )


@visible_with("service_requests.categories")
def categories(request: ViewerRequest) -> HttpResponse:
    """List the categories by group with their usual unit and keywords."""
    rows = Category.objects.filter(district_id=request.viewer.district_id or 0).select_related("usual_unit")
    groups: dict[str, list[Category]] = {}
    for c in rows:
        groups.setdefault(c.group, []).append(c)
    missing = sum(1 for found in groups.values() for c in found if c.is_active and c.usual_unit is None)
    context = {
        "now": request.now,
        "today": request.today,
        "groups": list(groups.items()),
        "count": sum(len(found) for found in groups.values()),
        "missing": missing,
    }
    return render(request, "desk/categories.html", context)


@visible_with("service_requests.categories")
def category_edit(request: ViewerRequest, code: str) -> HttpResponse:
    """Change a category; its code stays."""
    mine = Category.objects.filter(district_id=request.viewer.district_id or 0)
    category = fetch_or_404(mine, code=code)
    form = CategoryForm(request.POST or None, category=category)

    def run(_: dict[str, Any]) -> str:
        category_save(category=category, actor=request.viewer, values=form.values, now=request.now)
        return reverse("service_requests:categories")

    return act_page(
        request,
        form,
        title=f"改类别：{category.name}",
        sentence="归口单位和关键词只影响以后的建议，已经交办的不变。",
        submit="存下",
        back_url=reverse("service_requests:categories"),
        run=run,
        done="类别改好了，受理台的建议半分钟内跟上。",
    )
