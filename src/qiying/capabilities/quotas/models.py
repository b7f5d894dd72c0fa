"""Environmental quota (环境总量“蓄水池”): a pool by pollutant, what projects reserved of it, the ledger's rows."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.models import Case
from qiying.kernel.ledger.models import AbstractEntry, AbstractPosting
from qiying.kernel.organisations.models import DistrictRow, Unit

POLLUTANTS = {
    "cod": "化学需氧量", "nh3n": "氨氮", "tp": "总磷", "so2": "二氧化硫", "nox": "氮氧化物", "voc": "挥发性有机物",
    "dust": "烟粉尘",
}  # fmt: skip


def tonnes(kg: int) -> str:
    """Return kilograms as tonnes in words, exact to the kilogram.

    >>> tonnes(12500)
    '12.5 吨'
    """
    return f"{(Decimal(kg) / 1000).normalize():,f} 吨"


class Pool(DistrictRow):
    """What a district may still emit of one pollutant, kept by a unit: stock, reserved, used; none is ever negative."""

    SUBJECT = "quota_pool"
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="管理单位")
    pollutant = models.CharField("指标", max_length=5, choices=list(POLLUTANTS.items()))
    source = models.CharField("依据", max_length=160)
    given_kg = models.BigIntegerField("收储", default=0)
    stock_kg = models.BigIntegerField("库存", default=0)
    reserved_kg = models.BigIntegerField("预留", default=0)
    used_kg = models.BigIntegerField("已用", default=0)

    class Meta:
        verbose_name = "指标池"
        ordering = ("pollutant",)
        constraints = [
            models.UniqueConstraint(fields=["district", "pollutant"], name="quota_pool_once"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}_kg__gte": 0}), name=f"quota_{name}_not_negative"
                )
                for name in ("stock", "reserved", "used")
            ),
        ]

    def __str__(self) -> str:
        return self.get_pollutant_display()


class Reservation(HasSubject):
    """A project's share of a pool: reserved until a day, then used by a document, or released."""

    SUBJECT = "quota_reservation"

    class State(models.TextChoices):
        RESERVED = "reserved", "预留"
        USED = "used", "已用"
        RELEASED = "released", "退回"

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="reservations")
    case = models.ForeignKey(Case, models.PROTECT, related_name="quota_reservations")
    kg = models.BigIntegerField("多少公斤")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RESERVED)
    reserved_on = models.DateField("哪天预留")
    until = models.DateField("留到哪天")
    ended_on = models.DateField("哪天用的或退的", null=True)
    document = models.CharField("文号", max_length=60, blank=True)
    by_name = models.CharField("谁留的", max_length=60)

    class Meta:
        verbose_name = "指标预留"
        ordering = ("-reserved_on", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "case"],
                condition=models.Q(state__in=["reserved", "used"]),
                name="quota_held_once",
            ),
            models.CheckConstraint(condition=models.Q(kg__gt=0), name="quota_reserves_something"),
        ]

    @property
    def district_id(self) -> int:
        return self.pool.district_id

    def __str__(self) -> str:
        return f"{self.pool} {tonnes(self.kg)}"


class Entry(AbstractEntry):
    """One movement of a pool."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="entries")
    reservation = models.ForeignKey(Reservation, models.PROTECT, null=True, related_name="entries")

    class Meta:
        ordering = ("-pk",)


class Posting(AbstractPosting):
    """One side of a movement, in kilograms."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "account"], name="quota_posting_once")]
