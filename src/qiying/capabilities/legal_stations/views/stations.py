"""Stations and lawyers: registers, and the page on which a firm finds a lawyer and a time."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from qiying.capabilities.legal_stations.models import Lawyer, Station
from qiying.capabilities.legal_stations.rules import FIRST_STEPS, KINDS
from qiying.capabilities.legal_stations.selectors import keeps, stations_shown
from qiying.capabilities.legal_stations.services.keeping import hours_open, row_keep
from qiying.kernel.organisations.listing import Column
from qiying.kernel.organisations.models import Membership
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.register import Act, does
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls

VIEW, KEEP = ("legal_stations.view",), ("legal_stations.keep",)
kept = partial(
    kept_register, "legal_stations", keep=row_keep, sees=VIEW, opens=VIEW, edits=KEEP, may_touch=keeps
)


class HoursForm(forms.Form):
    hours = forms.CharField(
        label="每周什么时间", widget=forms.Textarea(attrs={"rows": 3}), max_length=300,
        help_text="一行一段，例如：周三 14:00-17:00",
    )  # fmt: skip
    minutes = forms.IntegerField(label="一家多少分钟", min_value=10, max_value=120, initial=30)


def _stations(viewer: Viewer, today: date) -> list[tuple[Any, str]]:
    return [(s.pk, s.name) for s in Station.objects.filter(district_id=viewer.district_id or 0)]


def _people(viewer: Viewer, today: date) -> list[tuple[Any, str]]:
    rows = Membership.objects.filter(unit__district_id=viewer.district_id or 0, role="lawyer")
    return [
        (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in rows.select_related("person", "unit")
    ]


_opened = does(hours_open, "lawyer", "值班时间开放了，企业可以约。")


def _touches(viewer: Viewer, row: Lawyer) -> bool:
    return row.person_id == viewer.person_id or keeps(viewer, row)


STATIONS = kept(
    "stations", "法律服务室站", Station, ["name", "unit", "place", "valid_from", "valid_to"],
    fields=("name", "unit", "place", "valid_from", "valid_to"), related=("unit",), unique="name",
    listing={"filters": [], "tabs": TERM_TABS, "empty_title": "还没有法律服务室站",
             "empty_text": "登记代表联络站、园区或者商会里的法律服务点，再登记值班律师。"},
    links=((*VIEW, "legal_stations:lawyers", "值班律师"),),
)  # fmt: skip
LAWYERS = kept(
    "lawyers", "值班律师", Lawyer,
    ["name", "station", "unit", "fields", Column("执业证号", lambda r: r.licence, in_page=False),
     "valid_from", "valid_to"],
    fields=("name", "station", "person", "unit", "licence", "fields", "valid_from", "valid_to"), unique="",
    offers={"station": _stations, "person": _people}, related=("station", "unit", "person"),
    listing={"filters": [], "tabs": TERM_TABS, "empty_title": "还没有值班律师",
             "empty_text": "先在任职里给律师“值班律师”角色，再登记他在哪个室站值班。"},
    acts=(Act("hours", "开放值班时间", _opened, form=HoursForm, needs=("legal_stations.advise",),
              applies=lambda viewer, row: row.person_id == viewer.person_id),),
    links=((*VIEW, "legal_stations:stations", "室站"),),
    may_touch=_touches,
)  # fmt: skip


@signed_in
@require_GET
def home(request: ViewerRequest) -> HttpResponse:
    """Show stations with their lawyers and times, to everybody of the district."""
    context = {
        "rows": stations_shown(request.viewer.district_id or 0, request.today),
        "kinds": [(label, FIRST_STEPS[code]) for code, label in KINDS.items() if FIRST_STEPS[code]],
        "may_ask": bool(request.viewer.enterprise_ids),
        "title": "问律师",
    }
    return page(request, "legal_stations/home.html", context)


urlpatterns = [
    path("legal-stations/", home, name="home"),
    *register_urls(STATIONS, "legal-stations/list/"),
    *register_urls(LAWYERS, "legal-stations/lawyers/"),
]
