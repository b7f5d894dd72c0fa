"""The pages of resident officers: the register, the firm's tile, messages and confidential opinions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse

from qiying.capabilities.visits.forms.residents import (
    FirmsForm,
    HandOverForm,
    MessageForm,
    OpinionForm,
    TermForm,
)
from qiying.capabilities.visits.models import ResidentTerm
from qiying.capabilities.visits.selectors.residents import (
    officer_row,
    opinions_of,
    opinions_wanted,
    terms_visible_to,
)
from qiying.capabilities.visits.services.residents import (
    firms_give,
    hand_over,
    message_send,
    opinion_give,
    term_end,
    term_save,
)
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.organisations.listing import Column, Listing, search
from qiying.kernel.organisations.offers import Tile
from qiying.kernel.organisations.pages import act_page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, ends
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls

SEES, KEEPS = ("engagement.visits_district", "engagement.visits"), "engagement.residents"


def _give(actor: Viewer, row: ResidentTerm, data: dict[str, Any], now: datetime) -> str:
    return (
        f"加了 {len(firms_give(actor=actor, term=row, firms=data['firms'], note=data['note'], now=now))} 家。"
    )


def _hand(actor: Viewer, row: ResidentTerm, data: dict[str, Any], now: datetime) -> str:
    to = fetch_or_404(ResidentTerm.objects.filter(district_id=row.district_id), pk=data["to"])
    count = hand_over(actor=actor, term=row, to=to, note=data["note"], now=now)
    return f"{count} 家交给了{to.person.name}，企业和他都收到消息。"


def _runs(viewer: Viewer, row: ResidentTerm) -> bool:
    return row.valid_to is None


def _about(request: ViewerRequest, row: ResidentTerm) -> dict[str, Any]:
    shown = opinions_of(row, request.today) if request.viewer.has(KEEPS) else None
    return {"rows": list(row.firms.select_related("enterprise")), "opinions": shown}


RESIDENTS: Register[ResidentTerm] = declare_register(
    Register(
        name="residents",
        title="驻企服务员",
        noun="服务员",
        listing=Listing(
            columns=[
                Column(
                    "服务员",
                    lambda t: t.person.name,
                    "name",
                    ("person__name",),
                    url=lambda t: RESIDENTS.row_url(t),
                ),
                Column("单位", lambda t: t.unit.label, "unit", ("unit__name",)),
                Column("电话", lambda t: t.phone),
                Column("服务几家", lambda t: t.serves, "serves", ("serves",), numeric=True),
                *TERM_COLUMNS,
                Column("为什么结束", lambda t: t.ended_reason, in_page=False),
            ],
            filters=[search("姓名", "person__name")],
            tabs=TERM_TABS,
            empty_title="还没有驻企服务员",
            empty_text="加一位，写给企业的电话，再把企业交给他。",
        ),
        rows=terms_visible_to,
        sees=SEES,
        edits=(KEEPS,),
        opens=(*SEES, KEEPS),
        url="visits:residents",
        subject=lambda t: f"resident:{t.pk}",
        form=TermForm,
        save=lambda actor, row, values, now: term_save(actor=actor, term=row, values=values, now=now),
        edits_apart=True,
        panels=(Panel("visits/_resident.html", _about),),
        acts=(
            Act("firms", "交给他企业", _give, form=FirmsForm, applies=_runs),
            Act("hand", "交接给别人", _hand, form=HandOverForm, applies=_runs),
            end_act(
                ends(term_end, "term"),
                label="结束任期",
                sentence="还没交接的企业不再有服务员；服务过的企业会收到保密的意见表。",
            ),
        ),
        new_label="加一位",
    )
)


def tile(request: ViewerRequest) -> Tile | None:
    """Return the acting enterprise's officer with his telephone."""
    row = officer_row(acting_enterprise_id(request, request.viewer))
    return Tile("visits/tiles/officer.html", {"row": row, "term": row.term}) if row else None


@signed_in
def message(request: ViewerRequest) -> HttpResponse:
    """Write to the officer of one's enterprise."""
    row = officer_row(acting_enterprise_id(request, request.viewer))
    if row is None:
        fetch_or_404(ResidentTerm.objects.none(), pk=0)
    assert row is not None

    def run(data: dict[str, Any]) -> None:
        message_send(actor=request.viewer, row=row, text=data["text"], now=request.now)

    return act_page(
        request, MessageForm(request.POST or None), title=f"发消息给{row.term.person.name}", submit="发送", run=run,
        back_url="/", done="发好了。", sentence="要有答复、要定日子的事，请从“说一个问题”提，每件都有期限。",
    )  # fmt: skip


@signed_in
def opinion(request: ViewerRequest, pk: int) -> HttpResponse:
    """Say once, confidentially, what one's enterprise thinks of an officer whose term is over."""
    row = fetch_or_404(opinions_wanted(request.viewer, request.today), pk=pk)

    def run(data: dict[str, Any]) -> None:
        opinion_give(actor=request.viewer, row=row, now=request.now, **data)

    return act_page(
        request, OpinionForm(request.POST or None), title=f"{row.term.person.name}服务得怎么样",
        submit="交上去", run=run, back_url=reverse("portal:home"), done="收到了，谢谢。",
        sentence="保密：不记是哪家企业说的；超过五家说了、收完以后才一起看。",
    )  # fmt: skip


urlpatterns = [
    path("residents/message/", message, name="resident_message"),
    path("residents/opinions/<int:pk>/", opinion, name="resident_opinion"),
    *register_urls(RESIDENTS, "residents/"),
]
