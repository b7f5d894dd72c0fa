"""QR codes to hang up: the desk names a place and prints a sheet."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from qiying.capabilities.service_requests.services.qr_codes import qr_code_make, qr_code_read
from qiying.capabilities.service_requests.views.enterprise.say import qr_svg
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest


@require_http_methods(["GET", "POST"])
@signed_in
def posters(request: ViewerRequest) -> HttpResponse:
    """Ask where the code will hang; the sheet comes next."""
    district_id = _desk_district(request)
    place = request.POST.get("place", "").strip()
    if request.method == "POST" and place:
        code = qr_code_make(district_id=district_id, place=place)
        return HttpResponseRedirect(reverse("service_requests:poster", args=[code]))
    reasons = ["请写贴在哪里，例如：城南产业园东门"] if request.method == "POST" else []
    return page(request, "enterprise/posters.html", {"reasons": reasons}, status=422 if reasons else 200)


@require_GET
@signed_in
def poster(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the sheet to print."""
    found = qr_code_read(code)
    if found is None or found.district_id != _desk_district(request):
        raise Http404("没有找到这张二维码")
    address = settings.QIYING_ENV.base_url.rstrip("/") + reverse("service_requests:qr", args=[code])
    context = {
        "place": found.place,
        "qr": qr_svg(address, border=2),
        "address": address,
        "district": District.objects.get(pk=found.district_id),
        "back_url": reverse("service_requests:posters"),
    }
    return render(request, "enterprise/poster.html", context)


def _desk_district(request: ViewerRequest) -> int:
    district_id = request.viewer.district_id
    if district_id is None or not request.viewer.has_role("desk"):
        raise Http404("没有找到这一页，或者您看不到它")
    return district_id
