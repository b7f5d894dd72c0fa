"""Where firms stand on the ladder, their titles, plans and services; perks with their quota; stars of clean firms."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from qiying.capabilities.cultivation.rules.tiers import APPLY, RECHECK, ladder
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.ledger.models import AbstractEntry, AbstractPosting
from qiying.kernel.organisations.models import District, Person, Unit

TIERS = [(t.code, t.label) for t in ladder().tiers.values()]


class Row(models.Model):
    """What every row here has: its district, who made it and when."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁登记的")
    made_at = models.DateTimeField("什么时候登记的")

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        """Return what the audit calls the row."""
        return f"cultivation_{self._meta.model_name}:{self.pk}"


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


class PlatformScore(Row):
    """The national platform's quality score of a firm: stored as the platform gave it, with its proof."""

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
class Title(Row):
    """A title a firm was granted, until a day; what ended it, and until when it bars."""

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
class Plan(Row):
    """A firm's plan towards a tier, with who looks after it."""

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


# --- perks ------------------------------------------------------------------------------------------------
class Perk(Row):
    """A perk for good entrepreneurs, with the unit that delivers it."""

    name = models.CharField("优享项目", max_length=80)
    about = models.CharField("给什么", max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁来兑现")
    source = models.CharField("依据", max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "优享项目"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="cultivation_perk_once")]

    def __str__(self) -> str:
        return self.name


class PerkBook(models.Model):
    """The quota of a perk in a year, in places."""

    perk = models.ForeignKey(Perk, models.PROTECT, related_name="books")
    year = models.PositiveSmallIntegerField("哪一年")
    given = models.BigIntegerField("名额", default=0)
    stock = models.BigIntegerField("还有", default=0)
    reserved = models.BigIntegerField("给了没兑现", default=0)
    used = models.BigIntegerField("兑现了", default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["perk", "year"], name="cultivation_book_once"),
            models.CheckConstraint(
                condition=Q(stock__gte=0, reserved__gte=0, used__gte=0), name="cultivation_quota_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.perk} {self.year} 年"


class PerkGrant(Row):
    """A place of a perk given to an entrepreneur of a firm, and when it was delivered."""

    class State(models.TextChoices):
        RESERVED = "reserved", "等兑现"
        DELIVERED = "delivered", "兑现了"
        RELEASED = "released", "名额退回了"

    book = models.ForeignKey(PerkBook, models.PROTECT, related_name="grants", verbose_name="优享项目")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    holder = models.CharField("企业家", max_length=40)
    why = models.CharField("凭什么", max_length=200)
    due_on = models.DateField("最晚哪天兑现")
    state = models.CharField("现在", max_length=10, choices=State.choices, default=State.RESERVED)
    delivered_on = models.DateField("哪天兑现的", null=True)
    note = models.CharField("怎么兑现的", max_length=300, blank=True)

    class Meta:
        verbose_name = "优享兑现"
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "enterprise", "holder"],
                condition=~Q(state="released"),
                name="cultivation_perk_given_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.book.perk} {self.holder}"


class PerkEntry(AbstractEntry):
    """One movement of a perk's places."""

    book = models.ForeignKey(PerkBook, models.PROTECT, related_name="entries")
    grant = models.ForeignKey(PerkGrant, models.PROTECT, null=True, related_name="+")


class PerkPosting(AbstractPosting):
    """One side of it."""

    entry = models.ForeignKey(PerkEntry, models.PROTECT, related_name="postings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "account"], name="cultivation_posting_once")]


# --- clean firms ------------------------------------------------------------------------------------------
class Star(Row):
    """A firm's examination as a clean firm of one year: evidence handed in, checked, decided by somebody else."""

    class State(models.TextChoices):
        HANDED = "handed", "等核对"
        CHECKED = "checked", "等定星"
        CONFIRMED = "confirmed", "有星级"
        REFUSED = "refused", "没评上"
        LAPSED = "lapsed", "过期没复评"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name="企业")
    year = models.PositiveSmallIntegerField("哪一年")
    response_id = models.BigIntegerField()  # of the questionnaire, with the evidence
    claimed = models.DecimalField("自评得分", max_digits=5, decimal_places=2)
    taken_off = models.DecimalField("核减", max_digits=5, decimal_places=2, default=0)
    findings = models.CharField("核对情况", max_length=500, blank=True)
    stars = models.PositiveSmallIntegerField("几星", default=0)
    state = models.CharField("现在", max_length=10, choices=State.choices, default=State.HANDED)
    checked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name="谁核对的"
    )
    reason = models.CharField("为什么没评上", max_length=300, blank=True)
    decided_on = models.DateField("哪天定的", null=True)
    valid_to = models.DateField("到哪天复评", null=True)
    certificate_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "清廉民企"
        ordering = ("-year", "-pk")
        constraints = [models.UniqueConstraint(fields=["enterprise", "year"], name="cultivation_star_once")]
        indexes = [models.Index(fields=["district", "state", "valid_to"], name="cultivation_star_ends")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year} 年"

    @property
    def points(self) -> object:
        """Return what counts: claimed less what the check took off."""
        return self.claimed - self.taken_off
