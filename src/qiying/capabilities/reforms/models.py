"""Micro-reforms, what jurors and firms think of them, where they are used too."""

from __future__ import annotations

from django.db import models

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import District, Person, Unit


class Reform(HasSubject):
    """A micro-reform (微改革): a small change tried out, measured by the figure it was proposed for, kept or not."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等定试不试"
        TRIAL = "trial", "试点中"
        MEASURED = "measured", "等定用不用"
        ADOPTED = "adopted", "采用了"
        DROPPED = "dropped", "不用了"

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="谁提的")
    text = models.TextField("原来怎么办，打算怎么改", max_length=1000)
    figure = models.CharField("看哪个指标", max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_on = models.DateField("哪天提的")
    before_part = models.PositiveIntegerField("改之前，分子")
    before_whole = models.PositiveIntegerField("改之前，分母")
    trial_where = models.CharField("在哪里试", max_length=120, blank=True)
    trial_from = models.DateField("从哪天试", null=True)
    trial_until = models.DateField("试到哪天", null=True)
    after_part = models.PositiveIntegerField("改之后，分子", null=True)
    after_whole = models.PositiveIntegerField("改之后，分母", null=True)
    story = models.TextField("试得怎么样", max_length=1000, blank=True)
    reason = models.CharField("为什么这样定", max_length=300, blank=True)
    decided_on = models.DateField("哪天定的", null=True)
    firms = models.ManyToManyField(Enterprise, related_name="+", verbose_name="办过的企业")

    class Meta:
        verbose_name = "微改革"
        ordering = ("-proposed_on", "-pk")
        constraints = [models.UniqueConstraint(fields=["district", "title"], name="reform_title_once")]

    def __str__(self) -> str:
        return self.title


class ReformMark(models.Model):
    """What one juror, or one firm concerned, thinks of a reform: 0 to 100."""

    reform = models.ForeignKey(Reform, models.PROTECT, related_name="marks")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, related_name="+")
    points = models.PositiveSmallIntegerField()
    said = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reform", "person"], name="reform_juror_once"),
            models.UniqueConstraint(fields=["reform", "enterprise"], name="reform_firm_once"),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) ^ models.Q(enterprise__isnull=False),
                name="reform_mark_of_one",
            ),
            models.CheckConstraint(condition=models.Q(points__lte=100), name="reform_mark_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.reform_id} {self.points}"


class ReformPlace(models.Model):
    """Where a reform is used too: another unit of the district by its task, or another place with its source."""

    reform = models.ForeignKey(Reform, models.PROTECT, related_name="places")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    task = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    place = models.CharField("哪里", max_length=120)
    on = models.DateField("哪天起")
    source = models.CharField("哪里写着", max_length=200, blank=True)

    class Meta:
        ordering = ("on", "pk")
        constraints = [models.UniqueConstraint(fields=["reform", "place"], name="reform_place_once")]

    def __str__(self) -> str:
        return self.place
