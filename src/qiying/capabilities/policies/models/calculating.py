"""The calculator's traces: results shared without identity, and the minutes a window officer spent."""

from django.db import models


class SharedResult(models.Model):
    """Answers somebody gave the calculator, behind a link that names nobody; forgotten after a while."""

    token = models.CharField(max_length=32, unique=True)
    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    facts = models.JSONField()
    as_of = models.DateField()
    made_at = models.DateTimeField()
    expires_on = models.DateField()

    def __str__(self) -> str:
        return self.token


class CounterSession(models.Model):
    """A window officer runs the calculator for an enterprise: how long it took and what was found."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey("organisations.Person", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("enterprises.Enterprise", models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    minutes = models.DecimalField(max_digits=7, decimal_places=1, null=True)
    questions = models.PositiveSmallIntegerField(default=0)
    eligible = models.PositiveSmallIntegerField(default=0)
    amount_fen = models.BigIntegerField(default=0)
    month = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["district", "month"], name="counter_month")]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.started_at:%Y-%m-%d}"
