"""One policy: who, how much, with what, until when, whom to ask; for a clerk also how his enterprise stands."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qiying.capabilities.policies.models import (
    LifeStage,
    Policy,
    PolicyGrant,
    PolicyState,
    PolicyVersion,
    Subscription,
    Theme,
    VersionState,
)
from qiying.capabilities.policies.rules.amount_kinds import amount_kind
from qiying.capabilities.policies.selectors.calculating import explained_one, miss_of
from qiying.capabilities.policies.selectors.library import open_districts, top_fen, validity
from qiying.capabilities.policies.selectors.own import Own
from qiying.capabilities.policies.selectors.shelf import shelf, wording_of
from qiying.capabilities.policies.selectors.wording import laid_out
from qiying.capabilities.policies.services.pushing.receipts import push_seen
from qiying.capabilities.policies.views.library.common import (
    apply_key,
    gives_words,
    own_of,
    page,
    standing_card,
)
from qiying.decision.indicators import standard_registry
from qiying.decision.policy.compile import CompiledPolicy, compile_policy
from qiying.decision.scalar.explain import Reason
from qiying.kernel.organisations.requests import ViewerRequest

PUBLIC = (VersionState.PUBLISHED, VersionState.SUPERSEDED)


@never_cache
@require_safe
def policy(request: ViewerRequest, code: str) -> HttpResponse:
    """Show a policy that is or was published."""
    found = policy_for(request, code)
    versions = _versions(found)
    shown = next(
        (v for v in versions if v.state == VersionState.PUBLISHED), versions[0] if versions else None
    )
    if shown is None:
        raise Http404("没有这项政策，或者还没发布")
    compiled = _compiled(request, found, shown)
    own = own_of(request)
    context = {
        **described(request, found, compiled),
        "version": shown,
        "versions": versions,
        "own": _own_result(request, found, own) if own is not None else None,
        "follow": _follow(request, found),
        "back_url": reverse("policies:library"),
    }
    if own is not None and request.impersonation is None:
        push_seen(
            policy=found,
            enterprise_id=own.enterprise.pk,
            person_id=request.viewer.person_id,
            at=request.now,
        )
    return page(request, "policies/library/policy.html", context)


@require_safe
def paper(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the policy as a sheet to print."""
    found = policy_for(request, code)
    versions = _versions(found)
    if not versions:
        raise Http404("没有这项政策，或者还没发布")
    compiled = _compiled(request, found, versions[0])
    context = described(request, found, compiled)
    context |= {"version": versions[0], "back_url": reverse("policies:policy", args=[code])}
    return page(request, "policies/library/paper.html", context)


def policy_for(request: ViewerRequest, code: str) -> Policy:
    """Return the policy of the viewer's district; signed out, of the open district that has it."""
    own = request.viewer.district_id
    districts = [own] if own is not None else [d.pk for d in open_districts()]
    rows = Policy.objects.filter(~Q(state=PolicyState.DRAFT), code=code, district_id__in=districts)
    chosen = request.session.get("policies_district") if own is None and len(districts) > 1 else None
    found = list(rows.select_related("lead_unit", "replaced_by").order_by("district_id")[:20])
    first = next((p for p in found if p.district_id == chosen), found[0] if found else None)
    if first is None:
        raise Http404("没有这项政策，或者还没发布")
    return first


def _versions(found: Policy) -> list[PolicyVersion]:
    """Return the public versions, newest first."""
    return list(found.versions.filter(state__in=PUBLIC).order_by("-no"))


def _compiled(request: ViewerRequest, found: Policy, version: PolicyVersion) -> CompiledPolicy:
    """Return a wording ready to be laid out; that of the shelf where it stands there."""
    whole = shelf(found.district_id, request.today)
    one = whole.by_code.get(found.code)
    if one is not None and one.version_id == version.pk:
        return whole.book.compiled[whole.published.index(one)]
    return compile_policy(wording_of(version), standard_registry(), request.today)


def described(request: ViewerRequest, found: Policy, compiled: CompiledPolicy) -> dict[str, Any]:
    """Return a policy in the pieces a page lays out."""
    wording = compiled.policy
    top = top_fen(compiled)
    is_in_force = found.state == PolicyState.PUBLISHED and wording.in_force(request.today)
    return {
        "policy": found,
        "wording": wording,
        "laid": laid_out(compiled, standard_registry()),
        "amount": gives_words(found.grant, compiled, top),
        "kind": amount_kind(wording),
        "theme": Theme(found.theme),
        "stage": LifeStage(found.life_stage).label,
        "grant": PolicyGrant(found.grant).label,
        "valid": validity(wording.valid_to, request.today, wording.valid_from),
        "is_in_force": is_in_force,
        "state": PolicyState(found.state).label,
        "is_due": found.state == PolicyState.PUBLISHED and not is_in_force,
    }


def _own_result(request: ViewerRequest, found: Policy, own: Own) -> dict[str, Any] | None:
    """Return how the enterprise stands to a policy in force: the outcome, each condition, the facts that were read."""
    standing = next((s for s in own.standings if s.one.policy_id == found.pk), None)
    if standing is None:
        return None
    answer = explained_one(own.shelf, found.code, own.stored, own.history)
    compiled = own.shelf.book.compiled[standing.at]
    better = own.shelf.by_code.get(standing.superseded_by)
    applied = [a for a in own.applied if a.policy_id == found.pk]
    misses = [miss_of(own.shelf, standing, m) for m in answer.nearest]
    return {
        "enterprise": own.enterprise,
        "card": standing_card(standing, request.today),
        "is_eligible": standing.is_eligible,
        "outcome": standing.outcome,
        "better": better,
        "reasons": [_reason(r) for r in answer.because],
        "missing": answer.missing[0] if answer.missing else (),
        "misses": [] if own.title_of(standing) else misses,
        "facts": own.told(compiled.indicators),
        "applied": applied,
        "key": apply_key(standing.one, applied, found.pk in own.taken),
        "title": own.title_of(standing),
        "is_received": standing.is_received,
    }


def _reason(found: Reason) -> dict[str, Any]:
    """Return one condition; the facts of a plain yes or no only repeat it."""
    repeats = found.facts in (f"{found.text}是", f"{found.text}否")
    return {"text": found.text, "holds": found.holds, "facts": "" if repeats else found.facts}


def _follow(request: ViewerRequest, found: Policy) -> dict[str, Any] | None:
    if not request.viewer.is_authenticated:
        return None
    rows = Subscription.objects.filter(person_id=request.viewer.person_id or 0)
    mine = list(rows.filter(Q(policy=found) | Q(theme=found.theme)).values_list("pk", "theme"))
    return {
        "policy": next((pk for pk, theme in mine if not theme), None),
        "theme": next((pk for pk, theme in mine if theme), None),
    }
