"""Telling askers without an account: an SMS with a signed link to their one case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.links import link_make
from qiying.kernel.cases.models import Intake
from qiying.kernel.notices.wording import render
from qiying.kernel.organisations.sms import sms_gateway


def link_url(token: str) -> str:
    """Return the address of a signed link."""
    return f"{settings.QIYING_ENV.base_url.rstrip('/')}/l/{token}/"


def asker_tell(payload: Mapping[str, Any], now: datetime) -> None:
    """Send a notice's words and the link to the phone an intake came with; without a phone there is nobody to tell."""
    intake = Intake.objects.filter(pk=payload["intake_id"]).first()
    if intake is None or not intake.contact_phone_ref:
        return
    phone = personal_get([intake.contact_phone_ref]).get(intake.contact_phone_ref)
    if not phone:
        return
    words = render(str(payload["template"]), "", dict(payload["context"]))
    token = link_make(case_number=str(payload["case"]), intake_id=intake.pk, district_id=intake.district_id)
    sms_gateway().send(phone, f"【企应】{words.title} {link_url(token)}")
