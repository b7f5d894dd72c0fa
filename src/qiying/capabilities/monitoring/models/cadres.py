"""What the personnel body alone reads: errors tolerated, officials under sanction, officials to be moved."""

from __future__ import annotations

from django.db import models

from qiying.capabilities.monitoring.models.watching import Kept
from qiying.kernel.organisations.models import Person


class AboutSomebody(Kept):
    """A row about one official: by name and post, no account, so that no other list leads to him."""

    name = models.CharField("姓名", max_length=40)
    post = models.CharField("单位和职务", max_length=120)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁登记的")
    made_on = models.DateField("登记的日子")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Tolerance(AboutSomebody):
    """A decision on tolerating an error (容错): facts and rule by one person, decided by a second."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等另一人决定"
        TOLERATED = "tolerated", "予以容错"
        REFUSED = "refused", "不予容错"

    SUBJECT = "integrity_tolerance"
    facts = models.TextField("事实", max_length=2000)
    rule = models.CharField("哪条规定", max_length=300)
    kind = models.CharField("三个区分开来", max_length=12)
    proposal = models.CharField("建议", max_length=300)
    state = models.CharField("到哪一步", max_length=10, choices=State.choices, default=State.PROPOSED)
    reason = models.CharField("决定的理由", max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁决定")
    decided_on = models.DateField("决定的日子", null=True)

    class Meta:
        db_table = "integrity_tolerance"
        verbose_name = "容错"
        ordering = ("-pk",)


class Sanction(AboutSomebody):
    """An official under sanction: its kind fixes the months, its end the visits until then."""

    SUBJECT = "integrity_sanction"
    kind = models.CharField("处分", max_length=10)
    months = models.PositiveSmallIntegerField("几个月")
    starts_on = models.DateField("从哪天起")
    ends_on = models.DateField("到哪天止")

    class Meta:
        db_table = "integrity_sanction"
        verbose_name = "回访对象"
        ordering = ("ends_on", "pk")


class ReturnVisit(models.Model):
    """One visit that the schedule asks for; `planned_on` stands, what was done is written once."""

    sanction = models.ForeignKey(Sanction, models.PROTECT, related_name="visits", verbose_name="谁")
    month = models.PositiveSmallIntegerField("第几个月")
    planned_on = models.DateField("最晚哪天")
    done_on = models.DateField("哪天去的", null=True)
    together_with = models.CharField("和谁一起去", max_length=120, blank=True)
    found = models.TextField("谈了什么、状态怎样", max_length=1000, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁去的")

    class Meta:
        db_table = "integrity_returnvisit"
        verbose_name = "回访"
        ordering = ("planned_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=["sanction", "month"], name="integrity_visit_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.sanction_id} {self.month}"


class StepDown(AboutSomebody):
    """Somebody who is to be moved (能下): with evidence, told, heard, decided by a second person."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等告知本人"
        TOLD = "told", "可以申辩"
        OBJECTED = "objected", "申辩了，等答复"
        MOVED = "moved", "已调整"
        DROPPED = "dropped", "不调整"

    SUBJECT = "integrity_stepdown"
    cause = models.CharField("哪种情形", max_length=12)
    evidence = models.TextField("凭什么", max_length=2000)
    proposal = models.CharField("建议怎么调整", max_length=200)
    state = models.CharField("到哪一步", max_length=10, choices=State.choices, default=State.PROPOSED)
    told_on = models.DateField("告知的日子", null=True)
    objects_until = models.DateField("申辩到哪天", null=True)
    objection = models.TextField("申辩", max_length=2000, blank=True)
    reply = models.CharField("怎么答复申辩", max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁决定")
    decided_on = models.DateField("决定的日子", null=True)

    class Meta:
        db_table = "integrity_stepdown"
        verbose_name = "拟调整人员"
        ordering = ("-pk",)
