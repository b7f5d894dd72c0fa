"""The enterprise code (企业码): who has it, and every look somebody took by it."""

from django.db import models

from qiying.kernel.enterprises.models.enterprise import Enterprise
from qiying.kernel.organisations.models import Person


class EnterpriseCode(models.Model):
    """An enterprise that opened its code at least once."""

    enterprise = models.OneToOneField(
        Enterprise, primary_key=True, on_delete=models.PROTECT, related_name="code", verbose_name="企业"
    )
    activated_at = models.DateTimeField("开通时间")
    activated_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="开通人"
    )

    class Meta:
        verbose_name = "企业码"

    def __str__(self) -> str:
        return str(self.enterprise_id)


class CodeLook(models.Model):
    """One code read once; append only, and the enterprise reads it too."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="code_looks", verbose_name="企业"
    )
    code = models.CharField("哪个码", max_length=32, unique=True)
    shown_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="谁出示")
    scanner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="谁扫的"
    )
    scanner_name = models.CharField("扫码人", max_length=64)
    unit_name = models.CharField("单位", max_length=128, default="")
    use = models.CharField("扫来做什么", max_length=40)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "企业码查看记录"
        ordering = ("-id",)
        indexes = [models.Index(fields=["enterprise", "-id"], name="enterprises_code_looks")]

    def __str__(self) -> str:
        return f"{self.scanner_name} {self.use}"
