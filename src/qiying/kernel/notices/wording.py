"""The words of notices: files `templates/notices/<name>.txt`, first line the title, with variants per role.

Text without HTML; Django's template syntax; escaping is off, because the words end in e-mail,
SMS, and pages that escape them.
"""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.template import TemplateDoesNotExist, engines
from django.template.loader import get_template

TITLE_LENGTH = 120


class Words(NamedTuple):
    """A rendered notice."""

    title: str
    body: str


class MissingTemplate(LookupError):
    """A notice names a template that no app ships."""


def notice_templates() -> frozenset[str]:
    """Return every template name shipped by an installed app, role variants as `name.role`."""
    folders = [Path(c.path) / "templates" / "notices" for c in apps.get_app_configs()]
    return frozenset(
        str(path.relative_to(folder))[: -len(".txt")]
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*.txt")
    )


def template_exists(name: str) -> bool:
    """Tell whether a notice of this name can be written for any role."""
    return name in notice_templates()


def render(template: str, role: str, context: dict[str, Any]) -> Words:
    """Return title and body for a recipient in `role`; raise `MissingTemplate` or the template's own error."""
    source = _source(template, role)
    text = (
        engines["django"].from_string("{% autoescape off %}" + source + "{% endautoescape %}").render(context)
    )
    title, _, body = text.strip().partition("\n")
    lines = [line.rstrip() for line in body.strip().splitlines()]
    return Words(" ".join(title.split())[:TITLE_LENGTH], "\n".join(lines))


@cache
def _source(template: str, role: str) -> str:
    names = [f"notices/{template}.{role}.txt"] if role else []
    for name in [*names, f"notices/{template}.txt"]:
        try:
            origin = get_template(name)
        except TemplateDoesNotExist:
            continue
        return str(origin.template.source)  # type: ignore[attr-defined]
    raise MissingTemplate(f"没有通知模板 notices/{template}.txt")
