"""How far somebody is on the way to speaking for an enterprise: asked, bound, checked at the window; nothing hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qiying.kernel.enterprises.models import BindingRequest, BindingState, Enterprise
from qiying.kernel.enterprises.selectors import bindings_of, requests_visible_to
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import desk_of
from qiying.kernel.permissions.viewer import Viewer


@dataclass(frozen=True)
class Standing:
    """Enterprises bound but not checked yet, requests without a decision, and the window that checks."""

    unchecked: list[Enterprise]
    asked: list[BindingRequest]
    desk: Unit | None


def standing_of(viewer: Viewer, today: date) -> Standing:
    """Return where a person stands; three queries."""
    person_id = viewer.person_id or 0
    bound = [
        b.enterprise for b in bindings_of(person_id, today) if b.enterprise_id not in viewer.enterprise_ids
    ]
    asked = requests_visible_to(viewer).filter(person_id=person_id, state=BindingState.REQUESTED)
    desk = desk_of(viewer.district_id) if viewer.district_id is not None else None
    return Standing(bound, list(asked.order_by("pk")), desk)
