"""What an enterprise wants to be told: all, nothing, nothing of some themes; what a person follows."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from qiying.capabilities.policies.models import PushChoice, Subscription, Theme
from qiying.capabilities.policies.services.pushing.choices import push_choice_save
from qiying.capabilities.policies.views.library.common import acting_enterprise, page
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
