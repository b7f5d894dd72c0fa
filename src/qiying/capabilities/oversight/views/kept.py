"""A register of oversight from its model: the congress keeps it, everybody with oversight reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qiying.capabilities.oversight.forms.checks import CiteForm
from qiying.capabilities.oversight.selectors.basis import article_choices
from qiying.capabilities.oversight.services.keeping import cite, row_keep
from qiying.kernel.organisations.selectors import people_with_role, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept
from qiying.kernel.registers.register import Act, Register

VIEW, KEEP = "oversight.view", "oversight.keep"


def people(viewer: Viewer, today: Any, *roles: str) -> list[tuple[int, str]]:
    """Return the district's people of some roles as choices."""
    units = [pk for pk, _ in unit_choices(viewer.district_id or 0)]
    rows = people_with_role(units, roles, today)
    return list({m.person_id: (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in rows}.values())


def _cite(actor: Viewer, row: Any, data: dict[str, Any], now: Any) -> str:
    made = cite(actor=actor, articles=data["articles"], subject=row.subject, label=str(row), now=now)
    return f"引用了 {len(made)} 条。"


CITES: Act[Any] = Act("cite", "引用条款", _cite, form=CiteForm, submit="引用")


def kept_register(
    name: str, title: str, model: Any, columns: Any, *, offers: Mapping[str, Any] | None = None, **more: Any
) -> Register[Any]:
    """Declare a register of the viewer's district at `oversight:<name>`: the congress keeps it, oversight reads it."""
    given = {"keep": row_keep, "sees": (VIEW,), "opens": (VIEW,), "edits": (KEEP,), **more}
    named = {"article": article_choices, **(offers or {})}
    return kept.kept_register("oversight", name, title, model, columns, offers=named, **given)
