"""Law-enforcement checks: the plan, its groups, and one list of what was found."""

from django.db import models
from django.db.models import Q

from qiying.capabilities.oversight.models.basis import Article, Basis
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.forms.models import FormVersion
from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class LawCheck(DistrictRow):
    """How a law is kept, looked at by groups (监督法 arts. 31–36)."""

    SUBJECT = "law_check"
    name = models.CharField("名称", max_length=80)
    basis = models.ForeignKey(Basis, models.PROTECT, related_name="+", verbose_name="检查哪部法")
    checked = models.ManyToManyField(Unit, related_name="+", verbose_name="检查哪些单位")
    planned_on = models.DateField("方案送达日期")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    levels = models.CharField("和哪些上下级人大联动", max_length=120, blank=True)
    checklist = models.ForeignKey(
        FormVersion, models.PROTECT, null=True, related_name="+", verbose_name="检查表"
    )
    assessment = models.TextField("对法律实施的评价", max_length=2000, blank=True)
    proposals = models.TextField("建议", max_length=2000, blank=True)
    tools = models.JSONField(default=list)  # [{"subject", "label"}]: visits, symposia, surveys it looked by
    reported_on = models.DateField("报告日期", null=True)

    class Meta:
        verbose_name = "执法检查"
        ordering = ("-starts_on", "-id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="oversight_check_once")]

    def __str__(self) -> str:
        return self.name


class CheckGroup(DistrictRow):
    """A group of a check: who leads, who goes, which towns."""

    SUBJECT = "check_group"
    check_of = models.ForeignKey(LawCheck, models.PROTECT, related_name="groups", verbose_name="执法检查")
    no = models.PositiveSmallIntegerField("第几组")
    leader = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="组长")
    members = models.ManyToManyField(Person, related_name="+", verbose_name="组员")
    towns = models.ManyToManyField(Unit, related_name="+", verbose_name="镇街")

    class Meta:
        ordering = ("check_of", "no")
        constraints = [models.UniqueConstraint(fields=["check_of", "no"], name="oversight_group_once")]

    def __str__(self) -> str:
        return f"第{self.no}组"


class Finding(DistrictRow):
    """One thing found, tied to an article; its case or its unit's word says what became of it."""

    class Source(models.TextChoices):
        OFFLINE = "offline", "实地、座谈"
        ONLINE = "online", "线上问卷"

    class State(models.TextChoices):
        FOUND = "found", "待交办"
        SENT = "sent", "整改中"
        CLOSED = "closed", "有结果了"

    check_of = models.ForeignKey(LawCheck, models.PROTECT, related_name="findings", verbose_name="执法检查")
    group = models.ForeignKey(
        CheckGroup, models.PROTECT, null=True, related_name="findings", verbose_name="哪一组"
    )
    article = models.ForeignKey(Article, models.PROTECT, related_name="+", verbose_name="违反或没落实哪一条")
    source = models.CharField("从哪里来", max_length=8, choices=Source.choices, default=Source.OFFLINE)
    text = models.CharField("什么问题", max_length=300)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="哪家企业"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="责任单位")
    found_on = models.DateField("哪天发现")
    state = models.CharField(max_length=8, choices=State.choices, default=State.FOUND)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    result = models.CharField("改成怎样", max_length=500, blank=True)
    closed_on = models.DateField("有结果的日期", null=True)

    class Meta:
        verbose_name = "发现的问题"
        ordering = ("-found_on", "-id")
        indexes = [
            models.Index(fields=["check_of", "state"], name="oversight_finding_state"),
            models.Index(fields=["unit", "state"], name="oversight_finding_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="oversight_finding_closed_day"
            )
        ]

    def __str__(self) -> str:
        return self.text
