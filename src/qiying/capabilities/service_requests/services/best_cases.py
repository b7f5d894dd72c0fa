"""Best cases (十佳案例): ten a year, chosen from nominated reviews, told without anybody's personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from django.db import transaction
from django.db.models import Max

from qiying.capabilities.service_requests.models import BestCase, Review
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.models import Case, Intake
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer, require

_noted = noting("", title=attrgetter("title"))

STORY_LEAST, STORY_MOST = 30, 3000
# Mobile and fixed phones, identity numbers, bank cards: whatever has seven digits in a row names somebody.
_DIGITS = re.compile(r"\d(?:[ \-]?\d){6,}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_SUFFIX = re.compile(r"(股份|集团|有限)*(责任)?公司$")


def most_a_year(district_id: int, year_end: datetime) -> int:
    """Return how many a year may have (十百千 counts ten)."""
    found = parameter("method.ten_hundred_thousand", district_id=district_id, on=local_date(year_end))
    return int(found.get("ten", ["", 10])[1])


@transaction.atomic
def best_case_choose(*, review: Review, actor: Viewer, title: str, story: str, now: datetime) -> BestCase:
    """Choose a nominated review as a best case of its year; it takes the last place."""
    require(actor, "service_requests.best_choose")
    assert actor.person_id is not None  # a person chooses, never a program
    row = Review.objects.select_for_update().select_related("case__enterprise").get(pk=review.pk)
    if not (row.is_nominated and row.state == Review.State.DONE):
        raise ActionNotAvailable("只有写好复盘并推荐了的件能入选")
    if BestCase.objects.filter(review=row).exists():
        raise ActionNotAvailable("这件已经入选了，请刷新后再看")
    chosen = BestCase.objects.filter(district_id=row.case.district_id, year=row.month.year)
    most = most_a_year(row.case.district_id, now)
    if chosen.count() >= most:
        raise GuardFailed([f"{row.month.year} 年已经选满 {most} 件，要先取消一件"])
    _check(row.case, title, story, names_enterprise=False)
    best = BestCase.objects.create(
        district_id=row.case.district_id,
        year=row.month.year,
        review=row,
        rank=(chosen.aggregate(last=Max("rank"))["last"] or 0) + 1,
        title=title.strip(),
        story=story.strip(),
        chosen_by_id=actor.person_id,
        chosen_at=now,
    )
    _noted(actor, "best_case_chosen", best, now, year=best.year)
    return best


@transaction.atomic
def best_case_save(
    *,
    best: BestCase,
    actor: Viewer,
    title: str,
    story: str,
    names_enterprise: bool,
    consent: str,
    now: datetime,
) -> BestCase:
    """Change title and story, and whether the enterprise agreed to be named (who agreed, when)."""
    row = _locked(best, actor)
    _check(row.review.case, title, story, names_enterprise=names_enterprise)
    if names_enterprise and len(consent.strip()) < 4:
        words = "要写企业名字，先写明企业谁在什么时候同意的"
        raise GuardFailed([words], {"consent": [words]})
    row.title, row.story = title.strip(), story.strip()
    row.names_enterprise, row.consent = names_enterprise, consent.strip() if names_enterprise else ""
    row.save()
    _noted(actor, "best_case_saved", row, now, consent=row.consent)
    return row


@transaction.atomic
def best_case_move(*, best: BestCase, actor: Viewer, is_up: bool, now: datetime) -> BestCase:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    row = _locked(best, actor)
    order = list(
        BestCase.objects.select_for_update()
        .filter(district_id=row.district_id, year=row.year)
        .order_by("rank", "pk")
    )
    at = next(i for i, b in enumerate(order) if b.pk == row.pk)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(order):
        return row
    order[at], order[to] = order[to], order[at]
    _number(order)
    row = order[to]
    _noted(actor, "best_case_moved", row, now, rank=row.rank)
    return row


@transaction.atomic
def best_case_publish(*, best: BestCase, actor: Viewer, is_published: bool, now: datetime) -> BestCase:
    """Show a best case to everybody, or take it back; what is shown is checked once more."""
    row = _locked(best, actor)
    if is_published:
        _check(row.review.case, row.title, row.story, names_enterprise=row.names_enterprise)
    row.is_published, row.published_at = is_published, now if is_published else None
    row.save(update_fields=["is_published", "published_at"])
    if is_published:
        _noted(actor, "best_case_published", row, now, named=row.names_enterprise)
    else:
        _noted(actor, "best_case_withdrawn", row, now)
    return row


@transaction.atomic
def best_case_remove(*, best: BestCase, actor: Viewer, now: datetime) -> None:
    """Take a case out of the year's list; its review stays nominated, the others close up."""
    row = _locked(best, actor)
    if row.is_published:
        raise ActionNotAvailable("公开着的不能取消，请先收回")
    _noted(actor, "best_case_removed", row, now)
    district_id, year = row.district_id, row.year
    row.delete()
    _number(list(BestCase.objects.filter(district_id=district_id, year=year).order_by("rank", "pk")))


def _locked(best: BestCase, actor: Viewer) -> BestCase:
    require(actor, "service_requests.best_choose")
    rows = BestCase.objects.select_for_update(of=("self",)).select_related("review__case__enterprise")
    return rows.get(pk=best.pk)


def _number(order: Iterable[BestCase]) -> None:
    for rank, row in enumerate(order, 1):
        if row.rank != rank:
            row.rank = rank
            row.save(update_fields=["rank"])


def _check(case: Case, title: str, story: str, *, names_enterprise: bool) -> None:
    """Raise `GuardFailed` when the words are too few or name somebody who did not agree."""
    fields: dict[str, list[str]] = {}
    if names_enterprise and case.hide_asker:
        fields["names_enterprise"] = ["来件人要求隐名，不能写企业名字"]
    if len(title.strip()) < 4:
        fields["title"] = ["标题至少 4 个字"]
    if len(story.strip()) < STORY_LEAST:
        fields["story"] = [f"故事至少 {STORY_LEAST} 个字：企业遇到什么、怎么办的、办成什么样"]
    for name, text in (("title", title), ("story", story)):
        named = [*_personal(case, text), *([] if names_enterprise else _firm(case, text))]
        if named:
            fields.setdefault(name, []).extend(named)
    refuse(fields)


def _personal(case: Case, text: str) -> list[str]:
    """Return what in a text points to a person: numbers, addresses, the askers' own names."""
    found = []
    if _DIGITS.search(text) or _MAIL.search(text):
        found.append("里面有电话、证件号或邮箱，请去掉")
    refs = Intake.objects.filter(case_links__case=case).values_list("contact_name_ref", flat=True)
    names = {v for v in personal_get([r for r in refs if r]).values() if v and len(v) > 1}
    if any(name in text for name in names):
        found.append("里面有联系人的名字，请换成“企业负责人”")
    return found


def _firm(case: Case, text: str) -> list[str]:
    """Return a reason when the text names the enterprise, in full or by its short name."""
    firm = case.enterprise
    if firm is None:
        return []
    short = _SUFFIX.sub("", firm.name)
    if firm.name in text or (len(short) > 2 and short in text):
        return ["里面有企业名字。企业没同意，就写“一家机械企业”这样的话"]
    return []
