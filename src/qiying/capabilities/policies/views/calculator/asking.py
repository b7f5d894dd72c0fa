"""The calculator for anybody: themes, one question at a time, stop when you like."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qiying.capabilities.policies.forms.calculator import NO, SIZE, YES, answer_read, fact_field, sized
from qiying.capabilities.policies.models import Theme
from qiying.capabilities.policies.selectors.shelf import Shelf, shelf
from qiying.capabilities.policies.services.calculating import facts_carry
from qiying.capabilities.policies.views.calculator.run import (
    TOGETHER,
    Run,
    asked_again,
    question_context,
    run_of,
)
from qiying.capabilities.policies.views.doing import done_at
from qiying.capabilities.policies.views.library.common import (
    KEY,
    choose_district,
    district_of,
    own_of,
    page,
)
from qiying.decision.indicators.registry import Indicator
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed


@never_cache
@require_http_methods(["GET", "POST"])
def calculator(request: ViewerRequest) -> HttpResponse:
    """Say what it does, take themes, begin; a run that was begun can go on."""
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
    return shelf(district_id, request.today) if district_id is not None else None


def public_run(request: ViewerRequest) -> Run | None:
    """Return the visitor's run, None when he has none."""
    whole = public_shelf(request)
    return run_of(request, KEY, whole) if whole is not None else None


def with_run(view: Callable[[ViewerRequest, Run], HttpResponse]) -> Callable[[ViewerRequest], HttpResponse]:
    """Give a page the visitor's run; without one he is led to where it begins."""

    @never_cache
    @wraps(view)
    def wrapped(request: ViewerRequest) -> HttpResponse:
        run = public_run(request)
        return HttpResponseRedirect(reverse("policies:calculator")) if run is None else view(request, run)

    return wrapped


@require_http_methods(["GET", "POST"])
@with_run
def ask(request: ViewerRequest, run: Run) -> HttpResponse:
    """Ask the next question, or take an answer."""
    places = {
        "ask_url": reverse("policies:calculator_ask"),
        "result_url": reverse("policies:calculator_result"),
        "back_url": reverse("policies:calculator"),
    }
    return step(request, run, places)


@require_POST
@signed_in
def carry(request: ViewerRequest) -> HttpResponse:
    """Put the answers of the visitor's own run among the facts of the enterprise he speaks for now."""
    run, own = public_run(request), own_of(request)

    def carried() -> HttpResponse:
        if run is None or own is None or run.whole.district_id != own.enterprise.district_id:
            raise GuardFailed(["没有可以带过来的回答，或者您还没有绑定企业。回答先留着，绑定以后再带。"])
        names = facts_carry(
            actor=request.viewer, enterprise=own.enterprise, facts=run.facts, known=own.known.keys(),
            at=request.now, on=request.today,
        )  # fmt: skip
        request.session.pop(KEY, None)
        messages.success(request, f"带过来 {len(names)} 个数，不用再填；已经有的没有动。")
        return HttpResponseRedirect(reverse("policies:mine"))

    return done_at(request, reverse("policies:calculator_result"), carried)


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
        before = [n for n in run.asked if n != name and n not in run.beside]
        last = before[-1] if before else ""
        run.asked = [n for n in run.asked if n != last]
        if last:
            run.asked.append(last)
        run.save(request)
        return _question(request, run, places, last) if last else _go(request, places["back_url"])
    if name not in run.shelf.registry:
        raise Http404("没有这个问题")
    one = run.shelf.registry[name]
    try:
        _answered(request, run, one, is_skipped=act == "skip")
    except ValueError as wrong:
        return _question(request, run, places, name, [str(wrong)])
    run.save(request)
    if run.question is None:
        return _go(request, places["result_url"])
    if request.headers.get("HX-Request"):
        return _question(request, run, places)
    return HttpResponseRedirect(places["ask_url"])


def _answered(request: ViewerRequest, run: Run, one: Indicator, *, is_skipped: bool) -> None:
    """Keep what was answered on one page; raise `ValueError` with words, and nothing is kept."""
    if is_skipped:
        run.take(one.name, "")
        return
    if one.name == SIZE and request.POST.get("industry"):
        *figures, (name, size) = sized(request.POST.dict(), run.shelf.registry).items()
        for figure, value in figures:
            run.take(figure, value, beside=True)
        run.take(name, size)
        return
    answer = answer_read(one, request.POST.get("value", ""), request.POST.get("unit", "wan"))
    shown, ticked = request.POST.getlist("shown"), set(request.POST.getlist("also"))
    for name in shown[:TOGETHER]:
        if name in run.shelf.registry and run.shelf.registry[name].type == "boolean" and name != one.name:
            run.take(name, YES if name in ticked else NO, beside=True)
    run.take(one.name, answer)


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
