"""Reports that the standing committee hears: draft, comments and final text, each before the sitting."""

from django.db import models

from qiying.kernel.organisations.models import DistrictRow, Unit


class ReportHeard(DistrictRow):
    """One report; what was handed in on which day."""

    SUBJECT = "report_heard"

    class Kind(models.TextChoices):
        WORK = "work", "专项工作报告"
        CHECK = "check", "执法检查报告"
        OPINION = "opinion", "审议意见办理报告"
        PERSON = "person", "部门负责人履职报告"
        ENVIRONMENT = "environment", "营商环境年度报告"

    title = models.CharField("报告题目", max_length=80)
    kind = models.CharField("种类", max_length=12, choices=Kind.choices, default=Kind.WORK)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="哪个单位报告")
    meeting_on = models.DateField("常委会会议日期")
    is_urgent = models.BooleanField("临时急需的议题", default=False)
    draft_on = models.DateField("收到征求意见稿", null=True)
    comments_on = models.DateField("反馈委员会意见", null=True)
    final_on = models.DateField("收到正式报告", null=True)
    sent_on = models.DateField("发给组成人员", null=True)
    result = models.CharField("听取的结果", max_length=300, blank=True)

    class Meta:
        verbose_name = "听取报告"
        ordering = ("-meeting_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["district", "title", "meeting_on"], name="oversight_report_once")
        ]

    def __str__(self) -> str:
        return self.title
