"""QR cards: a register with printable sheets, and what a scan opens: two doors, one tap each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from qiying.capabilities.feedback.forms.ratings import own_units
from qiying.capabilities.feedback.models import QrCard
from qiying.capabilities.feedback.services.cards import card_save, card_scanned
from qiying.kernel.documents.letter_pdf import qr_svg, template_pdf
from qiying.kernel.organisations.listing import Listing, search
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register, saves
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.views import register_urls
from qiying.kernel.tables.workbooks import Column
from qiying.ui import given

A_PAGE, MOST_PAGES = 10, 20


def _visible(viewer: Viewer, today: date) -> QuerySet[QrCard]:
    mine = Q(unit_id__in=viewer.unit_ids)
    if viewer.has("feedback.ratings_district"):
        mine |= Q(district_id=viewer.district_id or 0)
    return QrCard.objects.filter(mine).select_related("unit")


CARDS: Register[QrCard] = declare_register(
    Register(
        name="qr_cards",
        title="二维码卡",
        noun="卡",
        listing=Listing(
            columns=[
                Column("名称", lambda r: r.name, "name", ("name",), url=lambda r: CARDS.row_url(r)),
                Column("发给", lambda r: r.get_kind_display(), "kind", ("kind",)),
                Column("发卡单位", lambda r: r.unit.label, "unit", ("unit__name",)),
                Column("有效到", lambda r: r.valid_to or "长期", "to", ("valid_to",)),
                Column("扫了几次", lambda r: r.scans, "scans", ("scans",), numeric=True),
                Column("码", lambda r: r.code, in_page=False),
            ],
            filters=[search("名称", "name")],
            empty_title="还没有卡",
            empty_text="加一张：写发给哪里，打印出来贴上或发出去，企业扫一下就能说。",
        ),
        rows=_visible,
        sees=("feedback.ratings_district",),
        edits=("feedback.cards",),
        url="feedback:cards",
        subject=lambda r: f"qr_card:{r.pk}",
        may_touch=lambda viewer, row: row.unit_id in viewer.unit_ids,
        form=row_form(
            QrCard,
            *("unit", "kind", "name", "valid_to"),
            offers={"unit": own_units},
            hints={"name": "印在卡上，例：城南产业园", "valid_to": "长期有效就空着"},
            once=("unit",),
        ),
        save=saves(card_save, "card"),
        imports=False,
        hint="廉心卡、园区卡、活动卡：扫一下，说问题或者密封举报，两步就到。",
        acts=(Act("sheet", "打印一张 A4", None),),
        new_label="做一张卡",
    )
)


def sheet_pdf(lines: Sequence[tuple[str, str, str]], *, name: str) -> HttpResponse:
    """Return cards as a PDF, ten to an A4 page: (words above, words below, path behind the code)."""
    base = settings.QIYING_ENV.base_url.rstrip("/")
    cards = [{"head": head, "foot": foot, "qr": qr_svg(base + path)} for head, foot, path in lines]
    body = template_pdf("feedback/cards/sheet.html", {"cards": cards})
    disposition = content_disposition_header(False, f"{name}.pdf") or "inline"
    return HttpResponse(body, content_type="application/pdf", headers={"Content-Disposition": disposition})


@visible_with("feedback.cards")
@require_GET
def sheet(request: ViewerRequest, card_id: int) -> HttpResponse:
    """Print pages of one card, `?pages=`."""
    card = fetch_or_404(_visible(request.viewer, request.today), pk=card_id)
    pages = min(given.whole(request.GET.get("pages"), least=1, most=MOST_PAGES) or 1, MOST_PAGES)
    line = ("有话请扫码\n不留名也可以", f"{card.unit.label} · {card.name}", f"/k/{card.code}/")
    return sheet_pdf([line] * (A_PAGE * pages), name=f"二维码卡-{card.name}")


@require_GET
def scanned(plain: HttpRequest, code: str) -> HttpResponse:
    """Show the doors behind a card; one that ran out says so and where to go instead."""
    request = cast(ViewerRequest, plain)
    card = fetch_or_404(QrCard.objects.select_related("unit"), code=code[:12])
    is_live = card.is_live(request.today)
    if is_live:
        card_scanned(card)
    say, seal = provided("say_door"), provided("integrity_door")
    context = {
        "base": "ui/phone.html",
        "card": card,
        "is_live": is_live,
        "say_url": say(card.district_id, card.name) if say and is_live else "",
        "seal_url": seal(card.district_id) if seal and is_live else "",
    }
    return page(request, "feedback/cards/scanned.html", context)


urlpatterns = [
    path("k/<str:code>/", scanned, name="card"),
    path("cards/<int:card_id>/sheet/", sheet, name="cards_sheet"),
    *register_urls(CARDS, "cards/"),
]
