"""Bodies that mediate, their mediators, matters with sessions and duties, and the figures of their years."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from qiying.capabilities.mediation.rules.law import BODY_KINDS, COURTS, QUALIFIED, SUBJECTS, WAYS
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit


class Body(DistrictRow):
    """A body that mediates; its kind decides what it may take, and whether it may charge."""

    SUBJECT = "mediation_body"
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("哪一种", max_length=12, choices=list(BODY_KINDS.items()))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="哪个单位")
    founder = models.CharField("举办单位（非营利）", max_length=80)
    licence = models.CharField("登记文号", max_length=60, blank=True)
    assets = models.PositiveIntegerField("资产（万元）", default=0)
    full_time = models.PositiveSmallIntegerField("专职人员", default=0)
    place = models.CharField("地址", max_length=120)
    fee_percent = models.PositiveSmallIntegerField("收减半诉讼费的百分之几", default=0)
    fee_standard = models.CharField("收费标准", max_length=300, blank=True)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "调解组织"
        ordering = ("kind", "name", "id")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="mediation_body_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Return what it is called where it is chosen: its kind and its fee with its name."""
        return f"{self.name}（{BODY_KINDS[self.kind]}，{self.fee_words}）"

    @property
    def fee_words(self) -> str:
        """Return what it takes in one sentence."""
        return self.fee_standard or "不收费"


class Mediator(DistrictRow):
    """A mediator of a body; cases are given to his account."""

    SUBJECT = "mediation_mediator"
    name = models.CharField("姓名", max_length=40)
    body = models.ForeignKey(Body, models.PROTECT, related_name="mediators", verbose_name="调解组织")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="账号")
    fields = models.CharField("擅长", max_length=200, help_text="几种用顿号隔开，例如：买卖、加工、建设工程")
    employer = models.CharField("工作单位", max_length=80, blank=True)
    qualified = models.CharField("任职条件", max_length=8, choices=list(QUALIFIED.items()))
    years = models.PositiveSmallIntegerField("年数", default=0)
    suspended_to = models.DateField("停止执业到", null=True, blank=True)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "调解员"
        ordering = ("body", "name", "id")
        constraints = [
            models.UniqueConstraint(fields=["district", "body", "person"], name="mediation_mediator_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.fields}）"


class Matter(models.Model):
    """One dispute as its parties, its body, its agreement and what became of it."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="mediation")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="调解组织")
    mediator = models.ForeignKey(Mediator, models.PROTECT, null=True, related_name="+", verbose_name="调解员")
    asker = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="申请企业")
    respondent = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="对方企业"
    )
    respondent_name = models.CharField("对方", max_length=80)
    kind = models.CharField("纠纷", max_length=12, choices=list(SUBJECTS.items()))
    claim = models.DecimalField("争议金额", max_digits=14, decimal_places=2, default=Decimal(0))
    delivered_on = models.DateField("哪天交付", null=True)
    fee = models.DecimalField("调解费", max_digits=12, decimal_places=2, default=Decimal(0))
    way = models.CharField("法院怎么转来的", max_length=10, choices=list(WAYS.items()), blank=True)
    court_number = models.CharField("法院案号", max_length=60, blank=True)
    origin = models.CharField("从哪一件来", max_length=32, blank=True)
    disclosure = models.CharField("调解员披露的", max_length=600, blank=True)
    deal = models.TextField("协议", blank=True)
    deal_duties = models.TextField("履行义务", blank=True)
    yuan = models.DecimalField("协议金额", max_digits=14, decimal_places=2, default=Decimal(0))
    agreed_on = models.DateField("协议生效", null=True)
    saved = models.DecimalField("节省诉讼费", max_digits=12, decimal_places=2, default=Decimal(0))
    saved_words = models.CharField("怎么算的", max_length=300, blank=True)
    confirm_until = models.DateField("申请司法确认到", null=True)
    ground = models.CharField("哪个法院", max_length=14, choices=list(COURTS.items()), blank=True)
    ruling = models.CharField("裁定", max_length=80, blank=True)
    archive_no = models.CharField("归档号", max_length=60, blank=True)

    class Meta:
        verbose_name = "调解件"
        ordering = ("-id",)
        indexes = [models.Index(fields=["district", "body", "-id"], name="mediation_of_body")]

    def __str__(self) -> str:
        return f"{self.asker.label}与{self.respondent_name}"


class Session(models.Model):
    """One sitting of a mediation; its minutes are closed."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="sessions")
    no = models.PositiveSmallIntegerField("第几次")
    starts_at = models.DateTimeField("什么时候")
    place = models.CharField("地点", max_length=160)
    booking = models.CharField("预约号", max_length=12, blank=True)
    held_on = models.DateField("哪天开的", null=True)
    minutes = models.TextField("笔录", blank=True)

    class Meta:
        ordering = ("no",)
        constraints = [models.UniqueConstraint(fields=["matter", "no"], name="mediation_session_once")]

    def __str__(self) -> str:
        return f"第 {self.no} 次"


class Duty(models.Model):
    """One thing that has to be done under an agreement."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="duties")
    no = models.PositiveSmallIntegerField("第几项")
    due_on = models.DateField("哪天前")
    yuan = models.DecimalField("金额", max_digits=14, decimal_places=2)
    what = models.CharField("做什么", max_length=120)
    done_on = models.DateField("履行了", null=True)
    is_breached = models.BooleanField("没有履行", default=False)

    class Meta:
        ordering = ("no",)
        constraints = [models.UniqueConstraint(fields=["matter", "no"], name="mediation_duty_once")]

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d} {self.what}" + (f" {self.yuan:,} 元" if self.yuan else "")


class YearFigures(DistrictRow):
    """What a body mediated in a year, as it was reported (浦东新区规定第二十七条: by 31 March)."""

    SUBJECT = "mediation_yearfigures"
    body_name = models.CharField("调解组织", max_length=80)
    year = models.CharField("哪一年", max_length=20)
    cases = models.PositiveIntegerField("调解件数")
    amount = models.PositiveIntegerField("涉及金额（万元）", default=0)
    saved = models.PositiveIntegerField("节省诉讼费（万元）", default=0)
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = "历年数"
        ordering = ("-year", "body_name")
        constraints = [
            models.UniqueConstraint(fields=["district", "body_name", "year"], name="mediation_year_once")
        ]

    def __str__(self) -> str:
        return f"{self.body_name} {self.year}"
