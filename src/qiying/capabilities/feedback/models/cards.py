"""Printed QR cards (廉心卡 and others): where each was given out, and until when it counts."""

from __future__ import annotations

from datetime import date

from django.db import models

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models import District, Unit


class QrCard(HasSubject):
    """One kind of card for one place, printed as often as needed; scanning it opens the doors it names."""

    SUBJECT = "qr_card"

    class Kind(models.TextChoices):
        UNIT = "unit", "单位"
        PARK = "park", "园区"
        ENTERPRISE = "enterprise", "企业"
        EVENT = "event", "活动"

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发卡单位")
    kind = models.CharField("发给", max_length=12, choices=Kind.choices)
    name = models.CharField("名称", max_length=40)
    code = models.CharField("码", max_length=12, unique=True)
    valid_to = models.DateField("有效到", null=True)
    scans = models.PositiveIntegerField("扫了几次", default=0)
    made_at = models.DateTimeField("做的时间")

    class Meta:
        verbose_name = "二维码卡"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="feedback_card_once")]

    def __str__(self) -> str:
        return self.name

    def is_live(self, today: date) -> bool:
        """Tell whether the card still opens its doors."""
        return self.valid_to is None or self.valid_to >= today
