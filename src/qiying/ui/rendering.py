"""Controls of forms written without a template for each option: a list of two hundred acts took half of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

WIDGETS = "django/forms/widgets/"
INPUTS = frozenset(
    f"{WIDGETS}{kind}.html" for kind in ("text", "number", "email", "url", "password", "hidden", "date", "datetime")
)  # fmt: skip
SELECT, OPTION = f"{WIDGETS}select.html", f"{WIDGETS}select_option.html"


class FormRenderer(DjangoTemplates):
    """Writes Django's own inputs and selects as their templates do; everything else goes through templates."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """Return the control's HTML."""
        widget = context.get("widget", {})
        if template_name == SELECT and _has_plain_options(widget):
            return mark_safe(_select(widget))  # noqa: S308 — every part is escaped below
        if template_name in INPUTS:
            value = "" if widget["value"] is None else f' value="{conditional_escape(str(widget["value"]))}"'
            head = f'<input type="{conditional_escape(widget["type"])}" name="{conditional_escape(widget["name"])}"'
            return mark_safe(f"{head}{value}{_attributes(widget)}>")  # noqa: S308
        return SafeString(super().render(template_name, dict(context), request))


def _has_plain_options(widget: Mapping[str, Any]) -> bool:
    return all(o["template_name"] == OPTION for _, options, _ in widget["optgroups"] for o in options)


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(str(value))}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>']
    for group, options, _ in widget["optgroups"]:
        inside = "".join(
            f'<option value="{conditional_escape(str(o["value"]))}"{_attributes(o)}>'
            f"{conditional_escape(o['label'])}</option>"
            for o in options
        )
        parts.append(
            f'<optgroup label="{conditional_escape(group)}">{inside}</optgroup>' if group else inside
        )
    return "".join([*parts, "</select>"])
