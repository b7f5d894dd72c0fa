"""The register of intents: confirmed, contract, landing with evidence, and those that came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.urls import path

from qiying.capabilities.matchmaking import forms
from qiying.capabilities.matchmaking.models import Intent
from qiying.capabilities.matchmaking.rules.words import KINDS, REASONS
from qiying.capabilities.matchmaking.selectors import intents_visible_to, of_parties
from qiying.capabilities.matchmaking.services import intents
from qiying.capabilities.matchmaking.views.kept import TAKES_PART, doing, hidden, kept_register
from qiying.kernel.documents.models import Document
from qiying.kernel.organisations.listing import Column, Listed, choice, search, state_tabs
from qiying.kernel.organisations.pages import act_page, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel
from qiying.kernel.registers.views import register_urls
from qiying.ui.humanize import money_words

State = Intent.State


def _of(viewer: Viewer, row: Intent) -> bool:
    return bool(row.keys & set(viewer.keys))


def _party(*states: str) -> Callable[[Viewer, Intent], bool]:
    return lambda viewer, row: row.state in states and _of(viewer, row)


def _checks(viewer: Viewer, row: Intent) -> bool:
    return row.state == State.CLAIMED and not _of(viewer, row)


def _may_end(viewer: Viewer, row: Intent) -> bool:
    return row.state in Intent.LIVE and (_of(viewer, row) or viewer.has("matchmaking.review"))


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


INTENTS = kept_register(
    "intents", "合作意向", Intent,
    ["title", "a_name", "b_name", "kind", "confirmed_on",
     Column("金额", _yuan("yuan"), "yuan", ("yuan",), numeric=True),
     Column("落地金额", _yuan("landed_yuan"), "landed", ("landed_yuan",), numeric=True),
     Column("哪场", lambda i: i.gathering.title if i.gathering else ""),
     *hidden(Intent, "state", "contract_on", "landed_on", "ended_reason", "note", "source"),
     *hidden(Intent, "yuan", "contract_yuan", "landed_yuan")],
    listing={
        "filters": [
            search("谁、什么", "title", "a_name", "b_name"),
            choice("kind", "哪一种", list(KINDS.items())),
            choice("ended_reason", "为什么没成", list(REASONS.items()), name="why"),
        ],
        "tabs": state_tabs(
            ("confirmed", "双方确认", "还没有意向", "在专场上，一方打开“对接码”，另一方扫一扫就能签意向。"),
            ("proposed", "等对方确认", "没有等确认的", ""),
            ("contract", "签了合同", "没有", ""),
            ("claimed", "等核对落地", "没有等核对的", ""),
            ("landed", "落地了", "还没有落地的", ""),
            ("dead", "没成", "没有", ""),
            ("lapsed", "没有确认", "没有", ""),
        ),
    },
    rows=lambda viewer, today: intents_visible_to(viewer),
    home=lambda i: f"show={i.state}",
    lead=_lead,
    panels=(Panel("matchmaking/_intent.html", _about),),
    acts=(
        Act("confirm", "确认", doing(intents.intent_confirm, "intent", "双方确认了，这份意向算数了。"),
            applies=lambda v, i: i.state == State.PROPOSED and i.b_key in v.keys, sentence="确认以后就算数了。"),
        Act("refuse", "不确认", doing(intents.intent_refuse, "intent", "没有确认，不算意向。"), forms.ReasonForm,
            applies=_party("proposed")),
        Act("contract", "签了合同", None, applies=_party("confirmed")),
        Act("claim", "报落地", None, applies=_party("confirmed", "contract")),
        Act("check", "核对过了", doing(intents.intent_check, "intent", "落地了，算进数里。", passes=True),
            applies=_checks, needs=("matchmaking.review",), sentence="凭证和报的日子、金额都对得上？"),
        Act("back", "凭证要补", doing(intents.intent_check, "intent", "退回了，请他们补凭证。", passes=False),
            forms.ReasonForm, applies=_checks, needs=("matchmaking.review",)),
        Act("end", "没成", doing(intents.intent_end, "intent", "记下了，没成的也算在意向里。"), forms.EndForm,
            is_serious=True, applies=_may_end),
    ),
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
        file = data["paper"]
        files = [(file.name, file.read())] if file else []
        told = {"on": data["on"], "wan": data["wan"], "files": files, "is_landed": not is_contract}
        intents.intent_prove(actor=request.viewer, intent=row, now=request.now, **told)

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
