"""What is raised at a gathering, and every edit of it: nothing a recorder typed is ever lost."""

from django.db import models
from django.db.models import Q

from qiying.kernel.gatherings.kinds import AnswerOf


class Item(models.Model):
    """One thing raised: who says it, which unit it concerns, in whose words, how it was answered, what became of it."""

    gathering = models.ForeignKey("gatherings.Gathering", models.CASCADE, related_name="items")
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=40)
    no = models.PositiveIntegerField("第几个")
    speaker = models.ForeignKey(
        "gatherings.Attendee", models.PROTECT, null=True, blank=True, related_name="items"
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办单位"
    )
    text = models.TextField("说了什么", blank=True)
    original = models.TextField("原话", blank=True)
    answer = models.CharField("怎么答复", max_length=16, blank=True)
    answer_text = models.TextField("答复内容", blank=True)
    promised_by = models.DateField("答应哪天", null=True, blank=True)
    promised_name = models.CharField("谁答应的", max_length=40, blank=True)
    source = models.CharField("会前从哪里来", max_length=20, blank=True)
    joined_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="joined")
    dropped_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField("接单", null=True, blank=True)
    taken_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField("办完", null=True, blank=True)
    result = models.TextField("结果", blank=True)
    told_at = models.DateTimeField("告诉了提问题的人", null=True, blank=True)
    told_how = models.CharField(max_length=20, blank=True)
    versions = models.JSONField(default=dict)
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["no", "id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "key"], name="gathering_item_once")]
        indexes = [
            models.Index(
                fields=["unit", "promised_by"],
                condition=Q(done_at__isnull=True, unit__isnull=False, dropped_at__isnull=True),
                name="gathering_item_open",
            ),
            models.Index(fields=["gathering", "seq"], name="gathering_item_seq"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def of_answer(self) -> AnswerOf | None:
        """Return the declaration of its answer, None while it has none."""
        of_kind = self.gathering.of_kind.item(self.kind)
        return next((a for a in of_kind.answers if a.code == self.answer), None) if of_kind else None

    @property
    def answer_label(self) -> str:
        """Return its answer in words."""
        return found.label if (found := self.of_answer) else "还没答复"

    @property
    def is_done(self) -> bool:
        """Tell whether it was settled there or done since."""
        return self.done_at is not None

    @property
    def case_number(self) -> str | None:
        """Return the number of its case, if it became one."""
        return self.case.number if self.case is not None else None

    @property
    def asker(self) -> str:
        """Return who raised it."""
        if self.speaker is not None:
            return self.speaker.label
        return self.enterprise.label if self.enterprise is not None else ""


class Edit(models.Model):
    """One small change from a recorder's page: applied, or kept beside what stands there when both changed a field."""

    class State(models.TextChoices):
        APPLIED = "applied", "已写入"
        CONFLICT = "conflict", "两个人写得不一样"
        SETTLED = "settled", "两个人写得不一样，定了"
        REFUSED = "refused", "没写入"

    gathering = models.ForeignKey("gatherings.Gathering", models.CASCADE, related_name="edits")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="edits")
    key = models.CharField(max_length=40)
    field = models.CharField(max_length=16)
    base = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    value = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "key"], name="gathering_edit_once")]
        indexes = [
            models.Index(fields=["gathering"], condition=Q(state="conflict"), name="gathering_edit_conflicts")
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.state}"
