"""`{% standing %}`: the same truth about a person's bindings on every page that needs an enterprise."""

from typing import Any

from django import template
from django.template import Context

from qiying.kernel.enterprises.standing import standing_of

register = template.Library()


@register.inclusion_tag("enterprises/_standing.html", takes_context=True)
def standing(context: Context) -> dict[str, Any]:
    """Show what a person asked for, to what he is bound, and what is missing until he may act."""
    request: Any = context["request"]
    return {"standing": standing_of(request.viewer, request.today), "viewer": request.viewer}
