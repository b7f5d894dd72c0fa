"""The library over HTTP: policies in force with filters, and one policy in plain Chinese and as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from qiying.capabilities.policies.api.common import Shape, YuanOrNone, calling_of, district_of, shelf_of
from qiying.capabilities.policies.models import Policy, PolicyState, PolicyVersion, VersionState
from qiying.capabilities.policies.selectors.library import (
    SIZES,
    amount_words,
    entries,
    found_entries,
    sizes_of,
    top_fen,
    validity,
)
from qiying.capabilities.policies.selectors.shelf import Published, published_of
from qiying.capabilities.policies.selectors.wording import Laid, laid_out
from qiying.decision.indicators import standard_registry
from qiying.decision.indicators.located import FileError
from qiying.decision.policy.compile import CompiledPolicy, compile_policy
from qiying.decision.policy.dmn_xml import to_dmn
from qiying.decision.policy.model import Policy as Wording
from qiying.decision.words.policies import policy_text
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


class PolicyOut(Shape):
    """A policy as lists show it; amounts are texts in yuan."""

    code: str = Field(alias="policy.code")
    name: str = Field(alias="policy.name")
    version: int = Field(alias="one.version_no")
    department_id: int = Field(alias="policy.lead_unit_id")
    department: str = Field(alias="one.lead_unit")
    theme: str = Field(alias="policy.theme")
    theme_label: str = Field(alias="policy.get_theme_display")
    life_stage: str = Field(alias="policy.life_stage")
    life_stage_label: str = Field(alias="policy.get_life_stage_display")
    grant: str = Field(alias="policy.grant")
    grant_label: str = Field(alias="policy.get_grant_display")
    delivery: str = Field(alias="one.delivery")
    sizes: list[str] = Field(description="条件允许的企业规模；四种都在就是不限")
    amount: str = Field(description="给多少，一句话")
    top_yuan: YuanOrNone = Field(alias="top_fen", description="最高多少元；没有上限或者不发钱是 null")
    valid_from: date | None = Field(alias="wording.valid_from")
    valid_to: date | None = Field(alias="wording.valid_to")
    validity: str
    state: str = Field(alias="policy.state")
    state_label: str = Field(alias="policy.get_state_display")
    is_paid_here: bool = Field(alias="policy.is_paid_here", description="由本区兑现、可以在这里申报")
    apply_url: str = Field(alias="policy.apply_url")
    document_number: str = Field(alias="wording.document.number")


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


class VersionOut(Shape):
    no: int
    state: str
    state_label: str = Field(alias="get_state_display")
    effective_from: date | None
    ended_on: date | None
    change_note: str


class ReplacementOut(Schema):
    code: str
    name: str


class PolicyDetailOut(PolicyOut):
    """A policy in plain Chinese, with its clauses and as files."""

    summary: str = Field(alias="wording.summary")
    conditions: list[LineOut] = Field(alias="laid.conditions")
    tiers: list[TierOut] = Field(alias="laid.tiers")
    tiers_join: str = Field(alias="laid.join")
    limits: list[str] = Field(alias="laid.limits")
    materials: list[MaterialOut] = Field(alias="wording.materials")
    indicators: list[str] = Field(alias="compiled.indicators", description="判断要用到的指标")
    plain_text: str
    clause_text: str = Field(alias="shown.clause_text")
    document_title: str = Field(alias="wording.document.title")
    document_link: str = Field(alias="wording.document.link")
    contact_name: str = Field(alias="policy.contact_name")
    contact_phone: str = Field(alias="policy.contact_phone")
    publicity_workdays: int = Field(alias="policy.publicity_workdays")
    versions: list[VersionOut]
    replaced_by: ReplacementOut | None = Field(alias="policy.replaced_by")
    yaml: str = Field(alias="shown.text", description="政策文件，YAML")
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
    items = [Told(p, e.one, e.compiled, calling.today) for p in page.rows for e in (found[p.pk],)]
    return {"items": items, "next_cursor": page.next_cursor}


@dataclass(frozen=True)
class Told:
    """A policy with a wording of it, as it is told on a day; of one alone also with its versions."""

    policy: Policy
    one: Published
    compiled: CompiledPolicy
    today: date
    versions: Sequence[PolicyVersion] = ()
    shown: PolicyVersion | None = None

    @property
    def wording(self) -> Wording:
        return self.one.wording

    @property
    def sizes(self) -> list[str]:
        allowed = sizes_of(self.compiled)
        return [size for size in SIZES if size in allowed]

    @property
    def top_fen(self) -> int | None:
        return top_fen(self.compiled)

    @property
    def amount(self) -> str:
        return amount_words(self.compiled, self.top_fen)

    @property
    def validity(self) -> str:
        return validity(self.wording.valid_to, self.today, self.wording.valid_from).words

    @property
    def laid(self) -> Laid:
        return laid_out(self.compiled, standard_registry())

    @property
    def plain_text(self) -> str:
        return policy_text(self.compiled, standard_registry())

    @property
    def dmn(self) -> str | None:
        """Return the wording as DMN; None while it has mistakes."""
        try:
            return to_dmn(self.wording, standard_registry()).decode()
        except FileError:
            return None


@router.get(
    "/policies/{code}", response={200: PolicyDetailOut, **ERRORS}, summary="一项政策：条件、档次、材料、文件"
)
def policy_detail(request: HttpRequest, code: str) -> Told:
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
    shown.policy = policy
    one = published_of(shown)
    compiled = compile_policy(one.wording, standard_registry(), one.wording.valid_from or calling.today)
    return Told(policy, one, compiled, calling.today, versions, shown)
