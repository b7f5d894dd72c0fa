"""What tasks wait for and when each is looked at again."""

from __future__ import annotations

from django.db import models

from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Person


class Wait(models.Model):
    """A task that cannot be reported done before another is written off."""

    task = models.ForeignKey(Case, models.PROTECT, related_name="task_waits")
    on = models.ForeignKey(Case, models.PROTECT, related_name="task_waiters")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "on"], name="task_wait_once"),
            models.CheckConstraint(condition=~models.Q(task=models.F("on")), name="task_waits_for_another"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} ← {self.on_id}"


class LookBack(models.Model):
    """The day on which a task that was written off is tested again (回头看), and what was found."""

    task = models.ForeignKey(Case, models.PROTECT, related_name="look_backs")
    due_on = models.DateField("该回头看的日子")
    done_on = models.DateField("哪天看的", null=True)
    is_held = models.BooleanField("真的解决了", null=True)
    finding = models.CharField("看到什么", max_length=500, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("due_on", "pk")
        indexes = [
            models.Index(fields=["due_on"], name="look_back_due", condition=models.Q(done_on__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.due_on}"
