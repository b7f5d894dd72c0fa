"""Tables of applications: bundles as they were when somebody applied, batches, and what is asked in which case."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.models import Response
from qiying.kernel.organisations.models import District, Unit


class BundleVersion(models.Model):
    """A bundle's file as it read since a day; applications keep the version they were made by."""

    code = models.SlugField("代码", max_length=40)
    number = models.PositiveSmallIntegerField("第几版")
    name = models.CharField("名称", max_length=60)
    definition = models.JSONField("清单")
    digest = models.CharField(max_length=64)
    since = models.DateTimeField("起用时间")

    class Meta:
        verbose_name = "一件事的版本"
        ordering = ("code", "-number")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="approvals_bundle_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} 第 {self.number} 版"


class Batch(models.Model):
    """Many applications taken in together: the merchants of one mall."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    bundle = models.ForeignKey(BundleVersion, models.PROTECT, related_name="batches")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="受理单位")
    name = models.CharField("名称", max_length=80)
    place = models.CharField("在哪里", max_length=120)
    made_by_name = models.CharField("谁受理的", max_length=64)
    made_at = models.DateTimeField("受理时间")

    class Meta:
        verbose_name = "批量受理"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="approvals_batch_once")]

    def __str__(self) -> str:
        return self.name


class Application(models.Model):
    """What is asked in a case: an item, a bundle, or one part of a bundle; written once with the case."""

    class Way(models.TextChoices):
        ONLINE = "online", "网上"
        WINDOW = "window", "窗口"
        BATCH = "batch", "批量受理"

    case = models.OneToOneField(Case, models.PROTECT, related_name="approval")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    bundle = models.ForeignKey(BundleVersion, models.PROTECT, null=True, related_name="applications")
    item_id = models.BigIntegerField("哪个事项的哪一版", null=True, db_index=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="applications")
    part = models.CharField("哪一项", max_length=40, blank=True)
    holder = models.CharField("证上写谁", max_length=128)
    key = models.CharField("交一次的钥匙", max_length=60, null=True)
    way = models.CharField("怎么交的", max_length=8, choices=Way.choices, default=Way.ONLINE)
    check_by = models.DateField("承诺核查的最后一天", null=True)
    applied_at = models.DateTimeField()

    class Meta:
        verbose_name = "申请"
        constraints = [
            models.UniqueConstraint(
                fields=["district", "key"], name="approvals_application_once", condition=Q(key__isnull=False)
            )
        ]
        indexes = [
            models.Index(
                fields=["district", "check_by"],
                name="approvals_check_by",
                condition=Q(check_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.holder}"
