"""Reads of the basis: its articles, what cites each, and how much of it is covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.urls import reverse

from qiying.capabilities.oversight.models import Article, Basis, Citation
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer

KINDS = {
    "finding": "检查发现",
    "case": "办件",
    "opinion": "审议意见",
    "report_heard": "听取报告",
    "law_check": "执法检查",
}
"""What cites articles, by the first word of its subject; others are called 其他."""


def bases_of(viewer: Viewer) -> QuerySet[Basis]:
    return Basis.objects.filter(district_id=viewer.district_id or 0)


def articles_of(viewer: Viewer) -> QuerySet[Article]:
    return Article.objects.filter(district_id=viewer.district_id or 0).select_related("basis", "unit")


def article_choices(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    """Return the articles in force as choices of a form."""
    rows = articles_of(viewer).filter(in_force(today)).filter(in_force(today, "basis__"))
    return [(a.pk, f"{a}：{a.duty[:30]}") for a in rows.order_by("basis__name", "no")]


def citations_of(subject: str) -> list[Citation]:
    """Return what something cites."""
    rows = Citation.objects.filter(subject=subject).select_related("article__basis", "article__unit")
    return list(rows.order_by("article__basis", "article__no"))


@dataclass(frozen=True)
class Cited:
    """One citation as a page shows it; `url` is empty for what has no page of its own."""

    kind: str
    label: str
    url: str
    on: date


def cited_by(article: Article) -> list[Cited]:
    """Return what cites an article, newest first."""
    rows = article.citations.all()[:200]
    return [Cited(kind_of(c.subject), c.label, url_of(c.subject), c.at.date()) for c in rows]


def kind_of(subject: str) -> str:
    return KINDS.get(subject.partition(":")[0], "其他")


def url_of(subject: str) -> str:
    """Return where the page of a subject is, empty for what has none here."""
    kind, _, key = subject.partition(":")
    if kind == "case":
        return f"/cases/{key}/"
    names = {"finding": "findings", "report_heard": "reports", "law_check": "checks"}
    return reverse(f"oversight:{names[kind]}_row", args=[key]) if kind in names else ""


def citations_count(articles: Iterable[Article]) -> None:
    """Hang on each article how often it is cited; one query."""
    rows = list(articles)
    found = Citation.objects.filter(article__in=rows).values_list("article").annotate(Count("pk"))
    by = dict(found)
    for row in rows:
        row.cited = by.get(row.pk, 0)


@dataclass(frozen=True)
class Coverage:
    """How much of a basis was used: articles in force, those something cites, citations by kind."""

    articles: Sequence[Article]
    by_kind: Sequence[tuple[str, int]]

    @property
    def cited(self) -> int:
        return sum(a.cited > 0 for a in self.articles)


def coverage_of(basis: Basis, today: date) -> Coverage:
    """Return the coverage of a basis article by article; three queries."""
    articles = list(basis.articles.filter(in_force(today)).select_related("unit", "basis"))
    citations_count(articles)
    subjects = Citation.objects.filter(article__in=articles).values_list("subject", flat=True)
    kinds: dict[str, int] = {}
    for subject in subjects:
        kinds[kind_of(subject)] = kinds.get(kind_of(subject), 0) + 1
    return Coverage(articles, sorted(kinds.items(), key=lambda k: -k[1]))
