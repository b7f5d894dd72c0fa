"""What follows a year of cases in the demo: call-backs, reviews, hot issues, looks at filed cases, two best cases."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404

from qiying.capabilities.service_requests.models import BestCase, FollowUp, HotIssue, Review
from qiying.capabilities.service_requests.selectors import category_names
from qiying.capabilities.service_requests.services import best_cases, hot_finding, hot_issues
from qiying.capabilities.service_requests.services.answer_templates import answer_template_save
from qiying.capabilities.service_requests.services.filed import filed_look
from qiying.capabilities.service_requests.services.follow_ups import follow_up_record, month_draw
from qiying.capabilities.service_requests.services.reviews import month_review, review_write
from qiying.config.demo.cast import Cast
from qiying.config.demo.learning_words import (
    ANSWER_TEMPLATES,
    CALL_BAD,
    CALL_GOOD,
    HOT_MEASURES,
    HOT_RESULTS,
    REVIEWS,
)
from qiying.kernel.audit.clock import SHANGHAI, local_date
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.permissions.errors import KernelError
from qiying.statutes.workdays import nth_workday, workdays_between

log = logging.getLogger(__name__)
MONTHS = 12
FRESH = timedelta(days=9)
"""Call-backs this recent stay open: somebody has to have something to do."""


def learning_add(cast: Cast, draw: random.Random, now: datetime) -> None:
    """Let the offices that look back do their year's work, month by month, ending now."""
    this = month_of(local_date(now))
    for n in range(MONTHS, -1, -1):
        month = months_later(this, -n)
        month_draw(district_id=cast.district.pk, month=month)
        _fitting(_calls, cast, draw, month, now)
        if n:
            month_review(district_id=cast.district.pk, month=month)
        for day in (10, 25):
            _fitting(_look_for_hot, cast, datetime.combine(month.replace(day=day), time(9, 5), SHANGHAI), now)
    _fitting(_lately_hot, cast, draw, now)
    _fitting(_reviews, cast, draw, now)
    _fitting(_best, cast, now)
    _fitting(_filed, cast, now)
    _fitting(_tries, cast, draw, now)
    _fitting(_templates, cast, now)


def _fitting(do: Callable[..., None], *given: Any) -> None:
    """Do a part; dates fall differently every day, and a part that does not fit this one is left out."""
    try:
        with transaction.atomic():
            do(*given)
    except (KernelError, Http404) as refused:
        log.warning("%s left out: %s", do.__name__, refused)


def _at(day: date, draw: random.Random) -> datetime:
    return datetime.combine(day, time(draw.randint(9, 16), draw.randint(0, 59)), SHANGHAI).astimezone(UTC)


def _workday(cast: Cast, day: date) -> date:
    calendar = calendar_for(cast.district.pk)
    return day if calendar.is_workday(day) else nth_workday(day, 1, calendar)


def _calls(cast: Cast, draw: random.Random, month: date, now: datetime) -> None:
    """Make the month's calls on their days; who says "not solved" gets his case handled again and judges once more."""
    rows = FollowUp.objects.filter(month=month, state="planned", case__district=cast.district)
    for row in rows.select_related("case").order_by("due_on", "pk"):
        at = _at(_workday(cast, row.due_on), draw)
        if at > now - FRESH:
            continue
        fate = draw.random()
        is_good = fate < 0.84
        try:
            follow_up_record(
                follow_up=row,
                actor=cast.viewers["callback.callback"],
                reached=fate < 0.93,
                still_solved=is_good,
                satisfaction=draw.choice([5, 5, 4, 4, 3]) if is_good else draw.choice([2, 1]),
                note=draw.choice(CALL_GOOD if is_good else CALL_BAD),
                now=at,
            )
        except KernelError:
            continue
        if 0.84 <= fate < 0.93:
            _again(cast, row.case_id, at, draw)


def _again(cast: Cast, case_id: int, at: datetime, draw: random.Random) -> None:
    """Answer a reopened case within its days and let the enterprise judge."""
    case = Case.objects.select_related("lead_unit").get(pk=case_id)
    key = next((k for k, u in cast.units.items() if u.pk == case.lead_unit_id), "")
    if case.state != "handling" or f"{key}.handler" not in cast.viewers:
        return
    day = _workday(cast, local_date(at) + timedelta(days=1))
    words = {"text": "当天又去了现场，把上次没做完的补上了，企业负责人一起看过。", "result": "solved"}
    case_act(case=case, action="answer", actor=cast.viewers[f"{key}.handler"], data=words, now=_at(day, draw))
    later = _at(_workday(cast, day + timedelta(days=1)), draw)
    told = {"value": "solved", "satisfaction": 4, "how": "phone"}
    callback = cast.viewers["callback.callback"]
    case_act(case=case, action="record_verdict", actor=callback, data=told, now=later)


def _reviews(cast: Cast, draw: random.Random, now: datetime) -> None:
    """Write most reviews; the desk nominates a few that taught something."""
    keys = {u.pk: k for k, u in cast.units.items()}
    last = months_later(month_of(local_date(now)), -1)
    rows = Review.objects.filter(case__district=cast.district, state="planned").select_related("case")
    for i, row in enumerate(rows.order_by("month", "pk")):
        if draw.random() < (0.7 if row.month == last else 0.12):
            continue
        cause, lesson, measure = REVIEWS[i % len(REVIEWS)]
        nominate = i % 9 == 0 and row.case.state == "written_off" and not row.case.hide_asker
        leader = cast.viewers.get(f"{keys.get(row.case.lead_unit_id or 0, '')}.leader")
        actor = cast.viewers["desk.desk"] if nominate or leader is None else leader
        written_on = _workday(cast, months_later(row.month, 1) + timedelta(days=draw.randint(2, 20)))
        review_write(
            review=row,
            actor=actor,
            cause=cause,
            lesson=lesson,
            measure=measure,
            is_nominated=nominate,
            now=min(_at(written_on, draw), now - timedelta(hours=2)),
        )


def _look_for_hot(cast: Cast, at: datetime, now: datetime) -> None:
    """Find what was hot then, and decide what is old enough to have been decided."""
    at = at.astimezone(UTC)
    if at > now:
        return
    hot_finding.district_find(district_id=cast.district.pk, now=at)
    if at > now - timedelta(days=25):
        return
    found = HotIssue.objects.filter(district=cast.district, state="found").order_by("pk")
    for issue in found:
        _confirm_hot(cast, issue, at + timedelta(days=1))
    supervisor = cast.viewers["supervision.supervisor"]
    for issue in HotIssue.objects.filter(district=cast.district, state="open").order_by("pk"):
        if (at.date() - issue.found_on).days > 45:
            result = HOT_RESULTS[issue.pk % len(HOT_RESULTS)]
            hot_issues.hot_solve(issue=issue, actor=supervisor, result=result, now=at)


def _lately_hot(cast: Cast, draw: random.Random, now: datetime) -> None:
    """Find what is hot now: one is no kind of its own, two are in work, the rest wait for a decision."""
    hot_finding.district_find(district_id=cast.district.pk, now=now - timedelta(days=1))
    found = HotIssue.objects.filter(district=cast.district, state="found").order_by("pk")
    supervisor = cast.viewers["supervision.supervisor"]
    for i, issue in enumerate(found[:3]):
        if i == 1:
            reason = "几件事原因各不相同，逐件办更快"
            hot_issues.hot_dismiss(issue=issue, actor=supervisor, reason=reason, now=now - timedelta(hours=3))
            continue
        _confirm_hot(cast, issue, now - timedelta(hours=4))
        if i == 2:
            becomes = draw.choice(["policy", "reform"])
            hot_issues.hot_become(
                issue=issue, actor=supervisor, becomes=becomes, now=now - timedelta(hours=2)
            )


def _confirm_hot(cast: Cast, issue: HotIssue, at: datetime) -> None:
    hot_issues.hot_confirm(
        issue=issue,
        actor=cast.viewers["supervision.supervisor"],
        title=issue.title,
        unit_id=_usual_unit(cast, issue),
        measure=HOT_MEASURES[issue.pk % len(HOT_MEASURES)],
        now=at,
    )


def _usual_unit(cast: Cast, issue: HotIssue) -> int:
    """Return the unit that led most of the cases."""
    led = [i for i in issue.cases.values_list("lead_unit_id", flat=True) if i]
    return max(set(led), key=led.count) if led else cast.units["jingxin"].pk


def _best(cast: Cast, now: datetime) -> None:
    """Choose two nominated reviews; one enterprise agreed to be named."""
    supervisor = cast.viewers["supervision.supervisor"]
    nominated = Review.objects.filter(case__district=cast.district, is_nominated=True, best_case__isnull=True)
    at = now - timedelta(days=3)
    chosen: list[BestCase] = []
    for row in nominated.select_related("case__lead_unit").order_by("-month", "pk"):
        if len(chosen) == 2 or (chosen and row.month.year != chosen[0].year):
            break
        matter = category_names(cast.district.pk).get(row.case.category, "一件难事")
        title = f"{matter}：从办好一件到改好一类"
        best = best_cases.best_case_choose(
            review=row, actor=supervisor, title=title, story=_story(row), now=at
        )
        chosen.append(best)
    for best in chosen:
        if best is chosen[0] and best.review.case.enterprise_id:
            best_cases.best_case_save(
                best=best, actor=supervisor, title=best.title, story=best.story, names_enterprise=True,
                consent="企业负责人来电同意，回访台记录", now=at,
            )  # fmt: skip
        best_cases.best_case_publish(best=best, actor=supervisor, is_published=True, now=at)


def _story(row: Review) -> str:
    unit = row.case.lead_unit.label if row.case.lead_unit else "承办单位"
    return (
        f"企业说的事：{row.case.title}\n"
        f"{unit}接件后到了现场，找到原因：{row.cause}。\n"
        f"办完没有停在这一件：{row.measure}。后来的企业不用再跑一遍。"
    )


def _filed(cast: Cast, now: datetime) -> None:
    """Let the desk look at two filed cases: one still stuck, one changed and waiting for the supervisor."""
    rows = Case.objects.filter(district=cast.district, state="filed", closed_on__lte=local_date(now) - FRESH)
    findings = ((False, "问过自然资源分局，控规还在公示"), (True, "控规调整已经批了，可以重报"))
    for case, (has_changed, reason) in zip(rows.order_by("closed_on", "pk"), findings, strict=False):
        filed_look(
            case=case,
            actor=cast.viewers["desk.desk"],
            has_changed=has_changed,
            reason=reason,
            now=now - timedelta(days=1),
        )


def _days_since(cast: Cast, start: date, end: date) -> Iterator[date]:
    calendar = calendar_for(cast.district.pk)
    for n in range(1, workdays_between(start, end, calendar)):
        yield nth_workday(start, n, calendar)


def _tries(cast: Cast, draw: random.Random, now: datetime) -> None:
    """Try some of the enterprises that have not judged, so that the call-back desk shows every stage."""
    waiting = Case.objects.filter(district=cast.district, state="answered", kind="problem")
    for i, case in enumerate(waiting.order_by("answered_on", "pk")[:12]):
        if case.answered_on is None or i % 3 == 2:
            continue
        days = list(_days_since(cast, case.answered_on, local_date(now)))[-(3 if i % 4 == 0 else 1 + i % 2) :]
        for day in days:
            tried = {"method": "phone", "reached": False, "note": "没人接，过后再打"}
            callback = cast.viewers["callback.callback"]
            at = max(_at(day, draw), case.last_event_at + timedelta(minutes=5))
            if at < now:
                case = case_act(case=case, action="contact", actor=callback, data=tried, now=at)


def _templates(cast: Cast, now: datetime) -> None:
    for key, name, category, text in ANSWER_TEMPLATES:
        answer_template_save(
            actor=cast.viewers[f"{key}.liaison"], unit_id=cast.units[key].pk, name=name, text=text,
            category=category, is_active=True, now=now - timedelta(days=40),
        )  # fmt: skip
