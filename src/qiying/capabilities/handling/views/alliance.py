"""Pages of the alliance: its regions, and the cases that two desks handle together."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from qiying.capabilities.handling.forms import partner_form
from qiying.capabilities.handling.models import Partner
from qiying.capabilities.handling.services.keeping import partner_end, partner_save
from qiying.capabilities.handling.services.remote import WAYS, RemoteExtras
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab, search
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Register, declare_register, ends, saves
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS, end_act
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

SEES, KEEPS = "service_centre.view", "service_centre.matters"


def _undo(actor: Viewer, row: Partner, now: datetime) -> None:
    partner_end(actor=actor, row=row, on=row.valid_from, reason="登记有误，整批撤回", now=now)


PARTNERS: Register[Partner] = declare_register(
    Register(
        name="partner_regions",
        title="伙伴地区",
        noun="伙伴地区",
        listing=Listing(
            columns=[
                Column("市县", lambda p: p.county, "county", ("county",), url=lambda p: PARTNERS.row_url(p)),
                Column("省份", lambda p: p.province, "province", ("province",)),
                Column("对方窗口", lambda p: p.desk.label if p.desk else ""),
                Column("联系人", lambda p: p.contact),
                Column("电话", lambda p: p.phone),
                *TERM_COLUMNS,
            ],
            filters=[
                search("省份或市县", "province", "county"),
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
        url="handling:partners",
        lead=lambda request, listed: _alliance(listed.rows),
        form=partner_form,
        save=saves(partner_save),
        end=_undo,
        unique="county",
        within=(("province", ("province",)),),
        acts=(end_act(ends(partner_end), label="停用"),),
        links=((SEES, "handling:remote", "异地通办的件"),),
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
                search("办什么", "title"),
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
        url="handling:remote",
        subject=lambda c: f"case:{c.number}",
        key="number",
        imports=False,
        hint="收件窗口收了材料发过去，办理窗口办好寄回来；两头看到的是同一件。",
        links=(
            ("service_centre.remote_open", "handling:remote_new", "发起一件"),
            (SEES, "handling:partners", "伙伴地区"),
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


urlpatterns = [
    path("remote/new/", remote_new, name="remote_new"),
    *register_urls(PARTNERS, "remote/partners/"),
    *register_urls(REMOTE, "remote/", key="slug"),
]
