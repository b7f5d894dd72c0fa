"""The library: search, filters, cards; policies that are over; open to anybody."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qiying.capabilities.policies.models import Policy, PolicyState, Subscription, Theme
from qiying.capabilities.policies.selectors.library import (
    FILTERS,
    SORTS,
    entries,
    filter_choices,
    found_entries,
)
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.views.library.common import (
    card,
    choose_district,
    district_of,
    page,
)
from qiying.kernel.organisations.requests import ViewerRequest

PER_PAGE = 20
OVER = (PolicyState.EXPIRED, PolicyState.REPLACED, PolicyState.WITHDRAWN)


@never_cache
@require_safe
def library(request: ViewerRequest) -> HttpResponse:
    """List policies in force, or those that are over."""
    district_id = district_of(request)
    if district_id is None:
        return choose_district(request, request.path)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", *FILTERS)}
    if request.GET.get("show") == "over":
        return page(request, "policies/library/list.html", _over(request, district_id, asked))
    return page(request, "policies/library/list.html", _in_force(request, district_id, asked))


def _in_force(request: ViewerRequest, district_id: int, asked: dict[str, str]) -> dict[str, Any]:
    every = entries(shelf(district_id, request.today))
    sort = request.GET.get("sort", "")
    found = found_entries(every, asked, sort)
    pages = Paginator(found, PER_PAGE)
    current = pages.get_page(request.GET.get("page"))
    cards = [card(e, request) for e in current]
    contacts = Policy.objects.in_bulk([c["policy_id"] for c in cards])
    for one in cards:
        policy = contacts.get(one["policy_id"])
        one["contact"] = policy.contact_name if policy else ""
        one["phone"] = policy.contact_phone if policy else ""
    choices = filter_choices(every)
    return {
        **_shared(request, asked, "now"),
        "cards": cards,
        "page": current,
        "total": len(found),
        "every": len(every),
        "filters": [
            {"name": name, "label": label, "choices": options, "value": asked[name]}
            for name, label, options in choices
        ],
        "chosen": _chosen(request, asked, choices),
        "sorts": [
            {"value": v, "label": w, "current": sort == v or (not sort and v == SORTS[0][0])}
            for v, w in SORTS
        ],
        "sort": sort,
        "theme": _theme(request, asked["theme"]),
    }


def _shared(request: ViewerRequest, asked: dict[str, str], show: str) -> dict[str, Any]:
    here = reverse("policies:library")
    return {
        "asked": asked,
        "show": show,
        "tabs": [
            {"label": "在用的", "url": here, "current": show == "now"},
            {"label": "已到期、已替代", "url": f"{here}?show=over", "current": show == "over"},
        ],
        "back_url": reverse("portal:home"),
        "is_clerk": bool(request.viewer.enterprise_ids),
    }


def _chosen(
    request: ViewerRequest, asked: dict[str, str], choices: list[tuple[str, str, list[tuple[str, str]]]]
) -> list[dict[str, str]]:
    """Return the filters in use as chips, each with the address that drops it."""
    found = []
    for name, _, options in choices:
        label = dict(options).get(asked[name], "")
        if label:
            rest = {k: str(v) for k, v in request.GET.items() if k not in (name, "page") and v}
            found.append({"label": label, "url": f"?{urlencode(rest)}"})
    return found


def _theme(request: ViewerRequest, theme: str) -> dict[str, Any] | None:
    """Return the chosen theme and whether the person follows it."""
    if theme not in Theme.values or not request.viewer.is_authenticated:
        return None
    rows = Subscription.objects.filter(person_id=request.viewer.person_id or 0, theme=theme)
    return {"value": theme, "label": Theme(theme).label, "is_followed": rows.exists()}


def _over(request: ViewerRequest, district_id: int, asked: dict[str, str]) -> dict[str, Any]:
    found = _ended(district_id, asked["q"], request)
    current = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return {
        **_shared(request, asked, "over"),
        "over": list(current),
        "page": current,
        "total": current.paginator.count,
        "filters": [],
        "sorts": [],
    }


def _ended(district_id: int, text: str, request: ViewerRequest) -> QuerySet[Policy]:
    past = Q(state=PolicyState.PUBLISHED, valid_to__lt=request.today)
    rows = Policy.objects.filter(Q(state__in=OVER) | past, district_id=district_id)
    for word in text.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(versions__text__icontains=word)).distinct()
    return rows.select_related("lead_unit", "replaced_by").order_by("-valid_to", "-id")
