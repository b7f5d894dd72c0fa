"""Programmes in editions, their trees, what tasks wait for, when each is looked at again."""

from __future__ import annotations

from django.db import models

from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class Programme(DistrictRow):
    """A plan document: who drew it up, who writes its tasks off, in force from a day to a day."""

    title = models.CharField("名称", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    owner = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="牵头单位")
    judge = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁来核销")
    meaning = models.CharField("一句话说它为了什么", max_length=120)
    starts_on = models.DateField("从哪天起")
    ends_on = models.DateField("到哪天止")
    is_sample = models.BooleanField("样例", default=False)

    class Meta:
        verbose_name = "方案"
        ordering = ("-starts_on", "pk")

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """One version of a programme's tree: drafted by one person, published by another, replaced by the next."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHING = "publishing", "正在发布"
        PUBLISHED = "published", "现行"
        REPLACED = "replaced", "被替换"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="editions")
    no = models.PositiveSmallIntegerField("第几版")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    source = models.CharField("从哪份文件来", max_length=120)
    notes = models.JSONField("读文件时没读懂的", default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-no",)
        constraints = [
            models.UniqueConstraint(fields=["programme", "no"], name="edition_no_once"),
            models.UniqueConstraint(
                fields=["programme"], condition=models.Q(state="published"), name="edition_published_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} 第 {self.no} 版"


class Node(models.Model):
    """A branch or a leaf of an edition's tree; a leaf of a published one has a task.

    `key` finds the same leaf in the next edition; `codes` of what it waits for; `unit_said` is what the file said
    where no unit goes by that name.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="nodes")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    order = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    code = models.CharField("编号", max_length=40)
    key = models.CharField(max_length=200)
    title = models.CharField("名称", max_length=120)
    text = models.TextField("要做什么", max_length=3000, blank=True)
    result = models.CharField("要看到的结果", max_length=500, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="责任单位")
    unit_said = models.CharField(max_length=120, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="责任人")
    co_units = models.JSONField("配合单位", default=list)
    due_on = models.DateField("哪天前办完", null=True)
    waits = models.JSONField("要等哪些", default=list)
    is_leaf = models.BooleanField(default=True)
    task = models.ForeignKey(Case, models.PROTECT, null=True, related_name="programme_nodes")

    class Meta:
        ordering = ("order",)
        constraints = [models.UniqueConstraint(fields=["edition", "order"], name="node_order_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Wait(models.Model):
    """A task that cannot be reported done before another is written off."""

    task = models.ForeignKey(Case, models.PROTECT, related_name="task_waits")
    on = models.ForeignKey(Case, models.PROTECT, related_name="task_waiters")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "on"], name="task_wait_once"),
            models.CheckConstraint(condition=~models.Q(task=models.F("on")), name="task_waits_for_another"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} ← {self.on_id}"


class LookBack(models.Model):
    """The day on which a task that was written off is tested again (回头看), and what was found."""

    task = models.ForeignKey(Case, models.PROTECT, related_name="look_backs")
    due_on = models.DateField("该回头看的日子")
    done_on = models.DateField("哪天看的", null=True)
    is_held = models.BooleanField("真的解决了", null=True)
    finding = models.CharField("看到什么", max_length=500, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("due_on", "pk")
        indexes = [
            models.Index(fields=["due_on"], name="look_back_due", condition=models.Q(done_on__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.due_on}"
