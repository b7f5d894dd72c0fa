"""Dated data: limits and rungs per district, and the calendar's loadable parts."""

from django.db import models


class DatedParameter(models.Model):
    """A value of the rules with its validity and source; a district's row beats the general one."""

    district = models.ForeignKey("organisations.District", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    is_assumption = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "name", "valid_from"], name="parameter_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


class CalendarYear(models.Model):
    """A confirmed year loaded after release, as the text of its data file."""

    year = models.PositiveSmallIntegerField(unique=True)
    text = models.TextField()
    loaded_at = models.DateTimeField()
    loaded_by_name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return str(self.year)


class CalendarOverride(models.Model):
    """A day a district rests or works against the State Council's calendar, with its reason (typhoon)."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    on = models.DateField()
    is_workday = models.BooleanField()
    reason = models.CharField(max_length=100)
    source = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "on"], name="override_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.reason}"
