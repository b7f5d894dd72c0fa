"""一键申报: what is known stands there, only what is missing is asked, the result is shown while typing."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from qiying.capabilities.policies.models import PolicyGrant
from qiying.capabilities.policies.selectors.shelf import Published, Shelf, shelf
from qiying.capabilities.policies.services.applying.accounts import account_of
from qiying.capabilities.policies.services.applying.submitting import ACCOUNT, application_submit, not_here
from qiying.capabilities.policies.services.evaluating import Preview, asks_project, preview
from qiying.decision.indicators.registry import Indicator
from qiying.decision.scalar.evaluate import ELIGIBLE, UNKNOWN
from qiying.decision.words.results import miss_text
from qiying.kernel.documents.models import Document
from qiying.kernel.documents.selectors import enterprise_documents, own_drafts
from qiying.kernel.documents.uploads import draft_session, draft_store, new_token, uploaded_ids
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.given import whole
from qiying.ui.humanize import money_words

FACT = "fact_"


@require_http_methods(["GET", "POST"])
@signed_in
def apply(request: ViewerRequest, code: str) -> HttpResponse:
    """Show the form of one policy for the acting enterprise, or apply."""
    enterprise = enterprise_for(request)
    if enterprise is None:
        return page(request, "policies/applying/nobody.html", {"code": code})
    found = shelf(enterprise.district_id, request.today)
    one = found.by_code.get(code)
    if one is None or not one.is_paid_here:
        return _gone(request, enterprise, code)
    if request.method == "POST":
        return _submit(request, enterprise, found, one)
    return _form(request, enterprise, found, one, QueryDict())


def enterprise_for(request: ViewerRequest) -> Enterprise | None:
    """Return the enterprise applied for: the acting one, or at the counter the one the address names."""
    asked = request.GET.get("enterprise") or request.POST.get("enterprise") or ""
    if asked and request.viewer.has("policies.counter"):
        rows = enterprises_visible_to(request.viewer)
        found = rows.filter(pk=whole(asked) or 0).first()
        if found is None:
            raise Http404("没有找到这家企业")
        return found
    pk = acting_enterprise_id(request, request.viewer)
    return Enterprise.objects.filter(pk=pk).first() if pk is not None else None


def _is_counter(request: ViewerRequest, enterprise: Enterprise) -> bool:
    return enterprise.pk not in request.viewer.enterprise_ids


def _gone(request: ViewerRequest, enterprise: Enterprise, code: str) -> HttpResponse:
    refused = not_here(enterprise.district_id, code)
    if refused.data.get("unknown"):
        raise Http404("没有这项政策")
    context = {"reasons": refused.reasons, "replaced_by": refused.data.get("replaced_by", ""), "code": code}
    return page(request, "policies/applying/gone.html", context, status=410)


@require_POST
@signed_in
def live(request: ViewerRequest, code: str) -> HttpResponse:
    """Return the result and the questions for what is typed so far; nothing is written."""
    enterprise = enterprise_for(request)
    found = shelf(enterprise.district_id, request.today) if enterprise else None
    one = found.by_code.get(code) if found else None
    if enterprise is None or found is None or one is None:
        raise Http404("没有这项政策")
    seen = preview(enterprise, found, one, typed_facts(request.POST))
    return page(request, "policies/applying/_live.html", _live(found, seen, request.POST, {}))


def typed_facts(post: QueryDict) -> dict[str, str]:
    """Return the facts typed, by the engine's names."""
    return {k.removeprefix(FACT): str(v)[:60] for k, v in post.items() if k.startswith(FACT)}


def _submit(request: ViewerRequest, enterprise: Enterprise, found: Shelf, one: Published) -> HttpResponse:
    post = request.POST
    token = post.get("upload_token", "") or new_token()
    sent = [draft_store(request, f, kind="material", token=token).pk for f in request.FILES.getlist("files")]
    data = {
        "facts": typed_facts(post),
        "project": post.get("project", ""),
        "consent": post.get("consent") in {"on", "true", "1"},
        "token": post.get("token", "")[:40],
        "documents": [*uploaded_ids(request), *sent],
        "session_key": draft_session(request),
        **{name: post.get(name, "")[:128] for name in ACCOUNT},
    }
    try:
        case = application_submit(
            enterprise=enterprise,
            code=one.code,
            actor=request.viewer,
            data=data,
            now=request.now,
            way="counter" if _is_counter(request, enterprise) else "applied",
        )
    except GuardFailed as refused:
        return _form(request, enterprise, found, one, post, refused)
    messages.success(request, f"交上去了，申请编号 {case.number}。")
    if _is_counter(request, enterprise):
        return HttpResponseRedirect(reverse("cases:case", args=[case.number]))
    return HttpResponseRedirect(reverse("mine:case", args=[case.number]))


def _form(
    request: ViewerRequest,
    enterprise: Enterprise,
    found: Shelf,
    one: Published,
    post: QueryDict,
    refused: GuardFailed | None = None,
) -> HttpResponse:
    seen = preview(enterprise, found, one, typed_facts(post))
    fields = refused.fields if refused else {}
    upload_token = post.get("upload_token", "") or new_token()
    context: dict[str, Any] = {
        **_live(found, seen, post, fields),
        "one": one,
        "enterprise": enterprise,
        "is_counter": _is_counter(request, enterprise),
        "problems": problems_of(refused),
        "data": refused.data if refused else {},
        "asks_project": asks_project(found, one),
        "project": {"value": post.get("project", ""), "errors": fields.get("project", [])},
        "materials": _materials(enterprise, one),
        "account": account_of(enterprise.pk) if one.grant == PolicyGrant.MONEY else None,
        "account_fields": account_fields(enterprise, post, fields) if one.grant == PolicyGrant.MONEY else [],
        "account_open": any(name in fields for name in ACCOUNT),
        "consent_errors": fields.get("consent", []),
        "is_consenting": bool(post.get("consent")),
        "token": post.get("token", "") or token_urlsafe(12),
        "upload_token": upload_token,
        "drafts": own_drafts(request.viewer, upload_token, draft_session(request)),
    }
    return page(request, "policies/applying/apply.html", context, status=422 if refused else None)


def problems_of(refused: GuardFailed | None) -> list[dict[str, str]]:
    """Return every reason once, those of a field with a link to it."""
    if refused is None:
        return []
    by_words = {w: f"id_{name}" for name, words in refused.fields.items() for w in words}
    return [{"text": r, "field_id": by_words.get(r, "")} for r in refused.reasons]


def _live(found: Shelf, seen: Preview, post: QueryDict, fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return the result in words and the questions that still matter."""
    answer = seen.answer
    amount = answer.payment.amount if answer.payment else None
    used = [seen.known[name] for name in seen.used if name in seen.known and name not in seen.wanted]
    return {
        "answer": answer,
        "outcome": answer.outcome,
        "is_eligible": answer.outcome == ELIGIBLE,
        "is_unknown": answer.outcome == UNKNOWN,
        "amount": money_words(amount) if amount and answer.outcome == ELIGIBLE else "",
        "is_used_up": answer.outcome == ELIGIBLE and amount == 0,
        "because": list(answer.because),
        "nearest": _nearest(found, seen),
        "facts_used": used,
        "own_row": seen.own_row,
        "questions": [question(found.registry[n], post, seen.wrong, fields) for n in seen.wanted],
    }


def _nearest(found: Shelf, seen: Preview) -> list[str]:
    return [miss_text(miss.changes, found.registry) for miss in seen.answer.nearest]


def question(one: Indicator, post: QueryDict, wrong: Any, fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return one fact as a field to fill in."""
    name = f"{FACT}{one.name}"
    errors = [wrong[one.name]] if one.name in wrong else list(fields.get(name, []))
    spec: dict[str, Any] = {
        "name": name,
        "label": f"{one.name}（{one.unit}）" if one.unit else one.name,
        "kind": "text",
        "value": post.get(name, ""),
        "required": True,
        "errors": errors,
        "help": one.about,
    }
    if one.type == "boolean":
        spec |= {"kind": "radio", "choices": [("是", "是"), ("否", "否")]}
    elif one.type == "date":
        spec["kind"] = "date"
    elif one.values:
        spec |= {"kind": "select", "choices": [(v, v) for v in one.values], "placeholder": "请选一个"}
    elif one.type in {"money", "number", "count"}:
        spec["kind"] = "number"
    return spec


def account_fields(
    enterprise: Enterprise, post: QueryDict, fields: dict[str, list[str]]
) -> list[dict[str, Any]]:
    labels = {
        "account_holder": ("户名", enterprise.name, "要和企业名称一致"),
        "account_bank": ("开户行", "", "例如：中国银行海盐支行"),
        "account_number": ("账号", "", "只用来付这笔钱，页面上只显示后四位"),
    }
    return [
        {
            "name": name,
            "label": label,
            "kind": "text",
            "value": post.get(name, first),
            "help": help_,
            "required": True,
            "errors": fields.get(name, []),
            "autocomplete": "off",
        }
        for name, (label, first, help_) in labels.items()
    ]


def _materials(enterprise: Enterprise, one: Published) -> list[dict[str, Any]]:
    """Return the papers the policy names, each with what the enterprise gave before (国务院令第722号 arts. 40–44)."""
    if not one.wording.materials:
        return []
    known = list(enterprise_documents(enterprise.pk)[:200])
    return [
        {"name": m.name, "note": m.note, "known": next((d for d in known if _is_it(d, m.name)), None)}
        for m in one.wording.materials
    ]


def _is_it(document: Document, name: str) -> bool:
    stem = document.name.rsplit(".", 1)[0]
    return name in stem or (len(stem) >= 4 and stem in name)
