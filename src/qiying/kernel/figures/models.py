"""Signed facts written with each act, and their sums."""

from django.db import models
from django.db.models.functions import Now


class Dimensions(models.Model):
    """What a figure is about; empty text and null mean "not given", never "all"."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=40)
    measure = models.CharField(max_length=32)
    month = models.DateField()
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    channel_code = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    bucket = models.IntegerField(default=0)
    value = models.BigIntegerField()

    class Meta:
        abstract = True


class FigureDelta(Dimensions):
    """One fact of one act: append only, so two writers never wait for the same row."""

    case_id = models.BigIntegerField()
    event_seq = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["case_id"], name="delta_case"),
            models.Index(fields=["month", "measure"], name="delta_month"),  # from a figure to its cases
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.measure} {self.value:+d}"


class FigureRollup(Dimensions):
    """The sum of all deltas up to `FigureMark`; rebuilt exactly by a full recompute."""

    late_value = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["district", "procedure", "month", "measure"], name="rollup_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.measure} {self.value}"


class FigureMark(models.Model):
    """Up to where deltas are folded into roll-ups: an id on SQLite, a transaction number on PostgreSQL."""

    upto = models.BigIntegerField()
    folded_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.upto)
