"""What the pages of library and calculator share: the shell, the district, the enterprise, a policy as a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qiying.capabilities.policies.models import Application, PolicyGrant, Theme
from qiying.capabilities.policies.rules.amount_kinds import amount_kind
from qiying.capabilities.policies.selectors.calculating import Miss, Standing
from qiying.capabilities.policies.selectors.library import Entry, amount_words, open_districts, validity
from qiying.capabilities.policies.selectors.own import Own, applications_of
from qiying.capabilities.policies.selectors.shelf import Published, shelf
from qiying.decision.policy.compile import CompiledPolicy
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.decision_facts import OWN_ROW, known_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import money_words

DISTRICT_KEY = "policies_district"
_OWN = "_policies_own"
KEY = "policy_calculator"
"""Where the session keeps the answers of a run of the calculator."""


def page(
    request: ViewerRequest, template: str, context: Mapping[str, Any], status: int | None = None
) -> HttpResponse:
    """Render in the viewer's shell: the public's, the phone's, the office's."""
    viewer = request.viewer
    base = "ui/office.html" if viewer.memberships else "ui/phone.html"
    if not viewer.is_authenticated:
        base = "ui/public.html"
    shared = {
        "base": base,
        "is_office": bool(viewer.memberships),
        "is_public": not viewer.is_authenticated,
        "viewer": viewer,
        "now": request.now,
        "today": request.today,
    }
    return render(request, template, {**shared, **context}, status=status)


def district_of(request: ViewerRequest) -> int | None:
    """Return whose policies are shown: the viewer's own district, the chosen one, the only one; None to be asked."""
    own = request.viewer.district_id
    if own is not None:
        return own
    chosen = request.GET.get("district") or request.POST.get("district") or request.session.get(DISTRICT_KEY)
    known = open_districts()
    ids = {str(d.pk): d.pk for d in known}
    found = ids.get(str(chosen)) if chosen else None
    if found is None and len(known) == 1:
        return known[0].pk
    if found is not None and len(known) > 1 and request.session.get(DISTRICT_KEY) != found:
        request.session[DISTRICT_KEY] = found
    return found


def choose_district(request: ViewerRequest, next_url: str) -> HttpResponse:
    """Ask which district; the answer comes back as `district`."""
    districts: list[District] = open_districts()
    return page(request, "policies/library/district.html", {"districts": districts, "next_url": next_url})


def acting_enterprise(request: ViewerRequest) -> Enterprise | None:
    """Return the enterprise the person acts for; one query, none where a page has it already or there is none."""
    kept: Enterprise | None = getattr(request, "acting_enterprise", None)
    if kept is not None:
        return kept
    pk = acting_enterprise_id(request, request.viewer)
    return Enterprise.objects.filter(pk=pk).first() if pk is not None else None


def own_of(request: ViewerRequest) -> Own | None:
    """Return how the acting enterprise stands; at most four queries, once a request."""
    kept: Own | None = getattr(request, _OWN, None)
    if kept is None:
        enterprise = acting_enterprise(request)
        if enterprise is None:
            return None
        kept = own_made(request, enterprise)
        setattr(request, _OWN, kept)
    return kept


def own_made(request: ViewerRequest, enterprise: Enterprise) -> Own:
    """Return how one's own enterprise stands now; three queries."""
    applied, history = applications_of(enterprise.pk)
    return Own(
        enterprise,
        shelf(enterprise.district_id, request.today),
        known_facts(enterprise),
        history,
        applied,
        near_share(request, enterprise.district_id),
    )


def carried(request: ViewerRequest, own: Own) -> int:
    """Return how many answers of an unsigned run could be put among the enterprise's facts."""
    kept = request.session.get(KEY)
    if not isinstance(kept, dict) or kept.get("district") != own.enterprise.district_id:
        return 0
    return sum(
        n not in own.known and n not in OWN_ROW and n in own.shelf.registry for n in kept.get("facts", {})
    )


def near_share(request: ViewerRequest, district_id: int) -> Fraction:
    """Return how much of a threshold may be missing to be called nearly met."""
    return Fraction(str(parameter("policy.near_share", district_id=district_id, on=request.today))) / 100


def apply_key(one: Published, applied: Sequence[Application] = (), is_taken: bool = False) -> dict[str, str]:
    """Return what can be pressed for a policy that is met: label and address, or the words why nothing has to be.

    Who applied already is led to that application; what was granted this year is not offered again.
    """
    running = next((a for a in applied if a.case.is_open), None)
    if running is not None:
        url = reverse("policies:application", args=[running.case.number])
        return {
            "label": "看我的申请",
            "url": url,
            "words": f"已经申报，{running.state_label}",
            "is_done": "1",
        }
    if is_taken:
        return {"label": "", "url": "", "words": "今年已经享受过", "is_done": "1"}
    if not one.is_paid_here:
        return {"label": "", "url": "", "words": "在报税或办事时自己享受，不用在这里申报"}
    if one.delivery == "免申即享":
        return {"label": "", "url": "", "words": "不用申请，核对好就到账"}
    label = "马上领" if one.delivery == "即申即享" else "一键申报"
    return {"label": label, "url": reverse("policies:apply", args=[one.code]), "words": ""}


def card(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    """Return a policy of the library as its card shows it."""
    one = entry.one
    today = request.today  # type: ignore[attr-defined]
    return {
        "code": one.code,
        "name": one.name,
        "unit": one.lead_unit,
        "theme": Theme(one.theme).label,
        "delivery": one.delivery,
        "amount": gives_words(one.grant, entry.compiled, entry.top_fen),
        "who": entry.who,
        "is_money": one.grant == PolicyGrant.MONEY,
        "grant": PolicyGrant(one.grant).label,
        "valid": validity(one.wording.valid_to, today, one.wording.valid_from),
        "url": reverse("policies:policy", args=[one.code]),
        "policy_id": one.policy_id,
    }


def gives_words(grant: str, compiled: CompiledPolicy, top: int | None) -> str:
    """Return the amount of a policy with what kind of amount it is; empty for services and rights."""
    if grant != PolicyGrant.MONEY:
        return ""
    words, kind = amount_words(compiled, top), amount_kind(compiled.policy)
    return f"{kind.label}：{words}" if kind.label else words


def standing_card(standing: Standing, today: Any) -> dict[str, Any]:
    """Return a policy as a result shows it: amount first, one key."""
    one, paid = standing.one, standing.payment
    words = money_words(standing.fen) if standing.fen is not None else ""
    value, _, unit = words.partition(" ")
    between = ""
    if paid is not None and paid.amount is None and paid.high:
        between = f"{one.kind.label}最多 {money_words(paid.high)}"
    return {
        "kind": one.kind,
        "code": one.code,
        "name": one.name,
        "unit": one.lead_unit,
        "delivery": one.delivery,
        "amount": value,
        "amount_unit": unit,
        "between": between,
        "is_money": paid is not None,
        "fen": standing.fen,
        "grant": PolicyGrant(one.grant).label,
        "is_capped": bool(paid and paid.capped),
        "valid": validity(one.wording.valid_to, today),
        "url": reverse("policies:policy", args=[one.code]),
        "key": apply_key(one),
    }


def miss_card(miss: Miss) -> dict[str, Any]:
    """Return a nearly met policy: the gap in words, how far along."""
    one = miss.standing.one
    return {
        "name": one.name,
        "unit": one.lead_unit,
        "words": miss.words,
        "percent": miss.percent,
        "is_sure": miss.miss.sure,
        "url": reverse("policies:policy", args=[one.code]),
        "code": one.code,
        "indicator": miss.indicator.name,
    }
