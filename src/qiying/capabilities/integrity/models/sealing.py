"""Keys of discipline bodies, and what was sealed to them. Nobody reads these rows without a key that is not here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import District, Unit


class SealKey(HasSubject):
    """One key pair of a discipline body; an older one still opens what was sealed to it."""

    SUBJECT = "seal_key"
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    public = models.BinaryField("公钥")
    locked = models.BinaryField("口令锁着的私钥")
    recovery = models.BinaryField("恢复码锁着的私钥")
    shares = models.PositiveSmallIntegerField("恢复码几份")
    needed = models.PositiveSmallIntegerField("几份能恢复")
    made_at = models.DateTimeField("设的时间")
    made_by_name = models.CharField("谁设的", max_length=64)
    ended_at = models.DateTimeField("换掉的时间", null=True)

    class Meta:
        verbose_name = "密封钥匙"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["district"], condition=Q(ended_at__isnull=True), name="integrity_one_key_a_district"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.made_at:%Y-%m-%d}"


class Report(models.Model):
    """One sealed report: what it says is in `sealed`; the case beside it knows state and days only."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name="办件")
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", verbose_name="钥匙")
    claim_digest = models.CharField("查询码的摘要", max_length=64, unique=True)
    claim_public = models.BinaryField("查询码的公钥")
    sealed = models.BinaryField("内容")

    class Meta:
        verbose_name = "密封举报"

    def __str__(self) -> str:
        return f"{self.case_id}"


class Message(models.Model):
    """What was said after the report, by either side, sealed for both."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="messages", verbose_name="举报")
    from_office = models.BooleanField("纪检说的")
    for_office = models.BinaryField("给纪检的")
    for_reporter = models.BinaryField("给举报人的")
    is_released = models.BooleanField("举报人看得到", default=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "密封往来"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.report_id} {self.at:%Y-%m-%d}"


class SealedFile(models.Model):
    """A file of a report or of what was said later, name and bytes sealed together."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="files", verbose_name="举报")
    sealed = models.BinaryField("内容")
    size = models.PositiveIntegerField("字节数")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "密封附件"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.report_id}"
