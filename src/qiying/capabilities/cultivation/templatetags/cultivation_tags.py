"""What is missing, one condition a line."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def pieces(gap: str) -> list[str]:
    """Return the conditions of a gap; within one, alternatives stay together (“或者”)."""
    joined = gap.replace("；或者", "\x00或者")
    return [part.replace("\x00", "；") for part in joined.split("；") if part]
