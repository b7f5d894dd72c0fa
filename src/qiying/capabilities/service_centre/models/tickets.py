"""Queue tickets: who waits for which zone since when, where they were called and how it ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.capabilities.service_centre.models.hall import Row, Window, Zone
from qiying.kernel.bookings.models import Booking
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Person, Unit


class Ticket(Row):
    """One number of one day. The order of a queue is `-rank`, then `queued_at`."""

    class State(models.TextChoices):
        WAITING = "waiting", "等叫号"
        CALLED = "called", "叫到了"
        SERVING = "serving", "正在办"
        PASSED = "passed", "过号"
        DONE = "done", "办完了"
        MISSED = "missed", "没来"
        LEFT = "left", "不办了"

    class Way(models.TextChoices):
        DESK = "desk", "导办台"
        SELF = "self", "自助机"
        PHONE = "phone", "手机"
        BOOKED = "booked", "预约"

    class Rank(models.IntegerChoices):
        ORDINARY = 0, "普通"
        BOOKED = 1, "预约到了"
        PRIORITY = 2, "优先"
        HANDED = 3, "转来的，不重新排"

    SUBJECT = "ticket"
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="tickets", verbose_name="专区")
    day = models.DateField("日期")
    number = models.CharField("号码", max_length=8)  # A023, anew every day
    token = models.CharField(max_length=22, unique=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    way = models.CharField("怎么取的", max_length=8, choices=Way.choices)
    by_code = models.BooleanField("用企业码取的", default=False)
    is_off_hours = models.BooleanField("错时服务", default=False)
    matter = models.CharField("办什么", max_length=120, blank=True)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="企业"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁来")
    phone = models.CharField("手机号", max_length=20, blank=True)
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, related_name="+", verbose_name="预约")
    rank = models.PositiveSmallIntegerField("先后", choices=Rank.choices, default=Rank.ORDINARY)
    reason = models.CharField("为什么优先", max_length=100, blank=True)
    to_window = models.ForeignKey(
        Window, models.PROTECT, null=True, related_name="+", verbose_name="指定窗口"
    )
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="tickets", verbose_name="窗口")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="办的单位")
    officer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁办的")
    calls = models.PositiveSmallIntegerField("叫了几次", default=0)
    hands = models.PositiveSmallIntegerField("转了几次", default=0)
    is_told = models.BooleanField("说过快到了", default=False)
    taken_at = models.DateTimeField("取号时间")
    queued_at = models.DateTimeField("从什么时候排起")
    called_at = models.DateTimeField("叫号时间", null=True)
    started_at = models.DateTimeField("开始办", null=True)
    ended_at = models.DateTimeField("办完或结束", null=True)
    result = models.CharField("办得怎么样", max_length=200, blank=True)

    class Meta:
        verbose_name = "排队号"
        ordering = ("-day", "-taken_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["district", "day", "number"], name="service_centre_number_once"),
            models.UniqueConstraint(
                fields=["window"],
                condition=Q(state__in=("called", "serving")),
                name="service_centre_one_at_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["zone", "-rank", "queued_at"],
                condition=Q(state="waiting"),
                name="service_centre_queue",
            ),
            models.Index(fields=["district", "day", "state"], name="service_centre_day"),
            models.Index(fields=["phone", "day"], name="service_centre_by_phone"),
            models.Index(fields=["enterprise", "-day"], name="service_centre_by_firm"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def party_key(self) -> str:
        """Return who is told: the enterprise, else the person; empty for who has no account."""
        if self.enterprise_id:
            return f"e:{self.enterprise_id}"
        return f"p:{self.person_id}" if self.person_id else ""


LIVE = (Ticket.State.WAITING, Ticket.State.CALLED, Ticket.State.SERVING, Ticket.State.PASSED)
