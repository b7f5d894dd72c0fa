"""The published lists, one row for each wording."""

from __future__ import annotations

from django.db import models

from qiying.kernel.organisations.models import District


class Edition(models.Model):
    """One published wording of a district's musts, bans and commitments; never changed, a later one takes its place."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    number = models.PositiveSmallIntegerField("第几版")
    text = models.TextField("全文（YAML）", max_length=20000)
    source = models.CharField("依据", max_length=200)
    valid_from = models.DateField("从哪天起")
    made_by_name = models.CharField("谁发布的", max_length=60)

    class Meta:
        verbose_name = "十必办十不准"
        ordering = ("-valid_from", "-number")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="integrity_edition_once"),
            models.UniqueConstraint(fields=["district", "valid_from"], name="integrity_edition_day_once"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版"

    @property
    def subject(self) -> str:
        """Return what the audit calls it."""
        return f"integrity_edition:{self.pk}"
