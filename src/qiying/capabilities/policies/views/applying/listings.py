"""The negative list as a register: who is on it, why, by which paper, until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.forms import Form

from qiying.capabilities.policies.forms.applying import ListingForm, RemovalForm
from qiying.capabilities.policies.models import NegativeListing
from qiying.capabilities.policies.selectors.applying import listings_visible_to
from qiying.capabilities.policies.services.applying.listings import listing_add, listing_remove
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.listing import Column, Filter, Listing
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register
from qiying.kernel.registers.views import register_urls


def _state(rows: QuerySet[NegativeListing], value: str) -> QuerySet[NegativeListing]:
    return rows.filter(removed_at__isnull=value == "on")


def _found(rows: QuerySet[NegativeListing], text: str) -> QuerySet[NegativeListing]:
    return rows.filter(Q(enterprise__name__icontains=text) | Q(enterprise__credit_code__icontains=text))


def _form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: NegativeListing | None
) -> Form:
    return ListingForm(data, initial={"listed_on": today})


def _save(actor: Viewer, row: NegativeListing | None, data: dict[str, Any], now: datetime) -> NegativeListing:
    wanted = data["credit_code"].strip()
    rows = Enterprise.objects.filter(district_id=actor.district_id or 0)
    enterprise = rows.filter(Q(credit_code=wanted.upper()) | Q(name=wanted)).first()
    if enterprise is None:
        why = ["本区没有这家企业，请核对代码或写全称"]
        raise GuardFailed(why, {"credit_code": why})
    given = {name: data[name] for name in ("reason", "source", "listed_on", "until_on")}
    return listing_add(actor=actor, enterprise=enterprise, at=now, **given)


def _end(actor: Viewer, row: NegativeListing, now: datetime) -> None:
    listing_remove(actor=actor, listing=row, reason="整批导入撤回", at=now)


def _remove(actor: Viewer, row: NegativeListing, data: dict[str, Any], now: datetime) -> str:
    listing_remove(actor=actor, listing=row, reason=data["reason"], at=now)
    return f"{row.enterprise.name}移出了负面清单，记录还在。"


LISTINGS: Register[NegativeListing] = declare_register(
    Register(
        name="policy_listings",
        title="负面清单",
        noun="企业",
        listing=Listing(
            columns=[
                Column(
                    "企业",
                    lambda r: r.enterprise.name,
                    "name",
                    ("enterprise__name",),
                    url=lambda r: LISTINGS.row_url(r),
                    sub=lambda r: r.enterprise.credit_code or "",
                ),
                Column("原因", lambda r: r.reason),
                Column("依据", lambda r: r.source),
                Column("列入", lambda r: r.listed_on, "from", ("listed_on",)),
                Column("到", lambda r: r.until_on or "移出为止", "to", ("until_on",)),
                Column("谁列入", lambda r: r.listed_by.name if r.listed_by else ""),
                Column(
                    "移出", lambda r: r.removed_at.date() if r.removed_at else "", "removed", ("removed_at",)
                ),
                Column("移出原因", lambda r: r.removed_reason, in_page=False),
            ],
            filters=[
                Filter("q", "企业", _found),
                Filter("state", "现在", _state, (("on", "在清单上"), ("off", "已移出"))),
            ],
            empty_title="清单是空的",
            empty_text="列在上面的企业不能享受免申即享，核定时也会拦下。",
        ),
        rows=lambda viewer, today: listings_visible_to(viewer),
        sees=(),
        edits=("policies.listings",),
        url="policies:listings",
        subject=lambda r: f"enterprise:{r.enterprise_id}",
        noted=("policies.listing_add", "policies.listing_remove"),
        form=_form,
        save=_save,
        end=_end,
        may_change=False,
        label=lambda r: r.enterprise.name,
        lead=lambda request, listed: "列在上面的企业不能享受免申即享，核定时也会拦下。每一条都要有依据。",
        acts=(
            Act(
                "remove",
                "移出",
                _remove,
                form=RemovalForm,
                sentence="移出后就可以享受政策，列过的记录还在。",
                applies=lambda viewer, r: r.removed_at is None,
            ),
        ),
        new_label="列入一家",
        saved="列入了负面清单。",
    )
)
urlpatterns = register_urls(LISTINGS, "policies/listings/")
