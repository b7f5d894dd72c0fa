"""Ratings of service (好差评): who was asked, what he said, where it can be said without being asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, Person, Unit

LEVELS = ((5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意"))


class ServicePlace(HasSubject):
    """A window or an online item that hangs out its own code to be rated."""

    SUBJECT = "service_place"
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    name = models.CharField("窗口或事项", max_length=60)
    place = models.CharField("在哪里", max_length=120, blank=True)
    code = models.CharField("码", max_length=12, unique=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "评价点"
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="feedback_place_once")]

    def __str__(self) -> str:
        return self.name


class RatingInvitation(models.Model):
    """A service that ended and who may rate it once; whoever does not is unrated, never satisfied."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    subject = models.CharField("哪件事", max_length=60)  # `case:QY-…`, `booking:7`
    matter = models.CharField("办了什么", max_length=120)
    party_key = models.CharField("请谁评", max_length=24)
    token = models.CharField(max_length=43, unique=True)
    ended_on = models.DateField("办完的日子")
    expires_on = models.DateField("最晚哪天评")
    used_at = models.DateTimeField("评的时间", null=True)

    class Meta:
        verbose_name = "评价邀请"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["subject", "party_key"], name="feedback_asked_once_a_service")
        ]
        indexes = [
            models.Index(fields=["district", "ended_on", "unit"], name="feedback_served"),
            models.Index(
                fields=["party_key"], condition=Q(used_at__isnull=True), name="feedback_still_to_rate"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class ServiceRating(models.Model):
    """One rating. Who gave it is for those who call back; the rated see level, words and month."""

    class Way(models.TextChoices):
        ONLINE = "online", "网上"
        LINK = "link", "短信链接"
        WINDOW = "window", "扫窗口的码"
        PROCEDURE = "procedure", "办件里评的"

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="被评单位")
    place = models.ForeignKey(
        ServicePlace, models.PROTECT, null=True, related_name="+", verbose_name="评价点"
    )
    invitation = models.OneToOneField(RatingInvitation, models.PROTECT, null=True, related_name="rating")
    subject = models.CharField("哪件事", max_length=60, default="")
    matter = models.CharField("办了什么", max_length=120)
    way = models.CharField("怎么评的", max_length=10, choices=Way.choices)
    level = models.PositiveSmallIntegerField("满意程度", choices=LEVELS)
    tags = models.JSONField("哪方面", default=list)
    text = models.CharField("说了什么", max_length=500, default="")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁评的")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name="企业"
    )
    contact_phone = models.CharField("联系电话", max_length=20, default="")
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="+", verbose_name="差评整改")
    annulled_at = models.DateTimeField("复核后剔除", null=True)
    given_at = models.DateTimeField("时间")
    given_on = models.DateField("日期")

    class Meta:
        verbose_name = "评价"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="feedback_five_levels"),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(way="procedure"),
                name="feedback_procedure_rates_once",
            ),
        ]
        indexes = [models.Index(fields=["district", "given_on", "unit"], name="feedback_rated")]

    def __str__(self) -> str:
        return f"{self.matter} {self.level}"

    @property
    def is_named(self) -> bool:
        """Tell whether somebody can be called back about it."""
        return bool(self.person_id or self.enterprise_id or self.contact_phone)
