"""Contact points, liaison and sector stations, deputies' groups, their activities, and deputies' own notes."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import F, Q

from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.organisations.models import District, DistrictRow, Person, Unit, UnitKind


class Visibility(models.TextChoices):
    PUBLIC = "public", "企业也看得到"
    OFFICE = "office", "区里各单位"
    OWNER = "owner", "只有主管单位"


class PointKind(models.Model):
    """A kind of point as data: which kind of unit owns its points, who sees them, where an intake goes."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=40)
    owner_kind = models.CharField("主管单位的类别", max_length=16, choices=UnitKind.choices)
    visibility = models.CharField("谁看得到", max_length=8, choices=Visibility.choices)
    channel = models.CharField("问题走哪个渠道", max_length=40)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "站点类别"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="engagement_point_kind_once")
        ]

    def __str__(self) -> str:
        return self.name


class Point(DistrictRow):
    """A place or a group through which enterprises are heard, from a day to a day."""

    kind = models.ForeignKey(PointKind, models.PROTECT, related_name="points", verbose_name="类别")
    name = models.CharField("名称", max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="主管单位")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="设在哪家企业"
    )
    sector = models.CharField("行业", max_length=40, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    hours = models.CharField("开放时间", max_length=120, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    members = models.ManyToManyField(Person, related_name="+", verbose_name="代表和联络人")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    ended_reason = models.CharField("为什么撤", max_length=200, blank=True)

    counts: Mapping[str, int] = {}
    """What came in through it and what became of it, hung on rows shown together."""

    class Meta:
        verbose_name = "站点"
        ordering = ("kind_id", "name")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="engagement_point_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="engagement_point_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PointActivity(models.Model):
    """Something held at a point: a reception, a lecture, a look at an enterprise."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="activities")
    on = models.DateField("哪天")
    title = models.CharField("什么活动", max_length=80)
    people = models.PositiveIntegerField("多少人来", default=0)
    text = models.TextField("说了什么", blank=True, max_length=2000)
    gathering = models.OneToOneField(
        Gathering, models.PROTECT, null=True, related_name="at_point", verbose_name="是哪次会议活动"
    )
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "站点活动"
        ordering = ("-on", "-id")

    def __str__(self) -> str:
        return self.title


class PointProblem(models.Model):
    """A case that came in through a point."""

    point = models.ForeignKey(Point, models.PROTECT, related_name="problems")
    case = models.OneToOneField(Case, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.point_id} {self.case_id}"


class DeputyNote(models.Model):
    """A deputy's own dated note; nothing shows it to anybody else, administrators included."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField("哪天")
    text = models.TextField("记什么", max_length=2000)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="哪家企业"
    )
    key = models.CharField(max_length=40)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "履职笔记"
        ordering = ("-on", "-id")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="engagement_note_once")]

    def __str__(self) -> str:
        return f"{self.on}"
