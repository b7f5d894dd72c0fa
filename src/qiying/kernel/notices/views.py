"""The inbox, by which channels one hears, and what did not get out."""

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.notices.forms import EndpointForm, endpoint_initial
from qiying.kernel.notices.models import ChannelEndpoint, InboxItem
from qiying.kernel.notices.selectors import (
    channel_health,
    channel_wishes,
    deliveries_visible_to,
    endpoints_visible_to,
    failing_deliveries,
    matters,
    matters_filled,
    stuck_notices,
    unread_count,
)
from qiying.kernel.notices.services import (
    WISHES,
    delivery_retry,
    endpoint_save,
    inbox_mark_read,
    inbox_mark_unread,
    notice_retry,
    preferences_set,
)
from qiying.kernel.organisations.models import Person
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import waiting_for
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.ui.given import wholes

PER_PAGE = 25
CHOICES = (("each", "每条都发"), ("daily", "工作日早上发一份汇总"), ("none", "不发"))


def _me(request: ViewerRequest) -> int:
    person_id = request.viewer.person_id
    assert person_id is not None
    return person_id


@signed_in
def inbox_page(request: ViewerRequest) -> HttpResponse:
    """List the viewer's messages by matter, unread ones first, under what waits for him."""
    person_id = _me(request)
    only_unread = request.GET.get("show") == "unread"
    unread = unread_count(person_id)
    shown = Paginator(matters(person_id, only_unread=only_unread), PER_PAGE).get_page(request.GET.get("page"))
    here = reverse("notices:inbox")
    tabs = [
        {"label": "全部", "url": here, "current": not only_unread},
        {"label": "没看的", "url": f"{here}?show=unread", "count": unread, "current": only_unread},
    ]
    context = {
        "title": "消息",
        "page": shown,
        "matters": matters_filled(person_id, list(shown.object_list)),
        "waiting": waiting_for(request.viewer, request.now, shown=0),
        "unread": unread,
        "tabs": tabs,
        "only_unread": only_unread,
    }
    return page(request, "notices/matters.html", context)


@require_GET
@signed_in
def inbox_open(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Mark a message as read and go where it points."""
    item = fetch_or_404(InboxItem.objects.filter(person_id=_me(request)), pk=item_id)
    if request.impersonation is None:  # looking through another's eyes leaves no trace in his inbox
        inbox_mark_read(person_id=_me(request), item_ids=[item.pk], at=request.now)
    if item.url and url_has_allowed_host_and_scheme(item.url, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(item.url)
    return redirect("notices:inbox")


@require_POST
@signed_in
def inbox_read(request: ViewerRequest) -> HttpResponse:
    """Mark the ticked messages and their matters as read, or everything; `unread` puts one back."""
    person_id = _me(request)
    if again := wholes(request.POST.getlist("unread")):
        inbox_mark_unread(person_id=person_id, item_id=again[0])
    elif request.POST.get("all"):
        inbox_mark_read(person_id=person_id, at=request.now)
    else:
        inbox_mark_read(person_id=person_id, item_ids=wholes(request.POST.getlist("item")), at=request.now)
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if is_ours else reverse("notices:inbox"))


@signed_in
def preferences(request: ViewerRequest) -> HttpResponse:
    """Show and keep by which channels the viewer wants to hear."""
    person = Person.objects.get(pk=_me(request))
    role = "clerk" if request.viewer.enterprise_ids else ""
    wishes = channel_wishes(person, role)
    if request.method == "POST":
        given = {w.code: request.POST.get(f"channel_{w.code}", w.wish) for w in wishes if w.address}
        preferences_set(person_id=person.pk, wanted={c: w for c, w in given.items() if w in WISHES})
        return redirect(f"{reverse('notices:preferences')}?saved=1")
    context = {
        "title": "怎么通知我",
        "wishes": wishes,
        "choices": CHOICES,
        "is_saved": "saved" in request.GET,
    }
    return page(request, "notices/wishes.html", context)


@visible_with("notices.deliveries")
def deliveries(request: ViewerRequest) -> HttpResponse:
    """Show each channel's health and what did not go out."""
    shown = Paginator(failing_deliveries(request.viewer), PER_PAGE).get_page(request.GET.get("page"))
    health = channel_health(request.viewer)
    context = {
        "title": "外发情况",
        "page": shown,
        "health": health,
        "failing": [h for h in health if h.is_failing],
        "stuck": stuck_notices(request.viewer)[:PER_PAGE],
        "can_manage": request.viewer.has("notices.endpoints"),
    }
    return page(request, "notices/deliveries.html", context)


@require_POST
@visible_with("notices.deliveries")
def retry(request: ViewerRequest, delivery_id: int) -> HttpResponse:
    """Send one failed message again."""
    delivery = fetch_or_404(deliveries_visible_to(request.viewer), pk=delivery_id)
    delivery_retry(delivery=delivery, actor=request.viewer, at=request.now)
    return redirect("notices:deliveries")


@require_POST
@visible_with("notices.deliveries")
def retry_notice(request: ViewerRequest, notice_id: int) -> HttpResponse:
    """Fan one stuck notice out again."""
    notice = fetch_or_404(stuck_notices(request.viewer), pk=notice_id)
    notice_retry(notice=notice, actor=request.viewer, at=request.now)
    return redirect("notices:deliveries")


@visible_with("notices.endpoints")
def endpoints(request: ViewerRequest) -> HttpResponse:
    """List the outside addresses of the district."""
    context = {"title": "外发地址", "endpoints": endpoints_visible_to(request.viewer)}
    return page(request, "notices/endpoints.html", context)


@visible_with("notices.endpoints")
def endpoint_new(request: ViewerRequest) -> HttpResponse:
    """Add an outside address."""
    return _endpoint_form(request, None)


@visible_with("notices.endpoints")
def endpoint_edit(request: ViewerRequest, endpoint_id: int) -> HttpResponse:
    """Change an outside address."""
    return _endpoint_form(request, fetch_or_404(endpoints_visible_to(request.viewer), pk=endpoint_id))


def _endpoint_form(request: ViewerRequest, endpoint: ChannelEndpoint | None) -> HttpResponse:
    def run(data: dict[str, object]) -> str:
        district_id = request.viewer.district_id
        assert district_id is not None
        values = {**data, "secret": data["secret"] or None}
        endpoint_save(
            actor=request.viewer,
            district_id=district_id,
            endpoint=endpoint,
            at=request.now,
            **values,  # type: ignore[arg-type]
        )
        return ""

    initial = endpoint_initial(endpoint) if endpoint else {"is_active": True}
    form = EndpointForm(request.POST or None, initial=initial)
    return act_page(
        request,
        form,
        title=f"改「{endpoint.name}」" if endpoint else "加一个外发地址",
        submit="保存",
        back_url=reverse("notices:endpoints"),
        run=run,
        done="存好了。以后的通知会推到这里。",
    )
