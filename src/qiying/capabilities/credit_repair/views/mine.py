"""Pages of an enterprise: its records, one record and the application for it; the window applies here too."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qiying.capabilities.credit_repair.models import CreditRecord
from qiying.capabilities.credit_repair.selectors import (
    applications_of,
    commitments,
    false_material,
    records_visible_to,
    shown,
    wants_reminder,
)
from qiying.capabilities.credit_repair.services.applying import application_submit
from qiying.capabilities.credit_repair.services.records import (
    reminder_set,
)
from qiying.kernel.documents.certificates import certificates_of
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_store, new_token, uploaded_ids
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404

MOST = 100


@require_GET
def public(plain: HttpRequest) -> HttpResponse:
    """Show to everybody who committed himself to honesty with a repair (信用承诺公开), without sign-in."""
    request = cast(ViewerRequest, plain)
    text = request.GET.get("q", "").strip()[:60]
    rows = commitments(request.today, text)
    context = {
        "base": "ui/phone.html",
        "back_url": "/",
        "rows": rows[:MOST],
        "all": rows.count(),
        "text": text,
    }
    return page(request, "credit/commitments.html", context)


# --- the enterprise ------------------------------------------------------------------


@require_GET
@never_cache
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show each record of the viewer's enterprises: repairable now, on which day, never, and why."""
    own = request.viewer.enterprise_ids
    if not own:
        raise Http404("您还没有绑定企业")
    rows = shown(records_visible_to(request.viewer).filter(enterprise_id__in=own), request.today)
    firms = []
    for firm in Enterprise.objects.filter(pk__in=own).order_by("name"):
        held = [s for s in rows if s.record.enterprise_id == firm.pk]
        firms.append(
            {
                "firm": firm,
                "live": [s for s in held if not s.is_settled],
                "settled": [s for s in held if s.is_settled],
                "now": sum(s.standing.may_apply for s in held),
                "reminds": wants_reminder(firm.pk),
                "false": false_material(firm.pk, request.today),
                "certificates": list(certificates_of(firm.pk, "credit_repair")[:20]),
            }
        )
    return page(request, "credit/mine.html", {"firms": firms, "title": "信用修复", "back_url": "/"})


@require_POST
@signed_in
def reminder(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Turn the reminder of an enterprise on or off."""
    if enterprise_id not in request.viewer.enterprise_ids:
        raise Http404("没有这家企业")
    wanted = request.POST.get("wanted") == "on"
    reminder_set(actor=request.viewer, enterprise_id=enterprise_id, wanted=wanted, now=request.now)
    messages.success(request, "好，到了日子提醒您。" if wanted else "好，以后不提醒了。")
    return HttpResponseRedirect(reverse("credit:mine"))


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in
def record(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show one record and, where it can be, the application; a refusal keeps what was typed."""
    row = fetch_or_404(records_visible_to(request.viewer), pk=pk)
    is_own = row.enterprise_id in request.viewer.enterprise_ids
    if not is_own and not request.viewer.has("credit.counter"):
        raise Http404("这一页是企业和信用窗口的")
    if request.method == "POST":
        return _submit(request, row, is_own=is_own)
    return _show(request, row, is_own=is_own)


def _submit(request: ViewerRequest, row: CreditRecord, *, is_own: bool) -> HttpResponse:
    post = request.POST
    token = post.get("upload_token", "") or new_token()
    try:
        sent = [
            draft_store(request, f, kind="material", token=token).pk for f in request.FILES.getlist("files")
        ]
        data = {
            "matter": post.get("matter", "repair"),
            "way": post.get("way", "proof"),
            "duty_done": post.get("duty_done") == "on",
            "commitment": post.get("commitment") == "on",
            "text": post.get("text", ""),
            "token": post.get("token", "")[:40],
            "documents": [*uploaded_ids(request), *sent],
        }
        case = application_submit(
            record=row, actor=request.viewer, data=data, now=request.now, session_key=draft_session(request)
        )
    except GuardFailed as refused:
        return _show(request, row, is_own=is_own, refused=refused)
    messages.success(request, f"交上去了，编号 {case.number}。材料齐了一个工作日内有结果。")
    return HttpResponseRedirect(reverse("mine:case" if is_own else "cases:case", args=[case.number]))


def _show(
    request: ViewerRequest, row: CreditRecord, *, is_own: bool, refused: GuardFailed | None = None
) -> HttpResponse:
    post, fields = request.POST, refused.fields if refused else {}
    upload_token = post.get("upload_token", "") or new_token()
    one = shown([row], request.today)[0]
    by_words = {w: f"id_{name}" for name, words in fields.items() for w in words}
    objects = (post.get("matter") or request.GET.get("matter")) == "objection"
    context = {
        "one": one,
        "row": row,
        "is_own": is_own,
        "objects": objects,
        "may_object": row.unit_id is not None
        and one.standing.code not in {"repaired", "corrected", "applied"},
        "problems": [{"text": r, "field_id": by_words.get(r, "")} for r in refused.reasons]
        if refused
        else [],
        "errors": fields,
        "typed": post,
        "false": false_material(row.enterprise_id, request.today),
        "earlier": applications_of(row),
        "token": post.get("token", "")[:40] or token_urlsafe(12),
        "upload_token": upload_token,
        "drafts": own_drafts(request.viewer, upload_token, draft_session(request)),
        "back_url": reverse("credit:mine") if is_own else reverse("credit:records_row", args=[row.pk]),
        "title": row.number,
    }
    return page(request, "credit/record.html", context, status=422 if refused else None)


urlpatterns = [
    path("credit/", mine, name="mine"),
    path("credit/commitments/", public, name="commitments"),
    path("credit/reminder/<int:enterprise_id>/", reminder, name="reminder"),
    path("credit/<int:pk>/", record, name="record"),
]
