"""Work that leaves the request: jobs with a lease, and the worker's heartbeat."""

from django.db import models


class Job(models.Model):
    """One piece of long work; idempotent, re-queued when its lease runs out, with counted progress."""

    class State(models.TextChoices):
        QUEUED = "queued", "排队"
        RUNNING = "running", "在做"
        DONE = "done", "做完了"
        FAILED = "failed", "没做成"

    kind = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    asked_by = models.ForeignKey("organisations.Person", models.PROTECT, null=True, related_name="+")
    district = models.ForeignKey("organisations.District", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["run_at"], name="job_due", condition=models.Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class WorkerBeat(models.Model):
    """When each part of the worker last ran, and what it said."""

    name = models.CharField(max_length=40, primary_key=True)
    ran_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class FormOpen(models.Model):
    """A form of a case that somebody has open now, by his browser's last word; it tells others and locks nothing."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    person = models.ForeignKey("organisations.Person", models.CASCADE, related_name="+")
    action = models.CharField(max_length=40)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="form_open_once")]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.case_id}:{self.action}"
