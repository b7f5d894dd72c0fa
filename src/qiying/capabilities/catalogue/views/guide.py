"""The catalogue for everybody: search, guides, “what do I need”, intermediaries, activities. No sign-in to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import segno
from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe

from qiying.capabilities.catalogue import selectors as reads
from qiying.capabilities.catalogue.forms import RateForm
from qiying.capabilities.catalogue.models import IntermediaryRating, ItemKind, Provider, ServiceItem, Stage
from qiying.capabilities.catalogue.rules.items import base_of
from qiying.capabilities.catalogue.rules.needs import answered, needs, questions
from qiying.capabilities.catalogue.services.keeping import intermediary_rate
from qiying.capabilities.catalogue.services.loading import published_batches
from qiying.decision.words.results import condition_words
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import act_page, signed_in
from qiying.kernel.organisations.public_pages import public, shown
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import whole

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


def needs_url(**answers: str) -> str:
    """Return the address of “what do I need” with some questions answered."""
    return f"{reverse('catalogue:needs')}?{urlencode(answers)}"


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
    things = provided("things_url")
    context = {
        "q": text,
        "things_url": things() if things else "",
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
        "back_url": reverse("catalogue:guides") if is_asked else "/",
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
    url = request.build_absolute_uri(reverse("catalogue:guide", args=[base]))
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
        "back_url": reverse("catalogue:guide", args=[base]) if for_paper else reverse("catalogue:guides"),
    }
    return shown(request, "catalogue/paper.html" if for_paper else "catalogue/guide.html", context)


def _apply_url(item: ServiceItem) -> str:
    """Return where an item is applied for here, empty for what others offer or another site takes."""
    is_here = item.provider == Provider.GOVERNMENT and item.department_id and not item.outside_url
    url = provided("apply_url")
    return str(url(item.code)) if url and is_here else ""


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
        "again_url": reverse("catalogue:needs"),
        "back_url": reverse("catalogue:guides"),
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
        "back_url": reverse("catalogue:guides"),
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

    back = f"{reverse('catalogue:compare')}?{urlencode({'service': row.service})}"
    return act_page(
        request, form, title=f"评价{row.name}", submit="评好了", run=run, back_url=back, done="记下了，谢谢。"
    )


@public
def one_things(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Show the national lists of 一件事, batch by batch."""
    groups: dict[tuple[int, int], list[Any]] = {}
    read = provided("bundle_urls")
    urls = read() if read else {}
    for one in reads.one_things_in_force(district_id, request.today):
        one.url = urls.get(one.bundle or one.name, "")
        groups.setdefault((one.year, one.batch), []).append(one)
    published = published_batches()
    batches = sorted({*groups, *(published if groups else ())}, reverse=True)
    context = {
        "groups": [(key, groups.get(key, []), published.get(key, 0)) for key in batches],
        "count": sum(len(rows) for rows in groups.values()),
        "published": sum(published.values()),
        "back_url": reverse("catalogue:guides"),
    }
    return shown(request, "catalogue/one_things.html", context)


@public
def activities(request: ViewerRequest, district_id: int) -> HttpResponse:
    """Show the activities one can sign up for."""
    rows = reads.activities_open(district_id, request.today)
    return shown(
        request, "catalogue/activities.html", {"rows": rows, "back_url": reverse("catalogue:guides")}
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
