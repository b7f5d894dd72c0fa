"""What waits in the register: people who ask to speak for an enterprise, and one's own unfinished imports."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.models import (
    BindingRequest,
    BindingState,
    BindingWay,
    EnterpriseImport,
    ImportState,
)
from qiying.kernel.enterprises.selectors import clerks_who_consent, requests_waiting_for_clerk
from qiying.kernel.organisations.offers import offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer


def _item(row: BindingRequest) -> Item:
    url = reverse("enterprises:decide", args=[row.pk])
    title = f"{row.person.name}要代表{row.enterprise.label}"
    return Item(title, url, row.person.name, row.get_way_display(), since=local_date(row.requested_at))


def consents(viewer: Viewer, today: date) -> Source | None:
    """Return who asks the viewer, as a clerk, to speak for his enterprise too."""
    if not viewer.enterprise_ids:
        return None
    return Source(
        requests_waiting_for_clerk(viewer), _item, reverse("enterprises:mine"), order=("requested_at", "pk")
    )


def checks(viewer: Viewer, today: date) -> Source | None:
    """Return authorisations the desk has to check, and consents that nobody is left to give."""
    if viewer.district_id is None or not viewer.has("bindings.decide"):
        return None
    clerks = clerks_who_consent(today).filter(enterprise_id=OuterRef("enterprise_id"))
    wanted = Q(way=BindingWay.DESK) | ~Q(Exists(clerks))
    rows = BindingRequest.objects.filter(wanted, district_id=viewer.district_id, state=BindingState.REQUESTED)
    rows = rows.exclude(person_id=viewer.person_id or 0).select_related("person", "enterprise")
    url = f"{reverse('enterprises:bindings')}?state={BindingState.REQUESTED}"
    return Source(rows, _item, url, order=("requested_at", "pk"))


def imports(viewer: Viewer, today: date) -> Source | None:
    """Return one's own imports that were tried and neither written nor dropped."""
    if not viewer.has("enterprises.import"):
        return None

    def item(row: EnterpriseImport) -> Item:
        url = reverse("enterprises:imports_one", args=[row.pk])
        return Item(row.file_name, url, "", "试算好了，等您写入", since=local_date(row.created_at))

    rows = EnterpriseImport.objects.filter(created_by_id=viewer.person_id, state=ImportState.CHECKED)
    light = rows.only("file_name", "created_at")
    return Source(light, item, reverse("enterprises:imports"), order=("-pk",))


declare_waiting("consents", "要代表您的企业", consents, order=6)
declare_waiting("bindings", "企业专员等核对", checks, order=15)


SCANNERS = ("desk", "liaison", "handler", "leader", "supervisor")
offer_way("enterprises.code", "企业码", "enterprises:my_code", "qr", 10)
offer_nav("scan", "扫企业码", "enterprises:scan", SCANNERS, 55, group="today")
declare_waiting("enterprise_imports", "没导完的企业名册", imports, order=56)
