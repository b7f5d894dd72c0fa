"""The published lists, one row for each wording."""

from __future__ import annotations

from django.db import models

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models import District


class Edition(HasSubject):
    """One published wording of a district's musts, bans and commitments; never changed, a later one takes its place."""

    SUBJECT = "integrity_edition"
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
