"""Pages beyond the hall: the alliance and its cases, licences that run out, and what an enterprise sees."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.service_centre.forms.matters import licence_form, partner_form
from qiying.capabilities.service_centre.models import Licence, Partner
from qiying.capabilities.service_centre.services.matters.agency import AgencyExtras
from qiying.capabilities.service_centre.services.matters.keeping import (
    licence_end,
    licence_quiet,
    licence_save,
    partner_end,
    partner_save,
)
from qiying.capabilities.service_centre.services.matters.remote import WAYS, RemoteExtras
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.organisations.forms import ReasonForm
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

SEES, KEEPS, LICENCES = "service_centre.view", "service_centre.matters", "service_centre.licences"


def _save(actor: Viewer, row: Partner | None, values: dict[str, Any], now: datetime) -> Partner:
    return partner_save(actor=actor, row=row, values=values, now=now)


def _end(actor: Viewer, row: Partner, on: date, reason: str, now: datetime) -> None:
    partner_end(actor=actor, row=row, on=on, reason=reason, now=now)


def _undo(actor: Viewer, row: Partner, now: datetime) -> None:
    partner_end(actor=actor, row=row, on=row.valid_from, reason="登记有误，整批撤回", now=now)


PARTNERS: Register[Partner] = declare_register(
    Register(
        name="partner_regions",
        title="伙伴地区",
        noun="伙伴地区",
        listing=Listing(
            name="partner_regions",
            caption="伙伴地区",
            columns=[
                Column("市县", lambda p: p.county, "county", ("county",), url=lambda p: PARTNERS.row_url(p)),
                Column("省份", lambda p: p.province, "province", ("province",)),
                Column("对方窗口", lambda p: p.desk.label if p.desk else ""),
                Column("联系人", lambda p: p.contact),
                Column("电话", lambda p: p.phone),
                *TERM_COLUMNS,
            ],
            filters=[
                Filter(
                    "q",
                    "省份或市县",
                    lambda rows, t: rows.filter(Q(province__icontains=t) | Q(county__icontains=t)),
                ),
                Filter(
                    "desk",
                    "窗口",
                    lambda rows, v: rows.filter(desk__isnull=v == "no"),
                    [("yes", "在这里"), ("no", "还没有")],
                ),
            ],
            tabs=TERM_TABS,
            empty_title="还没有伙伴地区",
            empty_text="从表格导入联盟名单，对方窗口要用系统的再建账号。",
        ),
        rows=lambda viewer, today: Partner.objects.filter(district_id=viewer.district_id or 0).select_related(
            "desk"
        ),
        sees=(SEES,),
        edits=(KEEPS,),
        url="service_centre:partners",
        subject=lambda p: p.subject,
        lead=lambda request, listed: _alliance(listed.rows),
        form=partner_form,
        save=_save,
        end=_undo,
        unique="county",
        acts=(end_act(_end, label="停用"),),
        links=((SEES, "service_centre:remote", "异地通办的件"),),
    )
)


def _alliance(rows: QuerySet[Partner]) -> str:
    provinces = rows.order_by().values("province").distinct().count()
    return f"{provinces} 个省份，{rows.count()} 个市县，{rows.filter(desk__isnull=False).count()} 个在这里有窗口。"


def _remote_cases(viewer: Viewer, today: date) -> QuerySet[Case]:
    return cases_visible_to(viewer).filter(procedure="remote_handling").order_by("-pk")


def _of_partner(rows: QuerySet[Case], value: str) -> QuerySet[Case]:
    return rows.filter(category=f"partner_{whole(value) or 0}")


REMOTE: Register[Case] = declare_register(
    Register(
        name="remote_cases",
        title="异地通办",
        noun="件",
        listing=Listing(
            name="remote_cases",
            caption="异地通办",
            columns=[
                Column(
                    "办什么",
                    lambda c: c.title,
                    "title",
                    ("title",),
                    url=lambda c: reverse("cases:case", args=[c.number]),
                ),
                Column("谁在哪里办", lambda c: WAYS.get(RemoteExtras.of(c).way, ""), "way", ("kind",)),
                Column("伙伴地区", lambda c: RemoteExtras.of(c).partner),
                Column("到哪一步", lambda c: _state(c)),
                Column("收到", lambda c: c.received_on, "received", ("received_on",), kind="date"),
                Column("期限", lambda c: c.due_by, "due", ("due_by",), kind="date"),
                Column("办结", lambda c: c.closed_on, "closed", ("closed_on",), kind="date"),
            ],
            filters=[
                Filter("q", "办什么", lambda rows, text: rows.filter(title__icontains=text)),
                Filter(
                    "partner",
                    "伙伴地区",
                    _of_partner,
                    lambda r: [
                        (p.pk, str(p)) for p in Partner.objects.filter(district_id=r.viewer.district_id or 0)
                    ],
                ),
            ],
            tabs=[
                Tab(
                    "open",
                    "在办",
                    Q(is_open=True),
                    "没有在办的",
                    "伙伴地区窗口发来的、我们发过去的，都在这里。",
                ),
                Tab("closed", "办完了", Q(is_open=False)),
            ],
        ),
        rows=_remote_cases,
        sees=(SEES, "service_centre.partner"),
        edits=(),
        url="service_centre:remote",
        subject=lambda c: f"case:{c.number}",
        key="number",
        imports=False,
        hint="收件窗口收了材料发过去，办理窗口办好寄回来；两头看到的是同一件。",
        links=(
            ("service_centre.remote_open", "service_centre:remote_new", "发起一件"),
            (SEES, "service_centre:partners", "伙伴地区"),
        ),
    )
)


def _state(case: Case) -> str:
    return PROCEDURES.get(case.procedure, case.version).state(case.state).label


@require_GET
@signed_in
def remote_new(request: ViewerRequest) -> HttpResponse:
    """Lead to the opening page, which asks who may."""
    return HttpResponseRedirect(reverse("cases:open", args=["remote_handling"]))


# --- licences ------------------------------------------------------------------------------------


def _save_licence(actor: Viewer, row: Licence | None, values: dict[str, Any], now: datetime) -> Licence:
    return licence_save(actor=actor, row=row, values=values, now=now)


def _end_licence(actor: Viewer, row: Licence, now: datetime) -> None:
    licence_end(actor=actor, row=row, now=now)


def _stop(actor: Viewer, row: Licence, data: dict[str, Any], now: datetime) -> str:
    licence_end(actor=actor, row=row, now=now)
    return "不再提醒这张证了。"


def _licences(viewer: Viewer, today: date) -> QuerySet[Licence]:
    rows = Licence.objects.filter(
        enterprise__in=enterprises_visible_to(viewer), district_id=viewer.district_id or 0
    )
    return rows.select_related("enterprise").order_by("valid_until", "pk")


REGISTER: Register[Licence] = declare_register(
    Register(
        name="licences",
        title="证照到期",
        noun="证照",
        listing=Listing(
            name="licences",
            caption="证照到期",
            columns=[
                Column("证照", lambda x: x.name, "name", ("name",), url=lambda x: REGISTER.row_url(x)),
                Column("编号", lambda x: x.number, "number", ("number",)),
                Column("企业", lambda x: x.enterprise.name, "enterprise", ("enterprise__name",)),
                Column("发证机关", lambda x: x.issuer, "issuer", ("issuer",)),
                Column("有效期至", lambda x: x.valid_until, "until", ("valid_until",), kind="date"),
                Column("到期前怎么续", lambda x: x.how, in_page=False),
                Column("企业不要提醒", lambda x: x.is_quiet),
            ],
            filters=[
                Filter(
                    "q",
                    "证照、编号、企业",
                    lambda rows, t: rows.filter(
                        Q(name__icontains=t) | Q(number__icontains=t) | Q(enterprise__name__icontains=t)
                    ),
                ),
            ],
            tabs=[
                Tab(
                    "now",
                    "有效",
                    lambda r: Q(ended_on=None, valid_until__gte=r.today),
                    "还没有证照",
                    "请各部门把要到期的证照用表格导入，系统按日子提醒企业。",
                ),
                Tab("late", "过期了", lambda r: Q(ended_on=None, valid_until__lt=r.today)),
                Tab("ended", "不再有效", Q(ended_on__isnull=False)),
            ],
        ),
        rows=_licences,
        sees=(LICENCES,),
        edits=(LICENCES,),
        url="service_centre:licences",
        subject=lambda x: x.subject,
        form=licence_form,
        save=_save_licence,
        end=_end_licence,
        unique="number",
        acts=(
            Act(
                "stop",
                "不再有效",
                _stop,
                ReasonForm,
                applies=lambda viewer, row: row.ended_on is None,
                is_serious=True,
            ),
        ),
        new_label="加证照",
    )
)


@require_GET
@signed_in
def my_licences(request: ViewerRequest) -> HttpResponse:
    """Show an enterprise what runs out and when it is reminded."""
    rows = Licence.objects.filter(enterprise_id__in=request.viewer.enterprise_ids, ended_on__isnull=True)
    shown = rows.select_related("enterprise").order_by("valid_until")[:200]
    return page(request, "service_centre/matters/my_licences.html", {"licences": shown})


@require_POST
@signed_in
def quiet(request: ViewerRequest, licence_id: int) -> HttpResponse:
    """Take an enterprise's word that it wants no more reminders, or wants them again."""
    rows = Licence.objects.filter(enterprise_id__in=request.viewer.enterprise_ids)
    row = fetch_or_404(rows, pk=licence_id)
    licence_quiet(actor=request.viewer, row=row, is_quiet=request.POST.get("quiet") == "1", now=request.now)
    return HttpResponseRedirect(reverse("service_centre:my_licences"))


# --- what others see -----------------------------------------------------------------------------


def authority(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return what an authority covers and until when, to both sides of an agency."""
    if case.procedure != "agency":
        return None
    extras = AgencyExtras.of(case)
    until = date.fromisoformat(extras.until) if extras.until else None
    context = {"lines": extras.lines, "until": until, "is_over": until is not None and until < today}
    return Tile("service_centre/matters/_authority.html", {**context, "agent": extras.agent})


def way_in(request: ViewerRequest) -> Tile | None:
    """Return what an enterprise may ask the centre for."""
    return Tile("service_centre/matters/_tile.html") if request.viewer.enterprise_ids else None


case_panel("authority", authority)
offer_tile("service_centre.matters", 62, way_in)
offer_nav(
    "remote", "异地通办", "service_centre:remote", ("desk", "partner"), 50, group="cases", first=("partner",)
)
offer_nav("partners", "伙伴地区", "service_centre:partners", ("desk", "supervisor"), 61, group="registers")
offer_nav("licences", "证照到期", "service_centre:licences", ("desk", "liaison"), 63, group="registers")
urlpatterns = [
    path("remote/new/", remote_new, name="remote_new"),
    *register_urls(PARTNERS, "remote/partners/"),
    *register_urls(REMOTE, "remote/", key="slug"),
    *register_urls(REGISTER, "licences/"),
    path("my/licences/", my_licences, name="my_licences"),
    path("my/licences/<int:licence_id>/quiet/", quiet, name="licence_quiet"),
]
