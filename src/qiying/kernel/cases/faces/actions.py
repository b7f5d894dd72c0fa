"""The buttons of a case: what can be pressed, in constant order, and why the rest cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import Available
from qiying.kernel.cases.entering import NoInput
from qiying.ui import icons

_ICONS = {"thumbs": "thumb-up", "x": "x"}


@dataclass(frozen=True)
class ActionFace:
    """One action as a button; `is_now` says that the state allows it, whatever else does not."""

    code: str
    label: str
    icon: str
    is_enabled: bool
    is_primary: bool
    is_now: bool
    needs_input: bool
    reason: str
    is_judging: bool

    @property
    def is_later(self) -> bool:
        """Whether the button is folded away: only the state's main act stands among the others while it is off."""
        return not self.is_enabled and (not self.is_now or self.is_judging or not self.is_primary)


def action_faces(available: Sequence[Available], context: CaseContext) -> list[ActionFace]:
    """Return enabled actions, the main ones on top, then those a guard stops, then those of other states."""
    faces = [_face(a, context) for a in available]
    return sorted(faces, key=lambda f: (not f.is_enabled, not f.is_now, not f.is_primary))


def _face(found: Available, context: CaseContext) -> ActionFace:
    action = found.action
    icon = _ICONS.get(action.icon, action.icon)
    asked = bool(action.decides) and context.open_approval(action.decides) is not None
    return ActionFace(
        code=action.code,
        label=action.label,
        icon=icon if icon in icons.PATHS else "check",
        is_enabled=found.is_enabled,
        is_primary=action.is_primary or (asked and found.is_enabled),  # what is asked of him comes first
        is_now=context.case.state in action.states,
        needs_input=action.input is not NoInput,
        reason="；".join(found.reasons),
        is_judging=action.judges,
    )
