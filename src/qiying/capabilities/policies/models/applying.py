"""Applications, the evaluations they rest on, and payouts nobody has to apply for."""

import json
from typing import Any

from django.db import models
from django.db.models import Q

from qiying.kernel.cases.vocabulary import PROCEDURES


class Evaluation(models.Model):
    """What the engine said of one enterprise and one version of a policy, with the facts it read; append only."""

    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    version = models.ForeignKey("policies.PolicyVersion", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    as_of = models.DateField()
    facts = models.TextField()  # canonical JSON: indicator → {"value", "period", "source"}
    outcome = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField(null=True)
    row = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField()  # canonical JSON of the engine's explanation
    version_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["enterprise", "policy", "-id"], name="evaluation_latest")]

    def __str__(self) -> str:
        return f"{self.policy_id}/{self.enterprise_id} {self.outcome}"

    @property
    def told(self) -> dict[str, Any]:
        """Return the engine's explanation as it was kept."""
        return {"because": [], "missing": [], "nearest": [], **json.loads(self.answer or "{}")}

    @property
    def facts_read(self) -> dict[str, dict[str, Any]]:
        """Return the facts that were read, by indicator: value, period, source."""
        found: dict[str, dict[str, Any]] = json.loads(self.facts or "{}")
        return found


class BankAccount(models.Model):
    """Where an enterprise is paid; the number is personal data kept apart and shown by its last four digits."""

    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    holder = models.CharField("户名", max_length=128)
    bank = models.CharField("开户行", max_length=128)
    number_ref = models.CharField(max_length=40)
    last4 = models.CharField(max_length=4)
    given_at = models.DateTimeField()
    given_by_id = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(ended_at__isnull=True), name="bank_account_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank} ****{self.last4}"


class NegativeListing(models.Model):
    """An enterprise may get no money without applying, or none at all, from a day to a day."""

    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=200)
    source = models.CharField("依据", max_length=200)
    listed_on = models.DateField("列入")
    until_on = models.DateField("到", null=True, blank=True)
    listed_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    removed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["enterprise", "listed_on"], name="negative_listing_when")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.reason}"


class GrantBatch(models.Model):
    """A no-application payout: proposed by the engine, sampled and confirmed by one, approved by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待抽查"
        CONFIRMED = "confirmed", "已抽查，待批准"
        APPROVED = "approved", "已批准，公示中"
        DONE = "done", "已办完"
        DROPPED = "dropped", "作废"

    number = models.CharField(max_length=32, unique=True)
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="batches")
    version = models.ForeignKey("policies.PolicyVersion", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    as_of = models.DateField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["district", "state", "-id"], name="grant_batch_state")]

    def __str__(self) -> str:
        return self.number


class GrantItem(models.Model):
    """One enterprise of a batch."""

    class State(models.TextChoices):
        IN = "in", "在内"
        OUT = "out", "剔除"  # found wanting when sampled
        REFUSED = "refused", "企业不要"

    batch = models.ForeignKey(GrantBatch, models.PROTECT, related_name="items")
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField(null=True)
    row = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.IN)
    is_sampled = models.BooleanField(default=False)
    sampled_ok = models.BooleanField(null=True)
    sample_note = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "enterprise"], name="grant_item_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.enterprise_id}"


class Application(models.Model):
    """What a `policy_application` case is about; its state is the case's, its money is the ledger's."""

    class Way(models.TextChoices):
        APPLIED = "applied", "一键申报"
        AUTOMATIC = "automatic", "免申即享"
        INSTANT = "instant", "即申即享"
        COUNTER = "counter", "窗口代报"

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="policy_application")
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="applications")
    version = models.ForeignKey("policies.PolicyVersion", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.APPLIED)
    batch = models.ForeignKey(GrantBatch, models.PROTECT, null=True, related_name="applications")
    stage = models.CharField("申领阶段", max_length=40, blank=True)
    project = models.CharField("项目", max_length=120, blank=True)
    project_key = models.CharField(max_length=120, blank=True)  # normalised, for same-project checks
    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="application")
    account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField("预算年度")
    asked_fen = models.BigIntegerField(null=True)
    granted_fen = models.BigIntegerField(null=True)
    applied_at = models.DateTimeField()
    public_from = models.DateField(null=True)
    public_to = models.DateField(null=True)
    approved_at = models.DateTimeField(null=True)
    paid_on = models.DateField(null=True)
    paid_fen = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["policy", "year", "applied_at"], name="application_queue"),
            models.Index(fields=["enterprise", "-id"], name="application_enterprise"),
            models.Index(
                fields=["enterprise", "project_key"], name="application_project", condition=~Q(project_key="")
            ),
            models.Index(fields=["district", "public_to"], name="application_publicity"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.policy_id}"

    @property
    def state_label(self) -> str:
        """Return where the case stands in words."""
        try:
            return PROCEDURES.get(self.case.procedure, self.case.version).state(self.case.state).label
        except LookupError:
            return self.case.state

    @property
    def worth_fen(self) -> int | None:
        """Return the amount that counts now: granted, else asked."""
        return self.granted_fen if self.granted_fen is not None else self.asked_fen


class Objection(models.Model):
    """Somebody objects to a payout while it is made public; the reviewer's unit answers."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    no = models.PositiveSmallIntegerField()
    text_ref = models.CharField(max_length=40)
    name_ref = models.CharField(max_length=40, blank=True)
    phone_ref = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    is_signed = models.BooleanField(default=False)  # with a name and a phone that can be called
    holds_payment = models.BooleanField(default=True)
    is_upheld = models.BooleanField(null=True)
    finding = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "no"], name="objection_no_once")]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.no}"
