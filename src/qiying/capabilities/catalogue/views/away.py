"""The card of somebody away from home on his phone, and the list of cards a town looks after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.cache import never_cache

from qiying.capabilities.catalogue.forms import AwayForm, CareForm
from qiying.capabilities.catalogue.selectors import cards_visible_to, own_card
from qiying.capabilities.catalogue.services.away import card_end, card_save, care_ask, check_in
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.listing import Column, Listing, Tab, search
from qiying.kernel.organisations.pages import page, signed_in, tell_form
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.terms import TERM_COLUMNS
from qiying.kernel.registers.views import list_urls

QUIET_DAYS = 30


@never_cache
@signed_in
def away(request: ViewerRequest) -> HttpResponse:
    """Take out a card, check in, ask for something at home, and see what became of it."""
    viewer, card, do = request.viewer, own_card(request.viewer), request.POST.get("do", "")
    start = {n: getattr(card, n) for n in ("home_id", "place", "work", "family")} if card else {}
    form = AwayForm(
        request.POST if do == "save" else None, district_id=viewer.district_id or 0, initial=start
    )
    care = CareForm(request.POST if do == "ask" else None)
    asked = care if do == "ask" else form
    try:
        if do == "check_in":
            check_in(actor=viewer, now=request.now)
            messages.success(request, "报好了，老家知道您都好。")
        elif do == "end":
            card_end(actor=viewer, now=request.now)
            messages.success(request, "卡停了，欢迎回家。")
        elif do == "save" and form.is_valid():
            card_save(actor=viewer, values=form.cleaned_data, now=request.now)
            messages.success(request, "存好了。")
        elif do == "ask" and care.is_valid():
            case = care_ask(actor=viewer, text=care.cleaned_data["text"], now=request.now)
            messages.success(request, f"收到了，{case.number}，有人办，有期限。")
        if do and not form.errors and not care.errors:
            return HttpResponseRedirect(request.path)
    except ActionNotAvailable as late:
        messages.warning(request, late.message)
    except GuardFailed as error:
        tell_form(asked, error)
    rows = card.words.filter(case__isnull=False).select_related("case")[:20] if card else []
    words = [
        (w, PROCEDURES.get(w.case.procedure, w.case.version).state(w.case.state).label)
        for w in rows
        if w.case
    ]
    context = {"card": card, "form": form, "care": care, "words": words, "back_url": "/"}
    return page(request, "catalogue/away.html", context, 422 if form.errors or care.errors else None)


CARDS: Register[Any] = declare_register(
    Register(
        name="away_cards",
        title="温馨老家卡",
        noun="卡",
        listing=Listing(
            columns=[
                Column("谁", lambda c: c.person.name, "who", ("person__name",)),
                Column("老家", lambda c: c.home.label, "home", ("home__name",)),
                Column("现在在哪里", lambda c: c.place, "place", ("place",)),
                Column("做什么", lambda c: c.work),
                Column("家里谁要照应", lambda c: c.family),
                Column("上次报平安", lambda c: c.last_on, "last", ("last_on",), kind="date"),
                Column("请帮忙", lambda c: c.asked, "asked", ("asked",), numeric=True),
                *TERM_COLUMNS,
            ],
            filters=[search("姓名或地方", "person__name", "place")],
            tabs=(
                Tab("now", "在外地", Q(valid_to__isnull=True)),
                Tab(
                    "quiet",
                    "好久没消息",
                    lambda r: (
                        Q(valid_to__isnull=True)
                        & (Q(last_on__isnull=True) | Q(last_on__lt=r.today - timedelta(days=QUIET_DAYS)))
                    ),
                    "没有",
                    "在外地的人 30 天内都报过平安。",
                ),
                Tab("ended", "已停", Q(valid_to__isnull=False)),
            ),
            empty_title="还没有人办卡",
            empty_text="在外地的人自己在手机上办：办事指南，最下面一行。",
        ),
        rows=lambda viewer, today: cards_visible_to(viewer, today).annotate(asked=Count("words__case")),
        sees=("approvals.away",),
        edits=(),
        url="catalogue:cards",
        label=lambda c: c.person.name,
    )
)
urlpatterns = [path("away/", away, name="away"), *list_urls(CARDS, "away/cards/")]
