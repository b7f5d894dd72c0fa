"""The register's list, its search, and entering or changing an enterprise."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse

from qiying.kernel.enterprises.codes import code_activation
from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.duplicates import enterprise_merge_hint
from qiying.kernel.enterprises.forms import EnterpriseForm, OwnEnterpriseForm, enterprise_initial
from qiying.kernel.enterprises.models import CodeLevel, Enterprise, EnterpriseStatus, SizeClass, Tag
from qiying.kernel.enterprises.selectors import enterprises_found, enterprises_visible_to
from qiying.kernel.enterprises.services import enterprise_create, enterprise_update
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice
from qiying.kernel.organisations.models import UnitKind
from qiying.kernel.organisations.pages import act_page, page, signed_in, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.statutes import industries

SUGGESTIONS = 8


def enterprise_url(row: Enterprise) -> str:
    """Return an enterprise's page."""
    return reverse("enterprises:enterprise", args=[row.pk])


def industry_words(code: str) -> str:
    """Return an industry code with its name."""
    return f"{code} {industries.name(code) or ''}".strip()


COLUMNS: list[Column[Enterprise]] = [
    Column("企业", lambda e: e.name, "name", ("name",), url=enterprise_url, sub=lambda e: e.short_name),
    Column("统一社会信用代码", lambda e: e.credit_code or "还没有", "code", ("credit_code",)),
    Column("行业", lambda e: industry_words(e.industry), "industry", ("industry",)),
    Column("规模", lambda e: e.get_size_class_display() or "还不知道", "size", ("size_class",)),
    Column("所在镇街", lambda e: e.region_unit.label if e.region_unit else "", "region", ("region_unit",)),
    Column("状态", lambda e: e.get_status_display(), "status", ("status",)),
    Column("标签", lambda e: "、".join(t.name for t in e.tags.all())),
    Column("主体类型", lambda e: e.get_body_kind_display(), in_page=False),
    Column("规模所依据的年份", lambda e: e.size_class_period, in_page=False),
    Column("法定代表人", lambda e: e.legal_representative, in_page=False),
    Column("地址", lambda e: e.address, in_page=False),
    Column("成立日期", lambda e: e.established_on, in_page=False),
]


def _filters(district_id: int) -> list[Filter[Enterprise]]:
    """Return the filters with the choices of one district."""
    return [
        Filter("q", "名称或代码", enterprises_found),
        Filter(
            "region",
            "镇街",
            lambda rows, pk: rows.filter(region_unit_id=int(pk)),
            unit_choices(district_id, [UnitKind.TOWN]),
        ),
        Filter(
            "size",
            "规模",
            lambda rows, size: rows.filter(size_class="" if size == "unknown" else size),
            [*SizeClass.choices, ("unknown", "还不知道")],
        ),
        choice("status", "状态", EnterpriseStatus.choices),
        Filter(
            "tag",
            "标签",
            lambda rows, pk: rows.filter(tags__pk=int(pk)),
            [(t.pk, t.name) for t in Tag.objects.filter(district_id=district_id)],
        ),
        choice("code_level", "代码", CodeLevel.choices, name="code"),
    ]


def _listing(request: ViewerRequest) -> Listing[Enterprise]:
    return Listing(
        name="enterprises",
        caption="企业名册",
        columns=COLUMNS,
        filters=_filters(request.viewer.district_id or 0),
        empty_text="名册还是空的。可以一家一家登记，也可以用表格导入。",
    )


@visible_with("enterprises.view")
def enterprises(request: ViewerRequest) -> HttpResponse:
    """List the district's enterprises."""
    rows = enterprises_visible_to(request.viewer).select_related("region_unit").prefetch_related("tags")
    context, workbook = _listing(request).respond(request, rows)
    if workbook is not None:
        return workbook
    context["can_edit"] = request.viewer.has("enterprises.edit")
    context["have_code"], context["active"] = code_activation(request.viewer.district_id or 0)
    context["can_import"] = request.viewer.has("enterprises.import")
    context["can_decide"] = request.viewer.has("bindings.decide")
    return page(request, "enterprises/list.html", context)


@signed_in
def suggest(request: ViewerRequest) -> HttpResponse:
    """Return the few enterprises a typed text may mean, for fields that look one up."""
    text = request.GET.get("q", "").strip()[:64]
    rows = Enterprise.objects.none()
    if len(text) >= 2:
        rows = enterprises_found(enterprises_visible_to(request.viewer), text).order_by("name")[:SUGGESTIONS]
    found = [{"id": r.pk, "name": r.name, "credit_code": r.credit_code} for r in rows]
    return JsonResponse({"results": found})


@visible_with("enterprises.edit")
def enterprise_new(request: ViewerRequest) -> HttpResponse:
    """Enter an enterprise; likely doubles are shown before it is written."""
    district_id = request.viewer.district_id
    if district_id is None:
        raise Http404("您还不属于任何区县")
    form = EnterpriseForm(request.POST or None, district_id=district_id)

    def run(data: dict[str, Any]) -> str:
        hints = enterprise_merge_hint(
            district_id=district_id, name=data["name"], credit_code=data["credit_code"]
        )
        if hints and request.POST.get("sure") != "yes":
            words = "；".join(f"{h.name}（{h.credit_code or '没有代码'}，{h.reason}）" for h in hints)
            raise GuardFailed([f"名册里有很像的：{words}。确实是另一家，就再按一次登记。"])
        row = enterprise_create(
            actor=request.viewer, district_id=district_id, at=request.now, **form.values(district_id)
        )
        return enterprise_url(row)

    return act_page(
        request,
        form,
        title="登记企业",
        submit="登记企业",
        back_url=reverse("enterprises:list"),
        run=run,
        done="登记好了",
        extra={"sure": "yes"} if request.method == "POST" else {},
    )


@signed_in
def enterprise_edit(request: ViewerRequest, enterprise_id: int) -> HttpResponse:
    """Change an enterprise: officials all of it, a clerk what is his to say."""
    row = fetch_or_404(enterprises_visible_to(request.viewer), pk=enterprise_id)
    if request.viewer.has("enterprises.edit") and row.district_id == request.viewer.district_id:
        return _full_edit(request, row)
    if row.pk not in request.viewer.enterprise_ids:
        raise Http404("没有找到这一页，或者您看不到它")
    form = OwnEnterpriseForm(
        request.POST or None, initial={"short_name": row.short_name, "address": row.address}
    )

    return act_page(
        request,
        form,
        title="改企业信息",
        sentence="名称、代码、行业要改，请到服务中心窗口办。",
        submit="存好",
        back_url=enterprise_url(row),
        run=lambda data: enterprise_update(actor=request.viewer, enterprise=row, at=request.now, **data),
        done="存好了",
        is_edit=True,
    )


def _full_edit(request: ViewerRequest, row: Enterprise) -> HttpResponse:
    form = EnterpriseForm(request.POST or None, district_id=row.district_id, initial=enterprise_initial(row))

    sentence = ""
    if row.code_level == CodeLevel.WARNING:
        sentence = "；".join(checked_code(row.credit_code or "").remarks)
    return act_page(
        request,
        form,
        title=f"改「{row.name}」",
        sentence=sentence,
        submit="存好",
        back_url=enterprise_url(row),
        run=lambda data: enterprise_update(
            actor=request.viewer, enterprise=row, at=request.now, **form.values(row.district_id)
        ),
        done="存好了",
        is_edit=True,
    )
