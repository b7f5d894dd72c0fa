"""Registers of the legal environment: measures reviewed, the manual and its readers, agents, tenders, bids, rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from qiying.capabilities.legal_environment.rules.bidding import FLAGS, Offer, Standing, standing
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import DistrictRow, Person, Unit

COMPLAINT_KINDS = {
    "profit": "逐利执法、下指标罚款",
    "penalty": "罚款畸重、同案不同罚",
    "inspection": "检查太多、重复检查",
    "measure": "乱查封、扣押、冻结",
    "fee": "乱收费、乱摊派",
    "procedure": "程序不合法、不出示证件",
    "elsewhere": "异地执法",
    "inaction": "该管不管、推诿拖延",
    "other": "其他",
}
"""What a complaint of enforcement may be about, as the monthly analysis counts it."""


class Measure(DistrictRow):
    """A measure or policy with its review: it may be issued once the review passed, not before."""

    SUBJECT = "fair_measure"

    class Kind(models.TextChoices):
        POLICY = "policy", "惠企政策"
        RULE = "rule", "规范性文件"
        MEASURE = "measure", "其他政策措施"
        AGREEMENT = "agreement", "招商协议、备忘录"
        TENDER = "tender", "招标、采购文件"

    title = models.CharField("措施名称", max_length=120)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.MEASURE)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="起草单位")
    is_government = models.BooleanField("以区政府名义出台", default=False)
    policy_code = models.CharField("惠企政策代号", max_length=60, blank=True)
    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name="审查件")
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("出台", null=True)
    repealed_on = models.DateField("废止", null=True)

    class Meta:
        verbose_name = "政策措施"
        ordering = ("-id",)
        indexes = [models.Index(fields=["district", "policy_code"], name="legal_measure_policy")]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> str:
        """Return in words where it is."""
        if self.repealed_on:
            return "已废止"
        if self.issued_on:
            return "已出台"
        words = {"passed": "通过，可以出台", "failed": "没通过，不能出台"}
        return words.get(self.case.outcome, "审查中，不能出台" if self.case.is_open else "没有审成，不能出台")


class Manual(DistrictRow):
    """An edition of the handbook for enterprises."""

    SUBJECT = "ip_manual"
    title = models.CharField("手册", max_length=80)
    edition = models.CharField("版次", max_length=30)
    region = models.CharField("讲哪里的", max_length=60, blank=True)
    about = models.CharField("一句话", max_length=200)
    text = models.TextField("正文", max_length=60000)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁编的")
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)

    class Meta:
        verbose_name = "知识产权手册"
        ordering = ("-valid_from", "-id")
        constraints = [
            models.UniqueConstraint(fields=["district", "title", "edition"], name="legal_manual_once")
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.edition}）"


class Reading(models.Model):
    """Somebody read an edition, counted once; a firm may say that it helped."""

    manual = models.ForeignKey(Manual, models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField()
    helped = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["manual", "person"], name="legal_read_once")]


class Agent(DistrictRow):
    """A bidding agency that is registered with the district."""

    SUBJECT = "bid_agent"
    name = models.CharField("代理机构", max_length=80)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    head = models.CharField("负责人", max_length=40)
    staff = models.PositiveSmallIntegerField("专职人员", default=0)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="在平台上的单位"
    )
    promised_on = models.DateField("签承诺书", null=True)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True)
    why_ended = models.CharField("为什么停", max_length=200, blank=True)

    class Meta:
        verbose_name = "招标代理机构"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def is_registered(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


class Tender(DistrictRow):
    """A project put out to bidders: the agent checks the documents first, the tenderer reviews them, then it is out."""

    SUBJECT = "tender"

    class Kind(models.TextChoices):
        WORKS = "works", "工程"
        GOODS = "goods", "货物"
        SERVICES = "services", "服务"

    name = models.CharField("项目", max_length=120)
    number = models.CharField("项目编号", max_length=40)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices, default=Kind.WORKS)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="招标单位")
    estimate = models.PositiveBigIntegerField("估算价（元）")
    in_scope = models.BooleanField("在必须招标的工程项目范围里", default=True)
    small_from = models.PositiveBigIntegerField(default=0)
    bid_bond = models.PositiveBigIntegerField("投标保证金（元）", default=0)
    agent = models.ForeignKey(
        Agent, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代理机构"
    )
    fair_measure = models.ForeignKey(
        Measure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="招标文件的公平竞争审查",
    )
    first_check = models.CharField("初查", max_length=400, blank=True)
    first_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    first_on = models.DateField("初查日期", null=True)
    review = models.CharField("核审", max_length=400, blank=True)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_on = models.DateField("核审日期", null=True)
    published_on = models.DateField("发出招标文件", null=True)
    opened_on = models.DateField("开标", null=True)

    class Meta:
        verbose_name = "招标项目"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="legal_tender_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def standing(self) -> Standing:
        return standing(self.kind, self.estimate, in_scope=self.in_scope, small_from=self.small_from)

    @property
    def step(self) -> str:
        """Return in words how far it is."""
        if self.published_on:
            return "招标文件发出了"
        if self.reviewed_on:
            return "核审过了，可以发出"
        return "初查过了，等招标单位核审" if self.first_on else "等初查"


class Bid(DistrictRow):
    """One bid of a tender as far as the six flags look at it."""

    SUBJECT = "bid"
    tender = models.ForeignKey(Tender, models.PROTECT, related_name="bids", verbose_name="招标项目")
    bidder = models.CharField("投标人", max_length=80)
    price = models.PositiveBigIntegerField("报价（元）")
    author = models.CharField("谁编的投标文件", max_length=80, blank=True)
    agent_person = models.CharField("谁办的投标", max_length=80, blank=True)
    staff = models.CharField("项目管理成员", max_length=300, blank=True, help_text="用顿号分开")
    account = models.CharField("保证金从哪个账户来", max_length=40, blank=True)
    wording = models.CharField(
        "文件特征码", max_length=80, blank=True, help_text="制作机器码或者文件的校验码"
    )
    mixed_with = models.CharField("混进了谁的文件", max_length=80, blank=True)

    class Meta:
        verbose_name = "投标"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["tender", "bidder"], name="legal_bid_once")]

    def __str__(self) -> str:
        return f"{self.bidder}：{self.tender}"

    @property
    def offer(self) -> Offer:
        people = frozenset(p.strip() for p in self.staff.replace("，", "、").split("、") if p.strip())
        told: dict[str, Any] = {"author": self.author, "agent": self.agent_person, "account": self.account}
        told |= {"wording": self.wording, "mixed_with": self.mixed_with, "staff": people}
        return Offer(self.bidder, self.price, **told)


class BidClue(models.Model):
    """What was found on looking into a clue: a clue is never a finding by itself."""

    tender = models.ForeignKey(Tender, models.PROTECT, related_name="clues")
    code = models.CharField(max_length=10, choices=list(FLAGS.items()))
    bidders = models.CharField(max_length=400)
    finding = models.CharField(max_length=400)
    checked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    checked_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tender", "code", "bidders"], name="legal_clue_once")]


class FieldRule(DistrictRow):
    """A rule of the bidding field as it came out of the cleaning: kept, amended or repealed."""

    SUBJECT = "field_rule"

    class Decision(models.TextChoices):
        KEPT = "kept", "保留"
        AMENDED = "amended", "修改"
        REPEALED = "repealed", "废止"

    name = models.CharField("制度文件", max_length=120)
    number = models.CharField("文号", max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="哪个单位的")
    decision = models.CharField("清理结果", max_length=10, choices=Decision.choices)
    reason = models.CharField("理由", max_length=300)
    decided_on = models.DateField("哪天定的")
    replaced_by = models.CharField("改成了什么", max_length=120, blank=True)

    class Meta:
        verbose_name = "招投标制度文件"
        ordering = ("-decided_on", "-id")
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="legal_rule_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.number}）"
