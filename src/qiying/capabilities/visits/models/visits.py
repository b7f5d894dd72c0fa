"""Visits to enterprises: campaigns, the one register of visits, who goes along, what came of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit


class Campaign(models.Model):
    """A drive in which officials or deputies go to enterprises."""

    class Kind(models.TextChoices):
        THOUSAND = "thousand", "千名干部助千企"
        THREE_TWO = "three_two", "三推两助"
        INTEGRITY = "integrity", "助企廉心"
        ROUTINE = "routine", "日常走访"

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    kind = models.CharField("哪一种", max_length=12, choices=Kind.choices)
    name = models.CharField("名称", max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="牵头单位")
    goal = models.PositiveIntegerField("要走访多少家", default=0)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)

    visited = 0
    firms = 0
    """Counted where lists ask for it."""

    class Meta:
        db_table = "engagement_campaign"
        verbose_name = "走访活动"
        ordering = ("-valid_from", "-id")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="engagement_campaign_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="engagement_campaign_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class VisitKind(models.TextChoices):
    """Inspections stand in the same register so that an enterprise sees all who come, but are no visits."""

    VISIT = "visit", "走访"
    INSPECTION = "inspection", "检查"


class Visit(DistrictRow):
    """One visit, planned or made; `on` is the day it is planned for, once made the day it was made.

    `unit`, `person` and `campaign` are those who asked first; everybody who goes is a `VisitPart`.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "待走访"
        DONE = "done", "走访过"
        CANCELLED = "cancelled", "取消了"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="visits", verbose_name="企业")
    kind = models.CharField("类别", max_length=12, choices=VisitKind.choices, default=VisitKind.VISIT)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, related_name="visits", verbose_name="活动"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁去")
    on = models.DateField("哪天")
    purpose = models.CharField("为什么去", max_length=120, blank=True)
    excess_reason = models.CharField("超出上限的理由", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PLANNED)
    cancelled_because = models.CharField("为什么取消", max_length=200, blank=True)
    planned_at = models.DateTimeField()
    # what the phone brings
    key = models.CharField(max_length=40, null=True, unique=True)
    arrived_at = models.DateTimeField("到的时间", null=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    met = models.CharField("见了谁", max_length=60, blank=True)
    talk = models.TextField("谈了什么", blank=True)
    facts = models.JSONField("核对的情况", default=dict)  # {"confirmed": [code], "corrected": [code]}
    policies = models.JSONField("讲了哪些政策", default=list)  # names
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    going = ""
    """Who goes, hung on rows shown together; `heard` counts problems where lists ask for it."""

    class Meta:
        db_table = "engagement_visit"
        verbose_name = "走访"
        ordering = ("-on", "-id")
        indexes = [
            models.Index(fields=["district", "state", "-on", "-id"], name="engagement_visit_list"),
            models.Index(fields=["enterprise", "on"], name="engagement_visit_firm"),
            models.Index(fields=["campaign", "state", "enterprise"], name="engagement_visit_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.enterprise_id}"


class VisitPart(models.Model):
    """Somebody who goes along: units that had planned the same enterprise go together, each for its own campaign."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="parts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁去")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+")
    is_open = models.BooleanField(default=True)
    """Whether the visit is still to be made; kept here so that a home finds its own without the visits of others."""

    class Meta:
        db_table = "engagement_visitpart"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["visit", "unit"], name="engagement_part_once")]
        indexes = [
            models.Index(fields=["unit", "visit"], name="engagement_part_unit"),
            models.Index(fields=["campaign", "visit"], name="engagement_part_campaign"),
            models.Index(fields=["person"], name="engagement_part_open", condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.unit_id}"


class VisitProblem(models.Model):
    """A problem heard on a visit: always a case of the pool; `difficulty` is its matter, counted over visits."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="problems")
    no = models.PositiveSmallIntegerField()
    text = models.TextField("说了什么")
    difficulty = models.CharField("什么难处", max_length=60, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    submission = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name="呈报")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "engagement_visitproblem"
        verbose_name = "走访里的问题"
        ordering = ("visit_id", "no")
        constraints = [models.UniqueConstraint(fields=["visit", "no"], name="engagement_problem_once")]
        indexes = [models.Index(fields=["difficulty", "visit"], name="engagement_difficulty")]

    def __str__(self) -> str:
        return self.text[:40]


class VisitPromise(models.Model):
    """What was promised at an enterprise, by which workday; shown at the next visit whoever makes it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="promises")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    text = models.CharField("答应了什么", max_length=300)
    promised_by = models.DateField("哪天以前")
    kept_at = models.DateTimeField(null=True)
    kept_on = models.DateField("哪天办到", null=True)
    result = models.CharField("办得怎么样", max_length=300, blank=True)

    class Meta:
        db_table = "engagement_visitpromise"
        verbose_name = "走访时答应的事"
        ordering = ("promised_by", "id")
        indexes = [
            models.Index(fields=["enterprise", "-id"], name="engagement_promise_firm"),
            models.Index(
                fields=["unit", "promised_by"],
                name="engagement_promise_open",
                condition=Q(kept_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class VisitWish(models.Model):
    """What an enterprise says of being visited at all."""

    enterprise = models.OneToOneField(Enterprise, models.PROTECT, related_name="visit_wish")
    is_opted_out = models.BooleanField("谢绝走访")
    until = models.DateField("到哪天", null=True)
    note = models.CharField("说明", max_length=200, blank=True)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "engagement_visitwish"

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.is_opted_out}"
