"""Rows that belong to a case and are numbered in it; each is written by an event's effects only."""

from __future__ import annotations

from django.db import models

from qiying.kernel.cases.models.case import Case


class CaseRow(models.Model):
    """A row numbered within its case; `(case, no)` names it in the event chain."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="%(class)ss")
    no = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["case", "no"], name="%(class)s_no_once")]
        ordering = ["case_id", "no"]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.case_id}/{self.no}"


class Clock(CaseRow):
    """One deadline; start, limit and rule are immutable, `promised_by` moves with the calendar only."""

    class State(models.TextChoices):
        RUNNING = "running", "在走"
        PAUSED = "paused", "停表"
        STOPPED = "stopped", "已停"

    kind = models.CharField(max_length=24)
    assignment_no = models.PositiveSmallIntegerField(null=True)
    party_key = models.CharField(max_length=24, blank=True)
    started_at = models.DateTimeField()
    started_on = models.DateField()
    limit = models.PositiveIntegerField()
    limit_unit = models.CharField(max_length=8, default="workday")
    rule = models.CharField(max_length=200)
    promised_by = models.DateField()
    due_by = models.DateField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    paused_from = models.DateField(null=True)
    pause_kind = models.CharField(max_length=16, blank=True)
    paused_workdays = models.PositiveIntegerField(default=0)
    extended_by = models.PositiveIntegerField(default=0)
    stopped_on = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=10, blank=True)
    rungs = models.JSONField(default=list)
    calendar_version = models.CharField(max_length=40)
    is_provisional = models.BooleanField(default=False)
    explanation = models.TextField(blank=True)
    next_look_at = models.DateTimeField(null=True)

    class Meta(CaseRow.Meta):
        indexes = [
            models.Index(
                fields=["next_look_at"],
                name="clock_next_look",
                condition=models.Q(next_look_at__isnull=False),
            )
        ]


class ClockPause(CaseRow):
    """An interval in which a clock did not run: workdays in (from_on, to_on] are given back.

    A clock of business hours gets back the business time from `from_at` to `to_at`, and what was granted on top;
    pauses of such clocks without instants are older and give back whole office days.
    """

    clock_no = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    from_at = models.DateTimeField(null=True)
    to_at = models.DateTimeField(null=True)
    granted_seconds = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)


class Assignment(CaseRow):
    """One unit's duty in a case: exactly one current lead, any number of co-handlers."""

    class State(models.TextChoices):
        SENT = "sent", "待签收"
        TAKEN = "taken", "已签收"
        ANSWERED = "answered", "已交"
        RETURNED = "returned", "已退回"
        ENDED = "ended", "已结束"

    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    role = models.CharField(max_length=8)
    ask = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    sent_at = models.DateTimeField()
    sent_on = models.DateField()
    taken_at = models.DateTimeField(null=True)
    handler = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=300, blank=True)
    return_basis = models.CharField(max_length=200, blank=True)

    class Meta(CaseRow.Meta):
        indexes = [models.Index(fields=["unit", "state"], name="assignment_unit_state")]


class Answer(CaseRow):
    """What the unit says, in versions; a verdict is always of one version."""

    kind = models.CharField(max_length=12)
    assignment_no = models.PositiveSmallIntegerField(null=True)
    text = models.TextField()
    result = models.CharField(max_length=16, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    quantity_unit = models.CharField(max_length=20, blank=True)
    firms_benefited = models.PositiveIntegerField(null=True)
    obstacle = models.CharField(max_length=300, blank=True)
    given_by_id = models.BigIntegerField(null=True)
    given_by_name = models.CharField(max_length=60, blank=True)
    given_at = models.DateTimeField()
    given_on = models.DateField()
    is_current = models.BooleanField(default=True)


class Verdict(CaseRow):
    """What an asker says of one version of the answer."""

    class Value(models.TextChoices):
        SOLVED = "solved", "解决了"
        PARTLY = "partly", "部分解决"
        NOT_SOLVED = "not_solved", "没解决"

    answer_no = models.PositiveSmallIntegerField()
    intake_id = models.BigIntegerField(null=True)
    value = models.CharField(max_length=12, choices=Value.choices)
    may_close = models.BooleanField(default=False)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    comment_ref = models.CharField(max_length=40, blank=True)
    how = models.CharField(max_length=12)
    given_by_id = models.BigIntegerField(null=True)
    recorded_by_id = models.BigIntegerField(null=True)
    given_at = models.DateTimeField()
    given_on = models.DateField()


class Approval(CaseRow):
    """A request that a second person decides: extension, suspension, unconfirmed closing, explanation and file."""

    kind = models.CharField(max_length=24)
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=60, blank=True)
    asked_unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    basis = models.CharField(max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(null=True)
    decision = models.CharField(max_length=10, blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(CaseRow.Meta):
        indexes = [
            models.Index(fields=["case"], name="approval_open", condition=models.Q(decided_at__isnull=True))
        ]

    @classmethod
    def open(cls) -> models.QuerySet[Approval]:
        """Return what nobody has decided or recalled: few, and found by an index of their own."""
        return cls.objects.filter(decided_at__isnull=True)


class Agreement(CaseRow):
    """What a party says to something all have to agree to; the last word of a party counts."""

    what = models.CharField(max_length=24)
    party = models.CharField(max_length=16)
    key = models.CharField(max_length=24, blank=True)
    agrees = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    given_by_id = models.BigIntegerField(null=True)
    given_by_name = models.CharField(max_length=60, blank=True)
    given_at = models.DateTimeField()
    given_on = models.DateField()
    is_current = models.BooleanField(default=True)


class Supervision(CaseRow):
    """An addressed act that asks for acknowledgement: reminder, urging letter, yellow or red card, instruction…"""

    class Kind(models.TextChoices):
        REMINDER = "reminder", "提醒"
        URGING = "urging", "催办函"
        YELLOW = "yellow", "黄牌"
        RED = "red", "红牌"
        INSTRUCTION = "instruction", "批示"
        TASK_FORCE = "task_force", "专班"
        LEAD_OFFICIAL = "lead_official", "领衔"
        SECOND_REFUSAL = "second_refusal", "两次没解决"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    clock_no = models.PositiveSmallIntegerField(null=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    rung = models.CharField(max_length=16, blank=True)
    issued_by_id = models.BigIntegerField(null=True)
    issued_by_name = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    text = models.CharField(max_length=600, blank=True)
    members = models.JSONField(default=list)
    needs_ack = models.BooleanField(default=False)
    acked_by_name = models.CharField(max_length=60, blank=True)
    acked_at = models.DateTimeField(null=True)

    class Meta(CaseRow.Meta):
        constraints = [
            *CaseRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["case", "clock_no", "rung"],
                name="supervision_rung_once",
                condition=~models.Q(rung=""),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "issued_on"], name="supervision_unit"),
            models.Index(fields=["kind", "issued_on"], name="supervision_kind"),
        ]


class Contact(CaseRow):
    """A recorded attempt to reach an asker; by someone other than the handler when it seeks a verdict."""

    method = models.CharField(max_length=12)
    reached = models.BooleanField()
    purpose = models.CharField(max_length=16, default="verdict")
    answer_no = models.PositiveSmallIntegerField(null=True)
    intake_id = models.BigIntegerField(null=True)
    note_ref = models.CharField(max_length=40, blank=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    on = models.DateField()
