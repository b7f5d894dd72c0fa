"""Channels and categories as registers: who owes what by when, which are late or silent, where matters go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from qiying.capabilities.service_requests.forms.settings import CategoryForm, ChannelForm, settings_form
from qiying.capabilities.service_requests.models import Category
from qiying.capabilities.service_requests.services.channels import (
    CATEGORY_FIELDS,
    CHANNEL_FIELDS,
    LATE_WINDOW_DAYS,
    ChannelState,
    category_save,
    channel_save,
    channel_states,
    headline,
)
from qiying.kernel.cases.models import Channel
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register, saves
from qiying.kernel.registers.views import register_urls
from qiying.ui.humanize import day_words

IN_USE = (("yes", "在用"), ("no", "停用"))


def _in_use(rows: QuerySet[Any], word: str) -> QuerySet[Any]:
    return rows.filter(is_active=word == "yes")


# --- channels --------------------------------------------------------------------
def _prepare(request: ViewerRequest, rows: Sequence[Channel]) -> None:
    """Hang on each channel how it does; the sentence above the list is made of the same."""
    states = channel_states(request.viewer, request.today)
    by_id = {s.channel.pk: s for s in states}
    request.channel_states = states  # type: ignore[attr-defined]
    may_reply = request.viewer.has("service_requests.replies")
    for row in rows:
        told = {"state": by_id[row.pk], "today": request.today, "may_reply": may_reply}
        row.__dict__.update(told)


def _state(channel: Channel) -> ChannelState | None:
    return getattr(channel, "state", None)


def _status(channel: Channel) -> tuple[str, str]:
    s = _state(channel)
    if not channel.is_active:
        return "paused", "停用"
    if s is None:
        return "", "在用"
    if s.is_silent:
        return "unknown", "从没来过件" if s.silent_days is None else f"{s.silent_days} 天没来件"
    return ("overdue", f"迟交 {s.late} 件") if s.late else ("ontime", "按时")


def _replies_url(channel: Channel) -> str:
    owed = getattr(channel, "may_reply", False) and (s := _state(channel)) and s.unreplied
    return reverse("service_requests:channel_replies", args=[channel.code]) if owed else ""


def _duty(channel: Channel) -> str:
    when = f"{channel.hand_in_workdays} 个工作日内交" if channel.hand_in_workdays else "当天就到"
    return f"{channel.hand_in}，{when}" if channel.hand_in else when


def _told(say: Any) -> Any:
    """Return a column's value from a channel's state, nothing where it was not prepared."""
    return lambda c: say(c, s) if (s := _state(c)) else ""


def _channel_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Channel | None
) -> ChannelForm:
    return settings_form(ChannelForm, "owner_unit_id", data, viewer=viewer, row=row)


def _channel_end(actor: Viewer, row: Channel, now: datetime) -> None:
    values = {f: getattr(row, f) for f in CHANNEL_FIELDS} | {"is_active": False}
    channel_save(channel=row, actor=actor, values=values, now=now)


CHANNELS: Register[Channel] = declare_register(
    Register(
        name="channels",
        title="渠道",
        noun="渠道",
        listing=Listing(
            columns=[
                Column(
                    "渠道",
                    lambda c: c.name,
                    "name",
                    ("name",),
                    url=lambda c: CHANNELS.row_url(c),
                    sub=lambda c: c.group,
                ),
                Column("责任单位", lambda c: c.owner_unit.label if c.owner_unit else ""),
                Column("要交来什么", _duty),
                Column("怎么回复", lambda c: c.get_reply_via_display()),
                Column("本月", _told(lambda c, s: s.this_month), numeric=True),
                Column("最近一件", _told(lambda c, s: day_words(s.last_on, c.today) or "还没有")),
                Column(
                    f"{LATE_WINDOW_DAYS} 天迟交",
                    _told(lambda c, s: f"{s.late} / {s.handed_in}"),
                    numeric=True,
                ),
                Column(
                    "没回复",
                    _told(lambda c, s: s.unreplied),
                    numeric=True,
                    url=_replies_url,
                ),
                Column("现在", lambda c: _status(c)[1], status=lambda c: _status(c)[0]),
                Column("代码", lambda c: c.code, "code", ("code",), in_page=False),
            ],
            filters=[
                search("名称", "name"),
                Filter("active", "状态", _in_use, IN_USE),
            ],
            prepare=_prepare,
        ),
        rows=lambda viewer, today: Channel.objects.filter(district_id=viewer.district_id or 0).select_related(
            "owner_unit"
        ),
        sees=("service_requests.view_channels",),
        edits=("service_requests.channels",),
        url="service_requests:channels",
        subject=lambda c: f"channel:{c.pk}",
        form=_channel_form,
        save=saves(channel_save, "channel"),
        end=_channel_end,
        unique="name",
        key="code",
        label=lambda c: c.name,
        lead=lambda request, listed: headline(getattr(request, "channel_states", ())),
        links=(("service_requests.replies", "service_requests:replies", "等回复的来源"),),
        saved="渠道存好了，以后来的件照新的算，已经来的不变。",
    )
)


# --- categories -------------------------------------------------------------------
def _category_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Category | None
) -> CategoryForm:
    return settings_form(CategoryForm, "usual_unit_id", data, viewer=viewer, row=row)


def _category_end(actor: Viewer, row: Category, now: datetime) -> None:
    values = {f: getattr(row, f) for f in CATEGORY_FIELDS} | {"is_active": False}
    category_save(category=row, actor=actor, values=values, now=now)


def _categories_of(viewer: Viewer, today: date) -> QuerySet[Category]:
    return Category.objects.filter(district_id=viewer.district_id or 0).select_related("usual_unit")


def _category_lead(request: ViewerRequest, listed: Listed[Category]) -> str:
    rows = _categories_of(request.viewer, request.today).filter(is_active=True)
    missing = rows.filter(usual_unit=None).count()
    return f"{rows.count()} 个类别在用" + (
        f"，{missing} 个没写归口单位，建议会少一条依据。" if missing else "。"
    )


CATEGORIES: Register[Category] = declare_register(
    Register(
        name="categories",
        title="类别",
        noun="类别",
        listing=Listing(
            columns=[
                Column("类别", lambda c: c.name, "name", ("name",), url=lambda c: CATEGORIES.row_url(c)),
                Column("属于哪一组", lambda c: c.group, "group", ("group", "position")),
                Column(
                    "通常归",
                    lambda c: c.usual_unit.label if c.usual_unit else "还没写",
                    "unit",
                    ("usual_unit__sort_order",),
                ),
                Column("关键词", lambda c: "、".join(c.keywords)),
                Column(
                    "现在",
                    lambda c: "在用" if c.is_active else "停用",
                    status=lambda c: "ontime" if c.is_active else "paused",
                ),
                Column("出处", lambda c: "随软件带的" if c.source.startswith("INVENTORY ") else c.source),
                Column("代码", lambda c: c.code, "code", ("code",), in_page=False),
            ],
            filters=[
                search("名称或组", "name", "group"),
                Filter("active", "状态", _in_use, IN_USE),
            ],
        ),
        rows=_categories_of,
        sees=(),
        edits=("service_requests.categories",),
        url="service_requests:categories",
        subject=lambda c: f"category:{c.pk}",
        form=_category_form,
        save=saves(category_save, "category"),
        end=_category_end,
        unique="name",
        key="code",
        label=lambda c: c.name,
        lead=_category_lead,
        saved="类别存好了，受理台的建议半分钟内跟上，已经交办的不变。",
    )
)

urlpatterns = [
    *register_urls(CHANNELS, "channels/", key="slug"),
    *register_urls(CATEGORIES, "categories/", key="slug"),
]
