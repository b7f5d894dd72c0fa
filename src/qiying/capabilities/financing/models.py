"""Institutions and their products, offers and credit lines with their ledger, reported totals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from django.db import models
from django.db.models import Q

from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import told_in
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.ledger.models import AbstractEntry, AbstractPosting
from qiying.kernel.organisations.models import DistrictRow, Unit
from qiying.statutes.loan_cost import WAYS, Cost, Terms, cost_of, read_fees
from qiying.ui.humanize import money_words

WORDS = told_in(Path(__file__).parent / "words.yaml")


def choices_of(words: str) -> list[tuple[str, str]]:
    """Return codes with what they are called."""
    return list(WORDS[words].items())


class Institution(DistrictRow):
    """A bank, guarantor, insurer or fund; only one that has a unit on the platform can be asked here."""

    SUBJECT = "financing_institution"
    name = models.CharField("机构", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=choices_of("institutions"), default="bank")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="在平台上的单位"
    )
    contact = models.CharField("找谁", max_length=40, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)

    class Meta:
        verbose_name = "金融机构"
        ordering = ("kind", "name")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="financing_institution_once")
        ]

    def __str__(self) -> str:
        return self.name


class Product(DistrictRow):
    """One dated version of a product: a change begins a new version and ends the old one the day before."""

    SUBJECT = "financing_product"
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="products", verbose_name="金融机构"
    )
    code = models.CharField("代号", max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.CharField("产品", max_length=40)
    kind = models.CharField("种类", max_length=12, choices=choices_of("products"), default="loan")
    security = models.CharField("增信方式", max_length=10, choices=choices_of("securities"), default="none")
    about = models.CharField("一句话", max_length=200)
    rate = models.DecimalField("年利率（%）", max_digits=5, decimal_places=2, default=Decimal(0), blank=True)
    months = models.PositiveSmallIntegerField("最长几个月", default=12)
    way = models.CharField("怎么还", max_length=16, choices=list(WAYS.items()), default="interest_first")
    fees = models.TextField("利息以外的费用", max_length=1000, blank=True)
    table = models.TextField("条件", max_length=20000)
    is_sample = models.BooleanField("样例，数字不是真的", default=False)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)

    class Meta:
        verbose_name = "融资产品"
        ordering = ("kind", "name", "-version")
        constraints = [
            models.UniqueConstraint(fields=["district", "code", "version"], name="financing_product_version")
        ]

    def __str__(self) -> str:
        return f"{self.institution.name} · {self.name}"

    @property
    def is_loan(self) -> bool:
        return self.kind == "loan"

    def cost(self, fen: int) -> Cost | None:
        """Return what a loan of this size for a year costs as the product says; None where it is no loan."""
        if not self.is_loan or fen <= 0:
            return None
        return cost_of(Terms(fen, self.rate, min(12, self.months), self.way, read_fees(self.fees)[0]))


class Line(DistrictRow):
    """What an institution offers or has agreed to: an offer to a request, or a line without application.

    An offer to a request has a `part`, its case; a line without application has the name of its `batch`.
    """

    SUBJECT = "financing_line"

    class State(models.TextChoices):
        PROPOSED = "proposed", "等机构确认"
        OFFERED = "offered", "等企业要不要"
        ACTIVE = "active", "可以用"
        CLOSED = "closed", "到期、结清"
        NOT_CONFIRMED = "unconfirmed", "机构没确认"
        DECLINED = "declined", "企业不要"
        LAPSED = "lapsed", "企业没理会"

    state = models.CharField("现在", max_length=12, choices=State.choices)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name="产品")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name="机构")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    part = models.OneToOneField(Case, models.PROTECT, null=True, related_name="+")
    whole = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name="申请")
    batch = models.CharField("无感授信批次", max_length=60, blank=True)
    fen = models.BigIntegerField("额度")
    available_fen = models.BigIntegerField("可用", default=0)
    used_fen = models.BigIntegerField("在用", default=0)
    rate = models.DecimalField("年利率（%）", max_digits=5, decimal_places=2, default=Decimal(0))
    months = models.PositiveSmallIntegerField("几个月", default=12)
    way = models.CharField("怎么还", max_length=16, choices=list(WAYS.items()), default="interest_first")
    fees = models.TextField("费用", blank=True)
    security = models.CharField("增信方式", max_length=10, choices=choices_of("securities"), default="none")
    text = models.TextField("说明", blank=True)
    asked_on = models.DateField("哪天提的")
    agreed_on = models.DateField("哪天谈成", null=True)
    answer_until = models.DateField("企业哪天前说要不要", null=True)
    valid_to = models.DateField("额度到哪天", null=True)
    reason = models.CharField("为什么", max_length=300, blank=True)
    wants_no_more = models.BooleanField("以后也不要无感授信", default=False)

    class Meta:
        verbose_name = "授信"
        ordering = ("-asked_on", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "batch", "enterprise"], name="financing_line_once_a_batch",
                condition=~Q(batch=""),
            ),
            models.CheckConstraint(condition=Q(available_fen__gte=0), name="financing_line_available"),
            models.CheckConstraint(condition=Q(used_fen__gte=0), name="financing_line_used"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["district", "state", "institution"], name="financing_line_state")]

    def __str__(self) -> str:
        return f"{self.enterprise.name} · {self.product.name}"

    @property
    def cost(self) -> Cost | None:
        """Return what it costs a year; None where it is no loan."""
        if not self.product.is_loan or self.fen <= 0:
            return None
        return cost_of(Terms(self.fen, self.rate, self.months, self.way, read_fees(self.fees)[0]))

    @property
    def money(self) -> str:
        return money_words(self.fen)


class LineEntry(AbstractEntry):
    """A line granted, drawn, repaid or closed."""

    line = models.ForeignKey(Line, models.PROTECT, related_name="entries")


class LinePosting(AbstractPosting):
    """One side of it."""

    entry = models.ForeignKey(LineEntry, models.PROTECT, related_name="postings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "account"], name="financing_posting_once")]


class Report(DistrictRow):
    """Totals an institution reports of loans not made here, up to a day; never added to what the platform counts."""

    SUBJECT = "financing_report"
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name="机构")
    kind = models.CharField("哪一类", max_length=8, choices=choices_of("reports"), default="all")
    until = models.DateField("截至")
    firms = models.PositiveIntegerField("企业（家）", default=0)
    lines = models.PositiveIntegerField("授信（万元）", default=0)
    drawn = models.PositiveIntegerField("放款（万元）", default=0)
    unsecured = models.PositiveIntegerField("其中信用（万元）", default=0)
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = "报送"
        ordering = ("-until", "institution__name")
        constraints = [
            models.UniqueConstraint(fields=["institution", "kind", "until"], name="financing_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.institution.name} {self.until}"
