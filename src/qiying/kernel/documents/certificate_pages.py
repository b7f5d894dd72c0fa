"""Pages of certificates: anybody verifies one, who holds it keeps it, who issued it revokes it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from qiying.kernel.documents.certificates import (
    UNKNOWN,
    certificate_by_number,
    certificate_by_token,
    certificate_for,
    certificate_kinds,
    certificate_pdf,
    certificates_visible_to,
    revoke_certificate,
    shown_fields,
    standing,
    verify_url,
)
from qiying.kernel.documents.models import Certificate
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.forms import ReasonForm
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab, choice
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.throttle import Limit, attempt, client_ip
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls

TYPED_MOST, TYPED_WITHIN = 30, timedelta(minutes=10)


@never_cache
@require_GET
def verify_token(plain: HttpRequest, token: str) -> HttpResponse:
    """Say what the certificate is whose QR code was scanned; nobody signs in for it."""
    return _verified(cast(ViewerRequest, plain), certificate_by_token(token), {})


@never_cache
@require_http_methods(["GET", "POST"])
def verify(plain: HttpRequest) -> HttpResponse:
    """Take a printed number with its check code; a browser that guesses is made to wait."""
    request = cast(ViewerRequest, plain)
    if request.method == "GET":
        return _shown(request, {})
    typed = {name: request.POST.get(name, "")[:40] for name in ("number", "check_code")}
    limit = Limit("certificates", client_ip(request), TYPED_MOST, TYPED_WITHIN)
    if (stopped := attempt([limit], at=request.now)) is not None:
        wait = [f"请过 {stopped.words}再查，或者扫证上的二维码。"]
        return _shown(request, {**typed, "wait": wait}, 429)
    return _verified(request, certificate_by_number(**typed), typed)


def _verified(request: ViewerRequest, row: Certificate | None, typed: dict[str, Any]) -> HttpResponse:
    if row is None:
        return _shown(request, {**typed, "standing": UNKNOWN}, 404)
    fields = shown_fields(row, is_public=True)
    found = {"standing": standing(row, request.today), "certificate": row, "fields": fields}
    return _shown(request, {**typed, **found})


def _shown(request: ViewerRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    frame = {"now": request.now, "today": request.today}
    response = render(request, "documents/verify.html", {**frame, **context}, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_GET
@never_cache
@signed_in
def pdf(request: ViewerRequest, certificate_id: int) -> HttpResponse:
    """Hand out the certificate as PDF to its holder, its issuer and the parties of its case."""
    row = certificate_for(request.viewer, certificate_id)
    response = HttpResponse(certificate_pdf(row, request.today), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"{row.title}{row.number}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show the certificates of the viewer's enterprises."""
    rows = certificates_visible_to(request.viewer).filter(enterprise_id__in=request.viewer.enterprise_ids)[
        :200
    ]
    held = [(row, standing(row, request.today)) for row in rows]
    return page(request, "documents/my_certificates.html", {"held": held})


# --- the register of whoever issues --------------------------------------------------


def _found(rows: QuerySet[Certificate], text: str) -> QuerySet[Certificate]:
    return rows.filter(Q(number__icontains=text) | Q(holder__icontains=text))


def _kinds(request: ViewerRequest) -> list[tuple[str, str]]:
    return [(kind.code, kind.label) for kind in certificate_kinds().values()]


def _kind(row: Certificate) -> str:
    kind = certificate_kinds().get(row.kind)
    return kind.label if kind is not None else row.title


def _ended(row: Certificate) -> str:
    return "已撤销" if row.revoked_at else "已换发" if row.replaced_by_id else ""


def _rows(viewer: Viewer, today: date) -> QuerySet[Certificate]:
    return certificates_visible_to(viewer).exclude(enterprise_id__in=viewer.enterprise_ids)


def _share(request: ViewerRequest) -> str:
    """Say how many of the district's active enterprises hold an electronic certificate that stands."""
    firms = Enterprise.objects.filter(district_id=request.viewer.district_id or 0, status="active")
    standing_now = _STANDS & ~Q(valid_until__lt=request.today)
    held = Certificate.objects.filter(standing_now, enterprise__in=firms).values("enterprise_id").distinct()
    return f"存续的 {firms.count()} 家里，{held.count()} 家持有有效的电子证照。"


def _own(viewer: Viewer, row: Certificate) -> bool:
    return row.unit_id in viewer.unit_ids


def _revoke(actor: Viewer, row: Certificate, data: dict[str, Any], now: datetime) -> str:
    revoke_certificate(row, reason=data["reason"], by=actor, now=now)
    return "撤销了。谁再查这张证，看到的都是已撤销。"


def _panel(request: ViewerRequest, row: Certificate) -> dict[str, Any]:
    return {
        "certificate": row,
        "standing": standing(row, request.today),
        "fields": shown_fields(row, is_public=False),
        "verify_url": verify_url(row),
    }


_STANDS = Q(revoked_at__isnull=True, replaced_by__isnull=True)
CERTIFICATES: Register[Certificate] = declare_register(
    Register(
        name="certificates",
        title="证照登记簿",
        noun="证照",
        listing=Listing(
            caption="证照",
            columns=[
                Column("编号", lambda c: c.number, "number", ("number",), url=lambda c: CERTIFICATES.row_url(c)),
                Column("证照", _kind, "kind", ("kind",)),
                Column("持有人", lambda c: c.holder, "holder", ("holder",)),
                Column("发证单位", lambda c: c.issuer, "issuer", ("issuer",)),
                Column("发证日期", lambda c: c.issued_on, "issued", ("issued_on",), kind="date"),
                Column("有效期至", lambda c: c.valid_until, "until", ("valid_until",), kind="date"),
                Column("版本", lambda c: c.version, numeric=True),
                Column("结束", _ended),
            ],
            filters=[
                Filter("q", "编号、持有人", _found),
                choice("kind", "种类", _kinds),
            ],
            tabs=[
                Tab("now", "有效", lambda request: _STANDS & ~Q(valid_until__lt=request.today)),
                Tab("expired", "过期", lambda request: _STANDS & Q(valid_until__lt=request.today)),
                Tab("ended", "已撤销、已换发", ~_STANDS),
            ],
            empty_title="这里没有证照",
            empty_text="办结时发出的证照、证明自动登记在这里。",
        ),
        rows=_rows,
        lead=lambda request, listed: _share(request),
        sees=("documents.certificates", "documents.certificates_all"),
        edits=(),
        opens=("documents.certificates", "documents.certificates_all"),
        url="documents:certificates",
        subject=lambda c: f"certificate:{c.pk}",
        may_touch=_own,
        panels=(Panel("documents/_certificate.html", _panel),),
        acts=(
            Act(
                "revoke", "撤销", _revoke, ReasonForm,
                "撤销后不能恢复，谁查验都看到撤销的日期和这里写的理由。",
                applies=lambda viewer, row: row.revoked_at is None and row.replaced_by_id is None,
                needs=("documents.certificates_revoke",),
                is_serious=True,
            ),
        ),
        imports=False,
    )
)  # fmt: skip
urlpatterns = [
    path("verify/", verify, name="verify"),
    path("verify/<slug:token>/", verify_token, name="verify_token"),
    path("certificates/<int:certificate_id>/pdf/", pdf, name="certificate_pdf"),
    path("my/certificates/", mine, name="my_certificates"),
    *register_urls(CERTIFICATES, "certificates/"),
]
