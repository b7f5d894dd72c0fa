"""Partner regions, licences that run out, and who was reminded of them.

The tables are older than this folder and keep the names they had.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, Unit


class Partner(HasSubject):
    """A region of the alliance: whose enterprises' matters are handled here, and ours there."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    province = models.CharField("省份", max_length=20)
    county = models.CharField("市县", max_length=40)
    desk = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name="对方窗口"
    )  # none: no desk of theirs signs in here yet
    contact = models.CharField("联系人", max_length=60, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    ended_reason = models.CharField("为什么结束", max_length=200, blank=True)

    class Meta:
        db_table = "service_centre_partner"
        verbose_name = "伙伴地区"
        ordering = ("province", "county", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "province", "county"],
                condition=Q(valid_to__isnull=True),
                name="service_centre_partner_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="service_centre_partner_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.county}"


class Licence(HasSubject):
    """A licence that runs out on a day, as its department keeps it; certificates of our own are not copied here."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="licences", verbose_name="企业")
    name = models.CharField("证照名称", max_length=80)
    number = models.CharField("证照编号", max_length=60)
    issuer = models.CharField("发证机关", max_length=80, blank=True)
    valid_until = models.DateField("有效期至")
    how = models.CharField("到期前怎么续", max_length=200, blank=True)
    is_quiet = models.BooleanField("不要再提醒", default=False)
    ended_on = models.DateField("不再有效", null=True)

    class Meta:
        db_table = "service_centre_licence"
        verbose_name = "证照"
        ordering = ("valid_until", "pk")
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="service_centre_licence_once")
        ]
        indexes = [
            models.Index(
                fields=["district", "valid_until"],
                condition=Q(ended_on__isnull=True, is_quiet=False),
                name="service_centre_runs_out",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Reminder(models.Model):
    """One reminder: of a licence, or of a certificate of our own; each day of a validity is told once."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    subject = models.CharField("哪张证", max_length=40)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    valid_until = models.DateField("有效期至")
    days = models.PositiveSmallIntegerField("提前几天")
    told_at = models.DateTimeField("提醒时间")

    class Meta:
        db_table = "service_centre_reminder"
        verbose_name = "临期提醒"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "valid_until", "days"], name="service_centre_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.days}"
