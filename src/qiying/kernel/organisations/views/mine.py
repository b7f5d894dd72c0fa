"""我的: one's own account, password, phone, and for whom one acts."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from qiying.kernel.organisations import signing
from qiying.kernel.organisations.forms import ContactForm, PasswordForm
from qiying.kernel.organisations.identity import IdentityProvider, online_providers
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.pages import act_page, page, signed_in
from qiying.kernel.organisations.phone_codes import code_check, code_send
from qiying.kernel.organisations.phones import normalise_phone
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.organisations.services import identity_confirm, password_change, person_update
from qiying.kernel.organisations.throttle import client_ip
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.registry import role_label


def _me(request: ViewerRequest) -> Person:
    """Return the person whose page this is: oneself, or whom one looks as."""
    return Person.objects.select_related("district").get(pk=request.viewer.person_id or 0)


@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show who I am here, in which units and roles, and what I can change."""
    person = _me(request)
    rows = Membership.objects.filter(in_force(request.today), person=person).select_related(
        "unit", "stands_in_for"
    )
    context = {
        "person": person,
        "memberships": [
            {"unit": m.unit, "role": role_label(m.role), "title": m.title, "away": m.stands_in_for}
            for m in rows
        ],
        "has_second_step": signing.second_step_needed(person),
        "providers": online_providers(),
        "opens_units": request.viewer.has("organisations.view"),
        "back_url": "/",
    }
    return page(request, "organisations/mine.html", context)


@never_cache
@sensitive_post_parameters("old", "new", "again")
@signed_in
def password(request: ViewerRequest) -> HttpResponse:
    """Change one's own password; who never had one sets the first."""
    person = cast(Person, request.user)  # also while looking as another: it is the account signed in
    form = PasswordForm(request.POST or None)
    if not person.has_usable_password():
        del form.fields["old"]

    def run(data: dict[str, Any]) -> str:
        changed = password_change(person=person, old=data.get("old"), new=data["new"], at=request.now)
        update_session_auth_hash(request, changed)
        return ""

    sentence = "改好以后，别处登录的页面和接口令牌都要重新登录、重新发。"
    if person.must_change_password:
        sentence = "密码是别人设的，先换成只有您知道的，再往下走。"
    return act_page(
        request,
        form,
        title="改密码",
        sentence=sentence,
        submit="改密码",
        back_url=reverse("organisations:mine"),
        run=run,
        done="密码改好了",
    )


@signed_in
def email(request: ViewerRequest) -> HttpResponse:
    """Change one's own e-mail address."""
    person = _me(request)
    form = ContactForm(request.POST or None, initial={"email": person.email})

    return act_page(
        request,
        form,
        title="改邮箱",
        submit="存好",
        back_url=reverse("organisations:mine"),
        run=lambda data: person_update(
            actor=request.viewer, person=person, email=data["email"], at=request.now
        ),
        done="邮箱改好了",
        is_edit=True,
    )


@never_cache
@sensitive_post_parameters("code")
@signed_in
def phone(request: ViewerRequest) -> HttpResponse:
    """Change one's own phone, proved by a code sent to the new one."""
    context: dict[str, Any] = {"back_url": reverse("organisations:mine"), "title": "换手机号"}
    status = 200
    if request.method == "POST":
        number = normalise_phone(request.POST.get("phone", ""))
        context["phone"] = number
        try:
            if _phone_changed(request, number, context):
                messages.success(request, "手机号换好了，下次用新号登录")
                return HttpResponseRedirect(reverse("organisations:mine"))
        except GuardFailed as error:
            context["errors"], status = error.reasons, 422
    return page(request, "organisations/phone.html", context, status=status)


def _phone_changed(request: ViewerRequest, number: str, context: dict[str, Any]) -> bool:
    ip = client_ip(request)
    if request.POST.get("act") == "send":
        context["sent"] = code_send(phone=number, purpose="phone", ip=ip, at=request.now)
        return False
    context["sent_before"] = True
    code = request.POST.get("code", "")
    if problem := code_check(phone=number, purpose="phone", code=code, ip=ip, at=request.now):
        raise GuardFailed([problem])
    person_update(actor=request.viewer, person=_me(request), phone=number, at=request.now)
    return True


def _provider(name: str) -> IdentityProvider:
    found = dict(online_providers()).get(name)
    if found is None:
        raise Http404("没有这种实名认证方式")
    return found


@require_POST
@signed_in
def identity_start(request: ViewerRequest, provider: str) -> HttpResponse:
    """Send the person's browser to the identity provider."""
    back = request.build_absolute_uri(reverse("organisations:identity_return", args=[provider]))
    address = _provider(provider).start_url(_me(request).pk, back)
    if address is None:
        raise Http404("没有这种实名认证方式")
    return HttpResponseRedirect(address)


@signed_in
def identity_return(request: ViewerRequest, provider: str) -> HttpResponse:
    """Take the provider's answer; only a name that is the account's own counts."""
    proven = _provider(provider).proven(request.GET.dict())
    person = cast(Person, request.user)
    if proven is None:
        messages.error(request, "实名认证没有通过，可以再试一次，或带身份证到服务中心窗口。")
    elif proven.name != person.name:
        messages.error(request, f"实名是{proven.name}，和账号上的姓名不一样。先到窗口改姓名，再认证。")
    elif request.impersonation is None:
        identity_confirm(
            actor=request.viewer, person=person, provider=provider, evidence=proven.evidence, at=request.now
        )
        messages.success(request, "实名认证通过了")
    return HttpResponseRedirect(reverse("organisations:mine"))
