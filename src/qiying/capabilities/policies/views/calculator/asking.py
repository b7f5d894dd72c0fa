"""The calculator for anybody: themes, one question at a time, stop when you like."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qiying.capabilities.policies.forms.calculator import answer_read, fact_field
from qiying.capabilities.policies.models import Theme
from qiying.capabilities.policies.selectors.shelf import Shelf
from qiying.capabilities.policies.views.calculator.run import (
    Run,
    asked_again,
    question_context,
    run_of,
)
from qiying.capabilities.policies.views.library.common import (
    choose_district,
    district_of,
    page,
    shelf_of,
)
from qiying.kernel.organisations.requests import ViewerRequest

KEY = "policy_calculator"


@never_cache
@require_http_methods(["GET", "POST"])
def calculator(plain: HttpRequest) -> HttpResponse:
    """Say what it does, take themes, begin; a run that was begun can go on."""
    request = cast(ViewerRequest, plain)
    whole = public_shelf(request)
    if whole is None:
        return choose_district(request, reverse("policies:calculator"))
    if request.method == "POST":
        themes = [t for t in request.POST.getlist("themes") if t in Theme.values]
        run = Run(KEY, whole, themes, request.POST.get("policy", "")[:60])
        run.save(request)
        return HttpResponseRedirect(reverse("policies:calculator_ask"))
    counts: dict[str, int] = {}
    for one in whole.published:
        counts[one.theme] = counts.get(one.theme, 0) + 1
    kept = run_of(request, KEY, whole)
    context = {
        "total": len(whole.published),
        "themes": [(value, label, counts[value]) for value, label in Theme.choices if value in counts],
        "policy": whole.by_code.get(request.GET.get("policy", "")),
        "kept": kept if kept is not None and kept.asked else None,
        "is_clerk": bool(request.viewer.enterprise_ids),
        "can_counter": request.viewer.has("policies.counter"),
        "back_url": reverse("policies:library"),
    }
    return page(request, "policies/calculator/start.html", context)


def public_shelf(request: ViewerRequest) -> Shelf | None:
    """Return the shelf of the visitor's district; None while it is not known."""
    district_id = district_of(request)
    return shelf_of(request, district_id) if district_id is not None else None


def public_run(request: ViewerRequest) -> Run | None:
    """Return the visitor's run, None when he has none."""
    whole = public_shelf(request)
    return run_of(request, KEY, whole) if whole is not None else None


@never_cache
@require_http_methods(["GET", "POST"])
def ask(plain: HttpRequest) -> HttpResponse:
    """Ask the next question, or take an answer."""
    request = cast(ViewerRequest, plain)
    run = public_run(request)
    if run is None:
        return HttpResponseRedirect(reverse("policies:calculator"))
    places = {
        "ask_url": reverse("policies:calculator_ask"),
        "result_url": reverse("policies:calculator_result"),
        "back_url": reverse("policies:calculator"),
    }
    return step(request, run, places)


def step(request: ViewerRequest, run: Run, places: dict[str, Any]) -> HttpResponse:
    """Do one step of a run, wherever it is run: show a question, take an answer, go back, stop."""
    if request.method == "POST":
        return _taken(request, run, places)
    name = request.GET.get("name", "")
    if name in run.shelf.registry and name in run.asked:
        return _question(request, run, places, name)
    if run.question is None:
        return _go(request, places["result_url"])
    return _question(request, run, places)


def _taken(request: ViewerRequest, run: Run, places: dict[str, Any]) -> HttpResponse:
    act, name = request.POST.get("act", "answer"), request.POST.get("name", "")
    if act == "back":
        before = [n for n in run.asked if n != name]
        last = before[-1] if before else ""
        run.asked = [n for n in run.asked if n != last]
        if last:
            run.asked.append(last)
        run.save(request)
        return _question(request, run, places, last) if last else _go(request, places["back_url"])
    if name not in run.shelf.registry:
        raise Http404("没有这个问题")
    one = run.shelf.registry[name]
    answer = ""
    if act != "skip":
        try:
            answer = answer_read(one, request.POST.get("value", ""), request.POST.get("unit", "wan"))
        except ValueError as wrong:
            return _question(request, run, places, name, [str(wrong)])
    run.take(name, answer)
    run.save(request)
    if run.question is None:
        return _go(request, places["result_url"])
    if request.headers.get("HX-Request"):
        return _question(request, run, places)
    return HttpResponseRedirect(places["ask_url"])


def _question(
    request: ViewerRequest, run: Run, places: dict[str, Any], name: str = "", errors: list[str] | None = None
) -> HttpResponse:
    """Show a question; refused answers come back with what was typed."""
    ask = asked_again(run, name) if name else run.question
    if ask is None:
        return _go(request, places["result_url"])
    spec = None
    if errors:
        spec = fact_field(ask.indicator, request.POST, errors=errors)
    context = {**question_context(request, run, ask, spec), **places}
    status = 422 if errors else 200
    if request.headers.get("HX-Request"):
        return render(request, "policies/calculator/_question.html", context, status=status)
    return page(request, "policies/calculator/ask.html", context, status=status)


def _go(request: ViewerRequest, url: str) -> HttpResponse:
    """Go on to another page, from a whole page or from a fragment."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url)
