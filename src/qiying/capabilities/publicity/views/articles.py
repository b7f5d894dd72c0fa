"""Beside the registers: pictures, posters and screen texts of an article, and the yearly account of reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.publicity import selectors as reads
from qiying.capabilities.publicity import services as writes
from qiying.capabilities.publicity.models import Article
from qiying.capabilities.publicity.views.registers import ARTICLES, PhotoForm
from qiying.kernel.audit.services import record_act
from qiying.kernel.documents.letter_pdf import qr_svg, template_pdf
from qiying.kernel.documents.pdf_drawing import pdf_page_png
from qiying.kernel.organisations.listing import Column, xlsx_response
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.tables.workbooks import Sheet, workbook_bytes
from qiying.ui.given import whole


@require_POST
@visible_with("publicity.write")
def picture(request: ViewerRequest, pk: int) -> HttpResponse:
    """Put a photo to a draft."""
    row = fetch_or_404(reads.articles_visible_to(request.viewer), pk=pk)
    form = PhotoForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise GuardFailed(["请选一张照片"])
        file = form.cleaned_data["file"]
        writes.picture_add(
            actor=request.viewer, row=row, name=file.name, content=file.read(), now=request.now
        )
        messages.success(request, "照片放上了。")
    except (GuardFailed, ActionNotAvailable) as refused:
        messages.warning(request, "；".join(getattr(refused, "reasons", None) or [refused.message]))
    return HttpResponseRedirect(ARTICLES.row_url(row))


def _poster(request: ViewerRequest, row: Article) -> bytes:
    url = request.build_absolute_uri(reverse("publicity:piece", args=[row.pk]))
    return template_pdf("publicity/poster.html", {"row": row, "sentences": row.sentences, "qr": qr_svg(url)})


def _leds(request: ViewerRequest, row: Article) -> bytes:
    found = reads.screens_of(row, request.today)
    parts = [f"【{s}】{s.place}\n{'；'.join(cut.faults)}\n{cut.text}" for s, cut in found]
    return ("\ufeff" + "\n\n----\n\n".join(parts)).replace("\n", "\r\n").encode()


FORMS: dict[str, tuple[str, Callable[[ViewerRequest, Article], bytes]]] = {
    "poster.pdf": ("application/pdf", _poster),
    "poster.png": ("image/png", lambda request, row: pdf_page_png(_poster(request, row))),
    "screens.txt": ("text/plain; charset=utf-8", _leds),
}


@require_GET
@visible_with("publicity.view")
def made(request: ViewerRequest, pk: int, form: str) -> HttpResponse:
    """Hand out a poster or the screens' texts of an article that somebody else has passed."""
    rows = reads.articles_visible_to(request.viewer).filter(state=Article.State.PUBLISHED)
    row = fetch_or_404(rows, pk=pk)
    media_type, draw = FORMS[form]
    body = draw(request, row)
    writes.note(request.viewer, "poster", row, request.now, form=form)
    response = HttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(
        True, f"{row.title}.{form.rpartition('.')[2]}"
    )
    return response


HEADS = ("分组", "哪一项", "篇、场、块、次", "人次", "分子", "分母", "没有分母的笔数")


@require_GET
@visible_with("publicity.view")
def account(request: ViewerRequest) -> HttpResponse:
    """Show or export the year's reach, each line with its whole or saying that it has none."""
    district_id = request.viewer.district_id or 0
    year = whole(request.GET.get("year"), most=9998) or request.today.year
    lines = reads.account(district_id, year, request.today)
    if request.GET.get("export") == "xlsx":
        columns: list[Column[Any]] = [Column(h) for h in HEADS]
        rows = [[x.group, x.label, x.times, x.reached, x.part, x.whole or "没有", x.without] for x in lines]
        record_act(
            actor=request.viewer, action="list_export", subject="list:publicity", data={}, at=request.now
        )
        return xlsx_response(
            workbook_bytes([Sheet(f"{year}年宣传", columns, rows)]), f"{year}年宣传到达.xlsx"
        )
    years = [(y, y == year) for y in range(request.today.year, request.today.year - 4, -1)]
    return page(
        request, "publicity/account.html", {"lines": lines, "year": year, "years": years, "title": "宣传到达"}
    )


urlpatterns = [
    path("publicity/", account, name="account"),
    path("publicity/articles/<int:pk>/picture/", picture, name="picture"),
    *(
        path(f"publicity/articles/<int:pk>/{form}", made, {"form": form}, name=form.replace(".", "_"))
        for form in FORMS
    ),
]
