"""A gathering with its duties and letters."""

from django.db import models

from qiying.kernel.audit.subjects import HasSubject
from qiying.kernel.gatherings.kinds import GatheringKind, PhaseOf, kind_of


class Gathering(HasSubject):
    """One meeting, session, training or activity of a declared kind; `seq` counts what happened on its live page."""

    district = models.ForeignKey("organisations.District", models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=32)
    number = models.PositiveIntegerField("第几次", null=True, blank=True)
    title = models.CharField("主题", max_length=80)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name="主办单位")
    place = models.CharField("地点", max_length=120, blank=True)
    on = models.DateField("日期")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    phase = models.CharField("阶段", max_length=16, default="planned")
    capacity = models.PositiveIntegerField("名额", null=True, blank=True)
    sign_up_until = models.DateField("报名截止", null=True, blank=True)
    agenda = models.JSONField("议程", default=list, blank=True)  # [time, what]
    minutes = models.TextField("纪要", blank=True)
    cost_fen = models.BigIntegerField("费用", null=True, blank=True)
    cost_note = models.CharField("费用说明", max_length=200, blank=True)
    versions = models.JSONField(default=dict)
    seq = models.PositiveIntegerField(default=0)
    check_in_secret = models.CharField(max_length=24)
    reminded_on = models.DateField("上次提醒", null=True, blank=True)
    made_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "会议活动"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "number"], name="gathering_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="gathering_ends_after"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "kind", "-starts_at"], name="gathering_list"),
            models.Index(fields=["district", "phase", "on"], name="gathering_phase"),
        ]

    def __str__(self) -> str:
        return f"{self.of_kind.label}{f'第 {self.number} 次' if self.number else ''}：{self.title}"

    @property
    def of_kind(self) -> GatheringKind:
        """Return the declaration of its kind."""
        return kind_of(self.kind)

    @property
    def of_phase(self) -> PhaseOf:
        """Return the declaration of its phase."""
        return self.of_kind.phase(self.phase)

    def allows(self, ability: str) -> bool:
        """Tell whether the phase allows something."""
        return ability in self.of_phase.allows


class Duty(models.Model):
    """Something the organiser owes by a workday; the explanation is rewritten with the day."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="duties")
    code = models.CharField(max_length=16)
    started_on = models.DateField()
    due_by = models.DateField("期限")
    explanation = models.CharField(max_length=200)
    calendar_version = models.CharField(max_length=64)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_by", "id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "code"], name="gathering_duty_once")]
        indexes = [
            models.Index(
                fields=["due_by"], condition=models.Q(done_at__isnull=True), name="gathering_duty_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.due_by}"


class GatheringLetter(models.Model):
    """A letter that went out, with its number and both forms."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=16)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    number = models.OneToOneField("documents.LetterNumber", models.PROTECT, related_name="+")
    pdf = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    word = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.number)
