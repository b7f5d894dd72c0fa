"""What an enterprise was granted counts at once: whoever was paid or refused is looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qiying.capabilities.policies.models import Application
from qiying.kernel.enterprises.profiles import profile_change

EVENTS = ("policy_paid", "policy_delivered", "policy_application_ended")


def application_moved(payload: Mapping[str, Any], now: datetime) -> None:
    """Note that an application's enterprise has to be matched again (subscribed to `EVENTS`)."""
    application = Application.objects.select_related("enterprise").filter(pk=payload["application"]).first()
    if application is not None:
        profile_change(application.enterprise)
