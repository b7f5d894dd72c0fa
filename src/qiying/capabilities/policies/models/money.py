"""Money in fen: budgets, a double-entry ledger, payments and what comes back."""

from django.db import models
from django.db.models import F, Q

from qiying.kernel.ledger.models import AbstractEntry, AbstractPosting


class Budget(models.Model):
    """What a policy may spend in a year; the balances are the ledger's sums, kept for one-statement tests."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField()
    appropriated_fen = models.BigIntegerField(default=0)
    available_fen = models.BigIntegerField(default=0)
    reserved_fen = models.BigIntegerField(default=0)  # applied for, under review
    committed_fen = models.BigIntegerField(default=0)  # approved, not yet paid
    paid_fen = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "政策资金"
        constraints = [
            models.UniqueConstraint(fields=["policy", "year"], name="budget_once"),
            models.CheckConstraint(
                condition=Q(available_fen__gte=0, reserved_fen__gte=0, committed_fen__gte=0, paid_fen__gte=0),
                name="budget_never_overspent",
            ),
            models.CheckConstraint(
                condition=Q(
                    appropriated_fen=F("available_fen")
                    + F("reserved_fen")
                    + F("committed_fen")
                    + F("paid_fen")
                ),
                name="budget_balances",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.year}"


class LedgerEntry(AbstractEntry):
    """One movement of a policy's money."""

    class Kind(models.TextChoices):
        APPROPRIATE = "appropriate", "下达指标"
        REDUCE = "reduce", "核减指标"
        RESERVE = "reserve", "预留"
        RELEASE = "release", "释放预留"
        COMMIT = "commit", "核定"
        UNCOMMIT = "uncommit", "撤销核定"
        PAY = "pay", "支付"
        FAIL = "fail", "支付退回"
        CLAWBACK = "clawback", "追回"

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    application = models.ForeignKey(
        "policies.Application", models.PROTECT, null=True, related_name="ledger_entries"
    )
    payment = models.ForeignKey("policies.Payment", models.PROTECT, null=True, related_name="ledger_entries")

    class Meta:
        indexes = [models.Index(fields=["budget", "id"], name="ledger_entry_budget")]

    @property
    def sides(self) -> list[tuple[str, int | None]]:
        """Return what each account of the budget got, in the accounts' order with their labels, the treasury first."""
        fen = {p.account: p.amount for p in self.postings.all()}
        return [(label, fen.get(code)) for code, label in LedgerPosting.Account.choices]


class LedgerPosting(AbstractPosting):
    """Fen into (+) or out of (−) an account of the budget."""

    class Account(models.TextChoices):
        TREASURY = "treasury", "财政"  # where appropriations come from; negative by what was given
        AVAILABLE = "available", "可用"
        RESERVED = "reserved", "预留"
        COMMITTED = "committed", "已核定"
        PAID = "paid", "已支付"

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="postings")
    account = models.CharField(max_length=10, choices=Account.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "account"], name="ledger_posting_once")]


class MoneyWait(models.Model):
    """An application that waits for money, in the order people applied; kept when its turn has come or it left."""

    application = models.OneToOneField("policies.Application", models.PROTECT, related_name="money_wait")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    fen = models.BigIntegerField()  # all it needs, what it already holds included
    applied_at = models.DateTimeField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_served = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(fen__gt=0), name="money_wait_positive")]
        indexes = [
            models.Index(
                fields=["policy", "year", "applied_at", "application"],
                name="money_wait_queue",
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.fen}"


class PaymentBatch(models.Model):
    """Payments handed to the treasury together, by Excel and by a bank file, and what came back."""

    class State(models.TextChoices):
        DRAFT = "draft", "待复核"
        EXPORTED = "exported", "已交财政"
        SETTLED = "settled", "已回单"
        DROPPED = "dropped", "作废"

    number = models.CharField(max_length=32, unique=True)
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    exported_at = models.DateTimeField(null=True)
    exported_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    file_digest = models.CharField(max_length=64, blank=True)
    count = models.PositiveIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["district", "state", "-id"], name="payment_batch_state")]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """One payment of an approved application; a failed one is reopened as a new one."""

    class State(models.TextChoices):
        READY = "ready", "待支付"
        SENT = "sent", "已交财政"
        PAID = "paid", "已到账"
        FAILED = "failed", "没付成"
        DROPPED = "dropped", "取消"

    application = models.ForeignKey("policies.Application", models.PROTECT, related_name="payments")
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, related_name="payments")
    number = models.CharField(max_length=32, unique=True)
    amount_fen = models.BigIntegerField()
    account = models.ForeignKey("policies.BankAccount", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.READY)
    made_at = models.DateTimeField()
    paid_on = models.DateField(null=True)
    bank_reference = models.CharField("回单号", max_length=60, blank=True)
    failure = models.CharField("没付成的原因", max_length=200, blank=True)
    retries = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    clawed_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_positive"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["ready", "sent", "paid"]),
                name="payment_one_live",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="payment_state")]

    def __str__(self) -> str:
        return self.number


class Clawback(models.Model):
    """Money that has to come back: asked for by one, decided by another, returned on a day."""

    class State(models.TextChoices):
        ASKED = "asked", "待决定"
        DEMANDED = "demanded", "已通知退回"
        RETURNED = "returned", "已退回"
        REFUSED = "refused", "不追回"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="clawbacks")
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    basis = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    decision_note = models.CharField(max_length=300, blank=True)
    returned_on = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="clawback_positive")]

    def __str__(self) -> str:
        return f"{self.payment_id} −{self.amount_fen}"


class Delivery(models.Model):
    """A service or right a policy grants, delivered by the unit that owns it; counted like a payout."""

    class State(models.TextChoices):
        WAITING = "waiting", "待兑现"
        DELIVERED = "delivered", "已兑现"
        DROPPED = "dropped", "取消"

    application = models.OneToOneField("policies.Application", models.PROTECT, related_name="delivery")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    what = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    delivered_on = models.DateField(null=True)
    delivered_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "state"], name="delivery_unit")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"
