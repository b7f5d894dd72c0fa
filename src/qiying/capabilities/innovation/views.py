"""The ranking and the weights for the office, each enterprise's own score with every indicator's contribution."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from qiying.capabilities.innovation.models import SCHEMES, STAGES, Score, WeightTable
from qiying.capabilities.innovation.rules.scoring import Breakdown
from qiying.capabilities.innovation.rules.tables import tables
from qiying.capabilities.innovation.selectors import breakdown_of, ends, ranking_visible_to
from qiying.capabilities.innovation.services.weighing import weights_set
from qiying.decision.indicators import standard_registry
from qiying.decision.words.values import plain, value_text
from qiying.kernel.enterprises.decision_facts import KnownFact
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.listing import Column, Filter, Listing, search
from qiying.kernel.organisations.pages import page, signed_in
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.register import Panel, Register, declare_register
from qiying.kernel.registers.rows import DAY
from qiying.kernel.registers.views import register_urls

VIEW = ("innovation.view",)


def shown(found: Mapping[str, Breakdown], known: Mapping[str, KnownFact]) -> list[dict[str, Any]]:
    """Return score and index as the page draws them: each indicator with its points, its facts and their source."""
    return [
        {
            "told": told,
            "groups": [
                {
                    "label": label,
                    "words": _of(*(sum(getattr(p, end) for p in parts) for end in ("low", "high", "full"))),
                    "parts": [
                        {
                            "part": p,
                            "words": _of(p.low, p.high, p.full),
                            "facts": [_told(known[n]) for n in p.measured.names if n in known],
                            "missing": [n for n in p.measured.names if n not in known],
                        }
                        for p in parts
                    ],
                }
                for label, parts in told.groups
            ],
        }
        for told in found.values()
    ]


def _of(low: Decimal, high: Decimal, full: Decimal) -> str:
    """Return points of the full mark, an interval where something is missing."""
    return f"{plain(low)} / {plain(full)}" if low == high else f"{plain(low)}–{plain(high)} / {plain(full)}"


def _told(fact: KnownFact) -> str:
    """Return a fact with its unit, and where it comes from."""
    value = value_text(standard_registry()[fact.name], fact.stored)
    return f"{fact.name} {value}（{' '.join(filter(None, (fact.source_label, fact.period)))}）"


@require_GET
@signed_in
def mine(request: ViewerRequest) -> HttpResponse:
    """Show what the viewer's enterprises score, what each indicator gives, and what would tell more."""
    firms = list(Enterprise.objects.filter(pk__in=request.viewer.enterprise_ids).order_by("name")[:10])
    if not firms:
        raise Http404("您还没有绑定企业")
    found = [{"firm": f, "schemes": shown(*breakdown_of(f, request.today))} for f in firms]
    context = {
        "firms": found,
        "source": tables().source,
        "back_url": "/",
        "title": "创新积分",
        "can_correct": True,
    }
    return page(request, "innovation/mine.html", context)


def _about(request: ViewerRequest, row: Score) -> dict[str, Any]:
    return {"schemes": shown(*breakdown_of(row.enterprise, request.today)), "source": tables().source}


RANKING: Register[Score] = declare_register(
    Register(
        name="innovation_ranking",
        title="创新积分",
        noun="企业积分",
        listing=Listing(
            columns=[
                Column("企业", lambda r: r.enterprise.name, "firm", ("enterprise__name",),
                       url=lambda r: RANKING.row_url(r)),
                Column("阶段", lambda r: r.stage or "还不知道", "stage", ("stage",)),
                Column("创新积分", lambda r: ends(r.score_low, r.score_high), "score", ("-score_low", "-score_high"),
                       numeric=True),
                Column("科创指数", lambda r: ends(r.index_low, r.index_high), "index", ("-index_low", "-index_high"),
                       numeric=True),
                Column("知道几项", lambda r: f"{r.settled} / 18", "settled", ("settled",), numeric=True),
                Column("镇街", lambda r: getattr(r.enterprise.region_unit, "label", ""), "region",
                       ("enterprise__region_unit__path",)),
                Column("哪天算的", lambda r: r.as_of, "as_of", ("as_of",), kind="date"),
            ],
            filters=[
                search("企业", "enterprise__name"),
                Filter("stage", "阶段", lambda rows, stage: rows.filter(stage=stage), choices=STAGES),
            ],
            empty_title="还没有算出来的积分",
            empty_text="每天夜里 3 点测算；18 项里知道得够多的企业才列在这里。",
        ),
        rows=lambda viewer, today: ranking_visible_to(viewer),
        sees=VIEW,
        edits=(),
        opens=VIEW,
        url="innovation:ranking",
        subject=lambda r: f"enterprise:{r.enterprise_id}",
        noted=("enterprises.facts_record",),
        label=lambda r: r.enterprise.name,
        imports=False,
        lead=lambda request, listed: "缺数的给区间，不算 0 分；权重是样例，在“积分权重”里换成本区的。",
        panels=(Panel("innovation/_scores.html", _about),),
        links=(("innovation.view", "innovation:weights", "积分权重"),),
    )
)  # fmt: skip


def _weight_form(data: Any, *, viewer: Viewer, today: date, row: Any) -> forms.Form:
    """Return the form of new weights: first which, then one number an indicator, as they hold now."""
    made = forms.Form(data, initial={"valid_from": today})
    made.fields["scheme"] = forms.ChoiceField(label="积分还是指数", choices=SCHEMES)
    made.fields["stage"] = forms.ChoiceField(label="发展阶段", choices=STAGES)
    made.fields["valid_from"] = forms.DateField(label="从哪天起", widget=DAY)
    made.fields["source"] = forms.CharField(
        label="依据", min_length=4, max_length=200, help_text="文号或会议纪要"
    )
    for code, one in tables().indicators.items():
        made.fields[code] = forms.DecimalField(
            label=one.label,
            required=False,
            min_value=0,
            max_value=100,
            decimal_places=2,
            help_text="几分；不用的不填",
        )
    return made


def _keep(actor: Viewer, values: dict[str, Any], now: datetime, **rest: Any) -> WeightTable:
    given = {code: values[code] for code in tables().indicators if values.get(code) is not None}
    told = {name: values[name] for name in ("scheme", "stage", "valid_from", "source")}
    return weights_set(actor=actor, values=given, now=now, **told)


def _weights_words(row: WeightTable) -> str:
    return "，".join(f"{tables().indicators[code].label} {points}" for code, points in row.values.items())


WEIGHTS = kept_register(
    "innovation",
    "weights",
    "积分权重",
    WeightTable,
    ["scheme", "stage", "valid_from", "source", Column("权重", _weights_words, in_page=False)],
    keep=_keep,
    listing={
        "empty_title": "现在用的是样例权重",
        "empty_text": "全国试行版的权重没有读到，定了本区的就从那天起用。",
    },
    noun="权重",
    sees=VIEW,
    edits=("innovation.weigh",),
    opens=VIEW,
    form=_weight_form,
    save=lambda actor, row, values, now: _keep(actor, values, now),
    may_change=False,
    imports=False,
    panels=(
        Panel("innovation/_weights.html", lambda request, row: {"rows": _weights_words(row).split("，")}),
    ),
)


urlpatterns = [
    path("innovation/", mine, name="mine"),
    *register_urls(RANKING, "innovation/ranking/"),
    *register_urls(WEIGHTS, "innovation/weights/"),
]
