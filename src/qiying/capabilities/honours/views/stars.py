"""Clean firms: the chamber's register with check and decision, and the firm's own paper of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qiying.capabilities.honours import selectors
from qiying.capabilities.honours.models import Star
from qiying.capabilities.honours.services import stars
from qiying.kernel.documents.models import Certificate
from qiying.kernel.enterprises.fields import firm_column
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.filling import Filling, fill
from qiying.kernel.forms.models import Response
from qiying.kernel.organisations.listing import Column, Listing, search, state_tabs
from qiying.kernel.organisations.pages import signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.views import register_urls

LINES = forms.Textarea(attrs={"rows": 3})


class CheckForm(forms.Form):
    taken_off = forms.DecimalField(
        label="核减几分",
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=0,
        help_text="没有凭据的分减掉",
    )
    findings = forms.CharField(label="核对情况", min_length=4, max_length=500, widget=LINES)


class DecideForm(forms.Form):
    reason = forms.CharField(
        label="没评上的话，为什么",
        required=False,
        max_length=300,
        widget=LINES,
        help_text="星级按得分定，不用选",
    )


_check = does(stars.star_check, "star", lambda made: f"核对好了，得分 {made.points}，由别人来定星。")
_decide = does(
    stars.star_decide,
    "star",
    lambda made: (
        f"{made.stars} 星，证书发了，{made.valid_to} 前复评。" if made.stars else f"没评上：{made.reason}。"
    ),
)


def _about(request: ViewerRequest, row: Star) -> dict[str, Any] | None:
    if not request.viewer.has("honours.stars"):
        return None
    response = Response.objects.filter(pk=row.response_id).select_related("version").first()
    paper = Certificate.objects.filter(pk=row.certificate_id or 0).first()
    before = Star.objects.filter(enterprise_id=row.enterprise_id, year__lt=row.year)
    return {"row": row, "response": response, "paper": paper, "before": before}


STARS: Register[Star] = declare_register(
    Register(
        name="honours_stars",
        title="清廉民企",
        noun="清廉民企",
        listing=Listing(
            columns=[
                firm_column(lambda s: STARS.row_url(s)),
                Column("年度", lambda s: s.year, "year", ("year",), numeric=True),
                Column("自评", lambda s: s.claimed, "claimed", ("claimed",), numeric=True),
                Column("核减", lambda s: s.taken_off, numeric=True),
                Column("得分", lambda s: s.points, numeric=True),
                Column("几星", lambda s: s.stars or "", "stars", ("stars",), numeric=True),
                Column("复评", lambda s: s.valid_to, "valid_to", ("valid_to",), kind="date"),
                Column("谁核对的", lambda s: s.checked_by.name if s.checked_by else "", in_page=False),
                Column("核对情况", lambda s: s.findings, in_page=False),
                Column("为什么没评上", lambda s: s.reason, in_page=False),
            ],
            filters=[search("企业", "enterprise__name")],
            tabs=state_tabs(
                ("confirmed", "有星级", "还没有星级企业", "企业在“成长培育”里交自评，核对、定星以后在这里。"),
                ("handed", "等核对", "没有等核对的", ""),
                ("checked", "等定星", "没有等定星的", ""),
                ("refused", "没评上", "没有", ""),
                ("lapsed", "过期没复评", "没有", ""),
            ),
        ),
        rows=lambda viewer, today: selectors.stars(viewer),
        sees=("honours.view",),
        edits=("honours.stars",),
        opens=("honours.view",),
        url="honours:stars",
        home=lambda s: f"show={s.state}",
        imports=False,
        hint="指标和分值是样例；一人核对，另一人定；每年复评，过期就没有。",
        panels=(Panel("honours/_star.html", _about),),
        acts=(
            Act("check", "核对", _check, CheckForm, applies=lambda v, s: s.state == "handed"),
            Act("decide", "定星", _decide, DecideForm,
                applies=lambda v, s: s.state == "checked" and s.checked_by_id != v.person_id),
        ),
    )
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in
def evidence(request: ViewerRequest, pk: int) -> HttpResponse:
    """Let a firm fill in its paper of this year."""
    firm = Enterprise.objects.filter(pk=pk if pk in request.viewer.enterprise_ids else 0).first()
    if firm is None:
        raise Http404("没有找到这一页，或者您看不到它")
    enterprise = firm
    version = stars.evidence_version(firm.district_id, request.now)
    back = "/growth/"

    def hand_in(answers: Mapping[str, Any], key: str, session_key: str | None) -> str:
        stars.star_hand_in(
            actor=request.viewer, enterprise=enterprise, version=version, answers=answers, key=key, now=request.now,
            session_key=session_key,
        )  # fmt: skip
        return back

    subject = stars.star_subject(firm, request.today.year)
    return fill(request, Filling(version, subject, hand_in, holder=firm.key, back_url=back, submit="交上去"))


urlpatterns = [
    path("honours/clean/<int:pk>/", evidence, name="evidence"),
    *register_urls(STARS, "honours/stars/"),
]
