"""The pages of points: the register, kinds, activities and problems, where firms may go, a deputy's own notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from qiying.capabilities.engagement.forms.points import (
    ProblemForm,
    ReceptionForm,
    activity_form,
    kind_form,
    note_form,
    point_form,
)
from qiying.capabilities.engagement.models import Point, PointKind
from qiying.capabilities.engagement.selectors.points import (
    POINT_ACTIVITY,
    contributed,
    kinds_for,
    may_keep,
    notes_of,
    points_visible_to,
    public_points,
)
from qiying.capabilities.engagement.services.points import (
    activity_note,
    kind_save,
    note_raise,
    note_save,
    point_end,
    point_save,
    problem_raise,
    reception_offer,
)
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.selectors import in_use
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.documents.uploads import new_token
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.pages import act_page, page, signed_in, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

CAME = Count("gathering__attendees", filter=Q(gathering__attendees__checked_in_at__isnull=False))
AT_ONCE = 5  # points of a kind shown without opening the rest
SEES, KEEPS, WIDE = "engagement.points_view", "engagement.points", "engagement.points_district"


def case_words(case: Case) -> str:
    """Return in which state a case is, as everybody who heard the problem may know."""
    return PROCEDURES.get(case.procedure, case.version).state(case.state).label


_activity = does(activity_note, "point", "活动记下了。", values="values")


def _problem(actor: Viewer, row: Point, data: dict[str, Any], now: datetime) -> str:
    return f"立了件：{problem_raise(actor=actor, point=row, now=now, **data).number}。"


def _prepare(request: ViewerRequest, rows: Sequence[Point]) -> None:
    counts = contributed([r.pk for r in rows])
    for row in rows:
        row.counts = counts.get(row.pk, {"problems": 0, "closed": 0, "solved": 0})


def _runs(viewer: Viewer, row: Point) -> bool:
    return row.valid_to is None


def _about(request: ViewerRequest, row: Point) -> dict[str, Any]:
    problems = row.problems.select_related("case").order_by("-pk")[:20]
    return {
        "point": row,
        "counts": row.counts,
        "members": list(row.members.all()),
        "activities": list(row.activities.select_related("gathering").annotate(came=CAME)[:10]),
        "activity_kind": POINT_ACTIVITY if may_keep(request.viewer, row) and row.valid_to is None else "",
        "problems": [(p.case, case_words(p.case)) for p in problems] if may_keep(request.viewer, row) else [],
        "may_receive": request.viewer.has("bookings.offer") and row.valid_to is None,
        "times": in_use(Bookable.objects.filter(subject=row.subject), request.today).select_related(
            "receiver"
        ),
    }


POINTS: Register[Point] = declare_register(
    Register(
        name="points",
        title="联系点和联络站",
        noun="站点",
        listing=Listing(
            columns=[
                Column("名称", lambda p: p.name, "name", ("name",), url=lambda p: POINTS.row_url(p)),
                Column("类别", lambda p: p.kind.name, "kind", ("kind__name",)),
                Column("主管单位", lambda p: p.unit.label, "unit", ("unit__name",)),
                Column("开放时间", lambda p: p.hours),
                Column("报的问题", lambda p: p.counts["problems"], numeric=True),
                Column("办结", lambda p: p.counts["closed"], numeric=True),
                Column("解决", lambda p: p.counts["solved"], numeric=True),
                Column("设在哪家企业", lambda p: p.enterprise.name if p.enterprise else "", in_page=False),
                Column("行业", lambda p: p.sector, in_page=False),
                Column("地址", lambda p: p.address, in_page=False),
                Column("电话", lambda p: p.phone, in_page=False),
                *TERM_COLUMNS,
            ],
            filters=[
                Filter(
                    "q",
                    "名称或行业",
                    lambda rows, text: (
                        rows.filter(name__icontains=text) | rows.filter(sector__icontains=text)
                    ),
                ),
                Filter(
                    "kind",
                    "类别",
                    lambda rows, pk: rows.filter(kind_id=whole(pk) or 0),
                    lambda r: kinds_for(r.viewer, r.today),
                ),
            ],
            prepare=_prepare,
            tabs=TERM_TABS,
            empty_title="还没有站点",
            empty_text="加一个联系点或联络站，写开放时间和电话，企业在手机上就看得到。",
        ),
        rows=points_visible_to,
        sees=(SEES,),
        edits=(KEEPS,),
        opens=(SEES, KEEPS),
        url="engagement:points",
        may_touch=may_keep,
        form=point_form,
        save=lambda actor, row, values, now: point_save(actor=actor, point=row, values=values, now=now),
        unique="name",
        edits_apart=True,
        panels=(Panel("points/_point.html", _about),),
        acts=(
            Act("problem", "报问题", _problem, form=ProblemForm, applies=_runs),
            Act("activity", "记活动", _activity, form=activity_form),
            end_act(
                lambda actor, row, on, reason, now: point_end(
                    actor=actor, point=row, on=on, reason=reason, now=now
                ),
                label="撤掉",
            ),
        ),
        links=((WIDE, "engagement:point_kinds", "站点类别"),),
        new_label="加站点",
    )
)


KINDS: Register[PointKind] = declare_register(
    Register(
        name="point_kinds",
        title="站点类别",
        noun="类别",
        listing=Listing(
            columns=[
                Column("名称", lambda k: k.name, "name", ("name",), url=lambda k: KINDS.row_url(k)),
                Column("主管单位的类别", lambda k: k.get_owner_kind_display()),
                Column("谁看得到", lambda k: k.get_visibility_display()),
                Column("问题走哪个渠道", lambda k: k.channel),
                Column("在用", lambda k: k.is_active),
            ],
            empty_title="还没有类别",
            empty_text="先定类别：谁主管、谁看得到、问题走哪个渠道。",
        ),
        rows=lambda viewer, today: PointKind.objects.filter(district_id=viewer.district_id or 0),
        sees=(WIDE,),
        edits=(WIDE,),
        url="engagement:point_kinds",
        subject=lambda k: f"point_kind:{k.pk}",
        form=kind_form,
        save=lambda actor, row, values, now: kind_save(actor=actor, kind=row, values=values, now=now),
        unique="name",
    )
)


@visible_with("bookings.offer")
def reception(request: ViewerRequest, pk: int) -> HttpResponse:
    """Offer times at a point at which somebody of one's own unit receives, whoever keeps the point."""
    row = fetch_or_404(points_visible_to(request.viewer, request.today).filter(valid_to__isnull=True), pk=pk)
    form = ReceptionForm(request.POST or None, viewer=request.viewer, today=request.today, row=row)

    def run(data: dict[str, Any]) -> None:
        reception_offer(actor=request.viewer, point=row, values=data, now=request.now)

    return act_page(
        request, form, title=f"设部门接待时间：{row.name}", submit="设好", run=run, back_url=POINTS.row_url(row),
        done="时间设好了，企业可以约。",
    )  # fmt: skip


@signed_in
def near(request: ViewerRequest) -> HttpResponse:
    """Show where an enterprise may go, when it is open, what can be booked: its own first, then by kind."""
    text = request.GET.get("q", "").strip()[:40]
    points = list(public_points(request.viewer, request.today, text))
    times: dict[str, list[Bookable]] = {}
    offered = Bookable.objects.filter(subject__in=[p.subject for p in points], is_public=True)
    for one in in_use(offered, request.today).select_related("unit", "receiver"):
        times.setdefault(one.subject, []).append(one)
    own = request.viewer.enterprise_ids
    groups: dict[str, list[tuple[Point, list[Bookable]]]] = {"设在您企业的": [], "可以约时间的": []}
    for point in points:
        told = "设在您企业的" if point.enterprise_id in own else "可以约时间的"
        name = told if point.enterprise_id in own or point.subject in times else point.kind.name
        groups.setdefault(name, []).append((point, times.get(point.subject, [])))
    context = {
        "groups": [(name, rows[:AT_ONCE], rows[AT_ONCE:]) for name, rows in groups.items() if rows],
        "text": text,
        "title": "联系点和联络站",
        "back_url": "/",
    }
    return page(request, "points/near.html", context)


# --- a deputy's own notes ------------------------------------------------------------------------
@never_cache
@visible_with("engagement.notes")
def notes(request: ViewerRequest) -> HttpResponse:
    """Write and read one's own notes."""
    form = note_form(request.POST or None, viewer=request.viewer, today=request.today, row=None)
    form.fields["key"] = forms.CharField(widget=forms.HiddenInput, max_length=40)
    form.initial.update(on=request.today, key=new_token())
    if request.method == "POST" and form.is_valid():
        try:
            note_save(actor=request.viewer, now=request.now, **form.cleaned_data)
        except GuardFailed as error:
            tell_form(form, error)
        else:
            messages.success(request, "记下了，只有您自己看得到。")
            return HttpResponseRedirect(request.path)
    rows = [(n, case_words(n.case) if n.case else "") for n in notes_of(request.viewer)[:60]]
    context = {"base": "ui/phone.html", "form": form, "rows": rows, "title": "履职笔记", "back_url": "/"}
    return page(request, "points/notes.html", context, 422 if form.errors else None)


@require_POST
@visible_with("engagement.notes")
def raise_note(request: ViewerRequest, pk: int) -> HttpResponse:
    """Make a problem of one's own note with one tap."""
    one = fetch_or_404(notes_of(request.viewer), pk=pk)
    try:
        case = note_raise(actor=request.viewer, note=one, now=request.now)
        messages.success(request, f"转成了问题，办件号 {case.number}。")
    except ActionNotAvailable as why:
        messages.warning(request, why.message)
    return HttpResponseRedirect(reverse("engagement:notes"))


urlpatterns = [
    path("points/near/", near, name="points_public"),
    path("notes/", notes, name="notes"),
    path("notes/<int:pk>/raise/", raise_note, name="note_raise"),
    path("points/<int:pk>/reception/", reception, name="point_reception"),
    *register_urls(KINDS, "points/kinds/"),
    *register_urls(POINTS, "points/"),
]
