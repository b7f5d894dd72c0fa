"""Where firms stand on the ladder, their titles, plans and services."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from qiying.capabilities.cultivation.rules.tiers import APPLY, RECHECK, ladder
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, MadeRow, Person, Unit

TIERS = [(t.code, t.label) for t in ladder().tiers.values()]


# --- where firms stand ------------------------------------------------------------------------------------
class Standing(models.Model):
    """How an enterprise stands to a tier since the last run; nothing is kept of those that are far from it."""

    class State(models.TextChoices):
        MEMBER = "member", "达标"
        NEAR = "near", "差一点"
        MANUAL = "manual", "只缺平台得分"
        UNKNOWN = "unknown", "缺一个数"
        LOST = "lost", "掉出来了"

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    tier = models.CharField("层级", max_length=16, choices=TIERS)
    purpose = models.CharField("看什么", max_length=8, choices=[(APPLY, "新申报"), (RECHECK, "复核")])
    state = models.CharField("怎么样", max_length=8, choices=State.choices)
    gap = models.CharField("差什么", max_length=1000, blank=True)
    mark = models.BigIntegerField()  # of the facts the words were made from
    since_on = models.DateField("从哪天起")

    class Meta:
        verbose_name = "梯度培育库"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "tier", "purpose"], name="cultivation_standing_once"
            )
        ]
        indexes = [models.Index(fields=["district", "purpose", "tier", "state"], name="cultivation_stands")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.tier} {self.state}"


class TierRun(models.Model):
    """One run over the register for a day."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    as_of = models.DateField("按哪天算")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    enterprises = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "as_of"], name="cultivation_run_once")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.as_of}"


class PlatformScore(MadeRow):
    """The national platform's quality score of a firm: stored as the platform gave it, with its proof."""

    SUBJECT = "cultivation_platformscore"
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    year = models.PositiveSmallIntegerField("哪一年的")
    score = models.DecimalField("平台得分", max_digits=5, decimal_places=2)
    proof = models.CharField("平台证明", max_length=200, help_text="证明编号或截图的文号；没有证明不能登记")

    class Meta:
        verbose_name = "平台质量得分"
        ordering = ("-year", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "year"], name="cultivation_score_once"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=100), name="cultivation_score_to_100"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year}"


# --- titles -----------------------------------------------------------------------------------------------
class Title(MadeRow):
    """A title a firm was granted, until a day; what ended it, and until when it bars."""

    SUBJECT = "cultivation_title"

    class State(models.TextChoices):
        VALID = "valid", "有效"
        DOUBTED = "doubted", "拟撤销"
        EXPIRED = "expired", "到期了"
        CANCELLED = "cancelled", "撤销了"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    tier = models.CharField("层级", max_length=16, choices=TIERS)
    number = models.CharField("证书编号", max_length=40)
    document = models.CharField("哪个文公布的", max_length=120)
    granted_on = models.DateField("哪天认定的")
    valid_to = models.DateField("有效到哪天")
    state = models.CharField("现在", max_length=10, choices=State.choices, default=State.VALID)
    rechecked_on = models.DateField("哪天复核通过", null=True)
    reason = models.CharField("为什么撤销", max_length=300, blank=True)
    is_false = models.BooleanField("因为材料虚假", default=False)
    doubted_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="谁提的撤销"
    )
    ended_on = models.DateField("哪天结束的", null=True)
    barred_until = models.DateField("到哪天不得申报", null=True)
    reminded = models.PositiveSmallIntegerField(default=0)  # the last rung of the reminders, in days before

    class Meta:
        verbose_name = "称号"
        ordering = ("-granted_on", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "tier"],
                condition=Q(state__in=["valid", "doubted"]),
                name="cultivation_title_once",
            ),
            models.UniqueConstraint(fields=["district", "tier", "number"], name="cultivation_number_once"),
        ]
        indexes = [models.Index(fields=["district", "state", "valid_to"], name="cultivation_title_ends")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_tier_display()}"

    def holds(self, on: date) -> bool:
        """Tell whether the title stands on a day, whatever the worker has come to do."""
        is_taken = self.state == self.State.CANCELLED and (
            self.ended_on is None or self.is_false or self.ended_on <= on
        )
        return self.granted_on <= on <= self.valid_to and not is_taken


# --- plans and services -----------------------------------------------------------------------------------
class Plan(MadeRow):
    """A firm's plan towards a tier, with who looks after it."""

    SUBJECT = "cultivation_plan"

    class State(models.TextChoices):
        OPEN = "open", "培育中"
        REACHED = "reached", "认定了"
        DROPPED = "dropped", "不做了"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    tier = models.CharField("要到哪一层", max_length=16, choices=TIERS)
    goal = models.CharField("先补什么", max_length=500)
    due_on = models.DateField("打算哪天申报")
    officer = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="培育专员")
    state = models.CharField("现在", max_length=8, choices=State.choices, default=State.OPEN)
    ended_on = models.DateField("哪天结束的", null=True)
    reason = models.CharField("为什么不做了", max_length=300, blank=True)

    class Meta:
        verbose_name = "培育计划"
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "tier"], condition=Q(state="open"), name="cultivation_plan_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.get_tier_display()}"


class Service(models.Model):
    """One service to a firm under its plan: planned or asked for, done with its result."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="services")
    what = models.CharField("做什么", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="谁来做")
    is_asked = models.BooleanField("企业自己要的", default=False)
    planned_on = models.DateField("打算哪天", null=True)
    done_on = models.DateField("哪天做的", null=True)
    result = models.CharField("做得怎么样", max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.what
