"""Signed facts written with each act, and their sums."""

from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Now

GRAINS: tuple[tuple[str, ...], ...] = (
    ("unit_id", "channel_code", "category", "kind", "bucket"),
    ("kind", "bucket"),
    ("unit_id", "bucket"),
    ("channel_code",),
    ("category",),
)
"""The dimensions each roll-up keeps beside district, procedure, measure and month; the first one keeps all."""


def grain_of(named: Iterable[str]) -> int:
    """Return the number of the coarsest roll-up that holds these dimensions."""
    wanted = set(named) - {"measure", "month"}
    fitting = [no for no, kept in enumerate(GRAINS) if wanted <= set(kept)]
    return min(fitting, key=lambda no: (len(GRAINS[no]), no))


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
    """The sum of all deltas up to `FigureMark`, once for every grain; rebuilt exactly by a full recompute."""

    grain = models.SmallIntegerField(default=0)
    late_value = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["district", "procedure", "grain", "month", "measure"], name="rollup_grain")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.measure} {self.value}"


class FigureMark(models.Model):
    """Up to where deltas are folded into roll-ups: an id on SQLite, a transaction number on PostgreSQL."""

    upto = models.BigIntegerField()
    folded_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.upto)
