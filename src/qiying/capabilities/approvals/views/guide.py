"""The catalogue for everybody: search, guides, “what do I need”, intermediaries, activities. No sign-in to read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from qiying.capabilities.approvals.forms.catalogue import RateForm
from qiying.capabilities.approvals.models import IntermediaryRating, ItemKind, Provider, ServiceItem, Stage
from qiying.capabilities.approvals.rules.catalogue import base_of
from qiying.capabilities.approvals.rules.needs import answered, needs, questions
from qiying.capabilities.approvals.selectors import catalogue as reads
from qiying.capabilities.approvals.services.catalogue import intermediary_rate
from qiying.capabilities.approvals.services.plans import bundle_files
from qiying.decision.words.results import condition_words
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.pages import act_page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

P = ParamSpec("P")
CHOSEN = "guide_district"
WISHES = (
    ("开饭店", {"做什么": "开业", "行业": "餐饮"}),
    ("开便利店", {"做什么": "开业", "行业": "商店"}),
    ("开民宿", {"做什么": "开业", "行业": "民宿"}),
    ("注册公司", {"做什么": "开业", "行业": "别的", "形式": "公司"}),
    ("建厂房", {"做什么": "建设", "行业": "制造"}),
    ("改执照", {"做什么": "变更"}),
    ("关店注销", {"做什么": "退出"}),
)
"""What people come for most, in their own words, and the answers that say so."""


def public(
    view: Callable[Concatenate[ViewerRequest, int, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hand a page the district it is about: one's own, the chosen one, the only one; else ask which."""

    @require_safe
    @wraps(view)
    def wrapped(plain: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = cast(ViewerRequest, plain)
        own = request.viewer.district_id
        if own is not None:
            return view(request, own, *args, **kwargs)
        rows = District.objects.filter(is_demo=bool(settings.QIYING_ENV.demo)).order_by("id")
        offered = {d.pk: d for d in rows if not d.settings.get("is_history")}
        asked = whole(request.GET.get("district")) or request.session.get(CHOSEN)
        chosen = asked if asked in offered else next(iter(offered)) if len(offered) == 1 else None
        if chosen is None:
            context = {"districts": list(offered.values()), "next_url": request.path}
            return shown(request, "catalogue/district.html", context)
        if len(offered) > 1:
            request.session[CHOSEN] = chosen
        return view(request, chosen, *args, **kwargs)

    return wrapped


def shown(request: ViewerRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a public page in the shell of whoever looks."""
    viewer = request.viewer
    base = "ui/office.html" if viewer.memberships else "ui/phone.html"
    frame = {
        "base": base if viewer.is_authenticated else "ui/public.html",
        "is_public": not viewer.is_authenticated,
        "now": request.now,
        "today": request.today,
    }
    return render(request, template, {**frame, **context})


def needs_url(**answers: str) -> str:
    """Return the address of “what do I need” with some questions answered."""
    return f"{reverse('approvals:needs')}?{urlencode(answers)}"


@public
def guides(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Search the catalogue, or walk it by board and stage of life."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    board, stage = whole(request.GET.get("board")), request.GET.get("stage", "")
    added = request.GET.get("added") == "1"
    boards = reads.boards_in_force(district_id, request.today)
    current = next((b for b in boards if b.pk == board), None)
    is_asked = bool(text or current or added or stage in Stage.values)
    items: list[ServiceItem] = []
    if text:
        items = reads.items_found(district_id, text, request.today)
    elif is_asked:
        rows = reads.items_in_force(district_id, request.today).order_by("board__position", "code")
        rows = rows.filter(board=current) if current else rows
        rows = rows.filter(stage=stage) if stage in Stage.values else rows
        items = list(rows.filter(value_added=True) if added else rows)
    context = {
        "q": text,
        "boards": boards,
        "board": current,
        "stages": Stage.choices,
        "stage": stage,
        "added": added,
        "items": [(i, base_of(i.code)) for i in items],
        "is_asked": is_asked,
        "wishes": [(words, needs_url(**given)) for words, given in WISHES],
        "wish": next(((w, needs_url(**g)) for w, g in WISHES if text and (text in w or w in text)), None),
        "total": sum(b.item_count for b in boards),
        "online": sum(b.online_count for b in boards),
        "activities": [] if is_asked else reads.activities_open(district_id, request.today)[:3],
        "back_url": reverse("approvals:guides") if is_asked else "/",
    }
    return shown(request, "catalogue/guides.html", context)


@public
def guide(request: ViewerRequest, district_id: int, base: str, for_paper: bool = False) -> HttpResponse:
    """Show all there is to know of one item; `?version=` shows an earlier or coming one."""
    versions = reads.item_versions(district_id, base)
    now = next((v for v in versions if v.holds_on(request.today)), None)
    asked = whole(request.GET.get("version"))
    item = (
        next((v for v in versions if v.version == asked), None)
        if asked
        else now or next(iter(versions), None)
    )
    if item is None:
        raise Http404("没有这个事项")
    bodies = reads.intermediaries(district_id, request.today, item.intermediary) if item.intermediary else []
    url = request.build_absolute_uri(reverse("approvals:guide", args=[base]))
    code = segno.make(url, error="m")
    context = {
        "item": item,
        "base_code": base,
        "in_force": now,
        "is_old": item != now,
        "others": [v for v in versions if v != item],
        "bodies": list(bodies),
        "uses": reads.uses_of(item),
        "free_when": condition_words(item.free_when) if item.free_when else "",
        "url": url,
        "apply_url": _apply_url(item),
        "qr": mark_safe(code.svg_inline(scale=3, border=1, omitsize=True)),  # noqa: S308 (made of our own address)
        "back_url": reverse("approvals:guide", args=[base]) if for_paper else reverse("approvals:guides"),
    }
    return shown(request, "catalogue/paper.html" if for_paper else "catalogue/guide.html", context)


def _apply_url(item: ServiceItem) -> str:
    """Return where an item is applied for here, empty for what others offer or another site takes."""
    is_here = item.provider == Provider.GOVERNMENT and item.department_id and not item.outside_url
    return reverse("approvals:apply_item", args=[item.code]) if is_here else ""


@public
def need(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Ask a few questions, each answer a link; what is needed stands below and grows sharper with each."""
    given = {code: values for code, values in request.GET.items() if code != "district"}
    known = dict(answered(given).values)
    asked = []
    for one in answered(given).fields:
        code = one.question.code
        rest = {k: v for k, v in known.items() if k != code}
        options = [
            (
                o,
                needs_url(**rest) if known.get(code) == o else needs_url(**rest, **{code: o}),
                known.get(code) == o,
            )
            for o in one.question.options
        ]
        asked.append((one.question.title, options, code in known))
    rows = (
        reads.items_in_force(district_id, request.today)
        .exclude(needed_when="")
        .order_by("board__position", "code")
    )
    stages, kinds = list(Stage.values), list(ItemKind.values)
    found = needs(sorted(rows, key=lambda i: (stages.index(i.stage), kinds.index(i.kind), i.code)), given)
    hanging: dict[str, list[tuple[ServiceItem, str]]] = {}
    for item, words in found.open:
        hanging.setdefault("；".join(words), []).append((item, base_of(item.code)))
    context = {
        "title": questions().definition.title,
        "asked": asked,
        "sure": [(i, base_of(i.code)) for i in found.sure],
        "open": hanging.items(),
        "materials": found.materials,
        "asked_of_you": sum(m["source"] != "government" for m in found.materials),
        "answers": known,
        "online": sum(i.online for i in found.sure),
        "fee": sum(i.fee_fen for i in found.sure),
        "has_fee_note": any(i.fee_note for i in found.sure),
        "again_url": reverse("approvals:needs"),
        "back_url": reverse("approvals:guides"),
    }
    return shown(request, "catalogue/needs.html", context)


@public
def compare(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Show who offers an intermediary service, at what price, in which time, and how it was rated."""
    services = reads.services_offered(district_id, request.today)
    names = [s["service"] for s in services]
    asked = request.GET.get("service", "")
    service = asked if asked in names else next(iter(names), "")
    rows = reads.intermediaries(district_id, request.today, service) if service else []
    by = request.GET.get("by", "price")
    sort: dict[str, Callable[[Any], Any]] = {
        "price": lambda i: (i.price_fen, i.pk),
        "days": lambda i: (i.workdays, i.pk),
        "stars": lambda i: (-(i.stars or 0), i.pk),
    }
    context = {
        "services": services,
        "service": service,
        "rows": sorted(rows, key=sort.get(by, sort["price"])),
        "by": by if by in sort else "price",
        "sorts": [("price", "便宜的在前"), ("days", "快的在前"), ("stars", "评价好的在前")],
        "may_rate": bool(request.viewer.enterprise_ids),
        "back_url": reverse("approvals:guides"),
    }
    return shown(request, "catalogue/compare.html", context)


@signed_in
def rate(request: ViewerRequest, pk: int) -> HttpResponse:
    """Let an enterprise say how an intermediary was that it used."""
    rows = reads.intermediaries(request.viewer.district_id or 0, request.today)
    row = fetch_or_404(rows, pk=pk)
    firm = Enterprise.objects.filter(pk=acting_enterprise_id(request, request.viewer) or 0).first()
    if firm is None:
        raise Http404("绑定了企业才能评")
    given = IntermediaryRating.objects.filter(intermediary=row, enterprise=firm).first()
    start = {}
    if given is not None:
        choice = "yes" if given.free_choice else "no"
        start = {"stars": given.stars, "free_choice": choice, "comment": given.comment}
    form = RateForm(request.POST or None, initial=start)

    def run(data: dict[str, Any]) -> None:
        intermediary_rate(actor=request.viewer, intermediary=row, enterprise=firm, now=request.now, **data)

    back = f"{reverse('approvals:compare')}?{urlencode({'service': row.service})}"
    return act_page(
        request, form, title=f"评价{row.name}", submit="评好了", run=run, back_url=back, done="记下了，谢谢。"
    )


@public
def one_things(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Show the national lists of 一件事, batch by batch."""
    groups: dict[tuple[int, int], list[Any]] = {}
    named = {raw["name"]: code for code, raw in bundle_files().items()}
    for one in reads.one_things_in_force(district_id, request.today):
        code = one.bundle or named.get(one.name, "")
        one.url = reverse("approvals:thing", args=[code]) if code in bundle_files() else ""
        groups.setdefault((one.year, one.batch), []).append(one)
    count = sum(len(rows) for rows in groups.values())
    context = {"groups": groups.items(), "count": count, "back_url": reverse("approvals:guides")}
    return shown(request, "catalogue/one_things.html", context)


@public
def activities(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Show the activities one can sign up for."""
    rows = reads.activities_open(district_id, request.today)
    return shown(
        request, "catalogue/activities.html", {"rows": rows, "back_url": reverse("approvals:guides")}
    )


urlpatterns = [
    path("guide/", guides, name="guides"),
    path("guide/needs/", need, name="needs"),
    path("guide/compare/", compare, name="compare"),
    path("guide/compare/<int:pk>/rate/", rate, name="rate"),
    path("guide/one-things/", one_things, name="public_one_things"),
    path("guide/activities/", activities, name="activities"),
    path("guide/<slug:base>/", guide, name="guide"),
    path("guide/<slug:base>/paper/", guide, {"for_paper": True}, name="guide_paper"),
]
