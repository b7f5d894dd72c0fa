"""Records of bad credit, where each is published, restructurings, false papers, and who wants no reminder."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from qiying.capabilities.credit_repair.rules import law
from qiying.capabilities.credit_repair.rules.standing import Kept, Standing, standing_of
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit


class Restructuring(models.Model):
    """A restructuring whose plan a court approved; its records are shielded while the plan is performed."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    enterprise = models.OneToOneField(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    court = models.CharField("法院", max_length=60)
    ruling = models.CharField("裁定书文号", max_length=60)
    approved_on = models.DateField("裁定批准的日期")
    completed_on = models.DateField("执行完毕的日期", null=True)
    failed_on = models.DateField("终止执行的日期", null=True)

    class Meta:
        verbose_name = "重整"
        ordering = ("-approved_on", "-id")

    def __str__(self) -> str:
        return f"{self.enterprise} {self.ruling}"

    @property
    def rule(self) -> law.Restructuring:
        return law.Restructuring(self.approved_on, self.completed_on, self.failed_on)


class CreditRecord(DistrictRow):
    """One record as its recognising unit published it; `repairable_on` and `ends_on` are what the rules say of it."""

    SUBJECT = "credit_record"

    class State(models.TextChoices):
        PUBLISHED = "published", "公示中"
        REPAIRED = "repaired", "已修复"
        CORRECTED = "corrected", "已更正或撤销"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    number = models.CharField("文书号", max_length=60)
    title = models.CharField("什么事", max_length=120)
    kind = models.CharField("种类", max_length=8, choices=list(law.KINDS.items()), default="penalty")
    grade = models.CharField("类别", max_length=8, choices=list(law.GRADES.items()), blank=True)
    sector = models.CharField("领域", max_length=12, choices=list(law.SECTORS.items()), blank=True)
    is_summary = models.BooleanField("简易程序，或者只有警告、通报批评", default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="认定单位")
    recogniser = models.CharField("外区的认定单位", max_length=60, blank=True)
    decided_on = models.DateField("决定日期")
    published_on = models.DateField("公示日期")
    duty = models.CharField("要履行的义务", max_length=200, blank=True)
    barred_by = models.CharField("不能修复的依据", max_length=120, blank=True)
    repairable_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    settled_on = models.DateField(null=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    reminded_on = models.DateField(null=True)
    now_is: Standing  # hung on rows that are shown together

    class Meta:
        verbose_name = "失信记录"
        ordering = ("-published_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["district", "number", "enterprise"], name="credit_record_once"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(recogniser=""), name="credit_record_recognised"
            ),
        ]
        indexes = [models.Index(fields=["state", "repairable_on"], name="credit_repairable")]

    def __str__(self) -> str:
        return self.number

    @property
    def who(self) -> str:
        """Return who recognised it."""
        return self.unit.label if self.unit else self.recogniser

    def published(self, restructuring: Restructuring | None) -> law.Published:
        """Return what the law asks of it."""
        return law.Published(
            self.published_on,
            self.kind,  # type: ignore[arg-type]
            self.grade,  # type: ignore[arg-type]
            self.sector,
            self.is_summary,
            restructuring.rule if restructuring else None,
        )

    def standing(self, restructuring: Restructuring | None, today: date) -> Standing:
        """Return what it is today and why."""
        kept = Kept(
            self.state,  # type: ignore[arg-type]
            self.barred_by,
            self.unit_id is not None,
            self.who,
            self.case.number if self.case is not None and self.case.is_open else "",
            self.settled_on,
        )
        return standing_of(self.published(restructuring), kept, today)


class Publication(models.Model):
    """A place where a record stands, and the receipt that it stands there no longer."""

    record = models.ForeignKey(CreditRecord, models.CASCADE, related_name="places")
    place = models.CharField("公示的地方", max_length=40)
    published_on = models.DateField("公示日期")
    stopped_on = models.DateField("撤下日期", null=True)
    receipt = models.CharField("回执", max_length=120, blank=True)
    stopped_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "公示的地方"
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["record", "place"], name="credit_place_once")]

    def __str__(self) -> str:
        return self.place


class FalseMaterial(models.Model):
    """An enterprise found to have handed in false papers: for three years it is not taken at its word."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, models.PROTECT, related_name="+")
    found_on = models.DateField()
    until_on = models.DateField()
    reason = models.CharField(max_length=500)

    class Meta:
        verbose_name = "虚假材料"
        ordering = ("-found_on", "-id")


class NoReminder(models.Model):
    """An enterprise that wants not to be told on the day (无事不扰)."""

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = "不要提醒"
