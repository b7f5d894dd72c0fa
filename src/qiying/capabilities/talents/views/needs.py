"""Whom firms look for: the officer's registers of needs and introductions, and a firm's own page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from qiying.capabilities.talents import selectors, services
from qiying.capabilities.talents.models import FIELDS, Introduction, Need, Talent
from qiying.kernel.enterprises.acting import acting_enterprise_id
from qiying.kernel.enterprises.fields import firm_field
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.listing import Column, Listing, choice, search, state_tabs
from qiying.kernel.organisations.pages import act_page, page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, in_state
from qiying.kernel.registers.rows import row_form
from qiying.kernel.registers.views import register_urls

KEEPS = ("talents.keep",)
LINES = forms.Textarea(attrs={"rows": 3})


# --- needs --------------------------------------------------------------------------------------------------
def _post(actor: Viewer, row: Need | None, data: dict[str, Any], now: datetime) -> Need:
    return services.need_post(actor=actor, enterprise=data.pop("enterprise"), values=data, now=now)


def _introduce_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Need) -> forms.Form:
    form = forms.Form(data)
    offered = [(one.pk, f"{one}：{'；'.join(fit.reasons)}") for one, fit in row.__dict__.get("fits", ())]
    form.fields |= {
        "talent": forms.TypedChoiceField(label="介绍谁", coerce=int, choices=offered),
        "why": forms.CharField(label="为什么", min_length=2, max_length=300, widget=LINES),
    }
    return form


def _introduce(actor: Viewer, row: Need, data: dict[str, Any], now: datetime) -> str:
    talent = Talent.objects.get(pk=data["talent"], district_id=actor.district_id or 0)
    services.introduce(actor=actor, need=row, talent=talent, why=data["why"], now=now)
    return "先问本人，本人同意了企业才看得到。"


def _filled(actor: Viewer, row: Need, data: dict[str, Any], now: datetime) -> str:
    services.need_close(actor=actor, need=row, filled=True, now=now)
    return "找到了。"


def _closed(actor: Viewer, row: Need, data: dict[str, Any], now: datetime) -> str:
    services.need_close(actor=actor, need=row, filled=False, now=now)
    return "不找了。"


def _fits(request: ViewerRequest, rows: Any) -> None:
    """Look for who fits when one need is opened; the list says only how many were introduced."""
    found = list(rows)
    if len(found) == 1:
        found[0].__dict__["fits"] = selectors.suggestions(request.viewer, found[0], request.now)


def _about(request: ViewerRequest, row: Need) -> dict[str, Any]:
    return {
        "row": row,
        "fits": row.__dict__.get("fits", ()),
        "introduced": row.introductions.select_related("talent"),
    }


def _is_open(viewer: Viewer, row: Need) -> bool:
    return bool(row.state == Need.State.OPEN)


NEEDS: Register[Any] = declare_register(
    Register(
        name="talent_needs",
        title="企业要人",
        noun="企业要的人",
        listing=Listing(
            columns=[
                Column("要什么人", lambda n: n.title, "title", ("title",), url=lambda n: NEEDS.row_url(n)),
                Column("企业", lambda n: n.enterprise.name, "firm", ("enterprise__name",)),
                Column("领域", lambda n: n.field, "field", ("field",)),
                Column("几位", lambda n: n.count, numeric=True),
                Column("介绍了", lambda n: n.introduced, numeric=True),
                Column("成了", lambda n: n.hired, numeric=True),
                Column("找到哪天", lambda n: n.until, "until", ("until",), kind="date"),
                Column("做什么事", lambda n: n.about, in_page=False),
            ],
            filters=[
                search("企业", "enterprise__name"),
                choice("field", "领域", FIELDS),
            ],
            prepare=_fits,
            tabs=state_tabs(
                ("open", "在找", "没有企业在找人", "走访时问企业要什么人，替它登记；企业自己也能提。"),
                ("filled", "找到了", "还没有", ""),
                ("closed", "不找了", "没有", ""),
            ),
        ),
        rows=lambda viewer, today: selectors.needs(viewer),
        sees=KEEPS,
        edits=KEEPS,
        url="talents:needs",
        home=lambda n: f"show={n.state}",
        form=row_form(Need, "enterprise", *services.NEED, fields={"enterprise": firm_field()}),
        save=_post,
        may_change=False,
        edits_apart=True,
        imports=False,
        links=(("talents.keep", "talents:introductions", "介绍"),),
        panels=(Panel("talents/_need.html", _about),),
        acts=(
            Act("introduce", "介绍一位", _introduce, _introduce_form,
                applies=lambda v, n: n.state == "open" and bool(n.__dict__.get("fits"))),
            Act("filled", "找到了", _filled, applies=_is_open, sentence="企业找到人了？"),
            Act("close", "不找了", _closed, applies=_is_open, sentence="企业不找了？"),
        ),
    )
)  # fmt: skip


# --- introductions --------------------------------------------------------------------------------------
class SaidForm(forms.Form):
    said = forms.CharField(label="说了什么", min_length=2, max_length=300, widget=LINES)


def _answer(state: str, words: str) -> Any:
    def run(actor: Viewer, row: Introduction, data: dict[str, Any], now: datetime) -> str:
        services.introduction_answer(actor=actor, introduction=row, state=state, said=data["said"], now=now)
        return words

    return run


INTRODUCTIONS: Register[Introduction] = declare_register(
    Register(
        name="talent_introductions",
        title="介绍",
        noun="介绍",
        listing=Listing(
            columns=[
                Column("要什么人", lambda i: i.need.title, "need", url=lambda i: INTRODUCTIONS.row_url(i)),
                Column("企业", lambda i: i.need.enterprise.name, "firm", ("need__enterprise__name",)),
                Column("人才", lambda i: str(i.talent)),
                Column("为什么", lambda i: i.why),
                Column("结果", lambda i: i.said),
            ],
            tabs=state_tabs(
                ("asked", "在问本人", "没有在问的", "在“企业要人”里打开一家，介绍一位。"),
                ("agreed", "本人同意见", "没有", ""),
                ("hired", "成了", "还没有", ""),
                ("declined", "没成", "没有", ""),
            ),
        ),
        rows=lambda viewer, today: selectors.introductions(viewer),
        sees=KEEPS,
        edits=KEEPS,
        url="talents:introductions",
        home=lambda i: f"show={i.state}",
        imports=False,
        acts=(
            Act("agreed", "本人同意见", _answer("agreed", "企业看得到了。"), SaidForm, applies=in_state("asked")),
            Act("hired", "成了", _answer("hired", "成了，记下了。"), SaidForm, applies=in_state("agreed")),
            Act("declined", "没成", _answer("declined", "记下了。"), SaidForm, applies=in_state("asked", "agreed")),
        ),
    )
)  # fmt: skip


# --- a firm's own page --------------------------------------------------------------------------------
@require_GET
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show a firm whom it looks for, and who agreed to meet it."""
    firm = _own_firm(request)
    rows = selectors.needs(request.viewer).filter(enterprise=firm)
    found = Introduction.objects.filter(need__in=rows, state__in=["agreed", "hired"]).select_related(
        "need", "talent"
    )
    context = {"title": "要人才", "firm": firm, "needs": rows, "introductions": found}
    return page(request, "talents/mine.html", context)


def _own_firm(request: ViewerRequest) -> Enterprise:
    own = acting_enterprise_id(request, request.viewer)
    firm = Enterprise.objects.filter(pk=own or 0).first()
    if firm is None:
        raise Http404("没有找到这一页，或者您看不到它")
    return firm


@signed_in
def ask(request: ViewerRequest) -> HttpResponse:
    """Let a firm say whom it looks for."""
    firm = _own_firm(request)
    make = row_form(Need, *services.NEED)

    def run(data: dict[str, Any]) -> None:
        services.need_post(actor=request.viewer, enterprise=firm, values=data, now=request.now)

    form = make(request.POST or None, viewer=request.viewer, today=request.today, row=None)
    back = reverse("talents:mine")
    return act_page(
        request,
        form,
        title="要什么人",
        submit="提出来",
        back_url=back,
        run=run,
        done="提出来了，有合适的先问本人。",
    )


@require_POST
@signed_in
def contact(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show the contact of who agreed, once a press, and record it."""
    row = selectors.introductions(request.viewer).filter(pk=pk).first()
    if row is None or row.need.enterprise_id not in request.viewer.enterprise_ids:
        raise Http404("没有找到这一页，或者您看不到它")
    try:
        found = services.contact_look(actor=request.viewer, introduction=row, now=request.now)
    except ActionNotAvailable as gone:
        messages.warning(request, gone.message)
        return HttpResponseRedirect(reverse("talents:mine"))
    return page(request, "talents/contact.html", {"title": row.need.title, "talent": found, "row": row})


@require_POST
@signed_in
def end(request: ViewerRequest, pk: int) -> HttpResponse:
    """Let a firm say that it found somebody, or looks no more."""
    row = (
        selectors.needs(request.viewer).filter(pk=pk, enterprise_id__in=request.viewer.enterprise_ids).first()
    )
    if row is None:
        raise Http404("没有找到这一页，或者您看不到它")
    services.need_close(
        actor=request.viewer, need=row, filled=request.POST.get("filled") == "yes", now=request.now
    )
    messages.success(request, "记下了。")
    return HttpResponseRedirect(reverse("talents:mine"))


urlpatterns = [
    path("needs/", mine, name="mine"),
    path("needs/new/", ask, name="ask"),
    path("needs/<int:pk>/end/", end, name="end"),
    path("needs/contacts/<int:pk>/", contact, name="contact"),
    *register_urls(NEEDS, "talents/needs/"),
    *register_urls(INTRODUCTIONS, "talents/introductions/"),
]
