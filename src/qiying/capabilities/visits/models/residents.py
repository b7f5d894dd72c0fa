"""Resident officers (驻企服务员): terms, their enterprises with every hand-over, what firms say afterwards."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, Person, Unit


class ResidentTerm(HasSubject):
    """Somebody serves enterprises point to point from a day to a day."""

    SUBJECT = "resident"
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="服务员")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    phone = models.CharField("给企业的电话", max_length=24)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    ended_reason = models.CharField("为什么结束", max_length=200, blank=True)
    opinions_until = models.DateField("意见收到哪天", null=True)

    serves = 0
    """How many enterprises now, counted where lists ask for it."""

    class Meta:
        db_table = "engagement_residentterm"
        verbose_name = "驻企服务员"
        ordering = ("-valid_from", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "person"],
                condition=Q(valid_to__isnull=True),
                name="engagement_term_open_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="engagement_term_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}"


class ResidentFirm(models.Model):
    """An enterprise of a term from a day to a day; a hand-over ends one row and begins the next."""

    term = models.ForeignKey(ResidentTerm, models.PROTECT, related_name="firms")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="resident_rows")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True)
    note = models.CharField("交接说明", max_length=300, blank=True)
    may_judge = models.BooleanField(default=False)
    """The term is over and this enterprise has not said what it thinks; turned off with the answer, with no day."""

    class Meta:
        db_table = "engagement_residentfirm"
        verbose_name = "服务的企业"
        ordering = ("-valid_from", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(valid_to__isnull=True),
                name="engagement_one_officer_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["enterprise"], name="engagement_may_judge", condition=Q(may_judge=True))
        ]

    def __str__(self) -> str:
        return f"{self.term_id} {self.enterprise_id}"


class OfficerOpinion(models.Model):
    """One firm's confidential opinion: of whom, and nothing that tells which firm or when."""

    id = models.UUIDField(primary_key=True)  # drawn, so that the order of rows tells nothing
    term = models.ForeignKey(ResidentTerm, models.PROTECT, related_name="opinions")
    level = models.PositiveSmallIntegerField("满意吗")  # 5 very satisfied to 1 very dissatisfied
    text = models.CharField("想说的话", max_length=500, blank=True)

    class Meta:
        db_table = "engagement_officeropinion"

    def __str__(self) -> str:
        return f"{self.term_id} {self.level}"
