"""The library over HTTP: policies in force with filters, and one policy in plain Chinese and as files."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.capabilities.policies.api.common import calling_of, district_of, shelf_of
from qiying.capabilities.policies.models import (
    LifeStage,
    Policy,
    PolicyGrant,
    PolicyState,
    PolicyVersion,
    Theme,
    VersionState,
)
from qiying.capabilities.policies.selectors.library import (
    SIZES,
    Entry,
    amount_words,
    entries,
    found_entries,
    sizes_of,
    top_fen,
    validity,
)
from qiying.capabilities.policies.selectors.shelf import published_of, wording_of
from qiying.capabilities.policies.selectors.wording import laid_out
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.compile import CompiledPolicy, compile_policy
from qiying.decision.policy.dmn_xml import to_dmn
from qiying.decision.scalar.amounts import yuan
from qiying.decision.words.policies import policy_text
from qiying.kernel.api_access.auth import ApiRequest
from qiying.kernel.api_access.errors import ERRORS
from qiying.kernel.api_access.pagination import PageOut, cursor_page

router = Router()
ThemeCode = Literal[
    "tax",
    "award",
    "finance",
    "talent",
    "tech",
    "digital",
    "market",
    "premises",
    "startup",
    "green",
    "service",
]


class PolicyOut(Schema):
    """A policy as lists show it; amounts are texts in yuan."""

    code: str
    name: str
    version: int
    department_id: int
    department: str
    theme: str
    theme_label: str
    life_stage: str
    life_stage_label: str
    grant: str
    grant_label: str
    delivery: str
    sizes: list[str] = Field(description="条件允许的企业规模；四种都在就是不限")
    amount: str = Field(description="给多少，一句话")
    top_yuan: str | None = Field(None, description="最高多少元；没有上限或者不发钱是 null")
    valid_from: date | None
    valid_to: date | None
    validity: str
    state: str
    state_label: str
    is_paid_here: bool = Field(description="由本区兑现、可以在这里申报")
    apply_url: str
    document_number: str


class LineOut(Schema):
    text: str
    source: str


class TierOut(Schema):
    """One tier: who, what, which clause."""

    name: str
    condition: str
    result: str
    source: str
    stage: str


class MaterialOut(Schema):
    name: str
    note: str


class VersionOut(Schema):
    no: int
    state: str
    state_label: str
    effective_from: date | None
    ended_on: date | None
    change_note: str


class ReplacementOut(Schema):
    code: str
    name: str


class PolicyDetailOut(PolicyOut):
    """A policy in plain Chinese, with its clauses and as files."""

    summary: str
    conditions: list[LineOut]
    tiers: list[TierOut]
    tiers_join: str
    limits: list[str]
    materials: list[MaterialOut]
    indicators: list[str] = Field(description="判断要用到的指标")
    plain_text: str
    clause_text: str
    document_title: str
    document_link: str
    contact_name: str
    contact_phone: str
    publicity_workdays: int
    versions: list[VersionOut]
    replaced_by: ReplacementOut | None
    yaml: str = Field(description="政策文件，YAML")
    dmn: str | None = Field(description="同一政策的 DMN 1.5 XML")


class PolicyPageOut(PageOut):
    items: list[PolicyOut]


class PolicyFilter(Schema):
    """Filters; all given ones hold together."""

    q: str = Field("", max_length=100, description="名称和全文里都找")
    department: int | None = Field(None, description="主办部门的编号")
    theme: ThemeCode | None = None
    size: Literal["大型", "中型", "小型", "微型"] | None = None
    stage: Literal["entry", "running", "exit"] | None = None
    delivery: Literal["申报", "免申即享", "即申即享"] | None = None
    grant: Literal["money", "service", "right"] | None = None
    cursor: str | None = None
    limit: int = Field(25, ge=1, le=100)


@router.get("/policies", response={200: PolicyPageOut, **ERRORS}, summary="在用的政策，分页")
def policy_list(request: HttpRequest, query: Query[PolicyFilter]) -> dict[str, Any]:
    """Return the policies in force in the caller's district, newest first."""
    calling = calling_of(request)
    asked = {
        k: str(v) for k, v in query.model_dump(exclude={"cursor", "limit"}).items() if v not in (None, "")
    }
    asked["dept"] = asked.pop("department", "")
    found = {e.one.policy_id: e for e in found_entries(entries(shelf_of(calling)), asked)}
    rows = Policy.objects.filter(pk__in=found)
    page = cursor_page(rows, order=("-id",), cursor=query.cursor, limit=query.limit)
    items = [_entry(p, found[p.pk], calling.today) for p in page.rows]
    return {"items": items, "next_cursor": page.next_cursor}


def _entry(policy: Policy, entry: Entry, today: date) -> dict[str, Any]:
    one = entry.one
    sizes = [s for s in SIZES if s in entry.sizes]
    return _told(policy, one.lead_unit, one.version_no, entry.compiled, entry.top_fen, sizes, today)


def _told(
    policy: Policy,
    unit: str,
    version: int,
    compiled: CompiledPolicy,
    top: int | None,
    sizes: list[str],
    today: date,
) -> dict[str, Any]:
    wording = compiled.policy
    return {
        "code": policy.code,
        "name": policy.name,
        "version": version,
        "department_id": policy.lead_unit_id,
        "department": unit,
        "theme": policy.theme,
        "theme_label": Theme(policy.theme).label,
        "life_stage": policy.life_stage,
        "life_stage_label": LifeStage(policy.life_stage).label,
        "grant": policy.grant,
        "grant_label": PolicyGrant(policy.grant).label,
        "delivery": wording.delivery,
        "sizes": sizes,
        "amount": amount_words(compiled, top),
        "top_yuan": yuan(top),
        "valid_from": wording.valid_from,
        "valid_to": wording.valid_to,
        "validity": validity(wording.valid_to, today, wording.valid_from).words,
        "state": policy.state,
        "state_label": PolicyState(policy.state).label,
        "is_paid_here": policy.is_paid_here,
        "apply_url": policy.apply_url,
        "document_number": wording.document.number,
    }


@router.get(
    "/policies/{code}", response={200: PolicyDetailOut, **ERRORS}, summary="一项政策：条件、档次、材料、文件"
)
def policy_detail(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return a policy that is or was published in the caller's district."""
    calling = calling_of(request)
    rows = Policy.objects.filter(
        ~Q(state=PolicyState.DRAFT), district_id=district_of(calling), code=code[:60]
    )
    policy = rows.select_related("lead_unit", "replaced_by").first()
    public = (VersionState.PUBLISHED, VersionState.SUPERSEDED)
    versions = list(policy.versions.filter(state__in=public).order_by("-no")) if policy else []
    if policy is None or not versions:
        raise Http404("没有这项政策，或者还没发布")
    shown = next((v for v in versions if v.state == VersionState.PUBLISHED), versions[0])
    return _detail(calling, policy, shown, versions)


def _detail(
    calling: ApiRequest, policy: Policy, shown: PolicyVersion, versions: list[PolicyVersion]
) -> dict[str, Any]:
    shown.policy = policy
    one, registry = published_of(shown), standard_registry()
    compiled = compile_policy(one.wording, registry, one.wording.valid_from or calling.today)
    laid, wording = laid_out(compiled, registry), one.wording
    sizes = [s for s in SIZES if s in sizes_of(compiled)]
    return {
        **_told(policy, one.lead_unit, shown.no, compiled, top_fen(compiled), sizes, calling.today),
        "summary": wording.summary,
        "conditions": [{"text": c.text, "source": c.source} for c in laid.conditions],
        "tiers": [{k: getattr(t, k) for k in TierOut.model_fields} for t in laid.tiers],
        "tiers_join": laid.join,
        "limits": list(laid.limits),
        "materials": [{"name": m.name, "note": m.note} for m in wording.materials],
        "indicators": list(compiled.indicators),
        "plain_text": policy_text(compiled, registry),
        "clause_text": shown.clause_text,
        "document_title": wording.document.title,
        "document_link": wording.document.link,
        "contact_name": policy.contact_name,
        "contact_phone": policy.contact_phone,
        "publicity_workdays": policy.publicity_workdays,
        "versions": [{**_version(v), "state_label": VersionState(v.state).label} for v in versions],
        "replaced_by": _replacement(policy),
        "yaml": shown.text,
        "dmn": _dmn(shown),
    }


def _version(one: PolicyVersion) -> dict[str, Any]:
    return {k: getattr(one, k) for k in ("no", "state", "effective_from", "ended_on", "change_note")}


def _replacement(policy: Policy) -> dict[str, str] | None:
    other = policy.replaced_by
    return {"code": other.code, "name": other.name} if other is not None else None


def _dmn(version: PolicyVersion) -> str | None:
    try:
        found = to_dmn(wording_of(version), standard_registry())
    except FileError:
        return None
    return found.decode()
