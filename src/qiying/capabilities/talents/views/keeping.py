"""Registers of talents and of programmes, kept by the talent officer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q

from qiying.capabilities.talents import selectors, services
from qiying.capabilities.talents.models import FIELDS, Nomination, Programme, Talent
from qiying.kernel.enterprises.fields import firm_field
from qiying.kernel.organisations.listing import Column, Filter, Listed, Listing, Tab, choice
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Register, declare_register, does, saves
from qiying.kernel.registers.rows import DAY, row_form
from qiying.kernel.registers.views import register_urls

KEEPS = ("talents.keep",)
HIDDEN = "本人没有同意，不显示"


# --- talents ------------------------------------------------------------------------------------------------
class ConsentForm(forms.Form):
    consent_note = forms.CharField(
        label="本人怎么同意的", min_length=4, max_length=200, help_text="如：9 月 1 日签了同意书，编号 12"
    )
    consent_until = forms.DateField(label="同意到哪天", widget=DAY, help_text="最长一年，到期不再显示")


_kept_form = row_form(Talent, *services.TALENT, fields={"enterprise": firm_field(required=False)})


def _new_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    form = _kept_form(data, viewer=viewer, today=today, row=row)
    form.fields |= ConsentForm().fields
    return form


def _enter(actor: Viewer, row: Talent | None, data: dict[str, Any], now: datetime) -> Talent:
    return services.talent_enter(actor=actor, values=data, now=now)


_change = does(services.talent_change, "talent", "改好了。", values="values")
_consent = does(services.talent_consent, "talent", lambda made: f"记下了，到 {made.until}。", values="values")
_revoke = does(services.talent_revoke, "talent", "撤回了，从现在起谁也看不到。")
_erase = does(services.talent_erase, "talent", "删去了，人数还在。")


def _told(name: str) -> Any:
    """Return a column's value that is told only while the consent holds."""
    return lambda row: getattr(row, name) if row.shown else HIDDEN


def _nominate_form(data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    form = forms.Form(data)
    offered = [(p.pk, str(p)) for p in selectors.programmes(viewer)]
    form.fields |= {
        "programme": forms.TypedChoiceField(label="哪个计划", coerce=int, choices=offered),
        "applied_on": forms.DateField(label="哪天申报的", widget=DAY, initial=today),
    }
    return form


def _nominate(actor: Viewer, row: Talent, data: dict[str, Any], now: datetime) -> str:
    programme = selectors.programmes(actor).get(pk=data.pop("programme"))
    return f"{services.nominate(actor=actor, programme=programme, talent=row, now=now, **data).programme}报上了。"


def _counts(request: ViewerRequest, listed: Listed[Any]) -> str:
    found = selectors.talent_counts(request.viewer.district_id or 0, request.today)
    labels = dict(Talent.Kind.choices)
    told = "，".join(f"{labels[kind]} {found.get(kind, 0)} 人" for kind in labels)
    return f"本人同意、没有过期的：{told}。"


TALENTS: Register[Any] = declare_register(
    Register(
        name="talents",
        title="企业家和人才",
        noun="人",
        listing=Listing(
            columns=[
                Column("编号", lambda t: f"{t.pk} 号", "pk", ("pk",), url=lambda t: TALENTS.row_url(t)),
                Column("姓名", _told("name")),
                Column("哪一类", lambda t: t.get_kind_display(), "kind", ("kind",)),
                Column("领域", _told("field")),
                Column("企业", lambda t: t.enterprise.name if t.shown and t.enterprise else ""),
                Column("人在哪里", _told("place")),
                Column("会什么", _told("about"), in_page=False),
                Column("联系方式", _told("contact"), in_page=False),
            ],
            filters=[
                Filter("field", "领域", lambda rows, v: rows.filter(shown=True, field=v), FIELDS),
                choice("kind", "哪一类", Talent.Kind.choices),
            ],
            tabs=[
                Tab("shown", "本人同意", Q(shown=True), "还没有同意入库的人", "本人同意了再登记。"),
                Tab("hidden", "没有同意", Q(shown=False), "没有过期或撤回的", ""),
            ],
        ),
        rows=selectors.talents_kept,
        sees=KEEPS,
        edits=KEEPS,
        url="talents:talents",
        form=_new_form,
        save=_enter,
        may_change=False,
        imports=False,
        lead=_counts,
        new_label="登记一位",
        saved="登记好了，到期或撤回就不再显示。",
        links=(("talents.keep", "talents:needs", "企业要人"), ("talents.view", "talents:programmes", "人才计划")),
        acts=(
            Act("change", "改", _change, _kept_form, applies=lambda v, t: t.shown),
            Act("nominate", "报人才计划", _nominate, _nominate_form, applies=lambda v, t: t.shown),
            Act("consent", "本人又同意了", _consent, ConsentForm, applies=lambda v, t: not t.shown and not t.erased_on),
            Act("revoke", "本人撤回同意", _revoke, applies=lambda v, t: t.shown, is_serious=True,
                sentence="撤回以后谁也看不到，正在介绍的都停下。"),
            Act("erase", "按本人要求删去", _erase, applies=lambda v, t: not t.erased_on, is_serious=True,
                sentence="姓名、经历、联系方式都删去，不能恢复。"),
        ),
    )
)  # fmt: skip


# --- programmes ---------------------------------------------------------------------------------------------
class ResultForm(forms.Form):
    selected = forms.ChoiceField(
        label="结果", choices=[("yes", "入选"), ("no", "没入选")], widget=forms.RadioSelect
    )
    document = forms.CharField(label="公布的文号", min_length=2, max_length=80)


def _result_form(
    data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Programme
) -> forms.Form:
    form = ResultForm(data)
    open_ = row.nominations.filter(state=Nomination.State.APPLIED).select_related("talent")
    form.fields = {
        "nomination": forms.TypedChoiceField(
            label="谁", coerce=int, choices=[(n.pk, str(n.talent)) for n in open_]
        ),
        **form.fields,
    }
    return form


def _result(actor: Viewer, row: Programme, data: dict[str, Any], now: datetime) -> str:
    nomination = row.nominations.get(pk=data["nomination"])
    given = {"selected": data["selected"] == "yes", "document": data["document"]}
    made = services.nomination_result(actor=actor, nomination=nomination, now=now, **given)
    return f"记下了：{made.get_state_display()}。"


PROGRAMMES: Register[Any] = declare_register(
    Register(
        name="talent_programmes",
        title="人才计划",
        noun="人才计划",
        listing=Listing(
            columns=[
                Column("人才计划", lambda p: p.name, "name", ("name",), url=lambda p: PROGRAMMES.row_url(p)),
                Column("哪一级", lambda p: p.get_level_display(), "level", ("level",)),
                Column("年度", lambda p: p.year, "year", ("year",), numeric=True),
                Column("申报", lambda p: p.applied, numeric=True),
                Column("有结果", lambda p: p.decided, numeric=True),
                Column("入选", lambda p: p.selected, numeric=True),
                Column("依据", lambda p: p.source, in_page=False),
            ],
            empty_title="还没有人才计划",
            empty_text="登记一项，再在“企业家和人才”里把同意的人报上去。",
        ),
        rows=lambda viewer, today: selectors.programmes(viewer),
        sees=("talents.view",),
        edits=KEEPS,
        opens=("talents.view",),
        url="talents:programmes",
        noted=("talents.programme",),  # plans of `programmes` are called the same
        form=row_form(Programme, *services.PROGRAMME),
        save=saves(services.programme_keep),
        edits_apart=True,
        imports=False,
        hint="数的是人：申报了几位、其中几位有了结果、几位入选；姓名只有人才专员凭本人同意看得到。",
        acts=(
            Act("result", "记结果", _result, _result_form,
                applies=lambda v, p: p.nominations.filter(state="applied").exists()),
        ),
    )
)  # fmt: skip


urlpatterns = [*register_urls(TALENTS, "talents/people/"), *register_urls(PROGRAMMES, "talents/programmes/")]
