"""The basis register and its articles, with the coverage of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q

from qiying.capabilities.oversight.forms.basis import article_form, basis_form
from qiying.capabilities.oversight.models import Article, Basis
from qiying.capabilities.oversight.selectors.basis import (
    bases_of,
    citations_count,
    cited_by,
    coverage_of,
)
from qiying.capabilities.oversight.services.basis import article_save, basis_save
from qiying.capabilities.oversight.views.kept import kept_register
from qiying.kernel.organisations.listing import Column, Filter
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.registers.register import Panel, Register
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole


def _coverage(request: ViewerRequest, row: Basis) -> dict[str, Any]:
    return {"coverage": coverage_of(row, request.today), "basis": row}


def _uncovered(request: ViewerRequest, rows: Sequence[Basis]) -> None:
    held = in_force(request.today, "articles__")
    cited = Count("articles", filter=held & Q(articles__citations__isnull=False), distinct=True)
    found = Basis.objects.filter(pk__in=[r.pk for r in rows]).annotate(
        has=Count("articles", filter=held, distinct=True), used=cited
    )
    by = {b.pk: (b.used, b.has) for b in found}
    for row in rows:
        row.articles_cited, row.cited = by[row.pk]


def _count(request: ViewerRequest, rows: Sequence[Article]) -> None:
    citations_count(rows)


def _citing(request: ViewerRequest, row: Article) -> dict[str, Any]:
    return {"article": row, "cited": cited_by(row)}


def _basis_choices(request: ViewerRequest) -> list[tuple[int, str]]:
    return [(b.pk, b.name) for b in bases_of(request.viewer)]


BASES: Register[Any] = kept_register(
    "bases",
    "监督依据",
    Basis,
    [
        Column("名称", lambda b: b.name, "name", ("name",), url=lambda b: BASES.row_url(b)),
        Column("种类", lambda b: b.get_kind_display(), "kind", ("kind",)),
        Column("谁定的", lambda b: b.issuer),
        Column("通过", lambda b: b.adopted_on, "adopted", ("adopted_on",), kind="date"),
        Column("施行", lambda b: b.valid_from, "from", ("valid_from",), kind="date"),
        Column("用到的条款", lambda b: f"{b.articles_cited} / {b.cited} 条"),
        Column("出处", lambda b: b.source, in_page=False),
    ],
    service=basis_save,
    listing={
        "filters": [Filter("q", "名称", lambda rows, text: rows.filter(name__icontains=text))],
        "tabs": TERM_TABS,
        "prepare": _uncovered,
        "empty_title": "还没有监督依据",
        "empty_text": "先登记条例和决定，再逐条登记要做到什么、谁负责、哪天以前。",
    },
    form=basis_form,
    unique="name",
    edits_apart=True,
    panels=(Panel("oversight/_coverage.html", _coverage),),
    links=(("oversight.view", "oversight:articles", "条款"),),
)

ARTICLES: Register[Any] = kept_register(
    "articles",
    "条款",
    Article,
    [
        Column(
            "哪一条",
            lambda a: f"第{a.no}条",
            "no",
            ("basis__name", "no"),
            url=lambda a: ARTICLES.row_url(a),
            sub=lambda a: a.basis.name,
        ),
        Column("要做到什么", lambda a: a.duty),
        Column("条文", lambda a: a.text, in_page=False),
        Column("责任单位", lambda a: a.unit.label if a.unit else "", "unit", ("unit__name",)),
        Column("哪天以前", lambda a: a.due_on, "due", ("due_on",), kind="date"),
        Column("从哪天起", lambda a: a.valid_from, in_page=False),
        Column("被引用", lambda a: f"{a.cited} 次"),
    ],
    service=article_save,
    related=("basis", "unit"),
    listing={
        "filters": [
            Filter(
                "q",
                "条文、职责",
                lambda rows, text: rows.filter(Q(text__icontains=text) | Q(duty__icontains=text)),
            ),
            Filter("basis", "依据", lambda rows, pk: rows.filter(basis_id=whole(pk) or 0), _basis_choices),
        ],
        "tabs": TERM_TABS,
        "prepare": _count,
        "empty_title": "还没有条款",
        "empty_text": "一条一条登记：要做到什么、谁负责、哪天以前。也可以从表格导入。",
    },
    form=article_form,
    edits_apart=True,
    panels=(Panel("oversight/_cited.html", _citing),),
    links=(("oversight.view", "oversight:bases", "监督依据"),),
)
urlpatterns = [*register_urls(BASES, "bases/"), *register_urls(ARTICLES, "articles/")]
