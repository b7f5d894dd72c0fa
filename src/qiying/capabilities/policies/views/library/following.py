"""What people hear of: policies and themes they follow, and what their enterprise is told unasked."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from qiying.capabilities.policies.models import PushChoice, Subscription, Theme
from qiying.capabilities.policies.services.subscribing import (
    policy_follow,
    push_choice_save,
    subscription_end,
    theme_follow,
)
from qiying.capabilities.policies.views.library.common import acting_enterprise, page
from qiying.capabilities.policies.views.library.policy import policy_for
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@never_cache
@signed_in
def preferences(request: ViewerRequest) -> HttpResponse:
    """Show and save what the acting enterprise is told of, and list what the person follows."""
    enterprise = acting_enterprise(request)
    if request.method == "POST" and enterprise is not None:
        wanted = set(request.POST.getlist("themes"))
        push_choice_save(
            actor=request.viewer,
            enterprise=enterprise,
            is_off=request.POST.get("push") == "off",
            muted_themes=[theme for theme in Theme.values if theme not in wanted],
            at=request.now,
        )
        messages.success(request, "记下了。不推送的政策，在政策库和“我的政策”里照样看得到。")
        return HttpResponseRedirect(reverse("policies:preferences"))
    choice = PushChoice.objects.filter(pk=enterprise.pk).first() if enterprise is not None else None
    muted = set(choice.muted_themes) if choice else set()
    rows = Subscription.objects.filter(person_id=request.viewer.person_id or 0).select_related("policy")
    context = {
        "enterprise": enterprise,
        "is_off": bool(choice and choice.is_off),
        "themes": [(value, label, value not in muted) for value, label in Theme.choices],
        "subscriptions": [
            {"id": s.pk, "policy": s.policy, "theme": Theme(s.theme).label if s.theme else ""}
            for s in rows.order_by("-id")[:100]
        ],
        "back_url": reverse("policies:mine") if enterprise else reverse("policies:library"),
    }
    return page(request, "policies/library/preferences.html", context)


@require_POST
@signed_in
def follow(request: ViewerRequest, code: str) -> HttpResponse:
    """Follow a policy, or its theme."""
    found = policy_for(request, code)
    if request.POST.get("what") == "theme":
        theme_follow(actor=request.viewer, theme=found.theme, district_id=found.district_id, at=request.now)
        messages.success(request, f"订阅了“{Theme(found.theme).label}”，有新政策就告诉您。")
    else:
        policy_follow(actor=request.viewer, policy=found, at=request.now)
        messages.success(request, "订阅了，这项政策有变化就告诉您。")
    return HttpResponseRedirect(reverse("policies:policy", args=[code]))


@require_POST
@signed_in
def unfollow(request: ViewerRequest, subscription_id: int) -> HttpResponse:
    """Stop following; somebody else's subscription does not exist here."""
    row = (
        Subscription.objects.filter(pk=subscription_id, person_id=request.viewer.person_id or 0)
        .select_related("policy")
        .first()
    )
    if row is None:
        raise Http404("没有这条订阅")
    code = row.policy.code if row.policy is not None and request.POST.get("back") else ""
    subscription_end(actor=request.viewer, subscription=row, at=request.now)
    messages.success(request, "不再订阅了。")
    if code:
        return HttpResponseRedirect(reverse("policies:policy", args=[code]))
    return HttpResponseRedirect(reverse("policies:preferences"))


@require_POST
@signed_in
def follow_theme(request: ViewerRequest) -> HttpResponse:
    """Follow a theme from the library."""
    theme = request.POST.get("theme", "")
    if theme not in Theme.values or request.viewer.district_id is None:
        raise Http404("没有这个主题")
    theme_follow(actor=request.viewer, theme=theme, district_id=request.viewer.district_id, at=request.now)
    messages.success(request, f"订阅了“{Theme(theme).label}”，有新政策就告诉您。")
    return HttpResponseRedirect(f"{reverse('policies:library')}?theme={theme}")
