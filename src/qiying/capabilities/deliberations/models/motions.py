"""Question motions (质询案): movers in writing, the body questioned, its answer, judged by the movers."""

from django.db import models
from django.db.models import Q

from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class QuestionMotion(DistrictRow):
    """One motion (监督法 arts. 51–53)."""

    SUBJECT = "question_motion"

    class State(models.TextChoices):
        FILED = "filed", "等主任会议决定"
        PUT = "put", "等答复"
        ANSWERED = "answered", "答复了，等提案人评价"
        CLOSED = "closed", "办结"

    class Way(models.TextChoices):
        WRITTEN = "written", "书面答复"
        ORAL = "oral", "在会议上口头答复"

    title = models.CharField("质询什么", max_length=80)
    text = models.TextField("质询的问题和内容", max_length=2000)
    movers = models.ManyToManyField(Person, related_name="+", verbose_name="提案人")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="质询对象")
    filed_on = models.DateField("提出日期")
    conflict = models.CharField("提案人和说到的企业的关系", max_length=200, blank=True)
    state = models.CharField("现在", max_length=8, choices=State.choices, default=State.FILED)
    way = models.CharField("怎么答复", max_length=8, choices=Way.choices, default=Way.WRITTEN)
    answer_by = models.DateField("哪天前答复", null=True)
    answer = models.TextField("答复", max_length=5000, blank=True)
    answered_on = models.DateField("答复日期", null=True)
    signed_by = models.CharField("谁签署", max_length=40, blank=True)
    answers = models.PositiveSmallIntegerField("答复了几次", default=0)
    satisfied = models.PositiveSmallIntegerField("满意几人", null=True)
    dissatisfied = models.PositiveSmallIntegerField("不满意几人", null=True)
    closed_on = models.DateField("办结日期", null=True)

    class Meta:
        verbose_name = "质询案"
        ordering = ("-filed_on", "-id")
        indexes = [models.Index(fields=["unit", "state"], name="question_motion_unit")]
        constraints = [
            models.UniqueConstraint(fields=["district", "title", "filed_on"], name="question_motion_once"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_on__isnull=False), name="question_motion_closed_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title
