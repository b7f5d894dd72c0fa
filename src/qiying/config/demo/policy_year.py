"""A year of policy applications: who applies when, what the offices do, and money once a week."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.http import Http404

from qiying.capabilities.policies.models import Application, GrantBatch, GrantItem, Policy
from qiying.capabilities.policies.selectors.shelf import Shelf, shelf
from qiying.capabilities.policies.services.applying.accounts import account_give, account_of
from qiying.capabilities.policies.services.applying.batches import (
    batch_approve,
    batch_confirm,
    batch_propose,
    item_check,
)
from qiying.capabilities.policies.services.applying.objecting import objection_make
from qiying.capabilities.policies.services.applying.submitting import application_submit
from qiying.capabilities.policies.services.applying.ticking import applications_tick, batches_tick
from qiying.capabilities.policies.services.catalogue.due import versions_due
from qiying.config.demo.cast import Cast
from qiying.config.demo.policy_money import Treasury
from qiying.kernel.audit.clock import SHANGHAI, local_date, local_time
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case, Clock
from qiying.kernel.cases.ticking import clocks_tick
from qiying.kernel.enterprises.decision_facts import known_facts, stored_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.permissions.errors import KernelError
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import nth_workday

SHARES = {
    "sample-tech-upgrade": 0.5, "sample-equipment-investment": 0.33, "sample-ip-pledge-interest": 0.45,
    "sample-rent-subsidy": 0.5, "sample-listing-by-stage": 0.7, "sample-overseas-fair": 0.45,
    "sample-free-bookkeeping": 0.5, "sample-green-channel": 0.1,
}  # fmt: skip
"""Of the enterprises a policy fits, the share that applies in the year; most in the last months."""
BATCHES = ("sample-hnte-award", "sample-first-above-scale", "sample-new-third-board")
BANKS = ("明川农商银行城南支行", "建设银行明川支行", "工商银行明川支行", "农业银行明川支行")
MATERIALS = ("去年的审计报告（盖章页）", "设备发票和付款凭证", "贷款合同和利息回单", "租赁合同和房租发票")
REFUSALS = (
    ("conditions", "设备发票日期早于项目备案日期\n不符合先备案后实施的要求"),
    ("material", "补正期满仍没有交来付款凭证"),
    ("project", "同一项目已获市级技改资金支持，不重复补助"),
)
RATINGS = ("5", "5", "5", "4", "4", "3")
Do = Callable[[datetime], None]


class Year:
    """Everything that happens, by time; each thing that happens may plan the next."""

    def __init__(self, cast: Cast, draw: random.Random, start: datetime, now: datetime) -> None:
        self.cast, self.draw, self.start, self.now = cast, draw, start, now
        self.calendar = calendar_for(cast.district.pk)
        self.units = {u.pk: k for k, u in cast.units.items()}
        self.treasury = Treasury(cast, draw)
        self.refused: list[str] = []
        self._order = count()
        self._plan: list[tuple[datetime, int, Do]] = []

    def run(self) -> None:
        """Let the year happen."""
        self.treasury.budgets(self.start)
        self._accounts()
        self._applications()
        for code in BATCHES:
            self._batches(code)
        day = local_date(self.start)
        while day <= local_date(self.now):
            with (
                transaction.atomic()
            ):  # once a day is quick enough, and what waits for a commit is served each day
                self._day(day)
            day += timedelta(days=1)

    def at(self, moment: datetime, do: Do) -> None:
        """Plan something for a moment, moved into office hours of a workday."""
        moment = self._office_hours(moment)
        if moment <= self.now:
            heapq.heappush(self._plan, (moment, next(self._order), do))

    def after(self, since: datetime, workdays: int, do: Do) -> None:
        """Plan something so many workdays later, at another hour."""
        day = nth_workday(local_date(since), workdays, self.calendar) if workdays else local_date(since)
        hour = time(self.draw.randint(9, 16), self.draw.randint(0, 59))
        moment = datetime.combine(day, hour, SHANGHAI).astimezone(UTC)
        self.at(max(moment, since + timedelta(minutes=20)), do)

    def _office_hours(self, moment: datetime) -> datetime:
        local = local_time(moment)
        day, hour = local.date(), local.time()
        if hour > time(17, 30):
            day, hour = day + timedelta(days=1), time(9, local.minute)
        elif hour < time(8, 30):
            hour = time(9, local.minute)
        if not self.calendar.is_workday(day):
            day = nth_workday(day, 1, self.calendar)
        return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)

    def _day(self, day: date) -> None:
        """The worker looks in the morning; then everybody does what is due; on Thursdays the treasury pays."""
        morning = datetime.combine(day, time(8, 40), SHANGHAI).astimezone(UTC)
        if self.calendar.is_workday(day):
            self._worker(morning)
        while self._plan and local_date(self._plan[0][0]) <= day:
            at, _, do = heapq.heappop(self._plan)
            try:
                with transaction.atomic():
                    do(at)
            except (KernelError, Http404) as refused:
                self.refused.append(f"{at:%m-%d} {getattr(do, '__name__', do)}: {refused}")
        if day.weekday() == 3 and self.calendar.is_workday(day):
            self.treasury.week(datetime.combine(day, time(15, 30), SHANGHAI).astimezone(UTC), self.now)

    def _worker(self, at: datetime) -> None:
        if at > self.now:
            return
        if at.astimezone(SHANGHAI).weekday() == 0:
            versions_due(at)
        for _ in range(6):
            if not batches_tick(at):
                break
        applications_tick(at, limit=500)
        if at.astimezone(SHANGHAI).weekday() == 0:
            self._stuck(at)
        if Clock.objects.filter(next_look_at__lte=at, case__procedure="policy_application").exists():
            clocks_tick(at, limit=200)

    def _stuck(self, at: datetime) -> None:
        """What the checks let nobody approve is refused by a person: another award of the group was higher."""
        rows = Application.objects.filter(way=Application.Way.AUTOMATIC, case__state="approving")
        for application in rows.filter(applied_at__lt=at - timedelta(days=10)).select_related("case"):
            reason = "同一组奖励今年已享受更高的一项，就高不重复，这项不再兑现"
            words = {"kind": "duplicate", "reason": reason}
            actor = self.office(application.case, "leader")
            try:
                case_act(case=application.case, action="refuse", actor=actor, data=words, now=at)
            except KernelError as refused:
                self.refused.append(f"{at:%m-%d} stuck: {refused}")

    # --- who ---------------------------------------------------------------------------
    def office(self, case: Case, role: str) -> Viewer:
        """Return somebody of the lead unit in a role."""
        key = self.units[case.lead_unit_id or 0]
        return self.cast.viewers.get(f"{key}.{role}") or self.cast.viewers[f"{key}.leader"]

    def clerk(self, firm: Enterprise, at: datetime) -> Viewer | None:
        person = self.cast.clerks.get(firm.pk)
        return viewer_for(person, local_date(at)) if person else None

    # --- before anybody applies ----------------------------------------------------------
    def _accounts(self) -> None:
        desk = self.cast.viewers["desk.desk"]
        for i, firm in enumerate(self.cast.enterprises):
            if self.draw.random() < 0.82 or i == 0:
                account_give(
                    enterprise=firm, holder=firm.name, bank=self.draw.choice(BANKS),
                    number=f"62{8400000000000 + i * 7919:016d}", actor=desk, now=self.start,
                )  # fmt: skip

    def _shelf(self) -> Shelf:
        return shelf(self.cast.district.pk, local_date(self.start + timedelta(days=80)))

    def _applications(self) -> None:
        found = self._shelf()
        wanted = [found.by_code[code] for code in SHARES if code in found.by_code]
        few = found.only(*[p.code for p in wanted])
        for firm in self.cast.enterprises:
            verdicts = few.engine.evaluate(stored_facts(known_facts(firm)))
            for verdict in verdicts:
                if verdict.outcome != "eligible" or self.draw.random() > SHARES[verdict.policy]:
                    continue
                back = timedelta(days=360 * self.draw.random() ** 1.7)
                self.at(self.now - back, self._apply(firm, verdict.policy))

    def _apply(self, firm: Enterprise, code: str) -> Do:
        def do(at: datetime) -> None:
            clerk = self.clerk(firm, at)
            data: dict[str, Any] = {"consent": True}
            if account_of(firm.pk) is None:
                data |= {
                    "account_holder": firm.name, "account_bank": self.draw.choice(BANKS),
                    "account_number": f"62{9100000000000 + firm.pk * 7919:016d}",
                }  # fmt: skip
            if code in {"sample-tech-upgrade", "sample-equipment-investment"}:
                data["project"] = (
                    f"{firm.name[:4]}{self.draw.choice(['智能产线', '精密加工', '仓储自动化'])}改造项目"
                )
            case = application_submit(
                enterprise=firm, code=code, actor=clerk or self.cast.viewers["desk.desk"], data=data, now=at,
                way="applied" if clerk else "counter",
            )  # fmt: skip
            application = Application.objects.select_related("policy").get(case=case)
            if application.way == Application.Way.INSTANT:
                self.after(
                    at, self.draw.choice([0, 1]), self._act(case, "policy", "confirm", then=self._rate)
                )
            else:
                self.after(at, self.draw.choice([0, 1, 1, 2]), self._accept(case))

        return do

    # --- what the offices do ---------------------------------------------------------------
    def _act(
        self,
        case: Case,
        role: str,
        action: str,
        then: Callable[[Case], Do] | None = None,
        days: int = 8,
        **data: Any,
    ) -> Do:
        def do(at: datetime) -> None:
            fresh = Case.objects.get(pk=case.pk)
            case_act(case=fresh, action=action, actor=self.office(fresh, role), data=data, now=at)
            if then is not None:
                self.after(at, days, then(case))

        return do

    def _accept(self, case: Case) -> Do:
        def do(at: datetime) -> None:
            fresh = case_act(case=case, action="accept", actor=self.office(case, "policy"), data={}, now=at)
            fate = self.draw.random()
            if fate < 0.15:
                self.after(at, 1, self._material(fresh))
                return
            self._opinions(fresh, at)
            self.after(at, self.draw.choice([2, 3, 3, 4]), self._review(fresh, refused=fate > 0.92))

        return do

    def _material(self, case: Case) -> Do:
        def do(at: datetime) -> None:
            words = {"items": self.draw.choice(MATERIALS)}
            fresh = Case.objects.get(pk=case.pk)
            case_act(
                case=fresh, action="request_material", actor=self.office(fresh, "policy"), data=words, now=at
            )
            self.after(at, self.draw.choice([1, 2, 3]), self._give(case))

        return do

    def _give(self, case: Case) -> Do:
        def do(at: datetime) -> None:
            fresh = Case.objects.select_related("enterprise").get(pk=case.pk)
            assert fresh.enterprise is not None
            giver = self.clerk(fresh.enterprise, at) or self.cast.viewers["desk.desk"]
            words = {"note": "材料已经放到窗口，请查收"}
            fresh = case_act(case=fresh, action="give_material", actor=giver, data=words, now=at)
            self._opinions(fresh, at)
            self.after(at, self.draw.choice([2, 3]), self._review(fresh, refused=self.draw.random() < 0.1))

        return do

    def _opinions(self, case: Case, at: datetime) -> None:
        for part in case.assignments.filter(role="co"):
            key = self.units[part.unit_id]
            who = self.cast.viewers.get(f"{key}.policy") or self.cast.viewers[f"{key}.handler"]
            disagrees = self.draw.random() < 0.06
            reason = "项目备案单位和申报单位名称不一致，请核实" if disagrees else ""
            words = {"opinion": "disagree" if disagrees else "agree", "reason": reason}
            self.after(at, self.draw.choice([1, 1, 2]), self._say(case, who, "opinion", words))

    def _say(self, case: Case, who: Viewer, action: str, data: dict[str, Any]) -> Do:
        def do(at: datetime) -> None:
            case_act(case=Case.objects.get(pk=case.pk), action=action, actor=who, data=data, now=at)

        return do

    def _review(self, case: Case, *, refused: bool) -> Do:
        def do(at: datetime) -> None:
            fresh = Case.objects.get(pk=case.pk)
            actor = self.office(fresh, "policy")
            if refused:
                kind, reason = self.draw.choice(REFUSALS)
                words = {"kind": kind, "reason": reason}
                case_act(case=fresh, action="propose_refusal", actor=actor, data=words, now=at)
                self.after(at, 1, self._act(case, "reviewer", "refuse", then=self._contest, days=6, **words))
                return
            words = {"reason": "条件、材料都核过，同意按评估金额兑现"}
            fresh = case_act(case=fresh, action="review", actor=actor, data=words, now=at)
            application = Application.objects.get(case_id=case.pk)
            if application.public_to is None:
                self.after(at, 1, self._act(case, "reviewer", "approve", then=self._rate))
                return
            if self.draw.random() < 0.05:
                self.after(at, 2, self._object(application))
            over = datetime.combine(application.public_to, time(10, 0), SHANGHAI).astimezone(UTC)
            wait = self.draw.choice([1, 2, 2, 3])
            self.after(over, wait, self._act(case, "reviewer", "approve", then=self._rate, days=10))

        return do

    def _object(self, application: Application) -> Do:
        def do(at: datetime) -> None:
            objection_make(
                application=Application.objects.get(pk=application.pk), name="", phone="", now=at,
                text="听说这批设备是二手的，请核实一下发票和照片。",
            )  # fmt: skip
            case = Case.objects.get(pk=application.case_id)
            finding = "到现场看过铭牌和发票，是新设备，已答复来信人"
            words: dict[str, Any] = {"objection_no": 1, "decision": "rejected", "finding": finding}
            self.after(at, 2, self._act(case, "reviewer", "decide_objection", **words))

        return do

    def _contest(self, case: Case) -> Do:
        def do(at: datetime) -> None:
            fresh = Case.objects.select_related("enterprise").get(pk=case.pk)
            clerk = self.clerk(fresh.enterprise, at) if fresh.enterprise else None
            if clerk is None or self.draw.random() < 0.4:
                return
            words = {"reason": "备案是 3 月 2 日办的，发票是 3 月 5 日，先备案后购置，请再核一次。"}
            case_act(case=fresh, action="appeal", actor=clerk, data=words, now=at)
            supervisor = self.cast.viewers["supervision.supervisor"]
            decided = {
                "decision": self.draw.choice(["upheld", "rejected"]),
                "finding": "调取了备案系统和发票底账核对",
            }
            self.after(at, 4, self._say(case, supervisor, "decide_appeal", decided))

        return do

    def _rate(self, case: Case) -> Do:
        def do(at: datetime) -> None:
            fresh = Case.objects.select_related("enterprise").get(pk=case.pk)
            clerk = self.clerk(fresh.enterprise, at) if fresh.enterprise else None
            if clerk is not None and fresh.state in {"paid", "delivered"} and self.draw.random() < 0.7:
                words = {
                    "stars": self.draw.choice(RATINGS),
                    "comment": self.draw.choice(["", "", "比去年快多了"]),
                }
                case_act(case=fresh, action="rate", actor=clerk, data=words, now=at)

        return do

    # --- nobody has to apply -------------------------------------------------------------
    def _batches(self, code: str) -> None:
        """A batch in spring, one lately; of the last policy one waits to be sampled."""
        for back in (210, 24) if code != BATCHES[-1] else (2,):
            self.at(self.now - timedelta(days=back), self._propose(code))

    def _propose(self, code: str) -> Do:
        def do(at: datetime) -> None:
            policy = Policy.objects.select_related("lead_unit").get(district=self.cast.district, code=code)
            key = self.units[policy.lead_unit_id]
            officer = self.cast.viewers[f"{key}.policy"]
            batch = batch_propose(actor=officer, policy=policy, now=at)
            if at > self.now - timedelta(days=4):
                return
            for n, item in enumerate(batch.items.filter(is_sampled=True).order_by("pk")):
                is_ok = n != 3
                note = "" if is_ok else "证书主体已更名，待核实"
                item_check(
                    actor=officer, item=GrantItem.objects.get(pk=item.pk), is_ok=is_ok, note=note, now=at
                )
            later = at + timedelta(hours=3)
            batch_confirm(actor=officer, batch=GrantBatch.objects.get(pk=batch.pk), now=later)
            self.after(at, 2, self._approve_batch(batch, key))

        return do

    def _approve_batch(self, batch: GrantBatch, key: str) -> Do:
        def do(at: datetime) -> None:
            approver = self.cast.viewers[f"{key}.reviewer"]
            batch_approve(actor=approver, batch=GrantBatch.objects.get(pk=batch.pk), now=at)

        return do
