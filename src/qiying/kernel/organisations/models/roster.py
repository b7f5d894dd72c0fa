"""The roster of 攻坚手, from which task forces are drawn."""

from django.db import models
from django.db.models import F, Q

from qiying.kernel.organisations.models.people import Person
from qiying.kernel.organisations.models.units import District, Unit


class RosterEntry(models.Model):
    """A person is at hand for hard cases, with his fields, from a day to a day."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="区县")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="roster_entries", verbose_name="人员"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="roster_entries", verbose_name="单位"
    )
    specialities = models.JSONField("专长", default=list, blank=True)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "攻坚手"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisations_roster_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=Q(valid_to__isnull=True),
                name="organisations_roster_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.unit_id}"
