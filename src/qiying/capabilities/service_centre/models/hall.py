"""The hall: its zones and windows, who stands where, and the officers an enterprise may turn to."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models import District, Person, Unit


class Row(HasSubject):
    """What every row of the hall has: its district, and what the audit calls it."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")

    class Meta:
        abstract = True


class Hall(Row):
    """The district's service centre; `version` grows with everything a screen shows, so screens ask one number."""

    SUBJECT = "hall"
    district = models.OneToOneField(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="管大厅的单位")
    name = models.CharField("名称", max_length=60)
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("服务台电话", max_length=30, blank=True)
    hours = models.TextField("上班时间")  # one stretch a line: 周一 09:00-12:00
    off_hours = models.TextField("错时服务时间", blank=True)  # noon, evenings, Saturdays
    version = models.PositiveBigIntegerField("变了几次", default=0)

    class Meta:
        verbose_name = "服务中心"

    def __str__(self) -> str:
        return self.name


class Zone(Row):
    """A part of the hall: windows with one queue and one letter, or the area to talk."""

    SUBJECT = "zone"

    class Kind(models.TextChoices):
        WINDOWS = "windows", "窗口专区"
        TALK = "talk", "洽谈专区"

    kind = models.CharField("类别", max_length=8, choices=Kind.choices, default=Kind.WINDOWS)
    letter = models.CharField("字母", max_length=1)
    name = models.CharField("名称", max_length=40)
    about = models.CharField("办什么", max_length=200, blank=True)
    place = models.CharField("在哪里", max_length=80, blank=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "专区"
        ordering = ("letter",)
        constraints = [
            models.UniqueConstraint(fields=["district", "letter"], name="service_centre_letter_once"),
            models.UniqueConstraint(fields=["district", "name"], name="service_centre_zone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.name}"


class Window(Row):
    """A window: whose it is, what it serves, and who sits there now."""

    SUBJECT = "window"
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="windows", verbose_name="专区")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="哪个单位的")
    number = models.PositiveSmallIntegerField("窗口号")
    name = models.CharField("名称", max_length=40)
    items = models.JSONField("办哪些事项", default=list)  # names of `service_items`; none: all
    is_active = models.BooleanField("在用", default=True)
    officer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="现在谁在")
    opened_at = models.DateTimeField("开窗时间", null=True)
    pause = models.CharField("暂停原因", max_length=60, blank=True)

    class Meta:
        verbose_name = "窗口"
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["district", "number"], name="service_centre_window_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} 号窗口 {self.name}"


class Term(Row):
    """What holds from a day to a day."""

    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    ended_reason = models.CharField("为什么结束", max_length=200, blank=True)

    class Meta:
        abstract = True


class Duty(Term):
    """Who is on duty at a window, or at the guide desk, on which weekdays and in which part of the day."""

    SUBJECT = "duty"

    class Shift(models.TextChoices):
        ALL = "all", "全天"
        MORNING = "morning", "上午"
        AFTERNOON = "afternoon", "下午"
        OFF = "off", "错时"

    window = models.ForeignKey(
        Window, models.PROTECT, null=True, related_name="duties", verbose_name="窗口"
    )  # none: the guide desk
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="谁")
    weekdays = models.CharField("星期几", max_length=7)  # 12345
    shift = models.CharField("班次", max_length=10, choices=Shift.choices, default=Shift.ALL)

    class Meta:
        verbose_name = "值班"
        ordering = ("window__number", "shift", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="service_centre_duty_in_order",
            )
        ]
        indexes = [models.Index(fields=["district", "valid_from"], name="service_centre_on_duty")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.weekdays}"


class ChiefOfficer(Term):
    """A chief service officer (首席服务员): by name, for a zone, with a phone that is answered."""

    SUBJECT = "chief"
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="谁")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="+", verbose_name="专区")
    field = models.CharField("管什么", max_length=120)
    phone = models.CharField("电话", max_length=30)

    class Meta:
        verbose_name = "首席服务员"
        ordering = ("zone__letter", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="service_centre_chief_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.field}"
