"""The negative list: who is on it, why, by which paper, until when."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from qiying.capabilities.policies.forms.applying import ListingForm, tell
from qiying.capabilities.policies.models import NegativeListing
from qiying.capabilities.policies.selectors.applying import listings_visible_to
from qiying.capabilities.policies.services.applying.listings import listing_add, listing_remove
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404


def _state(rows: QuerySet[NegativeListing], value: str) -> QuerySet[NegativeListing]:
    return rows.filter(removed_at__isnull=value == "on")


def _found(rows: QuerySet[NegativeListing], text: str) -> QuerySet[NegativeListing]:
    return rows.filter(Q(enterprise__name__icontains=text) | Q(enterprise__credit_code__icontains=text))


LISTINGS: Listing[NegativeListing] = Listing(
    name="policy_listings",
    caption="负面清单",
    columns=[
        Column("企业", lambda r: r.enterprise.name, "name", ("enterprise__name",),
               sub=lambda r: r.enterprise.credit_code or ""),
        Column("原因", lambda r: r.reason),
        Column("依据", lambda r: r.source),
        Column("列入", lambda r: r.listed_on, "from", ("listed_on",)),
        Column("到", lambda r: r.until_on or "移出为止", "to", ("until_on",)),
        Column("谁列入", lambda r: r.listed_by.name if r.listed_by else ""),
        Column("移出", lambda r: r.removed_at.date() if r.removed_at else "", "removed", ("removed_at",)),
        Column("移出原因", lambda r: r.removed_reason, in_page=False),
    ],
    filters=[
        Filter("q", "企业", _found),
        Filter("state", "现在", _state, (("on", "在清单上"), ("off", "已移出"))),
    ],
    empty_title="清单是空的",
    empty_text="列在上面的企业不能享受免申即享，核定时也会拦下。",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@visible_with("policies.listings")
def listings(request: ViewerRequest) -> HttpResponse:
    """Show the list; add an enterprise with reason and source."""
    form = ListingForm(request.POST or None, initial={"listed_on": request.today})
    if request.method == "POST" and form.is_valid() and _add(request, form):
        return HttpResponseRedirect(reverse("policies:listings"))
    context, workbook = LISTINGS.respond(request, listings_visible_to(request.viewer))
    if workbook is not None:
        return workbook
    shown = context["table"]["page"].object_list
    context |= {"form": form, "current": [r for r in shown if r.removed_at is None]}
    return page(request, "policies/applying/listings.html", context, status=422 if form.errors else None)


def _add(request: ViewerRequest, form: ListingForm) -> bool:
    data = form.cleaned_data
    wanted = data["credit_code"].strip()
    rows = Enterprise.objects.filter(district_id=request.viewer.district_id or 0)
    enterprise = rows.filter(Q(credit_code=wanted.upper()) | Q(name=wanted)).first()
    if enterprise is None:
        form.add_error("credit_code", "本区没有这家企业，请核对代码或写全称")
        return False
    until: date | None = data["until_on"]
    try:
        listing_add(
            actor=request.viewer,
            enterprise=enterprise,
            reason=data["reason"],
            source=data["source"],
            listed_on=data["listed_on"],
            until_on=until,
            at=request.now,
        )
    except GuardFailed as refused:
        tell(form, refused)
        return False
    messages.success(request, f"{enterprise.name}列入了负面清单。")
    return True


@require_POST
@visible_with("policies.listings")
def remove(request: ViewerRequest, listing_id: int) -> HttpResponse:
    """Take an enterprise off the list."""
    row = fetch_or_404(listings_visible_to(request.viewer), pk=listing_id)
    try:
        listing_remove(
            actor=request.viewer, listing=row, reason=request.POST.get("reason", ""), at=request.now
        )
    except (GuardFailed, ActionNotAvailable) as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"{row.enterprise.name}移出了负面清单，记录还在。")
    return HttpResponseRedirect(reverse("policies:listings"))
