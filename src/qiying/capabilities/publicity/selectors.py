"""What is read of publicity: articles for offices and for everybody, screens, and the yearly account of reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from qiying.capabilities.publicity.models import Article, NewsColumn, Reach, Screen
from qiying.capabilities.publicity.rules import OnScreen, on_screen
from qiying.kernel.documents.models import Audience, Document
from qiying.kernel.gatherings.kinds import kind_of
from qiying.kernel.gatherings.models import Attendee, Gathering
from qiying.kernel.gatherings.selectors import GONE, open_to_sign_up
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole

ACTIVITIES = {"sports": "体育活动赛事", "fair": "集市、展会", "outreach": "宣讲、讲座"}
State = Article.State


def articles_visible_to(viewer: Viewer) -> QuerySet[Article]:
    """Return what an office reads: everything that was sent in for review, drafts of its own units alone."""
    rows = Article.objects.filter(district_id=viewer.district_id or 0).select_related(
        "column", "unit", "written_by", "reviewed_by"
    )
    if not viewer.has("publicity.view"):
        return rows.none()
    return rows.filter(~Q(state=State.DRAFT) | Q(unit_id__in=viewer.unit_ids))


def articles_public(district_id: int) -> QuerySet[Article]:
    """Return what everybody may read, the newest first."""
    rows = Article.objects.filter(district_id=district_id, state=State.PUBLISHED)
    return rows.select_related("column", "unit").order_by("-published_on", "-pk")


def columns_public(district_id: int, on: date) -> QuerySet[NewsColumn]:
    """Return the columns in force, each with how many articles are public in it."""
    count = Count("articles", filter=Q(articles__state=State.PUBLISHED))
    return NewsColumn.objects.filter(in_force(on), district_id=district_id).annotate(count=count)


def may_write(viewer: Viewer, row: Article) -> bool:
    return viewer.has("publicity.write") and row.unit_id in viewer.unit_ids


def may_review(viewer: Viewer, row: Article) -> bool:
    """Tell whether somebody may pass an article: a leader of its unit or the chief editor, never who wrote it."""
    if row.written_by_id == viewer.person_id:
        return False
    own = viewer.has("publicity.review") and row.unit_id in viewer.unit_ids
    return own or viewer.has("publicity.chief")


def to_review(viewer: Viewer) -> QuerySet[Article]:
    """Return what waits for somebody's review."""
    rows = articles_visible_to(viewer).filter(state=State.REVIEW).exclude(written_by_id=viewer.person_id)
    if viewer.has("publicity.chief"):
        return rows
    return rows.filter(unit_id__in=viewer.unit_ids) if viewer.has("publicity.review") else rows.none()


def sent_back(viewer: Viewer) -> QuerySet[Article]:
    """Return one's own drafts that came back."""
    return articles_visible_to(viewer).filter(
        state=State.DRAFT, returned__gt=0, written_by_id=viewer.person_id or 0
    )


def pictures_of(row: Article) -> QuerySet[Document]:
    return Document.objects.filter(subject=row.subject, erased_at__isnull=True).order_by("pk")


def picture_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Tell who sees an article's pictures: everybody once it is public, before that whoever reads the draft."""
    pk = whole(subject.partition(":")[2]) or 0
    is_public = audience == Audience.PARTIES and Article.objects.filter(pk=pk, state=State.PUBLISHED).exists()
    return is_public or articles_visible_to(viewer).filter(pk=pk).exists()


def screens_of(row: Article, on: date) -> list[tuple[Screen, OnScreen]]:
    """Return every screen in force with the article's sentences as it shows them."""
    screens = Screen.objects.filter(in_force(on), district_id=row.district_id).select_related("unit")
    return [(s, on_screen(row.sentences, s.rows, s.chars, s.turns)) for s in screens]


def activities_open(viewer: Viewer, district_id: int, today: date) -> list[Gathering]:
    """Return the activities anybody may sign up for."""
    rows = open_to_sign_up(viewer, today).filter(kind__in=ACTIVITIES, district_id=district_id)
    return list(rows[:12])


@dataclass(frozen=True)
class Line:
    """One line of the account: how often, how many came or were reached, of how many, and what has no whole."""

    group: str
    label: str
    times: int
    reached: int
    part: int = 0
    whole: int = 0
    without: int = 0

    @property
    def share(self) -> str:
        """Return the share with its denominator, over what has one."""
        return f"{self.part} / {self.whole}（{self.part / self.whole:.0%}）" if self.whole else "没有分母"


def account(district_id: int, year: int, today: date) -> list[Line]:
    """Return a year of publicity: articles by column, ways, activities, screens."""
    return [
        *_articles(district_id, year),
        *_ways(district_id, year),
        *_activities(district_id, year),
        _screens(district_id, today),
    ]


def _articles(district_id: int, year: int) -> Iterable[Line]:
    rows = Article.objects.filter(district_id=district_id, published_on__year=year)
    found = rows.values("column__name").annotate(
        times=Count("pk", distinct=True),
        opened=Sum("days__opened"),
        sourced=Count("pk", filter=~Q(source_url=""), distinct=True),
    )
    for one in found.order_by("column__name"):
        label = one["column__name"] or "不入专栏"
        yield Line(
            "稿件（打开次数，附原文的比例）",
            label,
            one["times"],
            one["opened"] or 0,
            one["sourced"],
            one["times"],
        )


def _ways(district_id: int, year: int) -> Iterable[Line]:
    has = Q(of__isnull=False)
    rows = Reach.objects.filter(district_id=district_id, on__year=year).values("means")
    found = rows.annotate(
        n=Sum("times"),
        all=Sum("reached"),
        part=Sum("reached", filter=has),
        whole=Sum("of", filter=has),
        without=Count("pk", filter=~has),
    )
    labels = dict(Reach.Means.choices)
    for one in found.order_by("means"):
        told = (one["all"] or 0, one["part"] or 0, one["whole"] or 0, one["without"])
        yield Line("宣传方式（到达人次）", labels[one["means"]], one["n"], *told)


def _activities(district_id: int, year: int) -> Iterable[Line]:
    rows = Attendee.objects.filter(
        gathering__district_id=district_id,
        gathering__kind__in=ACTIVITIES,
        gathering__on__year=year,
        gathering__phase="closed",
    ).exclude(state__in=GONE)
    found = rows.values(kind=F("gathering__kind")).annotate(
        times=Count("gathering", distinct=True),
        whole=Count("pk"),
        came=Count("pk", filter=Q(checked_in_at__isnull=False)),
    )
    for one in found.order_by("kind"):
        told = (one["times"], one["came"], one["came"], one["whole"])
        yield Line("活动（签到的人，占报名和邀请的）", kind_of(one["kind"]).label, *told)


def _screens(district_id: int, today: date) -> Line:
    screens = Screen.objects.filter(in_force(today), district_id=district_id)
    shown = Reach.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), on__lte=today, screen__in=screens
    )
    busy = shown.values("screen").distinct().count()
    return Line("电子屏（今天在放的，占全部）", "电子屏", screens.count(), busy, busy, screens.count())
