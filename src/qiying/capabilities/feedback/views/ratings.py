"""Pages of ratings: one screen on a phone, and the office's rates with their denominators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.feedback.forms.ratings import PlaceRatingForm, RatingForm, place_form
from qiying.capabilities.feedback.models import LEVELS, RatingInvitation, ServicePlace, ServiceRating
from qiying.capabilities.feedback.rules.ratings import BAD, month_words, tag_words
from qiying.capabilities.feedback.selectors.ratings import (
    LEAST_SHOWN,
    months_of,
    places_visible_to,
    ratings_visible_to,
    total_of,
    unit_rates,
)
from qiying.capabilities.feedback.services.ratings import phone_look, place_save, rating_at, rating_give
from qiying.capabilities.feedback.views.cards import sheet_pdf
from qiying.kernel.organisations.listing import Filter, Listing
from qiying.kernel.organisations.pages import page, tell_form, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register, saves
from qiying.kernel.registers.views import register_urls
from qiying.kernel.tables.workbooks import Column
from qiying.ui import given
from qiying.ui.charts import line_chart

PHONE = {"base": "ui/phone.html"}
AN_HOUR = timedelta(hours=1)


# --- who rates -----------------------------------------------------------------------------------------------
@never_cache
def rate(plain: HttpRequest, token: str) -> HttpResponse:
    """Ask one question about a service that ended, behind the link of who was served."""
    request = cast(ViewerRequest, plain)
    asked = fetch_or_404(RatingInvitation.objects.select_related("unit"), token=token[:43])
    form = RatingForm(request.POST or None)
    late = ""
    if request.method == "POST" and form.is_valid():
        try:
            rating_give(invitation=asked, viewer=request.viewer, now=request.now, **form.cleaned_data)
        except ActionNotAvailable as refused:
            late = refused.message
        else:
            return page(
                request, "feedback/ratings/thanks.html", {**PHONE, "level": form.cleaned_data["level"]}
            )
    if asked.used_at is not None and not late:
        late = "这件事您已经评过了，谢谢。一件事只评一次。"
    elif asked.expires_on < request.today and not late:
        late = "已经过了评价的时间。有话想说，可以直接提诉求。"
    context = {**PHONE, "form": form, "bad": BAD, "matter": asked.matter, "unit": asked.unit, "late": late}
    return page(request, "feedback/ratings/rate.html", context, status=422 if form.errors else None)


@never_cache
def rate_place(plain: HttpRequest, code: str) -> HttpResponse:
    """Ask one question at a window; whoever scans its code may answer."""
    request = cast(ViewerRequest, plain)
    place = fetch_or_404(ServicePlace.objects.select_related("unit").filter(is_active=True), code=code[:12])
    form = PlaceRatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _throttle(request, place)
            rating_at(place=place, viewer=request.viewer, now=request.now, **form.cleaned_data)
        except GuardFailed as refused:
            tell_form(form, refused)
        else:
            return page(
                request, "feedback/ratings/thanks.html", {**PHONE, "level": form.cleaned_data["level"]}
            )
    context = {**PHONE, "form": form, "bad": BAD, "matter": place.name, "unit": place.unit, "late": ""}
    return page(request, "feedback/ratings/rate.html", context, status=422 if form.errors else None)


def _throttle(request: ViewerRequest, place: ServicePlace) -> None:
    """One person rates a window a few times an hour; a hall shares one address, so without a name it may be more."""
    known = request.viewer.person_id
    who, most = (f"p:{known}", 3) if known else (client_ip(request), 60)
    if exceeded := attempt([Limit("rate_place", f"{place.pk}:{who}", most, AN_HOUR)], at=request.now):
        raise GuardFailed([f"评得太勤了，过 {exceeded.words}再评。写的内容还在。"])


# --- the office ------------------------------------------------------------------------------------------------
@visible_with("feedback.ratings", "feedback.ratings_district")
@require_GET
def rates(request: ViewerRequest) -> HttpResponse:
    """Show the rates of a period, unit by unit, with who did not rate beside them."""
    first, last = _period(request)
    rows = unit_rates(request.viewer, first, last)
    months = months_of(request.viewer, request.today)
    chart = None
    if months:
        chart = line_chart(
            title="每月好评率",
            points=[f"{m.month}月" for m, _, _ in months],
            series=[{"name": "好评率", "values": [round(100 * (n - bad) / n, 1) for _, n, bad in months]}],
            denominators=[n for _, n, _ in months],
            denominator_label="评了几条",
            high=100.0,
            note="只数评了的；没评的不算满意",
        )
    context = {
        "rows": rows,
        "total": total_of(rows),
        "first": first,
        "last": last,
        "chart": chart,
        "levels": LEVELS,
    }
    return page(request, "feedback/ratings/rates.html", context)


def _period(request: ViewerRequest) -> tuple[date, date]:
    first = given.day(request.GET.get("from")) or request.today - timedelta(days=29)
    last = given.day(request.GET.get("to")) or request.today
    return (first, last) if first <= last else (last, first)


def _found(rows: QuerySet[ServiceRating], text: str) -> QuerySet[ServiceRating]:
    return rows.filter(text__icontains=text) | rows.filter(matter__icontains=text)


def _level(rows: QuerySet[ServiceRating], value: str) -> QuerySet[ServiceRating]:
    return rows.filter(level__lte=2) if value == "bad" else rows.filter(level=int(value))


RATINGS: Listing[ServiceRating] = Listing(
    name="ratings",
    caption="评价",
    columns=[
        Column("满意程度", lambda r: r.get_level_display(), "level", ("level",)),
        Column("办了什么", lambda r: r.matter),
        Column("单位", lambda r: r.unit.label, "unit", ("unit__name",)),
        Column("哪方面", lambda r: tag_words(r.tags)),
        Column("说了什么", lambda r: r.text),
        Column("什么时候", lambda r: month_words(r.given_on), "on", ("given_on",)),
        Column("怎么评的", lambda r: r.get_way_display()),
        Column("剔除", lambda r: "复核后剔除" if r.annulled_at else ""),
    ],
    filters=[
        Filter("q", "说了什么、办了什么", _found),
        Filter("level", "满意程度", _level, (("bad", "差评"), *((n, words) for n, words in LEVELS))),
    ],
    empty_title="还没有评价",
    empty_text=f"办完事的人评了就在这里；不显示是谁，日子只到月。一个单位不满 {LEAST_SHOWN} 条时不列话。",
)


@visible_with("feedback.ratings", "feedback.ratings_district")
@require_GET
def ratings(request: ViewerRequest) -> HttpResponse:
    """List what was said, without who said it."""
    context, workbook = RATINGS.respond(request, shown_to(request.viewer))
    return workbook or page(request, "feedback/ratings/list.html", context)


def shown_to(viewer: Viewer) -> QuerySet[ServiceRating]:
    """Return the ratings whose words may be read: of units that were rated often enough to hide in."""
    rows = ratings_visible_to(viewer)
    if viewer.has("feedback.ratings_district"):
        return rows
    often = rows.order_by().values("unit_id").annotate(n=Count("pk")).filter(n__gte=LEAST_SHOWN)
    return rows.filter(unit_id__in=often.values("unit_id"))


@visible_with("feedback.ratings_district", "feedback.ratings")
@require_POST
def rating_phone(request: ViewerRequest, number: str) -> HttpResponse:
    """Show the whole number of a bad rating once to the unit that calls back; the look is recorded."""
    rows = ServiceRating.objects.exclude(contact_phone="").exclude(unit_id__in=request.viewer.unit_ids)
    found = fetch_or_404(rows, case__number=number[:40], case__lead_unit_id__in=request.viewer.unit_ids)
    phone_look(rating=found, actor=request.viewer, now=request.now)
    messages.success(request, f"{found.contact_phone}，看过已经记下。")
    return HttpResponseRedirect(reverse("cases:case", args=[number]))


# --- places -----------------------------------------------------------------------------------------------------


def _end(actor: Viewer, row: ServicePlace, now: Any) -> None:
    values = {"is_active": False}
    place_save(place=row, actor=actor, values=values, now=now)


PLACES: Register[ServicePlace] = declare_register(
    Register(
        name="service_places",
        title="评价点",
        noun="评价点",
        listing=Listing(
            columns=[
                Column("窗口或事项", lambda r: r.name, "name", ("name",), url=lambda r: PLACES.row_url(r)),
                Column("单位", lambda r: r.unit.label, "unit", ("unit__name",)),
                Column("在哪里", lambda r: r.place),
                Column("在用", lambda r: r.is_active),
                Column("码", lambda r: r.code, in_page=False),
            ],
            empty_title="还没有评价点",
            empty_text="加一个窗口，打印它的码贴出来，办完事的人扫一下就能评。",
        ),
        rows=lambda viewer, today: places_visible_to(viewer),
        sees=("feedback.ratings_district",),
        edits=("feedback.places",),
        url="feedback:places",
        subject=lambda r: f"service_place:{r.pk}",
        may_touch=lambda viewer, row: row.unit_id in viewer.unit_ids,
        form=place_form,
        save=saves(place_save, "place"),
        end=_end,
        unique="name",
        hint="每个窗口、每个事项一个码；扫码的人可以不留名字。",
        acts=(Act("sheet", "打印这个码", None),),
        new_label="加评价点",
    )
)


@visible_with("feedback.places")
@require_GET
def place_sheet(request: ViewerRequest, place_id: int) -> HttpResponse:
    """Print the code of one place as a PDF of four to a page."""
    place = fetch_or_404(places_visible_to(request.viewer), pk=place_id)
    lines = [("办得怎么样\n扫码评一评", f"{place.unit.label} · {place.name}", f"/rate/at/{place.code}/")]
    return sheet_pdf(lines * 4, name=f"评价码-{place.name}")


urlpatterns = [
    path("ratings/phone/<str:number>/", rating_phone, name="rating_phone"),
    path("rate/at/<str:code>/", rate_place, name="rate_place"),
    path("rate/<str:token>/", rate, name="rate"),
    path("ratings/", rates, name="rates"),
    path("ratings/said/", ratings, name="ratings"),
    path("ratings/places/<int:place_id>/sheet/", place_sheet, name="places_sheet"),
    *register_urls(PLACES, "ratings/places/"),
]
