"""The published lists: a public page with what proves a breach of each clause, and the register of wordings."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from qiying.capabilities.integrity.models import Edition
from qiying.capabilities.integrity.rules.lists import KINDS, sample
from qiying.capabilities.integrity.selectors import breaches_counted, clauses_of, edition_of, live_key
from qiying.capabilities.integrity.services.lists import edition_publish
from qiying.kernel.organisations.listing import Column, Listing
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.pages import page
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.rows import DAY
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

LEAST_SHOWN = 5
"""Below so many answers the public page tells no figure: few tell whom it was about."""


@require_safe
def lists(plain: HttpRequest) -> HttpResponse:
    """Show the lists of a district to everybody; where one is signed in, his own."""
    request = cast(ViewerRequest, plain)
    districts = list(District.objects.order_by("name"))
    wanted = whole(request.GET.get("district")) or request.viewer.district_id
    chosen = next((d for d in districts if d.pk == wanted), districts[0] if len(districts) == 1 else None)
    context: dict[str, Any] = {"districts": districts, "chosen": chosen, "base": "ui/phone.html"}
    if chosen is not None:
        found = clauses_of(chosen.pk, request.today)
        stations = provided("integrity_stations")
        reported, answered, founded = breaches_counted(chosen.pk)
        context |= {
            "lists": [(label, [c for c in found if c.kind == kind]) for kind, label in KINDS.items()],
            "edition": edition_of(chosen.pk, request.today),
            "stations": stations(chosen.pk, request.today) if stations else (),
            "figures": {"reported": reported, "answered": answered, "founded": founded}
            if answered >= LEAST_SHOWN
            else None,
            "least": LEAST_SHOWN,
            "may_report": not request.viewer.is_authenticated or "clerk" in request.viewer.roles,
            "may_seal": live_key(chosen.pk) is not None,
        }
    return page(request, "integrity/lists.html", context)


def _form(data: Any, *, viewer: Viewer, today: Any, row: Edition | None) -> forms.Form:
    held = edition_of(viewer.district_id or 0, today)
    form = forms.Form(data, initial={"text": held.text if held else sample()})
    form.fields |= {
        "text": forms.CharField(
            label="全文", max_length=20000, widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
            help_text="照现在的格式改：每条有编码、内容、拿什么证明、从哪里看出来",
        ),
        "source": forms.CharField(label="依据", min_length=4, max_length=200, help_text="文号或者会议"),
        "valid_from": forms.DateField(label="从哪天起", widget=DAY),
    }  # fmt: skip
    return form


EDITIONS: Register[Edition] = declare_register(
    Register(
        name="integrity_editions",
        title="十必办十不准",
        noun="清单",
        listing=Listing(
            caption="清单的各版",
            columns=[
                Column("哪一版", str, "number", ("number",), url=lambda r: EDITIONS.row_url(r)),
                Column("从哪天起", lambda r: r.valid_from, "from", ("valid_from",), kind="date"),
                Column("依据", lambda r: r.source),
                Column("谁发布的", lambda r: r.made_by_name),
                Column("全文", lambda r: r.text, in_page=False),
            ],
            empty_title="还没有发布，现在公开的是样例",
            empty_text="照样例的格式改成本区的，从哪天起算发布一版；以前的版次都留着。",
        ),
        rows=lambda viewer, today: Edition.objects.filter(district_id=viewer.district_id or 0),
        sees=("integrity.lists",),
        edits=("integrity.lists",),
        url="integrity:editions",
        form=_form,
        save=lambda actor, row, data, now: edition_publish(actor=actor, values=data, now=now),
        may_change=False,
        imports=False,
        label=str,
        new_label="发布新的一版",
        links=(("integrity.lists", "integrity:lists", "公开的清单"),),
    )
)
urlpatterns = [path("integrity/lists/", lists, name="lists"), *register_urls(EDITIONS, "integrity/editions/")]
