"""Guarantors with their books, loans that are shared, what the ledger holds, and pledged rights."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q

from qiying.capabilities.risk_sharing.rules.law import (
    PARTIES,
    PROGRAMMES,
    TITLES,
    Limits,
    Programme,
    limits_of,
)
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.ledger.models import AbstractEntry, AbstractPosting
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit

PROGRAMME_CHOICES = [(one.code, one.label) for one in PROGRAMMES.values()]
TITLE_CHOICES = list(TITLES.items())
BALANCES = ("exposure", "fees", "ceded", "due_re", "due_fund", "due_gov", "loss")
"""Accounts that are never negative, each with its column of the guarantor."""
LABELS = {
    "exposure": "在保余额", "fees": "担保费", "ceded": "分出的费", "due_re": "应收省级再担保",
    "due_fund": "应收国家基金", "due_gov": "应收地方政府", "loss": "自担损失", "lender": "放款",
    "payer": "缴费企业", "settled": "收到的分担款", "back": "追回",
}  # fmt: skip


class Guarantor(DistrictRow):
    """A guarantor of the district: what it owns, which bounds what it may answer for, and the balances of its book."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+", verbose_name="担保机构")
    licence = models.CharField("经营许可证", max_length=40)
    paid_in_fen = models.BigIntegerField("实缴资本")
    net_assets_fen = models.BigIntegerField("净资产")
    net_assets_on = models.DateField("净资产截至")
    is_mainly_small = models.BooleanField("主要服务小微企业和三农", default=False)
    owners = models.ManyToManyField(
        Enterprise, related_name="+", verbose_name="控股股东、实际控制人", blank=True
    )
    exposure_fen = models.BigIntegerField("在保余额", default=0)
    fees_fen = models.BigIntegerField("担保费", default=0)
    ceded_fen = models.BigIntegerField("分出的费", default=0)
    due_re_fen = models.BigIntegerField("应收省级再担保", default=0)
    due_fund_fen = models.BigIntegerField("应收国家基金", default=0)
    due_gov_fen = models.BigIntegerField("应收地方政府", default=0)
    loss_fen = models.BigIntegerField("自担损失", default=0)

    class Meta:
        verbose_name = "担保机构"
        ordering = ("unit__path",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    exposure_fen__gte=0, fees_fen__gte=0, ceded_fen__gte=0, due_re_fen__gte=0, due_fund_fen__gte=0,
                    due_gov_fen__gte=0, loss_fen__gte=0,
                ),
                name="risk_book_not_negative",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.unit.label

    @property
    def limits(self) -> Limits:
        return limits_of(self.net_assets_fen, is_mainly_small=self.is_mainly_small)


class AgreedLoan(models.Model):
    """A loan agreed elsewhere (the event `loan_agreed`) that a guarantor may take a share of."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    origin = models.CharField("哪一件谈成的", max_length=60, unique=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    bank = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="银行")
    fen = models.BigIntegerField("多少钱")
    product = models.CharField("产品", max_length=60, blank=True)
    on = models.DateField("哪天谈成")

    class Meta:
        verbose_name = "谈成的贷款"
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return self.origin


class SharedLoan(models.Model):
    """One loan whose risk is shared: terms, shares, what is still out, what was claimed and came back."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="shared_loan")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    guarantor = models.ForeignKey(Guarantor, models.PROTECT, related_name="loans", verbose_name="担保机构")
    bank = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="银行")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    agreed = models.ForeignKey(AgreedLoan, models.PROTECT, null=True, related_name="+")
    contract = models.CharField("借款合同号", max_length=60)
    programme = models.CharField("按哪种分担", max_length=12, choices=PROGRAMME_CHOICES)
    title = models.CharField("企业称号", max_length=12, choices=TITLE_CHOICES, blank=True)
    title_until = models.DateField("称号有效到", null=True)
    affiliates = models.CharField("关联方（集团）", max_length=80, blank=True)
    fen = models.BigIntegerField("贷款")
    outstanding_fen = models.BigIntegerField("还没还的", default=0)
    shares = models.JSONField("分担比例")  # party → percent as text
    fee_rate = models.DecimalField("担保费率", max_digits=5, decimal_places=2)
    fund_fee_rate = models.DecimalField("再担保和基金费率", max_digits=5, decimal_places=2, default=0)
    is_small = models.BooleanField("小微企业或三农", default=False)
    starts_on = models.DateField("哪天放款")
    ends_on = models.DateField("哪天到期")
    live_on = models.DateField("哪天在保", null=True)
    unpaid_fen = models.BigIntegerField("没还上的", default=0)
    parts = models.JSONField("各方承担", default=dict)  # party → fen, of what was claimed
    paid_on = models.DateField("哪天代偿", null=True)
    back_fen = models.BigIntegerField("追回", default=0)

    class Meta:
        verbose_name = "共担贷款"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["bank", "contract"], name="risk_contract_once"),
            models.CheckConstraint(
                condition=Q(fen__gt=0, outstanding_fen__gte=0, unpaid_fen__gte=0, back_fen__gte=0),
                name="risk_loan_amounts",
            ),
        ]
        indexes = [models.Index(fields=["guarantor", "enterprise"], name="risk_loan_client")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.contract}"

    @property
    def stands(self) -> str:
        """Return in words how far its case has come."""
        return PROCEDURES.get(self.case.procedure, self.case.version).state(self.case.state).label

    @property
    def terms(self) -> Programme:
        return PROGRAMMES[self.programme]

    @property
    def percents(self) -> dict[str, Decimal]:
        return {party: Decimal(self.shares[party]) for party in PARTIES if party in self.shares}


class RiskEntry(AbstractEntry):
    """One movement of a guarantor's book."""

    class Kind(models.TextChoices):
        BEGIN = "begin", "在保"
        FEE = "fee", "担保费"
        REPAY = "repay", "还款"
        CLAIM = "claim", "代偿"
        SETTLE = "settle", "收到分担款"
        BACK = "back", "追回"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    book = models.ForeignKey(Guarantor, models.PROTECT, related_name="entries")
    loan = models.ForeignKey(SharedLoan, models.PROTECT, related_name="entries")

    class Meta(AbstractEntry.Meta):
        abstract = False
        verbose_name = "风险共担分录"
        ordering = ("-pk",)


class RiskPosting(AbstractPosting):
    """One side of a movement."""

    entry = models.ForeignKey(RiskEntry, models.PROTECT, related_name="postings")

    class Meta(AbstractPosting.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["entry", "account"], name="risk_posting_once")]


class IpPledge(models.Model):
    """A right pledged for a loan; the pledge arises on registration only (民法典 art. 444)."""

    class Kind(models.TextChoices):
        PATENT = "patent", "专利权"
        TRADEMARK = "trademark", "商标权"
        COPYRIGHT = "copyright", "著作权"
        TOPOGRAPHY = "topography", "集成电路布图设计"

    case = models.OneToOneField(Case, models.PROTECT, related_name="ip_pledge")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="出质人")
    bank = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="质权人")
    kind = models.CharField("哪种权利", max_length=12, choices=Kind.choices)
    number = models.CharField("权利号", max_length=40)
    name = models.CharField("名称", max_length=120)
    expires_on = models.DateField("权利到期日")
    fen = models.BigIntegerField("要贷多少")
    value_fen = models.BigIntegerField("评估价值", null=True)
    valued_by = models.CharField("谁评估", max_length=80, blank=True)
    registered_on = models.DateField("登记日", null=True)
    certificate = models.BigIntegerField(null=True)
    transferee = models.CharField("受让人", max_length=120, blank=True)
    is_live = models.BooleanField(default=True)
    released_on = models.DateField("注销日", null=True)
    registered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "知识产权质押"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["district", "kind", "number"],
                condition=Q(is_live=True),
                name="risk_right_pledged_once",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def stands(self, on: date) -> bool:
        """Tell whether the pledge has force: registered and not released."""
        return self.registered_on is not None and self.registered_on <= on and self.released_on is None
