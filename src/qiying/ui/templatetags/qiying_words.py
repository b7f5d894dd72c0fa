"""Filters and tags around `qiying.ui.humanize`; today and now come from the context or the argument."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import stringfilter
from django.utils import timezone

from qiying.ui import humanize

register = template.Library()

register.filter("money_words", humanize.money_words)
register.filter("money_exact_words", humanize.money_exact_words)
register.filter("bytes_words", humanize.bytes_words)
register.filter("phone_mask", humanize.phone_mask)
register.filter("workdays_left_words", humanize.workdays_left_words)
register.filter("days_said", stringfilter(humanize.days_said), is_safe=True)
register.filter("weekday_words", humanize.weekday_words)
register.filter("number_said", humanize.number_said)
register.filter("duration_words", humanize.duration_words)
register.simple_tag(humanize.rate_words, name="rate_words")
register.simple_tag(humanize.percent_words, name="percent_words")
register.simple_tag(humanize.points_words, name="points_words")


@register.filter
def count_words(count: int | None, cap: int = 1000) -> str:
    """Return an exact count up to `cap`, beyond it 1000+."""
    return humanize.count_words(count, cap)


@register.filter
def day_words(day: date | None, today: date) -> str:
    """Return the day as a person says it: `{{ case.due_by|day_words:today }}`."""
    return humanize.day_words(day, today)


@register.filter
def day_dated_words(day: date | None, today: date) -> str:
    """Return the day with its date said once: 后天（11月20日 周五）."""
    return humanize.day_dated_words(day, today)


@register.filter
def moment_words(moment: datetime | None, now: datetime) -> str:
    """Return the moment as a person says it: `{{ event.at|moment_words:now }}`."""
    return humanize.moment_words(moment, now)


def context_now(context: Context | Mapping[str, Any]) -> datetime:
    """Return `now` of the context, else of the server's clock: the one place where a page may read it."""
    found = context.get("now")
    return found if isinstance(found, datetime) else timezone.now()


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None) -> str:
    """Return `moment_words` against the context's `now`: `{% moment event.at %}`."""
    return humanize.moment_words(at, context_now(context))


@register.simple_tag(takes_context=True)
def day(context: Context, on: date | None, dated: bool = False) -> str:
    """Return `day_words` against the context's `today` (else `now`): `{% day case.due_by dated=True %}`."""
    found = context.get("today")
    today = found if isinstance(found, date) else context_now(context).astimezone(humanize.LOCAL).date()
    return humanize.day_dated_words(on, today) if dated else humanize.day_words(on, today)
