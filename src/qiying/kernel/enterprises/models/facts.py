"""What is known of an enterprise, by indicator and period; append-only."""

from django.db import models

from qiying.kernel.enterprises.models.enterprise import Enterprise
from qiying.kernel.organisations.models import Person


class FactSource(models.TextChoices):
    """Where a fact came from."""

    DECLARED = "declared", "企业填报"
    OFFICIAL = "official", "部门登记"
    SHARED = "shared", "数据共享"
    IMPORTED = "imported", "批量导入"
    DERIVED = "derived", "系统推算"


class EnterpriseFact(models.Model):
    """One recorded value; a correction appends a row that supersedes, nothing is overwritten."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="facts", verbose_name="企业"
    )
    indicator = models.CharField("指标", max_length=64)
    # 2025, 2025Q3, 2025-09; empty: no period (a date, a status)
    period = models.CharField("时期", max_length=8, blank=True)
    # canonical text: exact decimal, ISO date, true/false, words
    value = models.CharField("值", max_length=400)
    unit = models.CharField("单位", max_length=16, blank=True, default="")
    source = models.CharField("来源", max_length=12, choices=FactSource.choices)
    source_note = models.CharField("来源说明", max_length=128, blank=True, default="")
    source_document_id = models.BigIntegerField("依据文件", null=True, blank=True)
    supersedes = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
        verbose_name="更正",
    )
    recorded_at = models.DateTimeField("记录时间")
    recorded_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="记录人"
    )

    class Meta:
        verbose_name = "企业事实"
        ordering = ("id",)
        indexes = [
            models.Index(fields=["enterprise", "indicator", "period", "-id"], name="enterprises_fact_latest"),
            models.Index(fields=["indicator", "period"], name="enterprises_fact_indicator"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}={self.value}"
