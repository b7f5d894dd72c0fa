"""What the engine found: the pairs of policy and enterprise worth keeping, and the runs that found them."""

from django.db import models


class MatchState(models.TextChoices):
    """How a pair stands; a pair that is plainly not met has no row."""

    ELIGIBLE = "eligible", "符合"
    NEAR = "near", "差一点"
    UNKNOWN = "unknown", "还不知道"


class MatchRun(models.Model):
    """One evaluation over the register: a whole night's, one policy's or some enterprises'."""

    class Kind(models.TextChoices):
        FULL = "full", "全部重算"
        NIGHTLY = "nightly", "每晚"
        POLICY = "policy", "政策变了"
        ENTERPRISE = "enterprise", "企业的数变了"

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    as_of = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    enterprises = models.PositiveIntegerField(default=0)
    policies = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    upto_seq = models.PositiveBigIntegerField(default=0)  # of the enterprises' profiles
    stamp = models.PositiveBigIntegerField(default=0)  # of the catalogue
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["district", "-id"], name="match_run_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.as_of}"


class Match(models.Model):
    """How one enterprise stands to one policy; rows change only when the state, the amount or the gap does.

    Written in bulk; plain ids, because a register of 150,000 enterprises times 300 policies is evaluated every night.
    """

    policy_id = models.BigIntegerField()
    enterprise_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=MatchState.choices)
    amount_fen = models.BigIntegerField(null=True)  # known amount of an eligible pair
    row = models.PositiveSmallIntegerField(default=0)  # deciding tier, 0: none or several
    missing = models.CharField(max_length=400, blank=True)  # unknown: the cheapest set that would decide, by 、
    since_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enterprise_id", "policy_id"], name="match_pair_once")]
        indexes = [models.Index(fields=["policy_id", "state", "enterprise_id"], name="match_of_policy")]

    def __str__(self) -> str:
        return f"{self.policy_id}/{self.enterprise_id} {self.state}"


class PolicySeen(models.Model):
    """An enterprise's clerk opened a policy; the first time counts as seen."""

    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "enterprise"], name="policy_seen_once")]

    def __str__(self) -> str:
        return f"{self.policy_id}/{self.enterprise_id}"
