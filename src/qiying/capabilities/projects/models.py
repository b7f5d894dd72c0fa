"""Projects from signing to production, what was seen on site, published grounds."""

from __future__ import annotations

from datetime import date

from django.db import models

from qiying.capabilities.projects.rules.kinds import (
    APPROVAL_LABELS,
    KINDS,
    NATURES,
    POINTS,
    STEPS,
)
from qiying.capabilities.projects.rules.law import expected_percent
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit

RESULTS = {"ok": "正常", "problem": "有问题"}


class Ground(DistrictRow):
    """A published ground on which a project may take the green channel (绿色通道)."""

    SUBJECT = "project_ground"
    title = models.CharField("什么情形", max_length=120)
    source = models.CharField("文件", max_length=160)
    published_on = models.DateField("哪天公布的")
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "绿色通道条件"
        ordering = ("-valid_from", "pk")

    def __str__(self) -> str:
        return self.title


class Project(models.Model):
    """One project beside its case: whose it is, how large, each step's day planned and done, and where it is stuck."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="project")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    code = models.CharField("项目代码", max_length=24, null=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+")
    firm_name = models.CharField("投资方", max_length=128)
    kind = models.CharField("类型", max_length=12, choices=list(KINDS.items()))
    nature = models.CharField("建设性质", max_length=10, choices=list(NATURES.items()))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="brought_projects", verbose_name="引进单位")
    invest = models.BigIntegerField("总投资（万元）")
    output = models.BigIntegerField("达产产值（万元）", default=0)
    signed_on = models.DateField("签约")
    landed_on = models.DateField("土地签约", null=True)
    licensed_on = models.DateField("领施工许可", null=True)
    started_on = models.DateField("开工", null=True)
    completed_on = models.DateField("竣工", null=True)
    produced_on = models.DateField("投产", null=True)
    plan = models.JSONField("计划", default=dict)
    first_plan = models.JSONField("最初的计划", default=dict)
    own_days = models.PositiveIntegerField("企业自己用的天数", default=0)
    progress = models.PositiveSmallIntegerField("形象进度", default=0)
    head = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="专班牵头")
    tracker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="跟踪员")
    ground = models.ForeignKey(Ground, models.PROTECT, null=True, related_name="+")
    green_on = models.DateField("进绿色通道", null=True)
    stuck = models.CharField("卡在哪里", max_length=300, blank=True)
    stuck_on = models.DateField("从哪天卡住", null=True)
    stuck_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "项目"
        ordering = ("-signed_on", "-pk")
        indexes = [models.Index(fields=["district", "signed_on"], name="projects_signed")]
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="project_code_once"),
            models.CheckConstraint(condition=models.Q(progress__lte=100), name="project_progress_to_100"),
        ]

    def __str__(self) -> str:
        return self.case.title

    def expected(self, on: date) -> int | None:
        """Return how far the building is by plan on a day, None before it began."""
        ends = self.plan.get("completed")
        return (
            expected_percent(self.started_on, date.fromisoformat(ends), on)
            if self.started_on and ends
            else None
        )

    @property
    def next_step(self) -> str:
        """Return the code of the first step not done yet, empty when all are."""
        return next((step for step in STEPS if getattr(self, f"{step}_on") is None), "")


class Approval(models.Model):
    """One approval of a project beside its child case: a shadow until the land is signed, or valid at once."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="project_approval")
    project = models.ForeignKey(Project, models.PROTECT, related_name="approvals")
    kind = models.CharField("哪一种", max_length=12, choices=list(APPROVAL_LABELS.items()))
    number = models.CharField("文号", max_length=60, blank=True)
    passed_on = models.DateField("预审通过", null=True)
    valid_on = models.DateField("生效", null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.get_kind_display()


class SiteVisit(models.Model):
    """Somebody was there: the tracker on his way through a project, or at one of its key points."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="visits")
    point = models.CharField("哪个环节", max_length=12, choices=list(POINTS.items()))
    on = models.DateField("哪天")
    result = models.CharField("结果", max_length=8, choices=list(RESULTS.items()))
    text = models.CharField("看到什么", max_length=1000)
    progress = models.PositiveSmallIntegerField("形象进度", null=True)
    expected = models.PositiveSmallIntegerField("按计划该到", null=True)
    photos = models.PositiveSmallIntegerField("照片", default=0)
    by_name = models.CharField("谁去的", max_length=60)

    class Meta:
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.on} {self.get_point_display()}"
