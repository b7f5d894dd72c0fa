"""Experts whom enterprises may ask."""

from __future__ import annotations

from django.db import models

from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class Expert(DistrictRow):
    """Somebody an enterprise may ask for guidance: of an association, a firm, a university or an office."""

    SUBJECT = "compliance_expert"
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)
    name = models.CharField("姓名", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="所在单位或协会")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    sectors = models.CharField("领域", max_length=120, help_text="几个领域用顿号隔开")
    title = models.CharField("专长", max_length=120)

    class Meta:
        verbose_name = "合规专家"
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["district", "name", "unit"], name="prevention_expert_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.unit.label}）"
