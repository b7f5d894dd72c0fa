"""Sign-in, registration and sign-out pages."""

from typing import Any, cast

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from qiying.kernel.organisations import signing
from qiying.kernel.organisations.checks import demo_accounts
from qiying.kernel.organisations.models import District, Person
from qiying.kernel.organisations.passwords import is_demo_mode
from qiying.kernel.organisations.phone_codes import code_check, code_send
from qiying.kernel.organisations.phones import normalise_phone, phone_problem
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.services import person_register
from qiying.kernel.organisations.throttle import client_ip
from qiying.kernel.permissions.errors import GuardFailed


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def sign_in(plain: HttpRequest) -> HttpResponse:
    """Sign in by password or by SMS code; three acts in one form each."""
    request = cast(ViewerRequest, plain)
    target = signing.safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated and request.method == "GET":
        return HttpResponseRedirect(target)
    context: dict[str, Any] = {"next": target, "way": request.POST.get("way") or request.GET.get("way")}
    status = 200
    if request.method == "POST":
        try:
            person = _first_step(request, context)
        except GuardFailed as error:
            context["errors"], status = error.reasons, 422
        else:
            if person is not None:
                return _go_on(request, person, str(context["way"]), target)
    context["demo_accounts"] = demo_accounts()
    return render(request, "organisations/sign_in.html", context, status=status)


def _first_step(request: ViewerRequest, context: dict[str, Any]) -> Person | None:
    """Return who passed the first step, or `None` when a code was sent."""
    ip = client_ip(request)
    if request.POST.get("way") != "code":
        context.update(way="password", login=request.POST.get("login", ""))
        return signing.password_verify(
            login_text=request.POST.get("login", ""),
            password=request.POST.get("password", ""),
            ip=ip,
            at=request.now,
            device=signing.device_of(request),
        )
    phone = normalise_phone(request.POST.get("phone", ""))
    context.update(way="code", phone=phone)
    known = Person.objects.filter(phone=phone, is_active=True).first() if phone else None
    if request.POST.get("act") == "send":
        context["sent"] = code_send(
            phone=phone, purpose="sign_in", ip=ip, at=request.now, is_wanted=known is not None
        )
        return None
    context["sent_before"] = True
    code = request.POST.get("code", "")
    problem = code_check(phone=phone, purpose="sign_in", code=code, ip=ip, at=request.now)
    if problem or known is None:
        raise GuardFailed([problem or "验证码不对或已过期，请重新获取。"])
    return known


def _go_on(request: ViewerRequest, person: Person, way: str, target: str) -> HttpResponse:
    """Ask for the second step where one is set up, else finish."""
    if signing.second_step_needed(person):
        signing.pending_start(request, person, way=way, next_url=target, at=request.now)
        return HttpResponseRedirect(reverse("organisations:second_step"))
    signing.sign_in_finish(request, person, way=way, at=request.now)
    return signing.device_remember(request, HttpResponseRedirect(target), person)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(plain: HttpRequest) -> HttpResponse:
    """Ask for the authenticator's digits, or a recovery code."""
    request = cast(ViewerRequest, plain)
    pending = signing.pending_of(request, request.now)
    person = Person.objects.filter(pk=pending.person_id, is_active=True).first() if pending else None
    if pending is None or person is None:
        return HttpResponseRedirect(reverse("organisations:sign_in"))
    if request.method == "GET":
        return render(request, "organisations/second_step.html", {})
    code = request.POST.get("code", "")
    problem = signing.second_step_verify(person=person, code=code, at=request.now)
    if problem:
        return render(request, "organisations/second_step.html", {"errors": [problem]}, status=422)
    signing.sign_in_finish(request, person, way=pending.way, at=request.now, is_second_step=True)
    target = HttpResponseRedirect(signing.safe_next(request, pending.next_url))
    return signing.device_remember(request, target, person)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def register(plain: HttpRequest) -> HttpResponse:
    """Open an unverified account for somebody who holds a phone; a known phone just signs in."""
    request = cast(ViewerRequest, plain)
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    context: dict[str, Any] = {"districts": _districts()}
    status = 200
    if request.method == "POST":
        context["posted"] = request.POST
        try:
            person = _registered(request, context)
        except GuardFailed as error:
            context["errors"], status = error.reasons, 422
        else:
            if person is not None:
                return _go_on(request, person, "register", "/my/enterprises/")
    return render(request, "organisations/register.html", context, status=status)


def _districts() -> list[District]:
    """Return the districts somebody can register in; demo ones outside demo mode and mere history are not."""
    rows = District.objects.order_by("id")
    return [d for d in rows if not d.settings.get("is_history") and (is_demo_mode() or not d.is_demo)]


def _registered(request: ViewerRequest, context: dict[str, Any]) -> Person | None:
    ip, phone = client_ip(request), normalise_phone(request.POST.get("phone", ""))
    context["phone"] = phone
    if request.POST.get("act") == "send":
        context["sent"] = code_send(phone=phone, purpose="register", ip=ip, at=request.now)
        return None
    context["sent_before"] = True
    districts = {str(d.pk): d.pk for d in context["districts"]}
    only = next(iter(districts.values())) if len(districts) == 1 else None
    district_id = districts.get(request.POST.get("district", "")) or only
    reasons = [r for r in [phone_problem(phone)] if r]
    if not request.POST.get("name", "").strip():
        reasons.append("请填姓名")
    if district_id is None:
        reasons.append("请选企业所在的区县")
    if reasons or district_id is None:
        raise GuardFailed(reasons)
    code = request.POST.get("code", "")
    if problem := code_check(phone=phone, purpose="register", code=code, ip=ip, at=request.now):
        raise GuardFailed([problem])
    name = request.POST["name"]
    person = person_register(phone=phone, name=name, district_id=district_id, at=request.now)
    if not person.is_active:
        raise GuardFailed(["这个手机号的账号已停用，请到服务中心窗口办。"])
    return person


@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out on POST; a GET asks first, so that no image on another site can do it."""
    if request.method == "POST":
        logout(request)
        return HttpResponseRedirect(reverse("organisations:sign_in"))
    return render(request, "organisations/sign_out.html", {})
