"""Registers of perks: what there is with its places of the year, and who was given what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from qiying.capabilities.honours import selectors
from qiying.capabilities.honours.models import Perk, PerkBook, PerkGrant
from qiying.capabilities.honours.services import perks
from qiying.kernel.enterprises.fields import firm_column, firm_field
from qiying.kernel.organisations.listing import Column, Listing, search, state_tabs
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register, does, saves
from qiying.kernel.registers.rows import DAY, row_form
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls

LINES = forms.Textarea(attrs={"rows": 3})

GIVES = ("honours.perks",)


class QuotaForm(forms.Form):
    year = forms.IntegerField(label="哪一年", min_value=2020, max_value=2100)
    places = forms.IntegerField(label="下达几个名额", min_value=1, max_value=100_000)
    document = forms.CharField(
        label="依据的文号", min_length=2, max_length=60, help_text="同一个文号只下达一次"
    )


class ReleaseForm(forms.Form):
    reason = forms.CharField(label="为什么退回", min_length=4, max_length=300, widget=LINES)


class DeliverForm(forms.Form):
    on = forms.DateField(label="哪天兑现的", widget=DAY)
    note = forms.CharField(label="怎么兑现的", min_length=2, max_length=300, widget=LINES)


def _grant_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    form = forms.Form(data)
    form.fields |= {
        "enterprise": firm_field()(viewer, row),
        "holder": forms.CharField(label="企业家姓名", min_length=2, max_length=40),
        "why": forms.CharField(
            label="凭什么", min_length=2, max_length=200, help_text="如：年度优秀企业家、小巨人"
        ),
    }
    return form


_quota = does(
    perks.quota_give, "perk", lambda book: f"{book.year} 年共 {book.given} 个名额，还有 {book.stock} 个。"
)


def _grant(actor: Viewer, row: Perk, data: dict[str, Any], now: datetime) -> str:
    made = perks.perk_grant(actor=actor, perk=row, now=now, **data)
    return f"给了{made.holder}，{row.unit.label}最晚 {made.due_on} 兑现。"


_deliver = does(perks.perk_deliver, "grant", "兑现记下了，企业看得到。")
_release = does(perks.perk_release, "grant", "名额退回了，可以再给别人。")


def _books(request: ViewerRequest, rows: Sequence[Perk]) -> None:
    books = PerkBook.objects.filter(perk__in=[r.pk for r in rows], year=request.today.year)
    found = {b.perk_id: b for b in books}
    for row in rows:
        row.__dict__["book"] = found.get(row.pk)


def _of(name: str) -> Any:
    return lambda perk: getattr(perk.__dict__["book"], name, 0)


PERKS: Register[Perk] = declare_register(
    Register(
        name="honours_perks",
        title="优享项目",
        noun="优享项目",
        listing=Listing(
            columns=[
                Column("项目", lambda p: p.name, "name", ("name",), url=lambda p: PERKS.row_url(p)),
                Column("给什么", lambda p: p.about, "about"),
                Column("谁来兑现", lambda p: p.unit.label, "unit", ("unit__path",)),
                Column("今年名额", _of("given"), numeric=True),
                Column("还有", _of("stock"), numeric=True),
                Column("等兑现", _of("reserved"), numeric=True),
                Column("兑现了", _of("used"), numeric=True),
                Column("依据", lambda p: p.source, "source", in_page=False),
            ],
            filters=[search("项目", "name")],
            prepare=_books,
            tabs=TERM_TABS,
            empty_title="还没有优享项目",
            empty_text="登记一项，下达今年的名额，再给企业家。",
        ),
        rows=lambda viewer, today: selectors.perks(viewer),
        sees=("honours.view",),
        edits=GIVES,
        opens=("honours.view",),
        url="honours:perks",
        form=row_form(
            Perk, *perks.FIELDS, offers={"unit": lambda viewer, today: unit_choices(viewer.district_id or 0)}
        ),
        save=saves(perks.perk_keep),
        unique="name",
        edits_apart=True,
        links=(("honours.view", "honours:grants", "给了谁"),),
        acts=(Act("quota", "下达名额", _quota, QuotaForm), Act("grant", "给企业家", _grant, _grant_form)),
    )
)
GRANTS: Register[PerkGrant] = declare_register(
    Register(
        name="honours_grants",
        title="优享兑现",
        noun="优享",
        listing=Listing(
            columns=[
                Column(
                    "项目", lambda g: g.book.perk.name, "perk", ("book__perk__name",),
                    url=lambda g: GRANTS.row_url(g),
                ),
                firm_column(),
                Column("企业家", lambda g: g.holder, "holder"),
                Column("谁来兑现", lambda g: g.book.perk.unit.label),
                Column("最晚哪天", lambda g: g.due_on, "due_on", ("due_on",), kind="date"),
                Column("哪天兑现的", lambda g: g.delivered_on, "delivered_on", ("delivered_on",), kind="date"),
                Column("凭什么", lambda g: g.why, in_page=False),
                Column("说明", lambda g: g.note, in_page=False),
            ],
            filters=[search("企业", "enterprise__name")],
            tabs=state_tabs(
                ("reserved", "等兑现", "没有等兑现的", "在“优享项目”里把名额给企业家。"),
                ("delivered", "兑现了", "还没有兑现的", ""),
                ("released", "名额退回了", "没有退回的", ""),
            ),
        ),
        rows=lambda viewer, today: selectors.grants(viewer),
        sees=("honours.view", "honours.deliver"),
        edits=(),
        opens=("honours.view", "honours.deliver"),
        url="honours:grants",
        label=lambda g: f"{g.book.perk.name} · {g.holder}",
        home=lambda g: f"show={g.state}",
        imports=False,
        acts=(
            Act("deliver", "记兑现", _deliver, DeliverForm, needs=("honours.deliver",),
                applies=lambda v, g: g.state == "reserved" and g.book.perk.unit_id in v.unit_ids),
            Act("release", "退回名额", _release, ReleaseForm, needs=GIVES, is_serious=True,
                applies=lambda v, g: g.state == "reserved"),
        ),
    )
)  # fmt: skip
urlpatterns = [*register_urls(PERKS, "honours/perks/"), *register_urls(GRANTS, "honours/grants/")]
