"""A year of policy applications: who applies when, what the offices do, and money once a week."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from qiying.capabilities.policies.demo.money import Treasury
from qiying.capabilities.policies.models import Application, GrantBatch, GrantItem, Policy, PolicyGrant
from qiying.capabilities.policies.selectors.applying import history_of
from qiying.capabilities.policies.selectors.shelf import shelf
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
from qiying.capabilities.policies.services.evaluating import explained
from qiying.decision.scalar.evaluate import ELIGIBLE
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import Plan, World, at_hour
from qiying.kernel.enterprises.decision_facts import known_facts, stored_facts
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.viewer import Viewer

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
KINDS = {"sample-tech-upgrade": "改造", "sample-equipment-investment": "扩建"}
PROJECTS = ("智能产线", "精密加工", "仓储自动化")
Then = Callable[[Case, datetime], None]


class Year(Plan):
    """Everything that happens, by time; each thing that happens may plan the next."""

    def __init__(self, world: World, draw: random.Random, start: datetime) -> None:
        super().__init__(world, draw)
        self.start, self.now = start, world.now
        self.treasury = Treasury(world, draw)

    def happen(self) -> None:
        """Let the year happen; on Thursdays the treasury pays."""
        self.treasury.budgets(self.start)
        self._accounts()
        self._applications()
        for code in BATCHES:
            self._batches(code)
        self.run(morning=self._worker, evening=self._pay, since=self.start)

    def _pay(self, day: date) -> None:
        if day.weekday() == 3 and self.world.calendar.is_workday(day):
            self.treasury.week(at_hour(day, time(15, 30)), self.now)

    def _worker(self, at: datetime) -> None:
        is_monday = local_date(at).weekday() == 0
        if is_monday:
            versions_due(at)
        for _ in range(6):
            if not batches_tick(at):
                break
        applications_tick(at, limit=500)
        if is_monday:
            self._stuck(at)

    def _stuck(self, at: datetime) -> None:
        """What the checks let nobody approve is refused by a person: another award of the group was higher."""
        rows = Application.objects.filter(way=Application.Way.AUTOMATIC, case__state="approving")
        for application in rows.filter(applied_at__lt=at - timedelta(days=10)).select_related("case"):
            reason = "同一组奖励今年已享受更高的一项，就高不重复，这项不再兑现"
            words = {"kind": "duplicate", "reason": reason}
            actor = self.office(application.case, "leader")
            self.world.fitting(self._act, application.case, "refuse", actor, words, at)

    # --- who ---------------------------------------------------------------------------
    def office(self, case: Case, role: str) -> Viewer:
        """Return somebody of the lead unit in a role."""
        key = self.world.key_of(case.lead_unit_id)
        return self.world.viewers.get(f"{key}.{role}") or self.world.viewers[f"{key}.leader"]

    # --- before anybody applies ----------------------------------------------------------
    def _accounts(self) -> None:
        desk = self.world.viewers["desk.desk"]
        for i, firm in enumerate(self.world.enterprises):
            if self.draw.random() < 0.82 or i == 0:
                bank, number = self.draw.choice(BANKS), f"62{8400000000000 + i * 7919:016d}"
                account_give(
                    enterprise=firm, holder=firm.name, bank=bank, number=number, actor=desk, now=self.start
                )

    def _applications(self) -> None:
        found = shelf(self.world.district.pk, local_date(self.start + timedelta(days=80)))
        few = found.only(*[found.by_code[code].code for code in SHARES if code in found.by_code])
        for firm in self.world.enterprises:
            for verdict in few.engine.evaluate(stored_facts(known_facts(firm))):
                if verdict.outcome != "eligible" or self.draw.random() > SHARES[verdict.policy]:
                    continue
                back = timedelta(days=360 * self.draw.random() ** 1.7)
                self.at(self.now - back, partial(self._apply, firm, verdict.policy))

    def _apply(self, firm: Enterprise, code: str, at: datetime) -> None:
        clerk = self.world.clerk(firm.pk, at)
        data: dict[str, Any] = {"consent": True}
        if account_of(firm.pk) is None:
            data |= {"account_holder": firm.name, "account_bank": self.draw.choice(BANKS)}
            data["account_number"] = f"62{9100000000000 + firm.pk * 7919:016d}"
        if code in KINDS:  # one project is not supported twice
            data["project"] = f"{firm.name[:4]}{self.draw.choice(PROJECTS)}{KINDS[code]}项目"
        if not self._promised(firm, code, at):
            return
        case = application_submit(
            enterprise=firm,
            code=code,
            actor=clerk or self.world.viewers["desk.desk"],
            data=data,
            now=at,
            way="applied" if clerk else "counter",
        )
        if Application.objects.get(case=case).way == Application.Way.INSTANT:
            confirm = partial(self._office_acts, case, "policy", "confirm", {}, self._rate, 8)
            self.after(at, self.draw.choice([0, 1]), confirm)
        else:
            self.after(at, self.draw.choice([0, 1, 1, 2]), partial(self._accept, case))

    def _promised(self, firm: Enterprise, code: str, at: datetime) -> bool:
        """Tell whether the firm's page promises something: what it knows and has had is of that day."""
        found = shelf(self.world.district.pk, local_date(at))
        (answer,) = explained(
            found.only(code), known_facts(firm, found.registry), history_of(firm.pk), nearest=False
        )
        is_paid = found.by_code[code].grant == PolicyGrant.MONEY
        amount = answer.payment.amount if answer.payment else None
        return answer.outcome == ELIGIBLE and bool(amount or not is_paid)

    # --- what the offices do ---------------------------------------------------------------
    def _act(self, case: Case, action: str, who: Viewer, data: dict[str, Any], at: datetime) -> None:
        self.world.act(case, action, who, at, data)

    def _office_acts(
        self,
        case: Case,
        role: str,
        action: str,
        data: dict[str, Any],
        then: Then | None,
        days: int,
        at: datetime,
    ) -> None:
        """Somebody of the lead unit acts; what follows comes so many workdays later."""
        self.world.act(case, action, self.office(case, role), at, data)
        if then is not None:
            self.after(at, days, partial(then, case))

    def _accept(self, case: Case, at: datetime) -> None:
        self.world.act(case, "accept", self.office(case, "policy"), at, {})
        fate = self.draw.random()
        if fate < 0.15:
            self.after(at, 1, partial(self._material, case))
            return
        given = self._opinions(case, at)
        days = max(self.draw.choice([2, 3, 3, 4]), given + 1)
        self.after(at, days, partial(self._review, case, fate > 0.92))

    def _material(self, case: Case, at: datetime) -> None:
        words = {"items": self.draw.choice(MATERIALS)}
        self.world.act(case, "request_material", self.office(case, "policy"), at, words)
        self.after(at, self.draw.choice([1, 2, 3]), partial(self._give, case))

    def _give(self, case: Case, at: datetime) -> None:
        giver = self.world.clerk(case.enterprise_id, at) or self.world.viewers["desk.desk"]
        self.world.act(case, "give_material", giver, at, {"note": "材料已经放到窗口，请查收"})
        given = self._opinions(case, at)
        days = max(self.draw.choice([2, 3]), given + 1)
        self.after(at, days, partial(self._review, case, self.draw.random() < 0.1))

    def _opinions(self, case: Case, at: datetime) -> int:
        """Let the units asked say what they think; return in how many workdays all will have."""
        latest = 0
        for part in case.assignments.filter(role="co"):
            key = self.world.key_of(part.unit_id)
            who = self.world.viewers.get(f"{key}.policy") or self.world.viewers[f"{key}.handler"]
            disagrees = self.draw.random() < 0.06
            reason = "项目备案单位和申报单位名称不一致，请核实" if disagrees else ""
            words = {"opinion": "disagree" if disagrees else "agree", "reason": reason}
            days = self.draw.choice([1, 1, 2])
            latest = max(latest, days)
            self.after(at, days, partial(self._act, case, "opinion", who, words))
        return latest

    def _review(self, case: Case, refused: bool, at: datetime) -> None:
        actor = self.office(case, "policy")
        if refused:
            kind, reason = self.draw.choice(REFUSALS)
            words = {"kind": kind, "reason": reason}
            self.world.act(case, "propose_refusal", actor, at, words)
            self.after(at, 1, partial(self._office_acts, case, "reviewer", "refuse", words, self._contest, 6))
            return
        self.world.act(case, "review", actor, at, {"reason": "条件、材料都核过，同意按评估金额兑现"})
        application = Application.objects.get(case_id=case.pk)
        approve = partial(self._office_acts, case, "reviewer", "approve", {}, self._rate)
        if application.public_to is None:
            self.after(at, 1, partial(approve, 8))
            return
        if self.draw.random() < 0.05:
            self.after(at, 2, partial(self._object, application))
        over = at_hour(application.public_to, time(10, 0))
        self.after(over, self.draw.choice([1, 2, 2, 3]), partial(approve, 10))

    def _object(self, application: Application, at: datetime) -> None:
        text = "听说这批设备是二手的，请核实一下发票和照片。"
        fresh = Application.objects.select_related("case").get(pk=application.pk)
        objection_make(application=fresh, name="", phone="", now=at, text=text)
        finding = "到现场看过铭牌和发票，是新设备，已答复来信人"
        words = {"objection_no": 1, "decision": "rejected", "finding": finding}
        decide = partial(self._office_acts, fresh.case, "reviewer", "decide_objection", words, None, 0)
        self.after(at, 2, decide)

    def _contest(self, case: Case, at: datetime) -> None:
        clerk = self.world.clerk(case.enterprise_id, at)
        if clerk is None or self.draw.random() < 0.4:
            return
        words = {"reason": "备案是 3 月 2 日办的，发票是 3 月 5 日，先备案后购置，请再核一次。"}
        self.world.act(case, "appeal", clerk, at, words)
        supervisor = self.world.viewers["supervision.supervisor"]
        finding = "调取了备案系统和发票底账核对"
        decided = {"decision": self.draw.choice(["upheld", "rejected"]), "finding": finding}
        self.after(at, 4, partial(self._act, case, "decide_appeal", supervisor, decided))

    def _rate(self, case: Case, at: datetime) -> None:
        clerk = self.world.clerk(case.enterprise_id, at)
        state = Case.objects.values_list("state", flat=True).get(pk=case.pk)
        if clerk is not None and state in {"paid", "delivered"} and self.draw.random() < 0.7:
            comments = ["", "", "比去年快多了"]
            words = {"stars": self.draw.choice(RATINGS), "comment": self.draw.choice(comments)}
            self.world.act(case, "rate", clerk, at, words)

    # --- nobody has to apply -------------------------------------------------------------
    def _batches(self, code: str) -> None:
        """A batch in spring, one lately; of the last policy one waits to be sampled."""
        for back in (210, 24) if code != BATCHES[-1] else (2,):
            self.at(self.now - timedelta(days=back), partial(self._propose, code))

    def _propose(self, code: str, at: datetime) -> None:
        policy = Policy.objects.select_related("lead_unit").get(district=self.world.district, code=code)
        key = self.world.key_of(policy.lead_unit_id)
        officer = self.world.viewers[f"{key}.policy"]
        batch = batch_propose(actor=officer, policy=policy, now=at)
        if at > self.now - timedelta(days=4):
            return
        for n, item in enumerate(batch.items.filter(is_sampled=True).order_by("pk")):
            note = "" if n != 3 else "证书主体已更名，待核实"
            fresh = GrantItem.objects.get(pk=item.pk)
            item_check(actor=officer, item=fresh, is_ok=n != 3, note=note, now=at)
        later = at + timedelta(hours=3)
        batch_confirm(actor=officer, batch=GrantBatch.objects.get(pk=batch.pk), now=later)
        self.after(at, 2, partial(self._approve_batch, batch, self.world.viewers[f"{key}.reviewer"]))

    def _approve_batch(self, batch: GrantBatch, approver: Viewer, at: datetime) -> None:
        batch_approve(actor=approver, batch=GrantBatch.objects.get(pk=batch.pk), now=at)
