"""Pages of licences that run out: the register of those who keep them, and what an enterprise sees."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.handling.forms import licence_form
from qiying.capabilities.handling.models import Licence
from qiying.capabilities.handling.selectors import SOON, reminded_share
from qiying.capabilities.handling.services.keeping import licence_end, licence_quiet, licence_save
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.organisations.forms import ReasonForm
from qiying.kernel.organisations.listing import Column, Listing, Tab, search
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.fetch import fetch_or_404
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register, does, saves
from qiying.kernel.registers.views import register_urls

LICENCES = "service_centre.licences"


def _end_licence(actor: Viewer, row: Licence, now: datetime) -> None:
    licence_end(actor=actor, row=row, now=now)


_stop = does(licence_end, "row", "不再提醒这张证了。")


def _reminded(request: ViewerRequest) -> str:
    told, soon = reminded_share(request.viewer, request.today)
    return f"{SOON.days} 天以内到期的 {soon} 张，提醒过企业的 {told} 张。" if soon else ""


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
                search("证照、编号、企业", "name", "number", "enterprise__name"),
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
        lead=lambda request, listed: _reminded(request),
        sees=(LICENCES,),
        edits=(LICENCES,),
        url="handling:licences",
        form=licence_form,
        save=saves(licence_save),
        end=_end_licence,
        unique="number",
        within=(("enterprise", ("enterprise__name", "enterprise__credit_code")),),
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
    return page(request, "handling/my_licences.html", {"licences": shown})


@require_POST
@signed_in
def quiet(request: ViewerRequest, licence_id: int) -> HttpResponse:
    """Take an enterprise's word that it wants no more reminders, or wants them again."""
    rows = Licence.objects.filter(enterprise_id__in=request.viewer.enterprise_ids)
    row = fetch_or_404(rows, pk=licence_id)
    licence_quiet(actor=request.viewer, row=row, is_quiet=request.POST.get("quiet") == "1", now=request.now)
    return HttpResponseRedirect(reverse("handling:my_licences"))


urlpatterns = [
    *register_urls(REGISTER, "licences/"),
    path("my/licences/", my_licences, name="my_licences"),
    path("my/licences/<int:licence_id>/quiet/", quiet, name="licence_quiet"),
]
