"""What the audit calls a row, and acts on rows noted there by that name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from qiying.kernel.audit.actor import Actor
from qiying.kernel.audit.services import record_act


class HasSubject(models.Model):
    """A row that the audit, files, figures and registers call by its kind and number."""

    SUBJECT: ClassVar[str] = ""
    """Its kind; the model's own name where nothing is said."""

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        return f"{self.SUBJECT or self._meta.model_name}:{self.pk}"


def row_noted(actor: Actor, action: str, row: Any, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    told = {"subject": row.subject, "data": data, "at": now, "district_id": row.district_id}
    record_act(actor=actor, action=action, **told)


def noting(place: str, **says: Callable[[Any], Any]) -> Callable[..., None]:
    """Return `noted(actor, action, row, now, **data)`, which records the acts of one place on its rows.

    Args:
        place: what stands before an act's name, if anything.
        says: what is always told of a row.
    """

    def noted(actor: Actor, action: str, row: Any, now: datetime, **data: Any) -> None:
        told = {name: of(row) for name, of in says.items()}
        row_noted(actor, f"{place}.{action}" if place else action, row, now, **{**told, **data})

    return noted
