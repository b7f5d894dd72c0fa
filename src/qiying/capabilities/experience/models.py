"""Experience officers (体验官): who they are, the scripts they walk, what they met, what units changed after it.

The tables keep the names they had when feedback held them (decision 23).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.capabilities.experience.rules import Published, steps_read
from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.models import Case
from qiying.kernel.forms.models import Form, Response
from qiying.kernel.organisations.models import District, Person, Unit


class ExperienceOfficer(models.Model):
    """Somebody appointed for a term to walk services as a customer does."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="谁")
    background = models.CharField("身份", max_length=60)  # 企业家、代表、媒体
    per_quarter = models.PositiveSmallIntegerField("每季度几次", default=2)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)
    ended_reason = models.CharField("为什么结束", max_length=200, default="")

    class Meta:
        db_table = "feedback_experienceofficer"
        verbose_name = "体验官"
        ordering = ("person__name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person"],
                condition=Q(valid_to__isnull=True),
                name="feedback_officer_once",
            )
        ]

    def __str__(self) -> str:
        return self.person.name


class ExperienceScript(models.Model):
    """One service item step by step, with what its published guide promises."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="办事单位")
    name = models.CharField("事项", max_length=60)
    steps = models.TextField("步骤")
    guide_url = models.URLField("办事指南", max_length=200, blank=True)
    workdays = models.PositiveSmallIntegerField("指南写几个工作日", null=True, blank=True)
    papers = models.PositiveSmallIntegerField("指南写几份材料", null=True, blank=True)
    trips = models.PositiveSmallIntegerField("指南写跑几趟", null=True, blank=True)
    form = models.OneToOneField(Form, models.PROTECT, related_name="+", verbose_name="记录表")
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        db_table = "feedback_experiencescript"
        verbose_name = "体验脚本"
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="feedback_script_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def step_list(self) -> list[str]:
        return steps_read(self.steps)

    @property
    def published(self) -> Published:
        return Published(self.workdays, self.papers, self.trips)


class ExperienceTask(HasSubject):
    """One walk of a script by one officer; a re-test names the task whose findings it looks at again."""

    SUBJECT = "experience"
    script = models.ForeignKey(ExperienceScript, models.PROTECT, related_name="tasks", verbose_name="脚本")
    officer = models.ForeignKey(
        ExperienceOfficer, models.PROTECT, related_name="tasks", verbose_name="体验官"
    )
    due_on = models.DateField("最晚哪天")
    retest_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="retests", verbose_name="复测哪次"
    )
    response = models.OneToOneField(
        Response, models.PROTECT, null=True, related_name="+", verbose_name="记录"
    )
    minutes = models.PositiveIntegerField("一共多少分钟", null=True)
    done_at = models.DateTimeField("做完的时间", null=True)
    done_on = models.DateField("做完的日子", null=True)

    class Meta:
        db_table = "feedback_experiencetask"
        verbose_name = "体验任务"
        ordering = ("due_on", "id")
        indexes = [
            models.Index(
                fields=["officer", "due_on"], condition=Q(done_at__isnull=True), name="feedback_to_walk"
            )
        ]

    def __str__(self) -> str:
        return f"{self.script} · {self.officer}"


class ExperienceFinding(models.Model):
    """Trouble met at a step; a case of the one pool, which the unit answers."""

    task = models.ForeignKey(ExperienceTask, models.PROTECT, related_name="findings", verbose_name="任务")
    step = models.CharField("哪一步", max_length=60)
    text = models.CharField("碰到什么", max_length=2000)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name="办件")

    class Meta:
        db_table = "feedback_experiencefinding"
        verbose_name = "体验发现"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.step


class Improvement(models.Model):
    """What a unit changed in how it works after findings; holds when a re-test finds no trouble."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "等复测"
        HOLDS = "holds", "复测通过"
        FAILS = "fails", "复测没通过"

    script = models.ForeignKey(
        ExperienceScript, models.PROTECT, related_name="improvements", verbose_name="脚本"
    )
    task = models.ForeignKey(
        ExperienceTask, models.PROTECT, related_name="improvements", verbose_name="哪次体验"
    )
    text = models.CharField("改了什么", max_length=1000)
    retest = models.OneToOneField(
        ExperienceTask, models.PROTECT, related_name="improvement", verbose_name="复测"
    )
    outcome = models.CharField("复测", max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    made_by_name = models.CharField("谁记的", max_length=64)
    made_at = models.DateTimeField("时间")

    class Meta:
        db_table = "feedback_improvement"
        verbose_name = "流程改进"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.text[:40]
