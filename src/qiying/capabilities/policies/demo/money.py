"""The demo's treasury: budgets for two years, a batch of payments every Thursday, what fails and what comes back."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from qiying.capabilities.policies.models import Delivery, Payment, PaymentBatch, Policy
from qiying.capabilities.policies.services.money.batches import batch_make, batch_release
from qiying.capabilities.policies.services.money.budgets import budget_appropriate
from qiying.capabilities.policies.services.money.clawbacks import (
    clawback_ask,
    clawback_decide,
    clawback_return,
)
from qiying.capabilities.policies.services.money.deliveries import delivery_record
from qiying.capabilities.policies.services.money.files import accounts_check
from qiying.capabilities.policies.services.money.payments import payment_fail, payment_reopen, payment_settle
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import World
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.permissions.viewer import Viewer

WAN = 1_000_000  # fen in 10,000 yuan
BUDGETS = {
    "sample-tech-upgrade": 2600, "sample-equipment-investment": 5200, "sample-ip-pledge-interest": 320,
    "sample-rent-subsidy": 90, "sample-listing-by-stage": 1500, "sample-overseas-fair": 120,
    "sample-free-bookkeeping": 12, "sample-hnte-award": 420, "sample-first-above-scale": 180,
    "sample-innovation-points": 600, "sample-new-third-board": 800,
}  # fmt: skip
"""In 10,000 yuan for the current year; one or two run short before it ends."""
SECOND = ("caizheng.second", "孙核", "资金复核")


class Treasury:
    """Two treasurers: one gathers, the other releases; the bank answers some days later."""

    def __init__(self, world: World, draw: random.Random) -> None:
        self.world, self.draw = world, draw
        self.first: Viewer = world.viewers["caizheng.treasurer"]
        login, name, title = SECOND
        at = world.enterprises[0].created_at
        second = world.member(login, name, "caizheng", "treasurer", at=at, title=title)
        self.second = viewer_for(second, local_date(at))
        self.waiting: list[PaymentBatch] = []
        self.clawed = 0

    def budgets(self, start: datetime) -> None:
        """Give each policy its money: the old year's rest, then the new year's on its first working days."""
        rows = {p.code: p for p in Policy.objects.filter(district=self.world.district, code__in=BUDGETS)}
        for code, wan in BUDGETS.items():
            for year, share, at in (
                (start.year, 4, start),
                (start.year + 1, 1, start + timedelta(days=44)),
            ):
                budget_appropriate(
                    policy=rows[code], year=year, fen=wan * WAN // share, key=f"demo-{code}-{year}",
                    document=f"{self.world.district.name[:2]}财预〔{year}〕{len(code)}号", memo=f"{year} 年预算安排", actor=self.first, at=at,
                )  # fmt: skip

    def week(self, at: datetime, now: datetime) -> None:
        """Record last week's answers, reopen what failed, then gather and release what is ready."""
        if at > now:
            return
        for batch in self.waiting:
            self._settle(batch, at)
        self.waiting.clear()
        self._again(at)
        self._claw(at, now)
        self._deliver(at)
        ready = Payment.objects.filter(
            state=Payment.State.READY, batch=None, application__account__isnull=False,
            application__district=self.world.district,
        ).values_list("pk", flat=True)  # fmt: skip
        ids = list(ready[:200])
        if not ids:
            return
        is_last = now - at <= timedelta(days=7)
        batch = batch_make(payment_ids=ids, actor=self.second if is_last else self.first, at=at)
        if not is_last:
            later = at + timedelta(hours=1)
            _, checked = accounts_check(batch=batch, actor=self.second, at=later)
            self.waiting.append(batch_release(batch=batch, actor=self.second, at=later, checked=checked))

    def _settle(self, batch: PaymentBatch, at: datetime) -> None:
        for n, payment in enumerate(batch.payments.order_by("pk")):
            if self.draw.random() < 0.03:
                payment_fail(payment=payment, reason="账号户名不符，银行退回", actor=self.first, at=at)
            else:
                arrived = local_date(at) - timedelta(days=self.draw.choice([1, 2, 3, 3]))
                reference = f"{batch.number[-5:]}{n + 1:04d}"
                payment_settle(payment=payment, on=arrived, reference=reference, actor=self.first, at=at)

    def _again(self, at: datetime) -> None:
        failed = Payment.objects.filter(state=Payment.State.FAILED, application__district=self.world.district)
        for payment in failed.filter(application__case__state="approved").order_by("pk"):
            if not payment.application.payments.exclude(state__in=["failed", "dropped"]).exists():
                reason = "已和企业核对，开户行名称写错，账号不变"
                payment_reopen(payment=payment, reason=reason, actor=self.first, at=at)

    def _claw(self, at: datetime, now: datetime) -> None:
        """Twice in the year a part comes back; the second time it is only demanded."""
        if self.clawed >= 2 or now - at > timedelta(days=200 - 130 * self.clawed):
            return
        paid = Payment.objects.filter(state=Payment.State.PAID, clawed_fen=0, paid_on__lt=local_date(at))
        payment = paid.filter(application__policy__code="sample-tech-upgrade").order_by("pk").first()
        if payment is None:
            return
        officer = self.world.viewers["jingxin.policy"]
        asked = clawback_ask(
            payment=payment, amount_fen=payment.amount_fen // 4, actor=officer, at=at,
            reason="抽查发现一台设备已退货，按退货金额追回", basis="明政办发〔2024〕6号第十二条",
        )  # fmt: skip
        decided = clawback_decide(
            clawback=asked, agrees=True, note="", actor=self.first, at=at + timedelta(hours=1)
        )
        if self.clawed == 0:
            back = at + timedelta(hours=2)
            clawback_return(clawback=decided, on=local_date(back), actor=self.first, at=back)
        self.clawed += 1

    def _deliver(self, at: datetime) -> None:
        """The unit that owns a service delivers what was granted some days ago."""
        owner = self.world.viewers["shenpi.policy"]
        rows = Delivery.objects.filter(state=Delivery.State.WAITING, asked_at__lt=at - timedelta(days=3))
        for delivery in rows.select_related("application__case").order_by("pk"):
            if self.draw.random() < 0.8:
                note = "已指定专人陪办，电话告知企业"
                delivery_record(delivery=delivery, on=local_date(at), note=note, actor=owner, at=at)
