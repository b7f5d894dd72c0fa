"""The registers oversight stands on: regulations, their articles with what cites them, lists of supervision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q

from qiying.capabilities.oversight.models import Article, Basis, RouteList
from qiying.capabilities.oversight.selectors.basis import citations_count, cited_by, coverage_of
from qiying.capabilities.oversight.views.kept import VIEW, kept_register
from qiying.kernel.organisations.listing import Column, Filter, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Panel, Register
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole


def _used(request: ViewerRequest, rows: Sequence[Basis]) -> None:
    held = in_force(request.today, "articles__")
    cited = Count("articles", filter=held & Q(articles__citations__isnull=False), distinct=True)
    has = Count("articles", filter=held, distinct=True)
    found = Basis.objects.filter(pk__in=[r.pk for r in rows]).annotate(has=has, used=cited)
    by = {b.pk: (b.used, b.has) for b in found}
    for row in rows:
        row.articles_cited, row.cited = by[row.pk]


def _bases(viewer: Viewer) -> list[tuple[int, str]]:
    rows = Basis.objects.filter(district_id=viewer.district_id or 0)
    return list(rows.values_list("pk", "name"))


BASES: Register[Any] = kept_register(
    "bases",
    "监督依据",
    Basis,
    [
        "name",
        "kind",
        "issuer",
        "valid_from",
        Column("用到的条款", lambda b: f"{b.articles_cited} / {b.cited} 条"),
        "source",
    ],
    fields=("name", "kind", "issuer", "adopted_on", "valid_from", "valid_to", "source"),
    hints={"source": "网址或公报期号；样例写“样例”", "valid_to": "还有效就空着"},
    listing={
        "filters": [search("名称", "name")],
        "tabs": TERM_TABS,
        "prepare": _used,
        "empty_title": "还没有监督依据",
        "empty_text": "先登记条例和决定，再逐条登记要做到什么、谁负责、哪天以前。",
    },
    unique="name",
    edits_apart=True,
    panels=(Panel("oversight/_coverage.html", lambda request, row: coverage_of(row, request.today)),),
    links=((VIEW, "oversight:articles", "条款"),),
)

ARTICLES: Register[Any] = kept_register(
    "articles",
    "条款",
    Article,
    [
        Column("哪一条", str, "no", ("basis__name", "no"), url=lambda a: ARTICLES.row_url(a)),
        "duty",
        Column("条文", lambda a: a.text, in_page=False),
        "unit",
        "due_on",
        Column("被引用", lambda a: f"{a.cited} 次"),
    ],
    fields=("basis", "no", "text", "duty", "unit", "due_on", "valid_from", "valid_to"),
    offers={"basis": lambda viewer, today: _bases(viewer)},
    hints={"due_on": "条文里没有写日期就空着", "valid_from": "修改过的条文写新的日期，旧的自己结束"},
    related=("basis", "unit"),
    listing={
        "filters": [
            search("职责", "duty"),
            Filter(
                "basis",
                "依据",
                lambda rows, pk: rows.filter(basis_id=whole(pk) or 0),
                lambda request: _bases(request.viewer),
            ),
        ],
        "tabs": TERM_TABS,
        "prepare": lambda request, rows: citations_count(rows),
        "empty_title": "还没有条款",
        "empty_text": "一条一条登记：要做到什么、谁负责、哪天以前。也可以从表格导入。",
    },
    edits_apart=True,
    panels=(
        Panel(
            "oversight/_cited.html",
            lambda request, row: {"article": row, "cited": cited_by(request.viewer, row)},
        ),
    ),
    links=((VIEW, "oversight:bases", "监督依据"),),
)

LISTS: Register[Any] = kept_register(
    "lists",
    "督办清单",
    RouteList,
    ["name", "about", "route", "days", "valid_from", "valid_to", "source"],
    fields=("name", "about", "route", "days", "source", "valid_from", "valid_to"),
    hints={"about": "例：企业普遍反映、归一个单位管的", "source": "哪个文件定的；样例写“样例”"},
    listing={
        "tabs": TERM_TABS,
        "empty_title": "还没有清单",
        "empty_text": "先登记清单：什么样的问题归口办、领衔办、依法办，多少天给结果。四张够用，可以改。",
    },
)
urlpatterns = [
    *register_urls(BASES, "bases/"),
    *register_urls(ARTICLES, "articles/"),
    *register_urls(LISTS, "lists/"),
]
