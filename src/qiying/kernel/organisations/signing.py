"""Signing in, step by step: who it is, the second step for those with an authenticator, and the session."""

import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.phones import normalise_phone
from qiying.kernel.organisations.throttle import Limit, attempt, forget
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import PersonViewer

DEVICE_COOKIE = "qiying_device"
DEVICE_LASTS = timedelta(days=180)
PENDING_KEY = "pending_sign_in"
PENDING_LASTS = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG = "登录名或密码不对"


class Device(NamedTuple):
    """A browser that somebody signed in with before."""

    person_id: int
    number: str


class Pending(NamedTuple):
    """Somebody who got past the first step."""

    person_id: int
    way: str
    until: str  # ISO 8601, aware
    next_url: str


def password_verify(
    *, login_text: str, password: str, ip: str, at: datetime, device: Device | None = None
) -> Person:
    """Return whose login (or phone) and password these are; raise `GuardFailed`, never saying which is wrong.

    Counted before the password is looked at. No count that strangers fill can keep the owner out: a browser
    that signed in before has a count of its own, and tries from many addresses only shorten what each new
    address may try.
    """
    text = login_text.strip()[:64]
    person = Person.objects.filter(Q(login=text) | Q(phone=normalise_phone(text))).first()
    quarter = timedelta(minutes=15)
    if device is not None and person is not None and device.person_id == person.pk:
        mine = [Limit("password-device", device.number, 8, quarter)]
        limits = mine
    else:
        is_flooded = attempt([Limit("password-login", text.casefold(), 40, timedelta(hours=1))], at=at)
        mine = [Limit("password-pair", f"{text.casefold()}|{ip}", 3 if is_flooded else 8, quarter)]
        limits = [*mine, Limit("password-ip", ip, 200, quarter)]
    if exceeded := attempt(limits, at=at):
        raise GuardFailed([f"试错太多次了，过 {exceeded.words}再试，或用手机验证码登录。"])
    if person is None:
        make_password(password)  # the same time as for a login that exists
        raise GuardFailed([WRONG])
    if not person.check_password(password) or not person.is_active:
        raise GuardFailed([WRONG])
    forget(mine)
    return person


def device_of(request: HttpRequest) -> Device | None:
    """Return the browser's mark when it signed in here within half a year, unforged."""
    try:
        person_id, number = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=DEVICE_LASTS
        )
        return Device(int(person_id), str(number))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def device_remember(request: HttpRequest, response: HttpResponse, person: Person) -> HttpResponse:
    """Mark the browser a person signed in with; the mark opens nothing, it only has its own count of tries."""
    known = device_of(request)
    number = known.number if known and known.person_id == person.pk else secrets.token_urlsafe(12)
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([person.pk, number], salt=DEVICE_COOKIE),
        max_age=DEVICE_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def second_step_needed(person: Person) -> bool:
    """Tell whether the person set up an authenticator; one query."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def second_step_verify(*, person: Person, code: str, at: datetime) -> str | None:
    """Return `None` when the six digits, or a recovery code, are right and now used up; else the reason."""
    limit = Limit("second-step", str(person.pk), 6, timedelta(minutes=15))
    if exceeded := attempt([limit], at=at):
        return f"试错太多次了，过 {exceeded.words}再试。"
    text = code.strip().replace(" ", "")
    used = Limit("second-step-used", f"{person.pk}|{text}", 1, timedelta(minutes=3))
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    with transaction.atomic():
        # Locked, so that one recovery code cannot be used twice at the same instant.
        rows = Authenticator.objects.select_for_update().filter(user=person, type__in=kinds)
        is_right = bool(text) and any(row.wrap().validate_code(text) for row in rows)
    if not is_right:
        return "验证码不对。看看验证器里现在的 6 位数，或用一个备用码。"
    if attempt([used], at=at):
        return "这个验证码刚用过，等下一个。"
    forget([limit])
    return None


def pending_start(request: HttpRequest, person: Person, *, way: str, next_url: str, at: datetime) -> None:
    """Remember in the session that the first step went well; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[PENDING_KEY] = Pending(person.pk, way, (at + PENDING_LASTS).isoformat(), next_url)


def pending_of(request: HttpRequest, at: datetime) -> Pending | None:
    """Return who waits at the second step in this session, unless that is too long ago."""
    kept = request.session.get(PENDING_KEY)
    if not kept:
        return None
    pending = Pending(*kept)
    return pending if datetime.fromisoformat(pending.until) > at else None


def sign_in_finish(
    request: HttpRequest, person: Person, *, way: str, at: datetime, is_second_step: bool = False
) -> None:
    """Put the person in a fresh session and record it."""
    request.session.pop(PENDING_KEY, None)
    login(request, person, backend=BACKEND)
    record_authentication(request, person, method="password" if way == "password" else "code")
    data: dict[str, Any] = {"way": way, "second_step": is_second_step}
    row_noted(
        PersonViewer(person_id=person.pk, name=person.name, district_id=person.district_id),
        "organisations.sign_in",
        person,
        at,
        **data,
    )


def safe_next(request: HttpRequest, target: str) -> str:
    """Return where to go after signing in: the wanted page of this site, else the home page."""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and is_ours else "/"
