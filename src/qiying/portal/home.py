"""The first page: the public's, the enterprise's, the office's."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.selectors import bindings_of
from qiying.kernel.organisations.offers import tiles, ways
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import Waiting, waiting_for
from qiying.portal.shell import address, shell_of
from qiying.ui.humanize import greeting

PUBLIC = (
    ("办事指南：要办什么、交什么、多久", "catalogue:guides", "file"),
    ("算一算，企业能享受哪些政策", "policies:calculator", "gift"),
    ("政策库，按部门和主题找", "policies:library", "folder"),
    ("正在公示的政策兑现", "policies:publicity", "users"),
    ("办得怎么样，看公开的数字", "cockpit:public", "chart"),
    ("查一张证照是真是假", "documents:verify", "check"),
    ("可以报名的活动", "gatherings:open", "calendar"),
    ("办成的好事", "service_requests:public_best", "star"),
    ("密封举报：吃拿卡要、作风问题", "integrity:report", "lock"),
)
"""What anybody may read, as soon as an app has the page."""
NAMED = ("decide", "cards", "policy_review", "payment_batches", "callback")
"""Kinds of work that the first sentence names; the rest is counted."""


@never_cache
@require_safe
def home(plain: HttpRequest) -> HttpResponse:
    """Show each person his own first page."""
    request = cast(ViewerRequest, plain)
    context: dict[str, Any] = {"now": request.now, "today": request.today}
    if not request.viewer.is_authenticated:
        links = [
            {"label": label, "url": url, "icon": icon}
            for label, name, icon in PUBLIC
            if (url := address(name))
        ]
        return render(request, "portal/public.html", {**context, "links": links})
    context["greeting"] = greeting(request.now)
    if request.viewer.memberships:
        return render(request, "portal/today.html", {**context, **_office(request)})
    return render(request, "portal/enterprise.html", {**context, **_enterprise(request)})


def _office(request: ViewerRequest) -> dict[str, Any]:
    """Return what waits for the person, one sentence first, and where else he can go."""
    waiting = waiting_for(request.viewer, request.now)
    return {
        "viewer": request.viewer,
        "sentence": sentence(waiting),
        "waiting": waiting,
        "tiles": tiles(request, "office"),
    }


def sentence(waiting: Waiting) -> str:
    """Return what is true today and what to do first, in one breath; the kinds of work are counted by name.

    >>> from qiying.kernel.organisations.waiting import Pile
    >>> sentence(Waiting([Pile("turn", "该您办的", "", [], 9, 1, 2), Pile("decide", "等您决定", "", [], 1, 0, 0)]))
    '超期 1 件，今天到期 2 件，等您决定 1 件。先办超期的。'
    >>> sentence(Waiting([]))
    '现在没有等您的事。'
    """
    parts = [
        f"超期 {waiting.late} 件" if waiting.late else "",
        f"今天到期 {waiting.today} 件" if waiting.today else "",
        *(f"{pile.label} {pile.count} 件" for pile in waiting.piles if pile.code in NAMED),
    ]
    told = "，".join(p for p in parts if p)
    if waiting.late:
        return f"{told}。先办超期的。"
    if told:
        return f"{told}。"
    return f"今天没有到期的，手上 {waiting.count} 件。" if waiting.count else "现在没有等您的事。"


def _enterprise(request: ViewerRequest) -> dict[str, Any]:
    """Return who the person acts for, what waits for him, and the tiles of the house."""
    viewer = request.viewer
    bindings = list(bindings_of(viewer.person_id or 0, request.today))
    acting = acting_enterprise_id(request, viewer)
    checked = [b.enterprise for b in bindings if b.enterprise_id in viewer.enterprise_ids]
    # Tiles find it here instead of asking the database once more.
    request.acting_enterprise = next((e for e in checked if e.pk == acting), None)  # type: ignore[attr-defined]
    return {
        "viewer": viewer,
        "enterprises": checked,
        "acting": request.acting_enterprise,  # type: ignore[attr-defined]
        "waiting": waiting_for(viewer, request.now, shown=1)
        if shell_of(request).site_row.waits
        else Waiting([]),
        "ways": ways(viewer),
        "tiles": tiles(request, "enterprise"),
    }
