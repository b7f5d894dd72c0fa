"""Opening a case by name, as a page or a client asks for it: who may, with which input, and always as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404

from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import ActionInput
from qiying.kernel.cases.inputs import read_input
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import PROCEDURES, Action, Procedure
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer


def openings_for(viewer: Viewer) -> list[Procedure]:
    """Return the newest version of every procedure that the viewer may open."""
    codes = dict.fromkeys(p.code for p in PROCEDURES.all())
    return [m for m in map(PROCEDURES.latest, codes) if may_open(m, viewer)]


def may_open(machine: Procedure, viewer: Viewer) -> bool:
    """Tell whether a procedure can be opened by name, by this person."""
    return machine.opening.is_offered and bool(set(machine.opening.by) & ({"anyone"} | viewer.roles))


def opening_of(viewer: Viewer, code: str) -> Procedure:
    """Return a procedure that the viewer may open; 404 for any other."""
    found = next((m for m in openings_for(viewer) if m.code == code), None)
    if found is None:
        raise Http404("没有这种办件，或者您不能提")
    return found


def case_start(
    *,
    procedure: str,
    actor: Viewer,
    data: Mapping[str, Any],
    now: datetime,
    session_key: str | None = None,
) -> Case:
    """Open a case with everything that belongs to it, and return it.

    Raises: Http404 for a procedure the actor may not open; `GuardFailed` with every reason.
    """
    action = opening_of(actor, procedure).opening
    if actor.district_id is None:
        raise GuardFailed(["您的账号还没有归属区县，请先绑定企业或单位"])
    given = read_input(action, data)
    _check(action, given, actor)
    if action.whole is not None:
        return action.whole(
            actor=actor, district_id=actor.district_id, data=given, now=now, session_key=session_key
        )
    return case_open(
        procedure=procedure,
        actor=actor,
        data=given.model_dump(exclude_unset=True),
        now=now,
        district_id=actor.district_id,
        session_key=session_key,
    )


def _check(action: Action, given: ActionInput, actor: Viewer) -> None:
    """Refuse what only programs may set, and an enterprise for which the actor does not speak."""
    fields: dict[str, list[str]] = {}
    for name in given.model_fields_set & action.internal:
        fields[name] = [f"没有“{name}”这一项，请去掉"]
    for name, info in action.input.model_fields.items():
        extra, value = info.json_schema_extra, getattr(given, name)
        if not isinstance(extra, dict) or not value or extra.get("source") != "enterprises":
            continue
        if extra.get("tells_asker") and not enterprises_visible_to(actor).filter(pk=value).exists():
            fields[name] = ["没有找到这家企业，或者您不能替它提"]
    refuse(fields)
