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
    missing = models.CharField(
        max_length=400, blank=True
    )  # unknown: the cheapest set that would decide, by 、
    since_on = models.DateField()  # of the state, not of the amount
    mark = models.BigIntegerField(
        default=0
    )  # digest of state, amount, tier and gap: runs compare nothing else

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enterprise_id", "policy_id"], name="match_pair_once")]
        indexes = [models.Index(fields=["policy_id", "state", "enterprise_id"], name="match_of_policy")]

    def __str__(self) -> str:
        return f"{self.policy_id}/{self.enterprise_id} {self.state}"


class MatchCount(models.Model):
    """How many enterprises stand how to one policy after the last run, those too unknown to be listed included."""

    policy = models.OneToOneField(
        "policies.Policy", models.CASCADE, primary_key=True, related_name="match_count"
    )
    version_id = models.BigIntegerField()
    as_of = models.DateField()
    eligible = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    hidden = models.PositiveIntegerField(default=0)  # more than two facts are missing; of the last whole run
    amount_fen = models.BigIntegerField(default=0)  # known amounts of the eligible, of the last whole run

    def __str__(self) -> str:
        return f"{self.policy_id}: {self.eligible}"


class MatchPlan(models.Model):
    """One row a district: what its matching has done, and which process is at it."""

    district = models.OneToOneField(
        "organisations.District", models.PROTECT, primary_key=True, related_name="+"
    )
    full_at = models.DateTimeField(null=True)  # the first whole run: whoever is found later is told
    nightly_on = models.DateField(null=True)
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.district_id}"


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
