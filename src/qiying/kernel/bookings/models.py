"""What can be booked, when it is open, and who comes when."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit


class Bookable(models.Model):
    """Somebody or something with times that can be booked: a head's reception, a window, a room, a lawyer."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="负责单位")
    kind = models.CharField("类别", max_length=20)  # a declared kind
    # What it belongs to, as text: `point:12`; a capability finds its own by it.
    subject = models.CharField("所属", max_length=120, default="", db_index=True)
    name = models.CharField("名称", max_length=60)
    place = models.CharField("地点", max_length=120)
    receiver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="接待人")
    bring = models.CharField("要带什么", max_length=200, default="")
    hours = models.TextField("每周时间")  # one a line: 周一 09:00-11:30
    slot_minutes = models.PositiveSmallIntegerField("一次多少分钟", default=30)
    capacity = models.PositiveSmallIntegerField("同时接待几家", default=1)
    days_ahead = models.PositiveSmallIntegerField("提前多少天可约", default=14)
    notice_hours = models.PositiveSmallIntegerField("至少提前几小时", default=2)
    per_month = models.PositiveSmallIntegerField(
        "一家企业 30 天内几次", default=4
    )  # 0: as often as they like
    is_public = models.BooleanField("企业可以自己约", default=True)
    valid_from = models.DateField("启用日期")
    valid_to = models.DateField("停用日期", null=True)

    class Meta:
        verbose_name = "可预约"
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="bookings_name_once"),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, capacity__gte=1), name="bookings_slot_is_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OtherHours(models.Model):
    """A day on which something is closed, or open at other hours."""

    bookable = models.ForeignKey(Bookable, models.CASCADE, related_name="other_hours")
    day = models.DateField("哪天")
    starts = models.TimeField("从", null=True)
    ends = models.TimeField("到", null=True)
    reason = models.CharField("原因", max_length=100)

    class Meta:
        verbose_name = "当天时间"
        ordering = ("day", "starts")
        constraints = [models.UniqueConstraint(fields=["bookable", "day"], name="bookings_day_once")]

    def __str__(self) -> str:
        return f"{self.day}"


class Slot(models.Model):
    """A time somebody booked: how many of its places are taken; never more than there are."""

    bookable = models.ForeignKey(Bookable, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    day = models.DateField("哪天")
    capacity = models.PositiveSmallIntegerField("几个位子")
    taken = models.PositiveSmallIntegerField("已约", default=0)

    class Meta:
        verbose_name = "时段"
        ordering = ("starts_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["bookable", "starts_at"], name="bookings_slot_once"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="bookings_slot_not_over"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Booking(DistrictRow):
    """One party's place in a slot, or in the queue for one."""

    class State(models.TextChoices):
        BOOKED = "booked", "已约"
        WAITING = "waiting", "排队候补"
        CANCELLED = "cancelled", "已取消"
        ATTENDED = "attended", "来了"
        MISSED = "missed", "没来"

    bookable = models.ForeignKey(Bookable, models.PROTECT, related_name="bookings")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings")
    code = models.CharField("预约号", max_length=12, unique=True)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="企业"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁来")
    contact_name = models.CharField("联系人", max_length=40)
    contact_phone = models.CharField("手机号", max_length=20)
    matter = models.CharField("什么事", max_length=300)
    made_by_name = models.CharField("谁约的", max_length=64)
    made_at = models.DateTimeField("约的时间")
    ended_at = models.DateTimeField("取消或登记的时间", null=True)
    ended_by_name = models.CharField("谁取消或登记", max_length=64, default="")
    reason = models.CharField("原因", max_length=200, default="")
    moved_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name="改到")

    class Meta:
        verbose_name = "预约"
        ordering = ("slot__starts_at", "id")
        indexes = [
            models.Index(fields=["enterprise", "-made_at"], name="bookings_of_enterprise"),
            models.Index(fields=["person", "-made_at"], name="bookings_of_person"),
            models.Index(
                fields=["bookable", "slot"],
                condition=Q(state__in=("booked", "waiting")),
                name="bookings_live",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "enterprise"],
                condition=Q(state__in=("booked", "waiting"), enterprise__isnull=False),
                name="bookings_enterprise_once",
            ),
            models.UniqueConstraint(
                fields=["slot", "person"],
                condition=Q(state__in=("booked", "waiting"), enterprise__isnull=True),
                name="bookings_person_once",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_live(self) -> bool:
        return self.state in (self.State.BOOKED, self.State.WAITING)

    @property
    def party_key(self) -> str:
        """Return who is told: the enterprise, else the person; empty for who has no account."""
        if self.enterprise_id:
            return f"e:{self.enterprise_id}"
        return f"p:{self.person_id}" if self.person_id else ""

    def has_begun(self, now: datetime) -> bool:
        """Tell whether its time has come."""
        return self.slot.starts_at <= now


class Feed(models.Model):
    """The secret address of somebody's calendar; taking a new one closes the old."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    token = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "日历地址"

    def __str__(self) -> str:
        return f"{self.person_id}"
