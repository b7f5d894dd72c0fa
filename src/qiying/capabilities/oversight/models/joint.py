"""Congress and procuratorate over one matter: both agree, each shows the other what it chooses."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from qiying.kernel.organisations.models import DistrictRow, Person, Unit


class JointSupervision(DistrictRow):
    """One matter watched by both; without the other's consent, or after its last day, nothing is shared."""

    SUBJECT = "joint"

    class State(models.TextChoices):
        PROPOSED = "proposed", "等对方同意"
        AGREED = "agreed", "联合监督中"
        REFUSED = "refused", "对方没同意"
        ENDED = "ended", "结束了"

    title = models.CharField("监督什么", max_length=80)
    purpose = models.CharField("为什么要联合", max_length=300)
    proposer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="提出的一方")
    other = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="请哪一方")
    proposed_on = models.DateField("提出日期")
    until_on = models.DateField("到哪天为止")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    answer = models.CharField("对方怎么说", max_length=300, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField("答复日期", null=True)
    result = models.CharField("结果", max_length=500, blank=True)

    class Meta:
        verbose_name = "联合监督"
        ordering = ("-proposed_on", "-id")
        constraints = [
            models.CheckConstraint(condition=~Q(proposer=F("other")), name="oversight_joint_two_sides")
        ]

    def __str__(self) -> str:
        return self.title


class JointShare(models.Model):
    """What one side keeps here; the other reads it only while `shared_at` is set."""

    joint = models.ForeignKey(JointSupervision, models.PROTECT, related_name="shares")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField("题目", max_length=80)
    text = models.TextField("内容", max_length=2000)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title
