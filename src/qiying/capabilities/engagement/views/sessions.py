"""The pages of sessions: where things stand, the next one, problems beforehand, outcomes, registers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from qiying.capabilities.engagement.forms.sessions import (
    CollectForm,
    SessionForm,
    group_form,
    outcome_form,
    seat_form,
)
from qiying.capabilities.engagement.models import LeadingSeat, ServiceGroup
from qiying.capabilities.engagement.selectors.sessions import (
    KINDS,
    alike,
    banks_of,
    groups_of,
    seats_of,
    sessions_to_collect_for,
    themes,
    totals,
    tracked,
    turns,
)
from qiying.capabilities.engagement.services.sessions import (
    group_save,
    outcome_note,
    problem_collect,
    seat_save,
    session_plan,
)
from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.models import Item
from qiying.kernel.gatherings.selectors import (
    closed_items,
    gathering_to,
    gatherings_visible_to,
    items_of,
    may_organise,
)
from qiying.kernel.gatherings.services.editing import item_join
from qiying.kernel.organisations.listing import Column, Filter, Listing, search
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import Item as Line
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.views import list_urls, register_urls
from qiying.ui.given import day, whole

VIEW, HOLD, COLLECT = "engagement.sessions_view", "engagement.sessions", "engagement.collect"


@visible_with(VIEW, HOLD)
def overview(request: ViewerRequest) -> HttpResponse:
    """Say where sessions stand: the next one, whose turn it is, what came of the year, what is late."""
    viewer, today = request.viewer, request.today
    year = whole(request.GET.get("year"), least=2000, most=2100) or today.year
    rows = gatherings_visible_to(viewer).filter(kind__in=KINDS)
    late = tracked(viewer).exclude(closed_items()).filter(promised_by__lt=today)
    context = {
        "title": "政企面对面",
        "coming": list(
            rows.filter(on__gte=today).exclude(phase__in=("closed", "cancelled")).order_by("on")[:3]
        ),
        "lately": list(rows.filter(on__lt=today).order_by("-on")[:6]),
        "year": year,
        "years": range(today.year - 3, today.year + 1),
        "totals": totals(viewer.district_id or 0, date(year, 1, 1), date(year, 12, 31)),
        "ever": totals(viewer.district_id or 0, date(2000, 1, 1), today),
        "late": list(late.order_by("promised_by")[:8]),
        "rota": turns(viewer.district_id or 0, today + timedelta(days=14))[:5],
        "may_hold": viewer.has(HOLD),
        "collects": viewer.has(COLLECT),
        "opens_all": viewer.has("gatherings.view") or viewer.has("gatherings.organise"),
    }
    return page(request, "sessions/overview.html", context)


@visible_with(HOLD)
def plan(request: ViewerRequest) -> HttpResponse:
    """Propose theme, leader, departments and banks of the next session; what is changed is taken as changed."""
    district_id, on = request.viewer.district_id or 0, day(request.GET.get("on")) or _next(request.today)
    proposals, kind = (
        themes(district_id, request.today),
        request.POST.get("kind") or request.GET.get("kind", KINDS[0]),
    )
    form = SessionForm(
        request.POST or None, district_id=district_id, proposals=proposals, rota=turns(district_id, on), on=on,
        kind=kind if kind in KINDS else KINDS[0],
    )  # fmt: skip

    def run(data: dict[str, Any]) -> str:
        made = session_plan(
            actor=request.viewer, kind=data["kind"], head=form.head(), now=request.now,
            proposal=next((p for p in proposals if p.key == data["theme"]), None),
            leader=seats_of(district_id, data["on"]).filter(pk=data["leader"] or 0).first(),
            group=groups_of(district_id).filter(pk=data["group"] or 0).first(),
            banks=list(banks_of(district_id).filter(pk__in=data["banks"])),
            firms=list(Enterprise.objects.filter(pk__in=data["firms"], district_id=district_id)),
        )  # fmt: skip
        return reverse("gatherings:gathering", args=[made.pk])

    skipped = [f"{t.candidate.label}{t.words}" for t in turns(district_id, on) if t.is_skipped]
    said = "主题从问题池里提，召集领导按轮值表排。" + (f"{'；'.join(skipped)}。" if skipped else "")
    return act_page(
        request, form, title="办下一次", sentence=said, submit="存好，接着请人", run=run,
        back_url=reverse("engagement:sessions"), done="定好了，接着看看谁来、还缺什么。",
    )  # fmt: skip


def _next(today: date) -> date:
    """Return the middle of next month, when the monthly session usually is."""
    return (today.replace(day=1) + timedelta(days=32)).replace(day=15)


@visible_with(COLLECT, HOLD)
def collect(request: ViewerRequest) -> HttpResponse:
    """List coming sessions for which problems may be handed in."""
    rows = list(sessions_to_collect_for(request.viewer, request.today))
    return page(request, "sessions/collect_for.html", {"rows": rows, "title": "会前报问题"})


@visible_with(COLLECT)
def collect_for(request: ViewerRequest, pk: int) -> HttpResponse:
    """Hand in a problem before a session; the organiser sees what is alike and joins it."""
    one = fetch_or_404(sessions_to_collect_for(request.viewer, request.today), pk=pk)
    form = CollectForm(request.POST or None, district_id=one.district_id)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        problem_collect(gathering=one, actor=request.viewer, now=request.now, **data)
        messages.success(request, "报上去了。还有就接着报。")
        return HttpResponseRedirect(request.path)
    organises = may_organise(request.viewer, one)
    items = list(items_of(one))
    context = {
        "one": one,
        "form": form,
        "organises": organises,
        "rows": [(i, alike(i, items) if organises else []) for i in items if organises or i.source],
        "back_url": reverse("gatherings:gathering", args=[pk])
        if organises
        else reverse("engagement:collect"),
        "title": "会前报问题",
    }
    return page(request, "sessions/collect.html", context, 422 if form.errors else None)


@require_POST
@signed_in
def join(request: ViewerRequest, pk: int) -> HttpResponse:
    """Join a duplicate into the item it repeats."""
    one = gathering_to(may_organise, request.viewer, pk)
    rows = Item.objects.filter(gathering=one).select_related("gathering")
    item, into = (fetch_or_404(rows, pk=whole(request.POST.get(name)) or 0) for name in ("item", "into"))
    item_join(item=item, into=into, actor=request.viewer, now=request.now)
    messages.success(request, f"第 {item.no} 条并进了第 {into.no} 条，两边都会告诉结果。")
    return HttpResponseRedirect(reverse("engagement:collect_for", args=[pk]))


@signed_in
def outcome(request: ViewerRequest, pk: int) -> HttpResponse:
    """Note a policy or measure that came out of a session."""
    one = gathering_to(may_organise, request.viewer, pk)
    form = outcome_form(request.POST or None, list(items_of(one)), request.viewer)

    def run(data: dict[str, Any]) -> None:
        outcome_note(gathering=one, actor=request.viewer, now=request.now, **data)

    back = reverse("gatherings:gathering", args=[pk])
    return act_page(
        request, form, title=f"记成果：{one.title}", submit="记下", back_url=back, run=run, done="记下了。"
    )


# --- registers ---------------------------------------------------------------------------------
def _standing(item: Item) -> str:
    if item.case is not None:
        return "件还在办" if item.case.is_open else "办结"
    return "办完" if item.done_at else "还没办完"


def _over(rows: Any, word: str) -> Any:
    return rows.filter(closed_items()) if word == "over" else rows.exclude(closed_items())


TRACKING: Register[Item] = declare_register(
    Register(
        name="session_items",
        title="会上定的事",
        noun="事",
        listing=Listing(
            columns=[
                Column(
                    "什么事",
                    lambda i: i.text,
                    "text",
                    url=lambda i: reverse("gatherings:gathering", args=[i.gathering_id]) + "#told",
                ),
                Column("哪次会", lambda i: str(i.gathering), "when", ("gathering__on",)),
                Column("谁说的", lambda i: i.asker),
                Column("承办", lambda i: i.unit.label if i.unit else "", "unit", ("unit__name",)),
                Column("怎么答复", lambda i: i.answer_label),
                Column("答应哪天", lambda i: i.promised_by, "by", ("promised_by",)),
                Column("办件号", lambda i: i.case_number or ""),
                Column("现在", _standing),
            ],
            filters=[
                search("说了什么", "text"),
                Filter("over", "办完没有", _over, (("open", "还没办完"), ("over", "办完了"))),
                Filter("late", "答应的日子", lambda rows, on: rows.filter(promised_by__lt=day(on))),
            ],
            empty_title="会上还没定过事",
            empty_text="会开完、转入会后办理以后，每一条都在这里跟踪。",
        ),
        rows=lambda viewer, today: tracked(viewer),
        sees=(VIEW, HOLD),
        edits=(),
        url="engagement:tracking",
        subject=lambda i: i.gathering.subject,
    )
)


def _seat_end(actor: Viewer, row: LeadingSeat, now: datetime) -> None:
    seat_save(actor=actor, seat=row, values={"valid_to": max(local_date(now), row.valid_from)}, now=now)


SEATS: Register[LeadingSeat] = declare_register(
    Register(
        name="leading_seats",
        title="召集领导",
        noun="召集领导",
        listing=Listing(
            columns=[
                Column(
                    "领导", lambda s: s.person.name, "name", ("person__name",), url=lambda s: SEATS.row_url(s)
                ),
                Column("哪套班子", lambda s: s.get_group_display(), "group", ("group",)),
                Column("职务", lambda s: s.title),
                Column("起", lambda s: s.valid_from),
                Column("止", lambda s: s.valid_to),
            ],
            empty_title="轮值表是空的",
            empty_text="把四套班子的主要领导加进来，系统就按谁召集得少排下一位。",
        ),
        rows=lambda viewer, today: LeadingSeat.objects.filter(
            district_id=viewer.district_id or 0
        ).select_related("person"),
        sees=(VIEW,),
        edits=(HOLD,),
        url="engagement:seats",
        subject=lambda s: f"leading_seat:{s.pk}",
        form=seat_form,
        save=lambda actor, row, values, now: seat_save(actor=actor, seat=row, values=values, now=now),
        end=_seat_end,
    )
)
GROUPS: Register[ServiceGroup] = declare_register(
    Register(
        name="service_groups",
        title="服务组",
        noun="服务组",
        listing=Listing(
            columns=[
                Column("服务组", lambda g: g.name, "name", ("name",), url=lambda g: GROUPS.row_url(g)),
                Column("哪些单位", lambda g: "、".join(u.label for u in g.units.all())),
                Column("在用", lambda g: g.is_active),
            ],
            empty_title="还没分组",
            empty_text="把常一起到会的单位分成组，选一个组就请齐了。",
        ),
        rows=lambda viewer, today: ServiceGroup.objects.filter(
            district_id=viewer.district_id or 0
        ).prefetch_related("units"),
        sees=(VIEW,),
        edits=(HOLD,),
        url="engagement:groups",
        subject=lambda g: f"service_group:{g.pk}",
        form=group_form,
        save=lambda actor, row, values, now: group_save(actor=actor, group=row, values=values, now=now),
    )
)


def sessions_behind(viewer: Viewer, ids: Sequence[int]) -> dict[int, Line]:
    """Return the sessions that a figure counted, those the viewer sees."""
    rows = gatherings_visible_to(viewer).filter(pk__in=[-i for i in ids])
    return {
        -g.pk: Line(str(g), reverse("gatherings:gathering", args=[g.pk]), g.unit.label, g.place, day=g.on)
        for g in rows
    }


urlpatterns = [
    path("sessions/", overview, name="sessions"),
    path("sessions/plan/", plan, name="plan"),
    path("sessions/collect/", collect, name="collect"),
    path("sessions/<int:pk>/collect/", collect_for, name="collect_for"),
    path("sessions/<int:pk>/join/", join, name="join"),
    path("sessions/<int:pk>/outcome/", outcome, name="outcome"),
    *list_urls(TRACKING, "sessions/tracking/"),
    *register_urls(SEATS, "sessions/rota/"),
    *register_urls(GROUPS, "sessions/groups/"),
]
