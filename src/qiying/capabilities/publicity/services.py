"""Writes: articles written, passed by a second person, published, withdrawn; what opens are counted; kept rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from qiying.capabilities.publicity.models import Article, ArticleDay, NewsColumn, Reach, Screen
from qiying.capabilities.publicity.rules import POSTER_MOST
from qiying.capabilities.publicity.selectors import may_review, may_write
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import noting
from qiying.kernel.documents.models import Audience, Document, DocumentKind
from qiying.kernel.documents.previews import NoPreview, preview_image
from qiying.kernel.documents.services import document_store
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.organisations.models import DistrictRow
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import Faults, Values, keeper, row_locked

note = noting("publicity", what=str)

State = Article.State
PICTURES = 12


def count(row: Article, measure: str, on: date, value: int = 1, seq: int = 0) -> None:
    """Append what an article counts; its number stands below nought, where cases have none."""
    told: dict[str, Any] = {"procedure": "publicity", "measure": measure, "month": on.replace(day=1)}
    whose = {"district_id": row.district_id, "unit_id": row.unit_id, "case_id": -row.pk}
    category = row.column.name if row.column else ""
    deltas_write(
        [FigureDelta(**told, **whose, kind="article", category=category, event_seq=seq, value=value)]
    )


# --- kept rows -----------------------------------------------------------------------------------
def _article(row: Article, values: Values, now: datetime) -> Faults:
    found: Faults = {}
    if row.state != State.DRAFT:
        found["title"] = [f"“{row.get_state_display()}”的稿件不能改，要改先退回或者撤下"]
    if row.column is not None and row.column.valid_to and row.column.valid_to < local_date(now):
        found["column"] = [f"“{row.column}”已经停办，换一个专栏"]
    if row.source_url and not row.source_url.startswith(("https://", "http://")):
        found["source_url"] = ["网址以 https:// 开头，从浏览器里复制"]
    if len(row.sentences) > POSTER_MOST:
        found["lines"] = [f"最多 {POSTER_MOST} 句，路过的人看不完"]
    return found


def _reach(row: Reach, values: Values, now: datetime) -> Faults:
    found: Faults = {}
    if row.on > local_date(now):
        found["on"] = ["还没到那天，办完再登记"]
    if row.until and row.until < row.on:
        found["until"] = ["止不能早于起"]
    if row.of is not None and (row.reached is None or row.reached > row.of):
        found["reached"] = ["到了的不能比该到的多；不知道一共多少就不填分母"]
    if row.article and row.article.state != State.PUBLISHED:
        found["article"] = ["这篇还没有发布，先审稿再用"]
    if (row.means == Reach.Means.SCREEN) != (row.screen_id is not None):
        found["screen"] = ["在电子屏上放的，选哪块屏；别的方式不选"]
    return found


def _screen(row: Screen, values: Values, now: datetime) -> Faults:
    limits = {"rows": (1, 20), "chars": (2, 60), "turns": (1, 30)}
    return {
        name: [f"{low} 到 {high}"]
        for name, (low, high) in limits.items()
        if not low <= getattr(row, name) <= high
    }


NEEDS = {NewsColumn: "publicity.chief", Screen: "publicity.chief"}


def may_keep(viewer: Viewer, row: Any) -> bool:
    """Tell whether a row is somebody's to keep: a draft its writer's, columns and screens any chief editor's."""
    if isinstance(row, Article) and row.written_by_id not in (None, viewer.person_id):
        return False
    return type(row) in NEEDS or row.unit_id in viewer.unit_ids


_keep = keeper(
    "publicity.keep",
    "publicity.write",
    {Article: _article, Reach: _reach, Screen: _screen},
    may=may_keep,
    why="只能以本单位的名义写稿、登记；稿件由写的人改",
    otherwise=NEEDS,
)


def row_keep(*, actor: Viewer, model: type[DistrictRow], row: Any, now: datetime, **given: Any) -> Any:
    """Enter or change a row; raise `GuardFailed` with every reason by field."""
    if model is Article:
        row = row or Article(written_by_id=actor.person_id)
        row.changed_at = now
    return _keep(actor=actor, model=model, row=row, now=now, **given)


# --- the life of an article ------------------------------------------------------------------------
def _moved(row: Article, actor: Viewer, state: str, action: str, now: datetime, **data: Any) -> Article:
    row.state, row.changed_at = state, now
    row.save()
    note(actor, action, row, now, **data)
    return row


@transaction.atomic
def article_submit(*, actor: Viewer, row: Article, now: datetime) -> Article:
    """Send a draft in for review."""
    found = row_locked(row, State.DRAFT, related=("column", "unit"))
    if not may_write(actor, found):
        raise NotPermitted("由供稿单位的人送审")
    count(found, "submitted", local_date(now), seq=found.returned)
    return _moved(found, actor, State.REVIEW, "submit", now)


@transaction.atomic
def article_publish(*, actor: Viewer, row: Article, said: str, now: datetime) -> Article:
    """Publish what somebody else wrote."""
    found = _reviewed(actor, row)
    found.reviewed_by_id, found.said, found.published_on = actor.person_id, said, local_date(now)
    count(found, "published", local_date(now))
    if not found.returned:
        count(found, "passed_first", local_date(now))
    return _moved(found, actor, State.PUBLISHED, "publish", now, said=said)


@transaction.atomic
def article_return(*, actor: Viewer, row: Article, said: str, now: datetime) -> Article:
    """Send it back with what is to be changed."""
    found = _reviewed(actor, row)
    found.said, found.returned = said, found.returned + 1
    count(found, "returned", local_date(now), seq=found.returned)
    return _moved(found, actor, State.DRAFT, "return", now, said=said)


def _reviewed(actor: Viewer, row: Article) -> Article:
    found = row_locked(row, State.REVIEW, related=("column", "unit"))
    if not may_review(actor, found):
        raise NotPermitted("审稿要由另一个人：本单位领导，或者总编")
    return found


@transaction.atomic
def article_withdraw(*, actor: Viewer, row: Article, said: str, now: datetime) -> Article:
    """Take a published article off the public page; the row stays with the reason."""
    found = row_locked(row, State.PUBLISHED, related=("column", "unit"))
    if not may_review(actor, found):
        raise NotPermitted("撤下要由另一个人：本单位领导，或者总编")
    found.said = said
    count(found, "withdrawn", local_date(now))
    return _moved(found, actor, State.WITHDRAWN, "withdraw", now, said=said)


@transaction.atomic
def picture_add(*, actor: Viewer, row: Article, name: str, content: bytes, now: datetime) -> Document:
    """Put a photo to a draft; the reviewer sees it with the text."""
    found = row_locked(row, State.DRAFT, related=("column", "unit"))
    if not may_write(actor, found):
        raise NotPermitted("由供稿单位的人放照片")
    if Document.objects.filter(subject=found.subject, erased_at__isnull=True).count() >= PICTURES:
        refuse({"file": [f"一篇最多 {PICTURES} 张照片"]})
    try:
        drawn = preview_image(
            content
        ).content  # anew: a public picture does not tell where and when it was taken
    except NoPreview:
        raise GuardFailed(["这不是照片，或者打不开"], {"file": ["请换一张照片"]}) from None
    made = document_store(
        content=drawn, name=f"{name.rpartition('.')[0] or name}.jpg", kind=DocumentKind.PHOTO,
        subject=found.subject, audience=Audience.PARTIES, actor=actor, district_id=found.district_id, at=now,
    )  # fmt: skip
    note(actor, "picture", found, now, name=made.name)
    return made


# --- opened ----------------------------------------------------------------------------------------
@transaction.atomic
def opened(*, row: Article, today: date) -> None:
    """Count that an article was opened; nothing of who. The first of a day puts the days before into the figures."""
    if ArticleDay.objects.filter(article=row, on=today).update(opened=F("opened") + 1):
        return
    _, is_new = ArticleDay.objects.get_or_create(article=row, on=today, defaults={"opened": 1})
    if not is_new:
        ArticleDay.objects.filter(article=row, on=today).update(opened=F("opened") + 1)
    before = ArticleDay.objects.select_for_update(of=("self",)).filter(
        article__district_id=row.district_id, on__lt=today, is_counted=False
    )
    for day in before.select_related("article__column"):
        count(day.article, "opened", day.on, day.opened, day.on.toordinal())
        ArticleDay.objects.filter(pk=day.pk).update(is_counted=True)
