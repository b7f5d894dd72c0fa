"""The words of notices: files `templates/notices/<name>.txt`, first line the title, with variants per role.

Text without HTML in Django's template syntax; escaping is off, because the words end in e-mail, SMS,
and pages that escape them.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.template import Context, Template

from qiying.ui.humanize import days_said

TITLE_LENGTH = 120


class Words(NamedTuple):
    """A rendered notice."""

    title: str
    body: str


class MissingTemplate(LookupError):
    """A notice names a template that no app ships."""


def notice_templates() -> frozenset[str]:
    """Return every template name shipped by an installed app, role variants as `name.role`."""
    return frozenset(_files())


def render(template: str, role: str, context: Mapping[str, Any]) -> Words:
    """Return title and body for a recipient in `role`; raise `MissingTemplate` or its own error."""
    text = days_said(_compiled(template, role).render(Context(dict(context), autoescape=False)))
    title, _, body = text.strip().partition("\n")
    lines = [line.rstrip() for line in body.strip().splitlines()]
    return Words(" ".join(title.split())[:TITLE_LENGTH], "\n".join(lines))


@cache
def _files() -> dict[str, Path]:
    """Return name → file; an app above wins over one below, as Django's own loader does."""
    found: dict[str, Path] = {}
    for config in apps.get_app_configs():
        folder = Path(config.path) / "templates" / "notices"
        for path in sorted(folder.rglob("*.txt")) if folder.is_dir() else ():
            found.setdefault(str(path.relative_to(folder))[: -len(".txt")], path)
    return found


@cache
def _compiled(template: str, role: str) -> Template:
    path = _files().get(f"{template}.{role}") or _files().get(template)
    if path is None:
        raise MissingTemplate(f"没有通知模板 notices/{template}.txt")
    return Template(path.read_text(encoding="utf-8"))
