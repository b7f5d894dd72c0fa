"""What follows a year of cases in the demo: call-backs, reviews, hot issues, looks at filed cases, two best cases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from qiying.capabilities.service_requests.models import BestCase, FollowUp, HotIssue, Review
from qiying.capabilities.service_requests.selectors import category_names
from qiying.capabilities.service_requests.services import best_cases, hot_finding, hot_issues
from qiying.capabilities.service_requests.services.answer_templates import answer_template_save
from qiying.capabilities.service_requests.services.filed import filed_look
from qiying.capabilities.service_requests.services.follow_ups import follow_up_record, month_draw
from qiying.capabilities.service_requests.services.reviews import month_review, review_write
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import World, at_hour
from qiying.kernel.figures.periods import month_of, months_later
from qiying.kernel.permissions.errors import KernelError
from qiying.statutes.workdays import nth_workday, workdays_between

MONTHS = 12
FRESH = timedelta(days=9)
"""Call-backs this recent stay open: somebody has to have something to do."""


def learn(world: World, words: dict[str, Any]) -> None:
    """Let the offices that look back do their year's work, month by month, ending now."""
    looking = _Looking(world, words)
    this = month_of(local_date(world.now))
    for n in range(MONTHS, -1, -1):
        month = months_later(this, -n)
        month_draw(district_id=world.district.pk, month=month)
        world.fitting(looking.calls, month)
        if n:
            month_review(district_id=world.district.pk, month=month)
        for day in (10, 25):
            world.fitting(looking.hot, at_hour(month.replace(day=day), time(9, 5)))
    for part in (looking.lately_hot, looking.reviews, looking.best, looking.filed, looking.tries):
        world.fitting(part)
    for template in words["answer_templates"]:
        answer_template_save(
            actor=world.viewers[f"{template['unit']}.liaison"],
            unit_id=world.units[template["unit"]].pk,
            name=template["name"],
            text=template["text"],
            category=template["category"],
            is_active=True,
            now=world.now - timedelta(days=40),
        )


class _Looking:
    """Those who look back."""

    def __init__(self, world: World, words: dict[str, Any]) -> None:
        self.world, self.words = world, words
        self.draw, self.now, self.district = world.draw, world.now, world.district
        self.desk, self.callback = world.viewers["desk.desk"], world.viewers["callback.callback"]
        self.supervisor = world.viewers["supervision.supervisor"]

    def _at(self, day: date) -> datetime:
        return at_hour(day, time(self.draw.randint(9, 16), self.draw.randint(0, 59)))

    def calls(self, month: date) -> None:
        """Make the month's calls on their days; who says "not solved" gets his case handled again and judges once more."""
        rows = FollowUp.objects.filter(month=month, state="planned", case__district=self.district)
        for row in rows.select_related("case").order_by("due_on", "pk"):
            at = self._at(self.world.workday(row.due_on))
            if at > self.now - FRESH:
                continue
            fate = self.draw.random()
            is_good = fate < 0.84
            try:
                follow_up_record(
                    follow_up=row,
                    actor=self.callback,
                    reached=fate < 0.93,
                    still_solved=is_good,
                    satisfaction=self.draw.choice([5, 5, 4, 4, 3] if is_good else [2, 1]),
                    note=self.draw.choice(self.words["call_good" if is_good else "call_bad"]),
                    now=at,
                )
            except KernelError as refused:
                self.world.refused.append(f"{row.case.number} follow_up_record: {refused}")
                continue
            if 0.84 <= fate < 0.93:
                self._again(row.case_id, at)

    def _again(self, case_id: int, at: datetime) -> None:
        """Answer a reopened case within its days and let the enterprise judge."""
        case = Case.objects.get(pk=case_id)
        handler = self.world.viewers.get(f"{self.world.key_of(case.lead_unit_id)}.handler")
        if case.state != "handling" or handler is None:
            return
        day = self.world.workday(local_date(at) + timedelta(days=1))
        words = {"text": "当天又去了现场，把上次没做完的补上了，企业负责人一起看过。", "result": "solved"}
        case_act(case=case, action="answer", actor=handler, data=words, now=self._at(day))
        later = self._at(self.world.workday(day + timedelta(days=1)))
        told = {"value": "solved", "satisfaction": 4, "how": "phone"}
        case_act(case=case, action="record_verdict", actor=self.callback, data=told, now=later)

    def reviews(self) -> None:
        """Write most reviews; the desk nominates a few that taught something."""
        last = months_later(month_of(local_date(self.now)), -1)
        rows = Review.objects.filter(case__district=self.district, state="planned").select_related("case")
        for i, row in enumerate(rows.order_by("month", "pk")):
            if self.draw.random() < (0.7 if row.month == last else 0.12):
                continue
            nominate = i % 9 == 0 and row.case.state == "written_off" and not row.case.hide_asker
            leader = self.world.viewers.get(f"{self.world.key_of(row.case.lead_unit_id)}.leader")
            written_on = self.world.workday(
                months_later(row.month, 1) + timedelta(days=self.draw.randint(2, 20))
            )
            review_write(
                review=row,
                actor=self.desk if nominate or leader is None else leader,
                **self.words["reviews"][i % len(self.words["reviews"])],
                is_nominated=nominate,
                now=min(self._at(written_on), self.now - timedelta(hours=2)),
            )

    def hot(self, at: datetime) -> None:
        """Find what was hot then, and decide what is old enough to have been decided."""
        if at > self.now:
            return
        hot_finding.district_find(district_id=self.district.pk, now=at)
        if at > self.now - timedelta(days=25):
            return
        issues = HotIssue.objects.filter(district=self.district).order_by("pk")
        for issue in issues.filter(state="found"):
            self._confirm(issue, at + timedelta(days=1))
        results = self.words["hot_results"]
        for issue in issues.filter(state="open"):
            if (at.date() - issue.found_on).days > 45:
                result = results[issue.pk % len(results)]
                hot_issues.hot_solve(issue=issue, actor=self.supervisor, result=result, now=at)

    def lately_hot(self) -> None:
        """Find what is hot now: one is no kind of its own, two are in work, the rest wait for a decision."""
        hot_finding.district_find(district_id=self.district.pk, now=self.now - timedelta(days=1))
        found = HotIssue.objects.filter(district=self.district, state="found").order_by("pk")
        for i, issue in enumerate(found[:3]):
            if i == 1:
                reason, at = "几件事原因各不相同，逐件办更快", self.now - timedelta(hours=3)
                hot_issues.hot_dismiss(issue=issue, actor=self.supervisor, reason=reason, now=at)
                continue
            self._confirm(issue, self.now - timedelta(hours=4))
            if i == 2:
                becomes, at = self.draw.choice(["policy", "reform"]), self.now - timedelta(hours=2)
                hot_issues.hot_become(issue=issue, actor=self.supervisor, becomes=becomes, now=at)

    def _confirm(self, issue: HotIssue, at: datetime) -> None:
        """Give an issue to the unit that led most of its cases."""
        led = [i for i in issue.cases.values_list("lead_unit_id", flat=True) if i]
        measures = self.words["hot_measures"]
        hot_issues.hot_confirm(
            issue=issue,
            actor=self.supervisor,
            title=issue.title,
            unit_id=max(set(led), key=led.count) if led else self.world.units["jingxin"].pk,
            measure=measures[issue.pk % len(measures)],
            now=at,
        )

    def best(self) -> None:
        """Choose two nominated reviews; one enterprise agreed to be named."""
        nominated = Review.objects.filter(
            case__district=self.district, is_nominated=True, best_case__isnull=True
        )
        act: dict[str, Any] = {"actor": self.supervisor, "now": self.now - timedelta(days=3)}
        names = category_names(self.district.pk)
        chosen: list[BestCase] = []
        for row in nominated.select_related("case__lead_unit").order_by("-month", "pk"):
            if len(chosen) == 2 or (chosen and row.month.year != chosen[0].year):
                break
            title = f"{names.get(row.case.category, '一件难事')}：从办好一件到改好一类"
            chosen.append(best_cases.best_case_choose(review=row, title=title, story=_story(row), **act))
        for best in chosen:
            if best is chosen[0] and best.review.case.enterprise_id:
                consent = "企业负责人来电同意，回访台记录"
                kept: dict[str, Any] = {"title": best.title, "story": best.story, "consent": consent}
                best_cases.best_case_save(best=best, names_enterprise=True, **kept, **act)
            best_cases.best_case_publish(best=best, is_published=True, **act)

    def filed(self) -> None:
        """Let the desk look at two filed cases: one still stuck, one changed and waiting for the supervisor."""
        until = local_date(self.now) - FRESH
        rows = Case.objects.filter(district=self.district, state="filed", closed_on__lte=until)
        findings = ((False, "问过自然资源分局，控规还在公示"), (True, "控规调整已经批了，可以重报"))
        at = self.now - timedelta(days=1)
        for case, (changed, reason) in zip(rows.order_by("closed_on", "pk"), findings, strict=False):
            filed_look(case=case, actor=self.desk, has_changed=changed, reason=reason, now=at)

    def tries(self) -> None:
        """Try some of the enterprises that have not judged, so that the call-back desk shows every stage."""
        calendar = self.world.calendar
        waiting = Case.objects.filter(district=self.district, state="answered", kind="problem")
        for i, case in enumerate(waiting.order_by("answered_on", "pk")[:12]):
            if case.answered_on is None or i % 3 == 2:
                continue
            since = range(1, workdays_between(case.answered_on, local_date(self.now), calendar))
            tried = {"method": "phone", "reached": False, "note": "没人接，过后再打"}
            for n in since[-(3 if i % 4 == 0 else 1 + i % 2) :]:
                day = nth_workday(case.answered_on, n, calendar)
                at = max(self._at(day), case.last_event_at + timedelta(minutes=5))
                if at < self.now:
                    case = case_act(case=case, action="contact", actor=self.callback, data=tried, now=at)


def _story(row: Review) -> str:
    unit = row.case.lead_unit.label if row.case.lead_unit else "承办单位"
    return (
        f"企业说的事：{row.case.title}\n"
        f"{unit}接件后到了现场，找到原因：{row.cause}。\n"
        f"办完没有停在这一件：{row.measure}。后来的企业不用再跑一遍。"
    )
