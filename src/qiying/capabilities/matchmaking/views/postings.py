"""The register of needs and resources, that of who asked whom, and the industry chains of the district."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import path

from qiying.capabilities.matchmaking import forms
from qiying.capabilities.matchmaking.models import ChainLink, Match, Posting
from qiying.capabilities.matchmaking.rules.words import FIELDS, SIDES
from qiying.capabilities.matchmaking.selectors import (
    contact_of,
    is_own,
    live,
    matches_visible_to,
    parties_of,
    postings_visible_to,
    suggestions_of,
)
from qiying.capabilities.matchmaking.services import matches, postings
from qiying.capabilities.matchmaking.services.chains import link_keep
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab, state_tabs
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls

State = Posting.State
TAKES_PART = ("matchmaking.take_part",)


# --- postings ------------------------------------------------------------------------------------


def _save(actor: Viewer, row: Posting | None, data: dict[str, Any], now: datetime) -> Posting:
    return postings.posting_save(actor=actor, posting=row, values=data, now=now)


def _change(actor: Viewer, row: Posting, data: dict[str, Any], now: datetime) -> str:
    postings.posting_save(actor=actor, posting=row, values=data, now=now)
    return "改好了，等人审核。"


def _review(passes: bool) -> Any:
    def run(actor: Viewer, row: Posting, data: dict[str, Any], now: datetime) -> str:
        reason = data.get("reason", "")
        done = postings.posting_review(actor=actor, posting=row, passes=passes, reason=reason, now=now)
        count = done.suggestions.count() if passes else 0
        return f"展示出来了，找到 {count} 个可能合适的。" if passes else "退回了，理由告诉了发布的人。"

    return run


def _end(actor: Viewer, row: Posting, data: dict[str, Any], now: datetime) -> str:
    postings.posting_end(actor=actor, posting=row, reason=data["reason"], now=now)
    return "结束了。"


def _ask(actor: Viewer, row: Posting, data: dict[str, Any], now: datetime) -> str:
    words, contact = data["words"], data["contact"]
    told = {"asker": data["party"], "asked": row.owner, "words": words, "contact": contact}
    matches.match_ask(actor=actor, posting=row, now=now, **told)
    return "发给对方了，对方愿意谈，双方才看得到联系方式。"


def _mine(*states: str) -> Any:
    return lambda viewer, row: is_own(viewer, row) and row.state in states


def _suggested(request: ViewerRequest, row: Posting) -> dict[str, Any] | None:
    """Show its owner what suits it, with reasons."""
    if not is_own(request.viewer, row) or not row.is_live(request.today):
        return None
    return {"posting": row, "found": suggestions_of(row, request.today)}


POSTINGS: Register[Posting] = declare_register(
    Register(
        name="matchmaking_postings",
        title="供需大厅",
        noun="供需",
        listing=Listing(
            name="matchmaking_postings",
            caption="供需",
            columns=[
                Column("一句话", lambda p: p.title, "title", ("title",), url=lambda p: POSTINGS.row_url(p)),
                Column("需求还是资源", lambda p: p.get_side_display(), "side", ("side",)),
                Column("哪一类", lambda p: p.get_field_display(), "field", ("field",)),
                Column("谁发布", lambda p: p.owner_name, "owner", ("owner_name",)),
                Column("多少钱", lambda p: p.amount, "yuan", ("yuan",), numeric=True),
                Column("产业链环节", lambda p: str(p.link or "")),
                Column("展示到哪天", lambda p: p.ends_on, "ends", ("ends_on",), kind="date"),
                Column("具体情况", lambda p: p.text, in_page=False),
                Column("到哪一步", lambda p: p.get_state_display(), in_page=False),
                Column("为什么", lambda p: p.reason, in_page=False),
            ],
            filters=[
                Filter("q", "找什么", lambda rows, v: rows.filter(Q(title__icontains=v) | Q(text__icontains=v))),
                Filter("side", "需求还是资源", lambda rows, v: rows.filter(side=v), list(SIDES.items())),
                Filter("field", "哪一类", lambda rows, v: rows.filter(field=v), list(FIELDS.items())),
            ],
            tabs=[
                Tab("shown", "展示中", lambda r: live(r.today), "还没有展示的供需",
                    "发布一条，审核过了大家就看得到；系统每晚找合适的。"),
                Tab("mine", "我发布的", lambda r: Q(owner__in=parties_of(r.viewer)), "您还没有发布",
                    "缺资金、厂房、技术、订单、人才，或者有这些可以给别人，都可以发布。"),
                Tab("review", "待审核", Q(state=State.REVIEW), "没有待审核的", ""),
                Tab("over", "已结束和退回", lambda r: ~live(r.today) & ~Q(state=State.REVIEW), "没有", ""),
            ],
        ),
        rows=postings_visible_to,
        sees=TAKES_PART,
        edits=TAKES_PART,
        opens=TAKES_PART,
        url="matchmaking:postings",
        subject=lambda p: p.subject,
        noted=("matchmaking.show",),
        form=forms.PostingForm,
        save=_save,
        may_change=False,
        imports=False,
        new_label="发布供需",
        saved="交上去了，审核过了就展示。",
        hint="联系方式双方都愿意才看得到；参加自愿，不想被推荐的可以说一声。",
        panels=(Panel("matchmaking/_suggested.html", _suggested),),
        acts=(
            Act("show", "通过，展示", _review(True), applies=lambda v, p: p.state == State.REVIEW and not is_own(v, p),
                needs=("matchmaking.review",), sentence="展示以后本区参加的企业和单位都看得到。"),
            Act("return", "退回改", _review(False), forms.ReasonForm, needs=("matchmaking.review",),
                applies=lambda v, p: p.state == State.REVIEW and not is_own(v, p)),
            Act("ask", "我想对接", _ask, forms.AskForm,
                applies=lambda v, p: p.state == State.SHOWN and not is_own(v, p) and bool(parties_of(v)),
                sentence="对方愿意谈，双方才看得到联系方式。"),
            Act("change", "改", _change, forms.PostingForm, applies=_mine("review", "shown", "returned"),
                sentence="改了要重新审核，审核以前别人看不到。"),
            Act("end", "结束", _end, forms.ReasonForm, applies=_mine("review", "shown", "returned"), is_serious=True),
        ),
    )
)  # fmt: skip


@visible_with(*TAKES_PART)
def ask_party(request: ViewerRequest, pk: int, party: str) -> HttpResponse:
    """Ask a party that was suggested for one's own posting."""
    rows = postings_visible_to(request.viewer, request.today).filter(owner__in=parties_of(request.viewer))
    row = fetch_or_404(rows, pk=pk)
    found = fetch_or_404(row.suggestions.select_related("other"), key=party)
    form = forms.AskForm(
        request.POST or None, viewer=request.viewer, today=request.today, row=row, is_owner=True
    )

    def run(data: dict[str, Any]) -> None:
        told = {"asker": row.owner, "asked": found.key, "words": data["words"], "contact": ""}
        matches.match_ask(actor=request.viewer, posting=row, now=request.now, **told)

    name = next((one.name for one in suggestions_of(row, request.today) if one.row.key == party), "")
    return act_page(
        request, form, title=f"和{name}对接", submit="问对方愿不愿意谈", run=run, back_url=POSTINGS.row_url(row),
        sentence="对方愿意谈，双方才看得到联系方式。", done="发给对方了，回了会告诉您。",
    )  # fmt: skip


# --- matches -------------------------------------------------------------------------------------


def _yes(actor: Viewer, row: Match, data: dict[str, Any], now: datetime) -> str:
    matches.match_answer(actor=actor, match=row, yes=True, contact=data["contact"], now=now)
    return "双方愿意谈，联系方式在下面。"


def _no(actor: Viewer, row: Match, data: dict[str, Any], now: datetime) -> str:
    matches.match_answer(actor=actor, match=row, yes=False, reason=data["reason"], now=now)
    return "回了对方，联系方式没有给出去。"


def _take_back(actor: Viewer, row: Match, data: dict[str, Any], now: datetime) -> str:
    matches.match_withdraw(actor=actor, match=row, now=now)
    return "收回了。"


def _contact(request: ViewerRequest, row: Match) -> dict[str, Any]:
    return {"match": row, "contact": contact_of(row, request.viewer)}


def _asked(viewer: Viewer, row: Match) -> bool:
    return row.state == Match.State.ASKED and row.asked in viewer.keys


def _asker(viewer: Viewer, row: Match) -> bool:
    return row.state == Match.State.ASKED and row.asker in viewer.keys


MATCHES: Register[Match] = declare_register(
    Register(
        name="matchmaking_matches",
        title="对接",
        noun="对接",
        listing=Listing(
            name="matchmaking_matches",
            caption="对接",
            columns=[
                Column("供需", lambda m: m.posting.title, "title", ("posting__title",),
                       url=lambda m: MATCHES.row_url(m)),
                Column("谁想对接", lambda m: m.asker_name, "asker", ("asker_name",)),
                Column("和谁", lambda m: m.asked_name, "asked", ("asked_name",)),
                Column("哪天问的", lambda m: m.asked_at, "at", ("asked_at",)),
                Column("到哪一步", lambda m: m.get_state_display(), "state", ("state",)),
                Column("想谈什么", lambda m: m.words, in_page=False),
                Column("为什么", lambda m: m.reason, in_page=False),
            ],
            filters=[Filter("q", "供需", lambda rows, v: rows.filter(posting__title__icontains=v))],
            tabs=state_tabs(
                ("asked", "等对方回", "没有在等的", "到供需大厅看看，合适的点“我想对接”。"),
                ("accepted", "双方愿意", "还没有双方愿意的", ""),
                ("declined", "对方不要", "没有", ""),
                ("withdrawn", "收回了", "没有", ""),
            ),
        ),
        rows=lambda viewer, today: matches_visible_to(viewer),
        sees=TAKES_PART,
        edits=TAKES_PART,
        opens=TAKES_PART,
        url="matchmaking:matches",
        subject=lambda m: m.subject,
        noted=("matchmaking.withdraw",),
        home=lambda m: f"show={m.state}",
        may_change=False,
        imports=False,
        panels=(Panel("matchmaking/_contact.html", _contact),),
        acts=(
            Act("yes", "愿意谈", _yes, forms.YesForm, applies=_asked, sentence="点了以后双方都看得到对方的联系方式。"),
            Act("no", "这次不谈", _no, forms.ReasonForm, applies=_asked),
            Act("withdraw", "收回", _take_back, applies=_asker, sentence="收回以后对方不用再回。"),
        ),
    )
)  # fmt: skip


# --- chains --------------------------------------------------------------------------------------


def _counted(request: ViewerRequest, rows: Sequence[ChainLink]) -> None:
    """Count how many postings stand on each link."""
    of = (
        Posting.objects.filter(live(request.today), link__in=rows).values_list("link").annotate(n=Count("pk"))
    )
    found = dict(of.order_by())
    for row in rows:
        row.__dict__["shown"] = found.get(row.pk, 0)


def _links(viewer: Viewer, today: date) -> Any:
    return ChainLink.objects.filter(district_id=viewer.district_id or 0)


CHAINS = kept_register(
    "matchmaking", "chains", "产业链", ChainLink,
    ["name", "chain", "place", "industries", "source", "valid_from", "valid_to",
     Column("展示中的供需", lambda c: c.__dict__["shown"], numeric=True)],
    keep=link_keep,
    fields=("chain", "name", "place", "industries", "source", "valid_from", "valid_to"),
    rows=_links,
    listing={
        "filters": [Filter("q", "产业链", lambda rows, v: rows.filter(Q(chain__icontains=v) | Q(name__icontains=v)))],
        "tabs": TERM_TABS, "prepare": _counted, "empty_title": "还没有产业链",
        "empty_text": "登记几环，推荐就知道谁在谁的上游下游。",
    },
    noun="环节", unique="", label=str, edits_apart=True,
    sees=("matchmaking.chains", "matchmaking.watch"), opens=("matchmaking.chains", "matchmaking.watch"),
    edits=("matchmaking.chains",),
)  # fmt: skip

urlpatterns = [
    path("matchmaking/postings/<int:pk>/to/<str:party>/", ask_party, name="ask_party"),
    *register_urls(POSTINGS, "matchmaking/postings/"),
    *register_urls(MATCHES, "matchmaking/matches/"),
    *register_urls(CHAINS, "matchmaking/chains/"),
]
