"""The case, its parties, its chain of events and its links to intakes."""

from django.db import models
from django.db.models.functions import Now

from qiying.kernel.cases.models.intake import Intake
from qiying.kernel.cases.texts import HIDDEN


class Confidentiality(models.TextChoices):
    INTERNAL = "internal", "一般"
    RESTRICTED = "restricted", "限制"
    SEALED = "sealed", "密封"


class Case(models.Model):
    """One run of a procedure; written by the engine alone, re-derivable from its events."""

    number = models.CharField("办件号", max_length=32, unique=True)
    procedure = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    state = models.CharField(max_length=32)
    kind = models.CharField("类型", max_length=16, default="problem")
    title = models.CharField("标题", max_length=120)
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, null=True, related_name="cases")
    lead_unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    channel = models.ForeignKey("cases.Channel", models.PROTECT, null=True, related_name="+")
    level = models.CharField("级别", max_length=12, blank=True)
    category = models.CharField("类别", max_length=60, blank=True)
    confidentiality = models.CharField(
        max_length=12, choices=Confidentiality.choices, default=Confidentiality.INTERNAL
    )
    is_sensitive = models.BooleanField(default=False)
    hide_asker = models.BooleanField("隐名转办", default=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    outcome = models.CharField("结果", max_length=32, blank=True)
    received_at = models.DateTimeField()
    received_on = models.DateField()
    accepted_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    promised_by = models.DateField(null=True)
    due_by = models.DateField(null=True)
    clock_state = models.CharField(max_length=10, default="none")
    is_open = models.BooleanField(default=True)
    turn = models.CharField(max_length=12, blank=True)
    return_count = models.PositiveSmallIntegerField(default=0)
    refusal_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    params = models.JSONField("开件时固定的参数", default=dict)
    extras = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    last_event_at = models.DateTimeField()
    seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="")

    is_covered = False
    """Set on a row whose asker was taken out for its reader (`reading`)."""
    is_opened = False
    """Set on a row whose page opens for its reader (`reading_lists`): where it does not, nothing links there."""

    class Meta:
        indexes = [
            models.Index(
                fields=["district", "due_by", "id"], name="case_open_due", condition=models.Q(is_open=True)
            ),
            models.Index(
                fields=["district", "state", "received_at"],
                name="case_open_state",
                condition=models.Q(is_open=True),
            ),
            models.Index(fields=["district", "-received_at"], name="case_received"),
            models.Index(fields=["enterprise", "-received_at"], name="case_enterprise"),
            models.Index(
                fields=["enterprise", "district"],
                name="case_open_enterprise",
                condition=models.Q(is_open=True),
            ),
            models.Index(fields=["lead_unit", "-received_at"], name="case_lead_unit"),
            models.Index(fields=["parent"], name="case_parent", condition=models.Q(parent__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def subject(self) -> str:
        """What the audit, files and notices call it."""
        return f"case:{self.number}"

    @property
    def asker_label(self) -> str:
        """Who asked, by the short name, as whoever reads this row may know it; empty without an enterprise."""
        return HIDDEN if self.is_covered else self.enterprise.label if self.enterprise else ""

    @property
    def asker_name(self) -> str:
        """The same by the full name, for papers."""
        return HIDDEN if self.is_covered else self.enterprise.name if self.enterprise else ""


class CaseParty(models.Model):
    """Who takes part in which role: the only source of visibility."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    no = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=24)
    role = models.CharField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)
    due_by = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="party_no_once")]
        indexes = [
            models.Index(
                fields=["key", "due_by", "case"],
                name="party_open_due",
                condition=models.Q(is_open=True, until__isnull=True),
            ),
            models.Index(fields=["key", "case"], name="party_key", condition=models.Q(until__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.role} {self.key}"


class CaseEvent(models.Model):
    """One act: append only, chained by hash; `data` holds input and effects as canonical JSON text."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    actor_role = models.CharField(max_length=40, blank=True)
    on_behalf = models.CharField(max_length=24, blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    data_version = models.PositiveSmallIntegerField(default=1)
    data = models.TextField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once")]
        indexes = [models.Index(fields=["actor_name", "id"], name="event_by_person")]
        ordering = ["case_id", "seq"]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.action}"


class CaseIntake(models.Model):
    """Which intakes a case answers; joined duplicates keep every source."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="intake_links")
    no = models.PositiveSmallIntegerField()
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="case_links")
    is_primary = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="case_intake_no_once")]
        indexes = [models.Index(fields=["intake"], name="case_intake_intake")]

    def __str__(self) -> str:
        return f"{self.case_id} ← {self.intake_id}"
