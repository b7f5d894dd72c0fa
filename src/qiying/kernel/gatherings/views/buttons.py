"""What the organiser does to a gathering by a button, and a unit to its task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_POST

from qiying.kernel.documents.models import Audience, DocumentKind
from qiying.kernel.documents.services import document_store
from qiying.kernel.enterprises.codes import was_scanned
from qiying.kernel.gatherings.forms import PhotoForm, ResultForm
from qiying.kernel.gatherings.kinds import WRITE
from qiying.kernel.gatherings.models import Gathering, Item
from qiying.kernel.gatherings.selectors import (
    attendees_of,
    gathering_for,
    gathering_to,
    may_organise,
    may_take,
)
from qiying.kernel.gatherings.services.following import cases_open, item_done, item_take, items_tell
from qiying.kernel.gatherings.services.letters import letters_send
from qiying.kernel.gatherings.services.people import check_in
from qiying.kernel.gatherings.services.planning import note
from qiying.kernel.gatherings.views.office import step_url
from qiying.kernel.organisations.pages import act_page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed, KernelError, NotPermitted
from qiying.kernel.permissions.fetch import fetch_or_404


def _here(request: ViewerRequest, one: Gathering) -> str:
    who = fetch_or_404(attendees_of(one).select_related("gathering"), pk=request.POST.get("attendee"))
    by_code = was_scanned(who.enterprise, request.viewer, request.now)
    how = "by_enterprise_code" if by_code else "by_hand"
    is_new = check_in(attendee=who, actor=request.viewer, how=how, now=request.now)
    return f"{who.label}：签到了" if is_new else f"{who.label}早就签到了，只算一次"


def _letters(request: ViewerRequest, one: Gathering) -> str:
    site, kind = request.build_absolute_uri("/").rstrip("/"), request.POST.get("kind", "")
    made = letters_send(gathering=one, actor=request.viewer, kind=kind, now=request.now, site=site)
    return f"发出了 {len(made)} 份，PDF 和 Word 都存好了"


def _told(request: ViewerRequest, one: Gathering) -> str:
    how = request.POST.get("how", "")[:20] or "消息"
    return f"告诉了 {items_tell(gathering=one, actor=request.viewer, how=how, now=request.now)} 条的提出人"


def _photo(request: ViewerRequest, one: Gathering) -> str:
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        raise GuardFailed(["请选一个文件"])
    file = form.cleaned_data["file"]
    kind = DocumentKind.PHOTO if str(file.content_type).startswith("image/") else DocumentKind.MATERIAL
    made = document_store(
        content=file.read(), name=file.name, subject=one.subject, audience=Audience.OFFICE, actor=request.viewer,
        kind=kind, district_id=one.district_id, at=request.now,
    )  # fmt: skip
    note(request.viewer, "gathering_photo", one, request.now, name=made.name)
    return f"存好了：{made.name}"


def _code(request: ViewerRequest, one: Gathering) -> str:
    Gathering.objects.filter(pk=one.pk).update(check_in_secret=get_random_string(24))
    note(request.viewer, "gathering_code", one, request.now)
    return "签到码换了，旧的扫了没用"


def _cases(request: ViewerRequest, one: Gathering) -> str:
    if not one.allows(WRITE) or one.phase == "running":
        raise GuardFailed(["开完会、转入会后办理以后才立件"])
    return f"立了 {len(cases_open(gathering=one, actor=request.viewer, now=request.now))} 件"


DO = {"cases": _cases, "here": _here, "letters": _letters, "told": _told, "photo": _photo, "code": _code}


@require_POST
@signed_in
def do(request: ViewerRequest, pk: int, what: str) -> HttpResponse:
    """Do one of the organiser's acts that need no form of their own, and say what came of it."""
    one = gathering_to(may_organise, request.viewer, pk)
    if what not in DO:
        raise Http404("没有这一步")
    return _said(request, f"{step_url(one)}#{what}", lambda: DO[what](request, one))


def _said(request: ViewerRequest, back: str, run: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, run())
    except KernelError as error:
        messages.warning(request, "；".join(getattr(error, "reasons", None) or [error.message]))
    return HttpResponseRedirect(back)


def _own_item(request: ViewerRequest, pk: int) -> Item:
    item = fetch_or_404(Item.objects.select_related("gathering", "unit"), pk=pk)
    gathering_for(request.viewer, item.gathering_id)
    if not may_take(request.viewer, item):
        raise NotPermitted("这一条不归您的单位办")
    return item


@require_POST
@signed_in
def take(request: ViewerRequest, pk: int) -> HttpResponse:
    """Take a task in the room."""
    item = _own_item(request, pk)
    back = (
        step_url(item.gathering, "mine") if request.POST.get("from") == "phone" else step_url(item.gathering)
    )
    return _said(
        request, back, lambda: f"接了第 {item_take(item=item, actor=request.viewer, now=request.now).no} 条"
    )


@signed_in
def done(request: ViewerRequest, pk: int) -> HttpResponse:
    """Say what came of a promise."""
    item = _own_item(request, pk)

    def run(data: dict[str, Any]) -> None:
        item_done(item=item, actor=request.viewer, result=data["result"], now=request.now)

    form = ResultForm(request.POST or None)
    back = f"{step_url(item.gathering)}#told"
    return act_page(
        request,
        form,
        title=f"办完了：{item.text[:40]}",
        submit="存好",
        back_url=back,
        run=run,
        done="记下了。",
    )
