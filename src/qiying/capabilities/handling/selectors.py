"""Reads of handling."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from qiying.capabilities.handling.models import Licence, Reminder
from qiying.kernel.cases.models import Case
from qiying.kernel.permissions.viewer import Viewer

SOON = timedelta(days=60)


def authorities_running(today: date, days: int) -> QuerySet[Case]:
    """Return the open matters of agency whose authority ends within so many days; `until` is that day as text."""
    rows = Case.objects.filter(procedure="agency", is_open=True, enterprise__isnull=False)
    first, last = today.isoformat(), (today + timedelta(days=days)).isoformat()
    return rows.annotate(until=Cast(KT("extras__until"), TextField())).filter(
        until__gte=first, until__lte=last
    )


def reminded_share(viewer: Viewer, today: date) -> tuple[int, int]:
    """Return of how many licences that run out soon their enterprise was told, and how many run out soon."""
    soon = Licence.objects.filter(
        district_id=viewer.district_id or 0, ended_on__isnull=True, valid_until__range=(today, today + SOON)
    )
    subjects = [f"licence:{pk}" for pk in soon.values_list("pk", flat=True)]
    told = Reminder.objects.filter(subject__in=subjects, valid_until__gte=today)
    return told.values("subject").distinct().count(), len(subjects)
