"""A register of deliberations from its model: columns by field, the form by field, kept by the congress."""

from __future__ import annotations

from functools import partial
from typing import Any

from qiying.capabilities.deliberations.selectors import ANSWER, KEEP, VIEW
from qiying.capabilities.deliberations.services.keeping import row_keep
from qiying.kernel.organisations.listing import Filter
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept
from qiying.kernel.registers.register import Act
from qiying.ui.given import whole

READ = (VIEW, ANSWER)


kept_register = partial(
    kept.kept_register, "deliberations", keep=row_keep, sees=READ, opens=READ, edits=(KEEP,)
)
"""A register of the viewer's district at `deliberations:<name>`."""


def one_of(name: str, label: str, rows: Any, field: str) -> Filter[Any]:
    """Return a filter by another row that the viewer may see."""

    def choices(request: ViewerRequest) -> list[tuple[int, str]]:
        return [(row.pk, str(row)) for row in rows(request.viewer)[:200]]

    return Filter(name, label, lambda found, pk: found.filter(**{field: whole(pk) or 0}), choices)


def step(code: str, label: str, do: Any, said: Any, *states: str, **more: Any) -> Act[Any]:
    """Return an act that hands the form's values to a service and applies in some states."""

    def run(actor: Viewer, row: Any, data: dict[str, Any], now: Any) -> str:
        made = do(actor=actor, row=row, now=now, **data)
        return str(said(made)) if callable(said) else str(said)

    if states:
        more.setdefault("applies", lambda viewer, row: row.state in states)
    return Act(code, label, run, **more)


def whole_form(do: Any) -> Any:
    """Return a service that takes the form's values as one."""
    return lambda *, actor, row, now, **data: do(actor=actor, row=row, values=data, now=now)
