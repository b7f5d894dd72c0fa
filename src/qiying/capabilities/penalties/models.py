"""Penalties as their days and decisions."""

from __future__ import annotations

from django.db import models

from qiying.capabilities.penalties.rules.law import GRADES, KINDS, WAYS
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, Unit


class Penalty(models.Model):
    """One penalty case as its days and its decision; what was punished once is not fined again (行政处罚法 art. 29)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="penalty")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    fact = models.CharField("违法事实", max_length=300)
    basis = models.CharField("依据", max_length=200)
    ended_on = models.DateField("行为发生或终了的日期")
    is_grave = models.BooleanField("涉及生命健康、金融安全且有危害后果", default=False)
    kind = models.CharField("处罚种类", max_length=10, choices=list(KINDS.items()), blank=True)
    fine = models.DecimalField("罚款", max_digits=12, decimal_places=2, default=0)
    is_summary = models.BooleanField("简易程序", default=False)
    lenient_by = models.CharField("不罚的规则", max_length=20, blank=True)
    number = models.CharField("决定书文号", max_length=60, blank=True)
    decided_on = models.DateField("决定日期", null=True)
    served_on = models.DateField("送达日期", null=True)
    way = models.CharField("送达方式", max_length=8, choices=list(WAYS.items()), blank=True)
    papers = models.PositiveSmallIntegerField("几书同达", default=0)
    published_on = models.DateField("公示日期", null=True)
    grade = models.CharField("失信类别", max_length=8, choices=list(GRADES.items()), blank=True)
    repairable_on = models.DateField("最早修复日", null=True)
    paid_on = models.DateField("缴清日期", null=True)
    surcharge = models.DecimalField("加处罚款", max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = "行政处罚"
        ordering = ("-id",)
        indexes = [models.Index(fields=["enterprise", "-id"], name="penalties_firm")]

    def __str__(self) -> str:
        return self.number or self.case.number
