"""Stations and supervisors, clues with what was counted for them, and special plans."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.organisations.models import District, Person, Unit


class Kept(HasSubject):
    """A row of a district's register; never called by name, the audit has more readers than these rows."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="区县")

    class Meta:
        abstract = True


class Station(Kept):
    """A place where the discipline body listens: an integrity station or a supervision contact point."""

    class Kind(models.TextChoices):
        STATION = "station", "廉情监测站"
        POINT = "point", "监督联系点"

    SUBJECT = "integrity_station"
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("哪一种", max_length=8, choices=Kind.choices)
    place = models.CharField("在哪里", max_length=120)
    tasks = models.CharField("做什么", max_length=300)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    class Meta:
        db_table = "integrity_station"
        verbose_name = "监测站和联系点"
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="integrity_station_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Watcher(Kept):
    """A supervisor (监督员): from outside the government, for a term, his interests told."""

    SUBJECT = "integrity_watcher"
    name = models.CharField("姓名", max_length=40)
    works_at = models.CharField("在哪里工作", max_length=80, help_text="要从政府以外聘请")
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="watchers", verbose_name="哪个站"
    )
    tasks = models.CharField("做什么", max_length=300)
    interests = models.CharField(
        "利害关系声明", max_length=300, help_text="本人、亲属、所在企业和哪些单位有往来；没有就写“没有”"
    )
    avoids = models.ManyToManyField(Unit, blank=True, related_name="+", verbose_name="回避哪些单位")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, help_text="聘期要有最后一天")

    class Meta:
        db_table = "integrity_watcher"
        verbose_name = "监督员"
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class SpecialPlan(Kept):
    """A special supervision (专项监督): what is looked at, how, by whom, from a day to a day."""

    class Way(models.TextChoices):
        CHANNEL = "channel", "诉求渠道通不通"
        MANNER = "manner", "办的方式对不对"
        EFFECT = "effect", "办的质效好不好"

    SUBJECT = "integrity_plan"
    title = models.CharField("名称", max_length=80)
    way = models.CharField("看什么", max_length=8, choices=Way.choices)
    about = models.TextField("范围和办法", max_length=1000)
    first_on = models.DateField("从哪天")
    last_on = models.DateField("到哪天")
    watchers = models.ManyToManyField(Watcher, blank=True, related_name="+", verbose_name="哪些监督员参加")

    class Meta:
        db_table = "integrity_specialplan"
        verbose_name = "专项监督"
        ordering = ("-first_on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["district", "title"], name="integrity_plan_title_once")
        ]

    def __str__(self) -> str:
        return self.title


class RuleMark(models.Model):
    """How far a rule has read: the last event, how many there were and when."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=24)
    last_id = models.BigIntegerField(default=0)
    part = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    ran_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "integrity_rulemark"
        constraints = [models.UniqueConstraint(fields=["district", "rule"], name="integrity_mark_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.last_id}"


class RuleCount(models.Model):
    """What a rule has counted of one unit, of one handler and one firm, or of a handler alone: his most, and all."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=24)
    key = models.CharField(max_length=24)  # u:5, p:12
    other = models.CharField(max_length=24, default="", blank=True)  # e:33
    part = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "integrity_rulecount"
        constraints = [
            models.UniqueConstraint(fields=["district", "rule", "key", "other"], name="integrity_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.key} {self.part}/{self.whole}"


class Clue(Kept):
    """Something that a rule found or somebody told: for the discipline body alone, no finding before it was checked."""

    class State(models.TextChoices):
        OPEN = "open", "待核查"
        CHECKING = "checking", "核查中"
        DECIDING = "deciding", "等另一人审核"
        FOUNDED = "founded", "属实"
        UNFOUNDED = "unfounded", "不属实"

    SUBJECT = "integrity_clue"
    rule = models.CharField("怎么发现", max_length=24)
    key = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="哪个单位"
    )
    text = models.CharField("什么情况", max_length=500)
    part = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)
    base_part = models.PositiveIntegerField(default=0)
    base_whole = models.PositiveIntegerField(default=0)
    rows = models.JSONField("哪些记录", default=list)
    raised_at = models.DateTimeField()
    raised_on = models.DateField("发现的日子")
    state = models.CharField("到哪一步", max_length=10, choices=State.choices, default=State.OPEN)
    plan = models.ForeignKey(
        SpecialPlan, models.PROTECT, null=True, related_name="clues", verbose_name="哪个专项监督"
    )
    checker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁核查")
    is_founded = models.BooleanField("属实", null=True)
    finding = models.TextField("查明什么", max_length=1000, blank=True)
    result_to_show = models.CharField("要看到怎样的整改", max_length=300, blank=True)
    due_on = models.DateField("整改到哪天", null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="谁审核")
    decided_on = models.DateField("审核的日子", null=True)
    task = models.CharField("整改任务", max_length=32, blank=True)

    class Meta:
        db_table = "integrity_clue"
        verbose_name = "线索"
        ordering = ("-pk",)
        indexes = [models.Index(fields=["district", "rule", "key"], name="integrity_clue_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "rule", "key"],
                condition=Q(state__in=("open", "checking", "deciding")) & ~Q(key=""),
                name="integrity_clue_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"线索 {self.pk}"
