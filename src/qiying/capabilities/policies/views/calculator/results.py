"""What the calculator found: on the page, on paper, behind a link without identity."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from qiying.capabilities.policies.models import SharedResult
from qiying.capabilities.policies.selectors.shelf import shelf
from qiying.capabilities.policies.services.calculating import KEPT_DAYS, result_share
from qiying.capabilities.policies.views.calculator.asking import with_run
from qiying.capabilities.policies.views.calculator.run import Run, result_context
from qiying.capabilities.policies.views.doing import done_at
from qiying.capabilities.policies.views.library.common import DISTRICT_KEY, KEY, page
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.errors import GuardFailed


@require_safe
@with_run
def result(request: ViewerRequest, run: Run) -> HttpResponse:
    """Show the result of the visitor's run."""
    token = request.session.get(f"{KEY}_token", "")
    places = {
        "ask_url": reverse("policies:calculator_ask"),
        "print_url": reverse("policies:calculator_print"),
        "share_url": reverse("policies:calculator_share"),
        "link": request.build_absolute_uri(reverse("policies:shared", args=[token])) if token else "",
        "kept_days": KEPT_DAYS,
        "back_url": reverse("policies:calculator"),
    }
    return page(request, "policies/calculator/result.html", result_context(request, run) | places)


@require_safe
@with_run
def paper(request: ViewerRequest, run: Run) -> HttpResponse:
    """Show the result as a sheet to print; it names nobody."""
    back = {"back_url": reverse("policies:calculator_result")}
    return page(request, "policies/calculator/paper.html", result_context(request, run) | back)


@require_POST
@with_run
def share(request: ViewerRequest, run: Run) -> HttpResponse:
    """Make a link to the result; who made it is kept nowhere."""

    def shared_now() -> str:
        if attempt([Limit("policy_share", client_ip(request), 30, timedelta(hours=1))], at=request.now):
            raise GuardFailed(["这里一小时内分享得太多了，过一会儿再试。结果还在。"])
        made = result_share(
            district_id=run.whole.district_id, answers=run.facts, themes=run.themes, at=request.now
        )
        request.session[f"{KEY}_token"] = made.token
        return ""

    return done_at(request, f"{reverse('policies:calculator_result')}#share", shared_now)


@never_cache
@require_safe
def shared(request: ViewerRequest, token: str) -> HttpResponse:
    """Show a shared result to whoever holds its link, by today's policies."""
    found = _shared(request, token)
    if found is None:
        return page(request, "policies/calculator/gone.html", {}, status=410)
    run = shared_run(request, found)
    context = {**result_context(request, run), "shared": found, "back_url": reverse("policies:calculator")}
    answer = page(request, "policies/calculator/shared.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_POST
def take_over(request: ViewerRequest, token: str) -> HttpResponse:
    """Go on from a shared result with the visitor's own answers."""
    found = _shared(request, token)
    if found is None:
        return page(request, "policies/calculator/gone.html", {}, status=410)
    request.session[DISTRICT_KEY] = found.district_id
    shared_run(request, found).save(request)
    return HttpResponseRedirect(reverse("policies:calculator_result"))


def _shared(request: ViewerRequest, token: str) -> SharedResult | None:
    return SharedResult.objects.filter(token=token, expires_on__gte=request.today).first()


def shared_run(request: ViewerRequest, found: SharedResult) -> Run:
    """Return a shared result's answers as a run."""
    kept = found.facts if isinstance(found.facts, dict) else {}
    facts = {str(n): str(v) for n, v in kept.get("facts", {}).items()}
    whole = shelf(found.district_id, request.today)
    known = {n: v for n, v in facts.items() if n in whole.registry}
    return Run(KEY, whole, list(kept.get("themes", [])), "", known, asked=list(known))
