"""Telling enterprises what they are entitled to, without becoming a nuisance."""

from django.db import models


class Push(models.Model):
    """One enterprise is to be told of one policy; queued until the cap on disturbance lets it go."""

    class State(models.TextChoices):
        QUEUED = "queued", "等着发"
        SENT = "sent", "已推送"
        HELD = "held", "不发"  # opted out, or no longer eligible when its turn came

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="pushes")
    version_no = models.PositiveSmallIntegerField()
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    why_held = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=60, blank=True)  # the notice it went out with, by its dedupe key

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "version_no", "enterprise"], name="push_once_a_version")
        ]
        indexes = [
            models.Index(fields=["district", "state", "queued_at"], name="push_queue"),
            models.Index(fields=["enterprise", "-sent_at"], name="push_of_enterprise"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id}→{self.enterprise_id} {self.state}"


class PushChoice(models.Model):
    """What an enterprise said about being told: nothing at all, or nothing of a theme."""

    enterprise = models.OneToOneField(
        "enterprises.Enterprise", models.PROTECT, primary_key=True, related_name="+"
    )
    is_off = models.BooleanField("不要推送", default=False)
    muted_themes = models.JSONField("这些主题不要推", default=list)
    chosen_at = models.DateTimeField()
    chosen_by_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.enterprise_id} {'关' if self.is_off else '开'}"
