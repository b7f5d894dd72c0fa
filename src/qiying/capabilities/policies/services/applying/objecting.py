"""An objection by anybody, without signing in; what he writes can be erased."""

from __future__ import annotations

from datetime import datetime

from qiying.capabilities.policies.models import Application
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.permissions.viewer import system_viewer


def objection_make(*, application: Application, text: str, name: str, phone: str, now: datetime) -> Case:
    """Record an objection to what is being made public; raise `ActionNotAvailable` once the period is over."""
    actor = system_viewer("worker", district_id=application.district_id)
    data = {"text": text, "name": name, "phone": phone}
    return case_act(case=application.case, action="object", actor=actor, data=data, now=now)
