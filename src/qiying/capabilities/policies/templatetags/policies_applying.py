"""What the generic case page shows of an application beside what every case has."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.services.applying.checking import application_check
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.views.applying.public import may_decide_objections
from qiying.capabilities.policies.views.applying.showing import (
    application_of,
    evaluation_words,
    money_words_of,
    objections_of,
)

register = template.Library()
_KEPT = "_policy_application"
CHECKED_IN = {"received", "reviewing", "publicity", "approving", "waiting_money"}


def _application(context: Context) -> Application:
    request = context["request"]
    found: Application | None = getattr(request, _KEPT, None)
    if found is None:
        found = application_of(context["case"])
        if found is None:
            raise Application.DoesNotExist
        setattr(request, _KEPT, found)
    return found


@register.simple_tag(takes_context=True)
def application_money(context: Context) -> dict[str, Any]:
    """Return what to say about the money under the title."""
    return money_words_of(_application(context), context["case"], context["today"])


@register.inclusion_tag("policies/applying/_panel.html", takes_context=True)
def application_panel(context: Context) -> dict[str, Any]:
    """Show evaluation, facts with sources and, while something is to be decided, the checks of an approval."""
    application, case, today = _application(context), context["case"], context["today"]
    is_open, known = case.state in CHECKED_IN, ApplicationExtras.of(case)
    return {
        "application": application,
        "case": case,
        "extras": known,
        "is_reviewed": "proposal" in known.model_fields_set,
        "evaluation": evaluation_words(application),
        "checked": application_check(application, on=today) if is_open else None,
        "facts_open": False,
        "objections": objections_of(application) if known.objections else [],
        "csrf_token": context.get("csrf_token"),
        "may_reveal": may_decide_objections(context["file"].context),
        "now": context["now"],
        "money": money_words_of(application, case, today),
    }
