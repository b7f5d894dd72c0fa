"""Needs and resources posted, suggestions of the night, who asked whom, intents and what became of them.

Whoever posts, is asked or agrees is a party key (`e:12` a firm, `u:3` a unit) with the name it had then.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from qiying.capabilities.matchmaking.rules.words import FIELDS, KINDS, REASONS, SIDES
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.models import District, DistrictRow, Person
from qiying.ui.humanize import money_words


class ChainLink(DistrictRow):
    """A link (环节) of an industry chain of the district: which industries stand on it, in which place."""

    chain = models.CharField("产业链", max_length=40)
    name = models.CharField("环节", max_length=40)
    place = models.PositiveSmallIntegerField("第几环", help_text="上游小，下游大；相邻的两环互为上下游")
    industries = models.CharField(
        "行业代码", max_length=200, help_text="国民经济行业分类的代码，两位到四位，用顿号分开"
    )
    source = models.CharField("哪里写着", max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "产业链环节"
        ordering = ("chain", "place", "pk")
        constraints = [
            models.UniqueConstraint(fields=["district", "chain", "name"], name="matchmaking_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.chain} · {self.name}"

    @property
    def codes(self) -> list[str]:
        """Return the industries' codes."""
        return [
            c.strip() for c in self.industries.replace(",", "、").replace("，", "、").split("、") if c.strip()
        ]


class Posting(DistrictRow):
    """A need or a resource (供需) with its life: reviewed by somebody else, shown, ended on its day."""

    class State(models.TextChoices):
        REVIEW = "review", "待审核"
        SHOWN = "shown", "展示中"
        RETURNED = "returned", "退回改"
        ENDED = "ended", "已结束"

    owner = models.CharField(max_length=24)
    owner_name = models.CharField("谁发布", max_length=128)
    side = models.CharField("需求还是资源", max_length=8, choices=list(SIDES.items()))
    field = models.CharField("哪一类", max_length=12, choices=list(FIELDS.items()))
    title = models.CharField("一句话", max_length=80)
    text = models.TextField("具体情况", max_length=2000)
    yuan = models.BigIntegerField("多少钱", null=True, blank=True)
    link = models.ForeignKey(
        ChainLink, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="产业链环节"
    )
    contact_name = models.CharField("联系人", max_length=40)
    contact_phone = models.CharField("电话", max_length=32)
    ends_on = models.DateField("展示到哪天")
    state = models.CharField("到哪一步", max_length=8, choices=State.choices, default=State.REVIEW)
    reason = models.CharField("为什么", max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    shown_on = models.DateField("哪天起展示", null=True)

    class Meta:
        verbose_name = "供需"
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["district", "state", "ends_on"], name="matchmaking_posting_live"),
            models.Index(fields=["owner"], name="matchmaking_posting_owner"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_live(self, on: date) -> bool:
        """Tell whether others see it on a day."""
        return self.state == self.State.SHOWN and self.ends_on >= on

    @property
    def words(self) -> str:
        """Return what is compared with others."""
        return f"{self.title}\n{self.text}"

    @property
    def amount(self) -> str:
        return money_words(self.yuan * 100) if self.yuan else ""


class Suggestion(models.Model):
    """One of the twenty that suit a posting best; a posting's are replaced as a whole."""

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="suggestions")
    rank = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=24)
    other = models.ForeignKey(Posting, models.CASCADE, null=True, related_name="+")
    score = models.PositiveSmallIntegerField()
    text = models.PositiveSmallIntegerField()
    chain = models.PositiveSmallIntegerField()
    facts = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("posting", "rank")
        constraints = [models.UniqueConstraint(fields=["posting", "rank"], name="matchmaking_rank_once")]
        indexes = [models.Index(fields=["key"], name="matchmaking_suggested")]


class FirmIndex(models.Model):
    """A district's firms made ready to be compared, as the night made them: one posting needs no firm read again."""

    district = models.OneToOneField(District, models.CASCADE, primary_key=True, related_name="+")
    night_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    data = models.BinaryField()


class Quiet(models.Model):
    """A firm that does not want to be suggested to others: taking part is voluntary (中小企业促进法)."""

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateField()


class Match(DistrictRow):
    """One party asked another about a posting; both say yes before either sees how to reach the other."""

    class State(models.TextChoices):
        ASKED = "asked", "等对方回"
        ACCEPTED = "accepted", "双方愿意"
        DECLINED = "declined", "对方不要"
        WITHDRAWN = "withdrawn", "收回了"

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="matches", verbose_name="供需")
    asker = models.CharField(max_length=24)
    asker_name = models.CharField("谁想对接", max_length=128)
    asker_contact = models.CharField(max_length=80)
    asked = models.CharField(max_length=24)
    asked_name = models.CharField("和谁", max_length=128)
    asked_contact = models.CharField(max_length=80, blank=True)
    words = models.CharField("想谈什么", max_length=300)
    state = models.CharField("到哪一步", max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField("为什么", max_length=200, blank=True)
    asked_at = models.DateTimeField("哪天问的")
    answered_at = models.DateTimeField("哪天回的", null=True)

    class Meta:
        verbose_name = "对接"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["posting", "asker", "asked"], name="matchmaking_asked_once")
        ]
        indexes = [
            models.Index(fields=["asked", "state"], name="matchmaking_match_asked"),
            models.Index(fields=["asker", "state"], name="matchmaking_match_asker"),
        ]

    def __str__(self) -> str:
        return f"{self.asker_name} — {self.asked_name}"


class PartyCode(models.Model):
    """A short code (对接码) by which somebody in the room names a party for some minutes."""

    code = models.CharField(max_length=8, primary_key=True)
    party = models.CharField(max_length=24)
    party_name = models.CharField(max_length=128)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    until = models.DateTimeField()


class Intent(DistrictRow):
    """An intent to cooperate (合作意向): proposed by one party, an intent only once the other confirmed it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等对方确认"
        CONFIRMED = "confirmed", "双方确认"
        CONTRACT = "contract", "签了合同"
        CLAIMED = "claimed", "等核对落地"
        LANDED = "landed", "落地了"
        DEAD = "dead", "没成"
        LAPSED = "lapsed", "没有确认"

    LIVE = ("confirmed", "contract", "claimed")
    DONE = (*LIVE, "landed", "dead")

    title = models.CharField("合作什么", max_length=120)
    kind = models.CharField("哪一种", max_length=10, choices=list(KINDS.items()))
    a_key = models.CharField(max_length=24, blank=True)
    a_name = models.CharField("甲方", max_length=128)
    b_key = models.CharField(max_length=24, blank=True)
    b_name = models.CharField("乙方", max_length=128)
    yuan = models.BigIntegerField("意向金额（元）", null=True, blank=True)
    memo = models.TextField("备忘录", max_length=4000, blank=True)
    flags = models.JSONField(default=list)
    state = models.CharField("到哪一步", max_length=10, choices=State.choices, default=State.PROPOSED)
    gathering = models.ForeignKey(
        Gathering, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="哪场"
    )
    key = models.CharField(max_length=40)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    confirmed_on = models.DateField("哪天确认", null=True)
    contract_on = models.DateField("哪天签的合同", null=True)
    contract_yuan = models.BigIntegerField("合同金额（元）", null=True)
    landed_on = models.DateField("哪天落地", null=True)
    landed_yuan = models.BigIntegerField("落地金额（元）", null=True)
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField("哪天没成", null=True)
    ended_reason = models.CharField("为什么没成", max_length=10, choices=list(REASONS.items()), blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    source = models.CharField("从哪里来", max_length=120, blank=True)

    class Meta:
        verbose_name = "合作意向"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["district", "made_by", "key"], name="matchmaking_intent_once"),
            models.CheckConstraint(condition=Q(yuan__isnull=True) | Q(yuan__gt=0), name="matchmaking_yuan"),
            models.CheckConstraint(
                condition=Q(a_key="") | ~Q(a_key=models.F("b_key")), name="matchmaking_two_parties"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=False) | Q(state__in=["proposed", "lapsed"]),
                name="matchmaking_both_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "state"], name="matchmaking_intent_state"),
            models.Index(fields=["a_key"], name="matchmaking_intent_a"),
            models.Index(fields=["b_key"], name="matchmaking_intent_b"),
        ]

    def __str__(self) -> str:
        return f"{self.a_name} — {self.b_name}：{self.title}"

    @property
    def keys(self) -> frozenset[str]:
        """Return the parties."""
        return frozenset({self.a_key, self.b_key} - {""})

    @property
    def amount(self) -> str:
        return money_words(self.yuan * 100) if self.yuan else "没有写金额"
