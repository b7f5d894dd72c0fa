"""Who may inspect what, what is planned, each visit as it was made, who came otherwise, clues of breaches."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from qiying.capabilities.inspections.rules.inspecting import CLUES, KINDS, OTHERS, STANDING, Cap, Coming
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit


class Dated(DistrictRow):
    """What holds from a day to a day."""

    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        abstract = True


class Body(Dated):
    """A body that may inspect, with its published standing."""

    SUBJECT = "inspection_body"
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    standing = models.CharField("主体资格", max_length=10, choices=list(STANDING.items()))
    basis = models.CharField("依据", max_length=200)
    published_on = models.DateField("公布日期")

    class Meta:
        verbose_name = "检查主体"
        ordering = ("unit__path", "-valid_from")
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(valid_to=None), name="inspections_body_once")
        ]

    def __str__(self) -> str:
        return self.unit.label


class Officer(Dated):
    """A person with a certificate; the last day is that of the certificate."""

    SUBJECT = "inspection_officer"
    body = models.ForeignKey(Body, models.PROTECT, related_name="officers", verbose_name="检查主体")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    certificate = models.CharField("执法证号", max_length=40)

    class Meta:
        verbose_name = "执法人员"
        ordering = ("body", "person__name")
        constraints = [
            models.UniqueConstraint(fields=["district", "certificate"], name="inspections_certificate_once")
        ]

    def __str__(self) -> str:
        return f"{self.person.name}（{self.body.unit.label} {self.certificate}）"


class Item(Dated):
    """A published matter that may be inspected; what is not listed may not be."""

    SUBJECT = "inspection_item"
    body = models.ForeignKey(Body, models.PROTECT, related_name="items", verbose_name="检查主体")
    code = models.CharField("编码", max_length=24)
    name = models.CharField("事项", max_length=120)
    basis = models.CharField("依据", max_length=200)
    checklist = models.CharField("检查表", max_length=40, help_text="表单的编码，现场按它记")
    is_key = models.BooleanField("特殊重点领域，不占频次上限", default=False)
    last_used_on = models.DateField("最近一次用", null=True, editable=False)

    is_old = False
    """Not used for five years; hung on rows shown together."""

    class Meta:
        verbose_name = "检查事项"
        ordering = ("body", "code")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="inspections_item_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.body.unit.label}）"


class CapRule(Dated):
    """How often one body may come to one enterprise in a year, as dated data with its source."""

    SUBJECT = "inspection_cap"
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="检查主体"
    )
    most = models.PositiveSmallIntegerField("一年最多几次")
    counts_case = models.BooleanField("个案检查也占次数", default=False)
    reasonable = models.PositiveSmallIntegerField("个案检查超过几次要说明", default=4)
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = "频次上限"
        ordering = ("-valid_from", "id")

    def __str__(self) -> str:
        return f"{self.body or '各单位'} {self.most} 次"

    @property
    def cap(self) -> Cap:
        kinds = ("daily", "case", "special") if self.counts_case else ("daily", "special")
        return Cap(self.most, kinds, self.reasonable, self.source)


class Plan(DistrictRow):
    """The plan of one body for one year: legal review, collective discussion, then published by the end of March."""

    SUBJECT = "inspection_plan"

    class State(models.TextChoices):
        DRAFT = "draft", "在编"
        REVIEWING = "reviewing", "等法制审核"
        REVIEWED = "reviewed", "审核通过，待公布"
        PUBLISHED = "published", "已公布"

    body = models.ForeignKey(Body, models.PROTECT, related_name="plans", verbose_name="检查主体")
    year = models.PositiveSmallIntegerField("年度")
    way = models.CharField("检查方式", max_length=120)
    share = models.CharField("抽查比例", max_length=60)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    opinion = models.CharField("法制审核意见", max_length=300, blank=True)
    reviewed_by_name = models.CharField("谁审核", max_length=64, blank=True)
    reviewed_on = models.DateField("审核日期", null=True)
    discussed_on = models.DateField("集体讨论日期", null=True)
    published_on = models.DateField("公布日期", null=True)

    class Meta:
        verbose_name = "年度检查计划"
        ordering = ("-year", "body")
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="inspections_plan_once")]

    def __str__(self) -> str:
        return f"{self.body.unit.label} {self.year} 年检查计划"


class Inspection(models.Model):
    """One visit, by one body or by several together; `made_on` is empty until the officers went in."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="inspection")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    kind = models.CharField("种类", max_length=8, choices=list(KINDS.items()))
    is_ordered = models.BooleanField("上级部署的专项检查", default=False)
    clue = models.CharField("线索来源", max_length=12, choices=list(CLUES.items()), blank=True)
    is_emergency = models.BooleanField("紧急检查", default=False)
    is_unannounced = models.BooleanField("不提前通知", default=False)
    place = models.CharField("地点", max_length=120)
    place_key = models.CharField(max_length=120)
    first_on = models.DateField("从哪天")
    last_on = models.DateField("到哪天")
    made_on = models.DateField("哪天去的", null=True)
    is_dropped = models.BooleanField(default=False)
    entry = models.CharField("怎么进的", max_length=10, blank=True)  # scanned, emergency, offline
    scanned_at = models.DateTimeField(null=True)
    filled_on = models.DateField("补录日期", null=True)
    items = models.ManyToManyField(Item, related_name="inspections")
    officers = models.ManyToManyField(Officer, related_name="inspections")

    class Meta:
        verbose_name = "检查"
        ordering = ("-first_on", "-id")
        indexes = [
            models.Index(fields=["enterprise", "first_on"], name="inspections_firm"),
            models.Index(fields=["district", "made_on"], name="inspections_made"),
        ]

    def __str__(self) -> str:
        return self.case.number

    @property
    def on(self) -> date:
        """The day it was made, else the first day it is meant for."""
        return self.made_on or self.first_on


class InspectionBody(models.Model):
    """A body that takes part in a visit; the cap counts here, the enterprise counts the visit once."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="bodies")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)
    is_key = models.BooleanField(default=False)

    class Meta:
        ordering = ("-is_lead", "id")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "body"], name="inspections_body_in_visit_once")
        ]

    @property
    def coming(self) -> Coming:
        one = self.inspection
        return Coming(one.on, one.kind, one.is_ordered, self.is_key)


class PlanLine(DistrictRow):
    """One visit a plan foresees; visits of several bodies to one firm, place and period become one."""

    SUBJECT = "inspection_line"
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lines")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    place = models.CharField("地点", max_length=120)
    place_key = models.CharField(max_length=120)
    kind = models.CharField("种类", max_length=8, choices=[(k, v) for k, v in KINDS.items() if k != "case"])
    ordered_by = models.CharField("上级部署的文号", max_length=120, blank=True)
    items = models.ManyToManyField(Item, related_name="+")
    first_on = models.DateField("从哪天")
    last_on = models.DateField("到哪天")
    inspection = models.ForeignKey(Inspection, models.SET_NULL, null=True, related_name="lines")

    with_whom = ""
    """Other bodies that plan the same firm, place and period; hung on rows shown together."""

    class Meta:
        verbose_name = "计划里的检查"
        ordering = ("first_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="inspections_line_days_in_order"
            ),
            models.UniqueConstraint(
                fields=["plan", "enterprise", "place_key", "first_on"], name="inspections_line_once"
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "first_on"], name="inspections_line_firm")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.first_on}"

    def coming(self, is_key: bool) -> Coming:
        return Coming(self.first_on, self.kind, bool(self.ordered_by), is_key)


class OtherVisit(DistrictRow):
    """Somebody who came to an enterprise and did not inspect: observation, supervision, study, service."""

    SUBJECT = "inspection_other"
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    kind = models.CharField("来做什么", max_length=12, choices=list(OTHERS.items()))
    on = models.DateField("哪天")
    people = models.CharField("来了谁", max_length=120)
    purpose = models.CharField("为什么来", max_length=200)
    checked = models.BooleanField("当场查了资料、现场，或者提了整改要求", default=False)

    class Meta:
        verbose_name = "观摩、督导、考察"
        ordering = ("-on", "-id")
        indexes = [models.Index(fields=["enterprise", "-on"], name="inspections_other_firm")]

    def __str__(self) -> str:
        return f"{self.on} {self.unit} {self.get_kind_display()}"


class Flag(DistrictRow):
    """A breach of the five bans and eight must-nots that data shows or somebody told; a clue until looked into."""

    SUBJECT = "inspection_flag"

    class State(models.TextChoices):
        OPEN = "open", "待核查"
        FOUNDED = "founded", "属实"
        UNFOUNDED = "unfounded", "不属实"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="哪个单位")
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="flags")
    visit = models.ForeignKey(OtherVisit, models.PROTECT, null=True, related_name="flags")
    ban = models.CharField("哪一条", max_length=12)
    source = models.CharField("怎么发现", max_length=8, choices=[("data", "数据"), ("firm", "企业说的")])
    text = models.CharField("什么情况", max_length=500)
    raised_on = models.DateField("发现日期")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    finding = models.CharField("查明什么", max_length=500, blank=True)
    settled_on = models.DateField("查明日期", null=True)
    settled_by_name = models.CharField("谁查的", max_length=64, blank=True)
    task = models.CharField("整改任务", max_length=32, blank=True)

    class Meta:
        verbose_name = "禁令线索"
        ordering = ("-raised_on", "-id")
        indexes = [models.Index(fields=["district", "state"], name="inspections_flag_state")]

    def __str__(self) -> str:
        return str(self.unit)
