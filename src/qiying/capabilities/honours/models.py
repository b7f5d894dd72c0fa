"""Perks for good entrepreneurs with their quota, and clean firms examined every year."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.ledger.models import AbstractEntry, AbstractPosting
from qiying.kernel.organisations.models import MadeRow, Person, Unit


# --- perks ------------------------------------------------------------------------------------------------
class Perk(MadeRow):
    """A perk for good entrepreneurs, with the unit that delivers it."""

    SUBJECT = "honours_perk"
    name = models.CharField("优享项目", max_length=80)
    about = models.CharField("给什么", max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁来兑现")
    source = models.CharField("依据", max_length=120)
    valid_from = models.DateField("从哪天起")
    valid_to = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = "优享项目"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="honours_perk_once")]

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
            models.UniqueConstraint(fields=["perk", "year"], name="honours_book_once"),
            models.CheckConstraint(
                condition=Q(stock__gte=0, reserved__gte=0, used__gte=0), name="honours_quota_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.perk} {self.year} 年"


class PerkGrant(MadeRow):
    """A place of a perk given to an entrepreneur of a firm, and when it was delivered."""

    SUBJECT = "honours_perkgrant"

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
                name="honours_perk_given_once",
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
        constraints = [models.UniqueConstraint(fields=["entry", "account"], name="honours_posting_once")]


# --- clean firms ------------------------------------------------------------------------------------------
class Star(MadeRow):
    """A firm's examination as a clean firm of one year: evidence handed in, checked, decided by somebody else."""

    SUBJECT = "honours_star"

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
        constraints = [models.UniqueConstraint(fields=["enterprise", "year"], name="honours_star_once")]
        indexes = [models.Index(fields=["district", "state", "valid_to"], name="honours_star_ends")]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year} 年"

    @property
    def points(self) -> Decimal:
        """Return what counts: claimed less what the check took off."""
        return self.claimed - self.taken_off
