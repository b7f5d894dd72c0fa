"""Who says a problem and for which enterprise, in which district."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import bindings_of
from qiying.kernel.organisations.models import District, Person
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.given import whole

_PHONE_MARKS = ("Mobile", "Android", "iPhone", "MicroMessenger", "HarmonyOS")


@dataclass(frozen=True)
class Asker:
    """What is known of who fills in the form."""

    enterprises: list[Enterprise]
    enterprise_id: int | None
    name: str
    phone: str


@dataclass(frozen=True)
class Chosen:
    """The enterprise a post names, if the person may speak for it, and its district."""

    enterprise_id: int | None
    district_id: int | None


NOBODY = Asker([], None, "", "")


def asker_of(request: ViewerRequest) -> Asker:
    """Return the person who signed in with every enterprise he may speak for; one query."""
    viewer = request.viewer
    if viewer.person_id is None:
        return NOBODY
    enterprises = [b.enterprise for b in bindings_of(viewer.person_id, request.today)]
    acting = acting_enterprise_id(request, viewer)
    only = enterprises[0].pk if len(enterprises) == 1 else None
    phone = request.user.phone or "" if isinstance(request.user, Person) else ""
    return Asker(enterprises, acting or only, viewer.name, phone)


def chosen_enterprise(request: ViewerRequest, text: str) -> Chosen:
    """Return the posted enterprise when it is one of the person's own; no query for who has one checked binding."""
    viewer = request.viewer
    wanted = whole(text)
    if wanted is None or viewer.person_id is None:
        return Chosen(None, viewer.district_id)
    if viewer.enterprise_ids == {wanted} and not viewer.memberships:
        return Chosen(wanted, viewer.district_id)
    rows = bindings_of(viewer.person_id, request.today).filter(enterprise_id=wanted)
    district_id = rows.values_list("enterprise__district_id", flat=True).first()
    return Chosen(wanted, district_id) if district_id is not None else Chosen(None, viewer.district_id)


def open_districts() -> list[District]:
    """Return the districts somebody without an account may write to; history keeps to itself."""
    rows = District.objects.filter(is_demo=bool(settings.QIYING_ENV.demo)).order_by("id")
    return [d for d in rows if not d.settings.get("is_history")]


def channel_of(request: HttpRequest, *, by_qr: bool) -> str:
    """Return by which channel this came: the code that was scanned, a phone, or a computer."""
    if by_qr:
        return "qr"
    agent = request.headers.get("User-Agent", "")
    return "phone" if any(mark in agent for mark in _PHONE_MARKS) else "platform"
