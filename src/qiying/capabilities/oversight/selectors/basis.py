"""Reads of the basis: its articles, what cites each, and how much of it is covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import NoReverseMatch, reverse

from qiying.capabilities.oversight.models import Article, Basis, Citation
from qiying.kernel.cases.reading_lists import numbers_opened
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer

KINDS = {
    "finding": "检查发现",
    "case": "办件",
    "opinion": "审议意见",
    "report_heard": "听取报告",
    "law_check": "执法检查",
    "task": "任务",
}
"""What cites articles, by the first word of its subject; others are called 其他."""
PAGES = {
    "finding": "oversight:findings",
    "report_heard": "oversight:reports",
    "law_check": "oversight:checks",
    "opinion": "deliberations:items",
}
"""The registers in which what cites an article stands."""


def article_choices(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    """Return the articles in force as choices of a form."""
    rows = Article.objects.filter(
        in_force(today), in_force(today, "basis__"), basis__district=viewer.district_id
    )
    found = rows.select_related("basis").order_by("basis__name", "no")
    return [(a.pk, f"{a}：{a.duty[:30]}") for a in found]


def citations_of(subject: str) -> list[Citation]:
    """Return what something cites."""
    return kept(_citations, subject=subject)


def _citations() -> QuerySet[Citation]:
    rows = Citation.objects.select_related("article__basis", "article__unit")
    return rows.order_by("article__basis", "article__no")


def kind_of(subject: str) -> str:
    return KINDS.get(subject.partition(":")[0], "其他")


def url_of(subject: str) -> str:
    """Return where the page of a subject is, empty for what has none here."""
    kind, _, key = subject.partition(":")
    if kind == "case":
        return f"/cases/{key}/"
    try:
        return reverse(f"{PAGES[kind]}_row", args=[key]) if kind in PAGES else ""
    except NoReverseMatch:  # whose page it is, is not installed
        return ""


def cited_by(viewer: Viewer, article: Article) -> list[dict[str, Any]]:
    """Return what cites an article, newest first, with where it stands if that opens for the viewer."""
    found = list(article.citations.all()[:200])
    opened = numbers_opened(viewer, (c.subject[5:] for c in found if c.subject.startswith("case:")))
    return [
        {
            "kind": kind_of(c.subject),
            "label": c.label,
            "url": url_of(c.subject) if c.subject[5:] in opened or not c.subject.startswith("case:") else "",
            "at": c.at,
        }
        for c in found
    ]


def citations_count(rows: Sequence[Article]) -> None:
    """Hang on each article how often it is cited; one query."""
    found = Citation.objects.filter(article__in=list(rows)).values_list("article").annotate(Count("pk"))
    by = dict(found)
    for row in rows:
        row.cited = by.get(row.pk, 0)


def coverage_of(basis: Basis, today: date) -> dict[str, Any]:
    """Return a basis article by article: how often each is cited, how many are, and by what; three queries."""
    articles = list(basis.articles.filter(in_force(today)).select_related("unit", "basis"))
    citations_count(articles)
    subjects = Citation.objects.filter(article__in=articles).values_list("subject", flat=True)
    kinds = Counter(kind_of(subject) for subject in subjects).most_common()
    return {"articles": articles, "cited": sum(a.cited > 0 for a in articles), "by_kind": kinds}
