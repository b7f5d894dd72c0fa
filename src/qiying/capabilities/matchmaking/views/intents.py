"""The register of intents: confirmed, contract, landing with evidence, and those that came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.urls import path

from qiying.capabilities.matchmaking import forms
from qiying.capabilities.matchmaking.models import Intent
from qiying.capabilities.matchmaking.rules.words import KINDS, REASONS
from qiying.capabilities.matchmaking.selectors import intents_visible_to, of_parties
from qiying.capabilities.matchmaking.services import intents
from qiying.kernel.documents.models import Document
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing, state_tabs
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls
from qiying.ui.humanize import money_words

State = Intent.State
TAKES_PART = ("matchmaking.take_part",)


def _confirm(actor: Viewer, row: Intent, data: dict[str, Any], now: datetime) -> str:
    intents.intent_confirm(actor=actor, intent=row, now=now)
    return "双方确认了，这份意向算数了。"


def _refuse(actor: Viewer, row: Intent, data: dict[str, Any], now: datetime) -> str:
    intents.intent_refuse(actor=actor, intent=row, reason=data["reason"], now=now)
    return "没有确认，不算意向。"


def _check(passes: bool) -> Callable[..., str]:
    def run(actor: Viewer, row: Intent, data: dict[str, Any], now: datetime) -> str:
        intents.intent_check(actor=actor, intent=row, passes=passes, reason=data["reason"], now=now)
        return "落地了，算进数里。" if passes else "退回了，请他们补凭证。"

    return run


def _end(actor: Viewer, row: Intent, data: dict[str, Any], now: datetime) -> str:
    intents.intent_end(actor=actor, intent=row, why=data["why"], note=data["note"], now=now)
    return "记下了，没成的也算在意向里。"


def _of(viewer: Viewer, row: Intent) -> bool:
    return bool(row.keys & set(viewer.keys))


def _party(*states: str) -> Callable[[Viewer, Intent], bool]:
    return lambda viewer, row: row.state in states and _of(viewer, row)


def _checks(viewer: Viewer, row: Intent) -> bool:
    return row.state == State.CLAIMED and not _of(viewer, row)


def _about(request: ViewerRequest, row: Intent) -> dict[str, Any]:
    papers = Document.objects.filter(subject=row.subject).order_by("pk")
    return {"intent": row, "documents": list(papers)}


def _yuan(name: str) -> Callable[[Intent], str]:
    return lambda row: money_words(getattr(row, name) * 100) if getattr(row, name) else ""


def _lead(request: ViewerRequest, listed: Listed[Intent]) -> str:
    """Say what the figures mean over what is filtered: intents with their amount, what landed of them."""
    done, landed = Q(state__in=Intent.DONE), Q(state=State.LANDED)
    told = listed.rows.order_by().aggregate(
        n=Count("pk", filter=done), yuan=Sum("yuan", filter=done), landed=Count("pk", filter=landed),
        landed_yuan=Sum("landed_yuan", filter=landed), dead=Count("pk", filter=Q(state=State.DEAD)),
    )  # fmt: skip
    amount = money_words((told["landed_yuan"] or 0) * 100)
    return (
        f"双方确认的意向 {told['n']} 个，写了金额的合计 {money_words((told['yuan'] or 0) * 100)}；"
        f"落地 {told['landed']} 个、{amount}，没成 {told['dead']} 个。"
    )


INTENTS: Register[Intent] = declare_register(
    Register(
        name="matchmaking_intents",
        title="合作意向",
        noun="合作意向",
        listing=Listing(
            name="matchmaking_intents",
            caption="合作意向",
            columns=[
                Column("合作什么", lambda i: i.title, "title", ("title",), url=lambda i: INTENTS.row_url(i)),
                Column("甲方", lambda i: i.a_name, "a", ("a_name",)),
                Column("乙方", lambda i: i.b_name, "b", ("b_name",)),
                Column("哪一种", lambda i: i.get_kind_display(), "kind", ("kind",)),
                Column("金额", _yuan("yuan"), "yuan", ("yuan",), numeric=True),
                Column("哪天确认", lambda i: i.confirmed_on, "on", ("confirmed_on",), kind="date"),
                Column("落地金额", _yuan("landed_yuan"), "landed", ("landed_yuan",), numeric=True),
                Column("哪场", lambda i: i.gathering.title if i.gathering else ""),
                Column("到哪一步", lambda i: i.get_state_display(), in_page=False),
                Column("金额（元）", lambda i: i.yuan, in_page=False, numeric=True),
                Column("合同日期", lambda i: i.contract_on, in_page=False, kind="date"),
                Column("合同金额（元）", lambda i: i.contract_yuan, in_page=False, numeric=True),
                Column("落地日期", lambda i: i.landed_on, in_page=False, kind="date"),
                Column("落地金额（元）", lambda i: i.landed_yuan, in_page=False, numeric=True),
                Column("为什么没成", lambda i: i.get_ended_reason_display(), in_page=False),
                Column("说明", lambda i: i.note, in_page=False),
                Column("从哪里来", lambda i: i.source, in_page=False),
            ],
            filters=[
                Filter("q", "谁、什么", lambda rows, v: rows.filter(
                    Q(title__icontains=v) | Q(a_name__icontains=v) | Q(b_name__icontains=v))),
                Filter("kind", "哪一种", lambda rows, v: rows.filter(kind=v), list(KINDS.items())),
                Filter("why", "为什么没成", lambda rows, v: rows.filter(ended_reason=v), list(REASONS.items())),
            ],
            tabs=state_tabs(
                ("confirmed", "双方确认", "还没有意向", "在专场上，一方打开“对接码”，另一方扫一扫就能签意向。"),
                ("proposed", "等对方确认", "没有等确认的", ""),
                ("contract", "签了合同", "没有", ""),
                ("claimed", "等核对落地", "没有等核对的", ""),
                ("landed", "落地了", "还没有落地的", ""),
                ("dead", "没成", "没有", ""),
                ("lapsed", "没有确认", "没有", ""),
            ),
        ),
        rows=lambda viewer, today: intents_visible_to(viewer),
        sees=TAKES_PART,
        edits=TAKES_PART,
        opens=TAKES_PART,
        url="matchmaking:intents",
        subject=lambda i: i.subject,
        home=lambda i: f"show={i.state}",
        lead=_lead,
        may_change=False,
        imports=False,
        panels=(Panel("matchmaking/_intent.html", _about),),
        acts=(
            Act("confirm", "确认", _confirm, applies=lambda v, i: i.state == State.PROPOSED and i.b_key in v.keys,
                sentence="确认以后这份意向就算数了。"),
            Act("refuse", "不确认", _refuse, forms.ReasonForm, applies=_party("proposed")),
            Act("contract", "签了合同", None, applies=_party("confirmed")),
            Act("claim", "报落地", None, applies=_party("confirmed", "contract")),
            Act("check", "核对过了", _check(True), forms.CheckForm, applies=_checks, needs=("matchmaking.review",)),
            Act("back", "凭证要补", _check(False), forms.CheckForm, applies=_checks, needs=("matchmaking.review",)),
            Act("end", "没成", _end, forms.EndForm, is_serious=True,
                applies=lambda v, i: i.state in Intent.LIVE and (_of(v, i) or v.has("matchmaking.review"))),
        ),
    )
)  # fmt: skip


@visible_with(*TAKES_PART)
def evidence(request: ViewerRequest, pk: int, what: str) -> HttpResponse:
    """Take the day, the amount and the paper of a contract or a landing."""
    row = fetch_or_404(intents_visible_to(request.viewer).filter(of_parties(request.viewer)), pk=pk)
    is_contract = what == "contract"
    states = (State.CONFIRMED,) if is_contract else (State.CONFIRMED, State.CONTRACT)
    if row.state not in states:
        raise ActionNotAvailable(f"这份意向现在是“{row.get_state_display()}”，请刷新后再看")
    start = {"on": request.today, "wan": f"{row.yuan / 10_000:g}" if row.yuan else None}
    form = forms.EvidenceForm(request.POST or None, request.FILES or None, initial=start)

    def run(data: dict[str, Any]) -> None:
        file = data["files"]
        files = [(file.name, file.read())] if file else []
        do = intents.intent_contract if is_contract else intents.intent_claim
        do(actor=request.viewer, intent=row, on=data["on"], wan=data["wan"], files=files, now=request.now)

    return act_page(
        request, form, title=f"{'签了合同' if is_contract else '报落地'}：{row.title}", submit="交上去", run=run,
        back_url=INTENTS.row_url(row), done="交上去了。" if is_contract else "交上去了，核对过了才算落地。",
        sentence="附合同或者签字页。" if is_contract else "附到账、发货、投产的凭证，由别人核对。",
    )  # fmt: skip


urlpatterns = [
    path("matchmaking/intents/<int:pk>/contract/", evidence, {"what": "contract"}, name="contract"),
    path("matchmaking/intents/<int:pk>/claim/", evidence, {"what": "claim"}, name="claim"),
    *register_urls(INTENTS, "matchmaking/intents/"),
]
