"""The register of needs and resources, that of who asked whom, and the industry chains of the district."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import path

from qiying.capabilities.matchmaking import forms, selectors
from qiying.capabilities.matchmaking.models import ChainLink, Match, Posting
from qiying.capabilities.matchmaking.rules.words import FIELDS, SIDES
from qiying.capabilities.matchmaking.services import matches, postings
from qiying.capabilities.matchmaking.views.kept import TAKES_PART, doing, hidden, kept_register
from qiying.kernel.organisations.listing import Column, Tab, choice, search, state_tabs
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, does, saves
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls

State = Posting.State


_change = does(postings.posting_save, "posting", "改好了，等人审核。", values="values")


def _ask(actor: Viewer, row: Posting, data: dict[str, Any], now: datetime) -> str:
    words, contact = data["words"], data["contact"]
    told = {"asker": data["party"], "asked": row.owner, "words": words, "contact": contact}
    matches.match_ask(actor=actor, posting=row, now=now, **told)
    return "发给对方了，对方愿意谈，双方才看得到联系方式。"


def _own_open(viewer: Viewer, row: Posting) -> bool:
    return selectors.is_own(viewer, row) and row.state != State.ENDED


def _reviewable(viewer: Viewer, row: Posting) -> bool:
    return row.state == State.REVIEW and not selectors.is_own(viewer, row)


def _suggested(request: ViewerRequest, row: Posting) -> dict[str, Any] | None:
    """Show its owner what suits it, with reasons."""
    if not selectors.is_own(request.viewer, row) or not row.is_live(request.today):
        return None
    return {"posting": row, "found": selectors.suggestions_of(row, request.today)}


POSTINGS = kept_register(
    "postings", "供需大厅", Posting,
    ["title", "side", "field", "owner_name", Column("多少钱", lambda p: p.amount, "yuan", ("yuan",), numeric=True),
     Column("产业链环节", lambda p: str(p.link or "")), "ends_on", *hidden(Posting, "text", "state", "reason")],
    listing={
        "filters": [
            search("找什么", "title", "text"),
            choice("side", "需求还是资源", list(SIDES.items())),
            choice("field", "哪一类", list(FIELDS.items())),
        ],
        "tabs": [
            Tab("shown", "展示中", lambda r: selectors.live(r.today), "还没有展示的供需",
                "发布一条，审核过了大家就看得到；系统每晚找合适的。"),
            Tab("mine", "我发布的", lambda r: Q(owner__in=selectors.parties_of(r.viewer)), "您还没有发布",
                "缺资金、厂房、技术、订单、人才，或者有这些可以给别人，都可以发布。"),
            Tab("review", "待审核", Q(state=State.REVIEW), "没有待审核的", ""),
            Tab("over", "已结束和退回", lambda r: ~selectors.live(r.today) & ~Q(state=State.REVIEW), "没有", ""),
        ],
    },
    rows=selectors.postings_visible_to,
    noted=("matchmaking.show",),
    form=forms.PostingForm,
    save=saves(postings.posting_save, "posting"),
    new_label="发布供需",
    saved="交上去了，审核过了就展示。",
    hint="联系方式双方都愿意才看得到；参加自愿，不想被推荐的可以说一声。",
    panels=(Panel("matchmaking/_suggested.html", _suggested),),
    acts=(
        Act("show", "通过，展示", doing(postings.posting_review, "posting", "展示出来了。", passes=True),
            applies=_reviewable, needs=("matchmaking.review",), sentence="展示以后本区参加的企业和单位都看得到。"),
        Act("return", "退回改", doing(postings.posting_review, "posting", "退回了，告诉了发布的人。", passes=False),
            forms.ReasonForm, applies=_reviewable, needs=("matchmaking.review",)),
        Act("ask", "我想对接", _ask, forms.AskForm,
            applies=lambda v, p: p.state == State.SHOWN and not selectors.is_own(v, p),
            sentence="对方愿意谈，双方才看得到联系方式。"),
        Act("change", "改", _change, forms.PostingForm, applies=_own_open,
            sentence="改了要重新审核，审核以前别人看不到。"),
        Act("end", "结束", doing(postings.posting_end, "posting", "结束了。"), forms.ReasonForm, applies=_own_open,
            is_serious=True),
    ),
)  # fmt: skip


@visible_with(*TAKES_PART)
def ask_party(request: ViewerRequest, pk: int, party: str) -> HttpResponse:
    """Ask a party that was suggested for one's own posting."""
    rows = selectors.postings_visible_to(request.viewer, request.today).filter(
        owner__in=selectors.parties_of(request.viewer)
    )
    row = fetch_or_404(rows, pk=pk)
    found = fetch_or_404(row.suggestions.select_related("other"), key=party)
    form = forms.AskForm(
        request.POST or None, viewer=request.viewer, today=request.today, row=row, is_owner=True
    )

    def run(data: dict[str, Any]) -> None:
        told = {"asker": row.owner, "asked": found.key, "words": data["words"], "contact": ""}
        matches.match_ask(actor=request.viewer, posting=row, now=request.now, **told)

    return act_page(
        request, form, title="问对方愿不愿意谈", run=run, back_url=POSTINGS.row_url(row),
        sentence="对方愿意谈，双方才看得到联系方式。", done="发给对方了，回了会告诉您。",
    )  # fmt: skip


def _contact(request: ViewerRequest, row: Match) -> dict[str, Any]:
    return {"match": row, "contact": selectors.contact_of(row, request.viewer)}


def _asked(viewer: Viewer, row: Match) -> bool:
    return row.state == Match.State.ASKED and row.asked in viewer.keys


def _asker(viewer: Viewer, row: Match) -> bool:
    return row.state == Match.State.ASKED and row.asker in viewer.keys


MATCHES: Register[Match] = kept_register(
    "matches", "对接", Match,
    [Column("供需", lambda m: m.posting.title, "title", ("posting__title",), url=lambda m: MATCHES.row_url(m)),
     "asker_name", "asked_name", "asked_at", "state", *hidden(Match, "words", "reason")],
    listing={
        "filters": [search("供需", "posting__title")],
        "tabs": state_tabs(
            ("asked", "等对方回", "没有在等的", "到供需大厅看看，合适的点“我想对接”。"),
            ("accepted", "双方愿意", "还没有双方愿意的", ""),
            ("declined", "对方不要", "没有", ""),
            ("withdrawn", "收回了", "没有", ""),
        ),
    },
    rows=lambda viewer, today: selectors.matches_visible_to(viewer),
    noted=("matchmaking.withdraw",),
    home=lambda m: f"show={m.state}",
    panels=(Panel("matchmaking/_contact.html", _contact),),
    acts=(
        Act("yes", "愿意谈", doing(matches.match_answer, "match", "双方愿意谈，联系方式在下面。", yes=True),
            forms.YesForm, applies=_asked, sentence="点了以后双方都看得到对方的联系方式。"),
        Act("no", "这次不谈", doing(matches.match_answer, "match", "回了对方，联系方式没有给出去。", yes=False),
            forms.ReasonForm, applies=_asked),
        Act("withdraw", "收回", doing(matches.match_answer, "match", "收回了。", yes=False), applies=_asker,
            sentence="收回以后对方不用再回。"),
    ),
)  # fmt: skip


def _counted(request: ViewerRequest, rows: Sequence[ChainLink]) -> None:
    """Count how many postings stand on each link."""
    of = (
        Posting.objects.filter(selectors.live(request.today), link__in=rows)
        .values_list("link")
        .annotate(n=Count("pk"))
    )
    found = dict(of.order_by())
    for row in rows:
        row.__dict__["shown"] = found.get(row.pk, 0)


CHAINS = kept_register(
    "chains", "产业链", ChainLink,
    ["name", "chain", "place", "industries", "source", "valid_from", "valid_to",
     Column("展示中的供需", lambda c: c.__dict__["shown"], numeric=True)],
    listing={
        "filters": [search("产业链", "chain", "name")],
        "tabs": TERM_TABS, "prepare": _counted, "empty_title": "还没有产业链",
        "empty_text": "登记几环，推荐就知道谁在谁的上游下游。",
    },
    fields=("chain", "name", "place", "industries", "source", "valid_from", "valid_to"),
    sees=("matchmaking.chains", "matchmaking.watch"), opens=("matchmaking.chains", "matchmaking.watch"),
    edits=("matchmaking.chains",), may_change=True, imports=True, edits_apart=True,
)  # fmt: skip

urlpatterns = [
    path("matchmaking/postings/<int:pk>/to/<str:party>/", ask_party, name="ask_party"),
    *register_urls(POSTINGS, "matchmaking/postings/"),
    *register_urls(MATCHES, "matchmaking/matches/"),
    *register_urls(CHAINS, "matchmaking/chains/"),
]
