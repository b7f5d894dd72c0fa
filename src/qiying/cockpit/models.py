"""Reports that come by themselves: which page, how often, to whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models import District, Person


class ReportSchedule(HasSubject):
    """A page of numbers or a list, handed out as a workbook again and again; `query` holds no period."""

    SUBJECT = "report"

    class Page(models.TextChoices):
        NUMBERS = "numbers", "数字"
        WORKLIST = "worklist", "办件"
        CASES = "cases", "全部办件"

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", "每周"
        MONTHLY = "monthly", "每月"
        FIRST = "first", "每月第一个工作日"

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recipients = models.ManyToManyField(Person, related_name="+")
    name = models.CharField(max_length=40)
    page = models.CharField(max_length=12, choices=Page.choices)
    query = models.CharField(max_length=500, blank=True)
    period = models.CharField(max_length=8, blank=True)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField(default=1)
    hour = models.PositiveSmallIntegerField()
    is_paused = models.BooleanField(default=False)
    next_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["next_at"], name="report_due", condition=Q(is_paused=False))]

    def __str__(self) -> str:
        return self.name
