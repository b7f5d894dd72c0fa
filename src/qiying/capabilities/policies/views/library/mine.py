"""My enterprise before every policy: what can be had, what is nearly met, which one number would tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.policies.forms.calculator import (
    FactField,
    answer_read,
    answer_words,
    fact_field,
)
from qiying.capabilities.policies.selectors.asking import Ask
from qiying.capabilities.policies.selectors.calculating import standings, summed
from qiying.capabilities.policies.selectors.own import Own
from qiying.capabilities.policies.services.calculating import fact_tell
from qiying.capabilities.policies.views.library.common import (
    carried,
    miss_card,
    own_of,
    page,
    standing_card,
)
from qiying.decision.indicators.registry import Indicator
from qiying.kernel.documents.selectors import own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_store, uploaded_ids
from qiying.kernel.enterprises.decision_facts import OWN_ROW, last_period
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.humanize import money_words

UPLOAD_TOKEN = "policy-fact"  # noqa: S105  names the unsent form; the owner of its drafts is the person
MOST_ASKS = 4


@require_GET
@never_cache
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show the three lists."""
    own = own_of(request)
    if own is None:
        return page(request, "policies/library/nobody.html", {"back_url": reverse("portal:home")})
    return page(request, "policies/library/mine.html", _context(request, own))


@never_cache
@signed_in
def fact(request: ViewerRequest, name: str) -> HttpResponse:
    """Show or take one fact: told for the first time, or corrected with evidence."""
    own = own_of(request)
    if own is None or name not in own.shelf.registry:
        raise Http404("没有这个指标，或者您还没有绑定企业")
    if request.method == "POST":
        return _take(request, own, own.shelf.registry[name])
    return _fact_page(request, own, own.shelf.registry[name])


@require_POST
@signed_in
def tell(request: ViewerRequest) -> HttpResponse:
    """Take one fact typed into a list or a tile."""
    own = own_of(request)
    name = request.POST.get("name", "")
    if own is None or name not in own.shelf.registry:
        raise Http404("没有这个指标，或者您还没有绑定企业")
    return _take(request, own, own.shelf.registry[name])


def _take(request: ViewerRequest, own: Own, one: Indicator) -> HttpResponse:
    """Record what was typed and say what it changed; refused, show the field with everything kept."""
    try:
        documents = _documents(request)
        answer = answer_read(one, request.POST.get("value", ""), request.POST.get("unit", "wan"))
        fact_tell(
            actor=request.viewer,
            enterprise=own.enterprise,
            name=one.name,
            value=answer,
            at=request.now,
            on=request.today,
            documents=documents,
            session_key=draft_session(request),
        )
    except ValueError as wrong:
        return _fact_page(request, own, one, errors=[str(wrong)])
    except GuardFailed as refused:
        return _fact_page(request, own, one, errors=refused.reasons)
    messages.success(request, _changed(own, one, answer))
    return HttpResponseRedirect(reverse("policies:mine"))


def _documents(request: ViewerRequest) -> list[int]:
    """Return drafts already sent and, from browsers without scripts, files the form brings itself."""
    brought = request.FILES.getlist("files")
    return uploaded_ids(request) + [
        draft_store(request, file, kind="material", token=UPLOAD_TOKEN).pk for file in brought
    ]


def _changed(own: Own, one: Indicator, answer: str) -> str:
    """Return what a new fact changed: the policies it decided, the amount it made known."""
    words = f"记下了：{one.name} {answer_words(one, answer)}。"
    value = one.stored(answer)
    before = {s.one.code for s in own.standings if s.is_eligible}
    after = standings(
        own.shelf, {**own.stored, one.name: value if value is not None else answer}, own.history
    )
    won = [s for s in after if s.is_eligible and s.one.code not in before]
    if won:
        fen = summed(won).fen
        names = "、".join(f"《{s.one.name}》" for s in won[:3])
        money = f"，{money_words(fen)}" if fen else ""
        return f"{words}多了 {len(won)} 项您能享受的：{names}{'等' if len(won) > 3 else ''}{money}。"
    found = summed(after)
    opened = sum(s.is_open for s in own.standings) - sum(s.is_open for s in after)
    settled = f"有 {opened} 项能确定了，" if opened > 0 else ""
    return f"{words}{settled}现在能享受的是 {found.count} 项。"


def _context(request: ViewerRequest, own: Own) -> dict[str, Any]:
    asks = own.asks(MOST_ASKS)
    given_up = [
        {"name": s.one.name, "better": own.shelf.by_code[s.superseded_by].name} for s in own.given_up[:20]
    ]
    return {
        "own": own,
        "sum": own.sum,
        "amount": money_words(own.sum.fen),
        "eligible": [standing_card(s, request.today) for s in own.eligible],
        "near": [miss_card(m) for m in own.near()],
        "asks": [ask_card(a, fact_field(a.indicator), request) for a in asks],
        "open_count": len(own.open),
        "fixed_missing": own.fixed_missing,
        "enterprise_url": reverse("enterprises:enterprise", args=[own.enterprise.pk]),
        "given_up": given_up,
        "applied": own.applied[:10],
        "carried": carried(request, own),
        "facts": own.told(own.shelf.book.indicators),
        "total": len(own.shelf.published),
        "refused_count": sum(s.outcome == "not_eligible" for s in own.standings),
        "back_url": reverse("portal:home"),
    }


def ask_card(ask: Ask, fieldspec: FactField, request: ViewerRequest) -> dict[str, Any]:
    """Return a question as pages show it: the field, why it is asked, where the number is found."""
    one = ask.indicator
    return {
        "name": one.name,
        "fid": f"tell-{one.name}",
        "field": fieldspec,
        "title": title_of(one, request),
        "why": why_words(ask),
        "where": where_words(one),
        "policies": [p.name for p in ask.helps[:5]],
        "more": max(0, len(ask.helps) - 5),
    }


def title_of(one: Indicator, request: ViewerRequest) -> str:
    """Return what is asked with its period: 2025 年职工人数."""
    frequency = {"年": "year", "季度": "quarter", "月": "month"}.get(one.period, "")
    if not frequency:
        return one.name
    period = last_period(frequency, request.today)
    year = period[:4]
    if frequency == "year":
        return f"{year} 年{one.name}" if not one.name.startswith(("年", "上年度", "近")) else one.name
    return one.name


def why_words(ask: Ask) -> str:
    """Return why it is asked: how many policies hang on it and how much money at most."""
    most = f"，最多 {money_words(ask.most_fen)}" if ask.most_fen else ""
    if ask.for_amount:
        return f"知道了它，{len(ask.helps)} 项能享受的政策才算得出金额"
    if ask.decides and len(ask.decides) == len(ask.helps):
        return f"填了马上知道 {len(ask.decides)} 项政策能不能享受{most}"
    sure = f"，其中 {len(ask.decides)} 项马上有结果" if ask.decides else ""
    return f"有 {len(ask.helps)} 项政策要看它{sure}{most}"


def where_words(one: Indicator) -> str:
    """Return where the number is found, and what it means when its name does not say."""
    found = f"看：{one.source}" if one.source else ""
    return "。".join(part for part in (one.about, found) if part)


def _fact_page(request: ViewerRequest, own: Own, one: Indicator, errors: Sequence[str] = ()) -> HttpResponse:
    known = own.known.get(one.name)
    post: Mapping[str, Any] | None = (
        cast("Mapping[str, Any]", request.POST) if request.method == "POST" else None
    )
    answer = "" if known is None else _as_answer(one, known.stored)
    context = {
        "own": own,
        "indicator": one,
        "title": title_of(one, request),
        "where": where_words(one),
        "field": fact_field(one, post, answer=answer, errors=errors),
        "told": next(iter(own.told([one.name])), None),
        "is_fixed": one.name in OWN_ROW,
        "problems": [{"text": e, "field_id": "fact"} for e in errors],
        "enterprise_url": reverse("enterprises:enterprise", args=[own.enterprise.pk]),
        "drafts": own_drafts(request.viewer, UPLOAD_TOKEN, draft_session(request)),
        "upload_token": UPLOAD_TOKEN,
        "back_url": reverse("policies:mine"),
    }
    return page(request, "policies/library/fact.html", context, status=422 if errors else None)


def _as_answer(one: Indicator, stored: int | str) -> str:
    """Return a known fact as the form shows it again."""
    shown = one.shown(stored)
    if isinstance(shown, bool):
        return "是" if shown else "否"
    return str(shown)
