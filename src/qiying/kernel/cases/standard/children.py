"""Child cases: opened in their parent's transaction, told to it when they move, taken back with it.

Each is a case of its own with its own clock; the parent waits with the guard `every_child_is_final`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Case, CaseParty
from qiying.kernel.cases.vocabulary import CHILD_MOVED, PROCEDURES, Action, Effect
from qiying.kernel.permissions.viewer import Viewer, system_viewer


class ChildMoved(ActionInput):
    """What the parent is told of a child, in the child's own words."""

    number: str = entry("子件", max_length=32)
    title: str = entry("事项", max_length=120)
    unit: str = entry("部门", default="", max_length=60)
    status: str = entry("到了哪一步", max_length=60)
    state: str = entry("状态", max_length=32)
    outcome: str = entry("结果", default="", max_length=32)
    is_final: bool = entry("办结", default=False)


ASKER_READS = ("title", "unit", "status")
"""What askers read of `child_moved`; to be named in `Procedure.asker_reads`."""


def child_moved(
    states: tuple[str, ...], then: Effect | None = None, to: tuple[str, ...] = (), **rest: Any
) -> Action:
    """Return the act by which the engine tells the parent of a child; `then` may move the parent on."""

    def effect(act: Act) -> None:
        if then is not None:
            then(act)

    given = {
        "sentence": "{title}：{status}",
        "is_minor": True,
        "is_conditional": True,
        "icon": "file",
        **rest,
    }
    return Action(CHILD_MOVED, "子件有进展", states, ("system",), effect, to, ChildMoved, **given)


def child_open(act: Act, procedure: str, data: Mapping[str, Any], **more: Any) -> None:
    """Open a child of this case once the act is written, in its transaction; what refuses it refuses the act."""

    def follow() -> None:
        case_open(
            procedure=procedure, actor=_worker(act), data=data, now=act.now, district_id=act.case.district_id,
            parent=act.case, channel=act.case.channel, **more,
        )  # fmt: skip

    act.afterwards.append(follow)


def askers_inherit(act: Act) -> None:
    """Let whoever asked the parent take part in this child; called by the child's opening."""
    asked = CaseParty.objects.filter(case=act.case.parent, until=None, role__in=act.procedure.outside)
    for key, role in asked.order_by("no").values_list("key", "role"):
        act.party_add(key, role)


def children_of(case: Case) -> QuerySet[Case]:
    """Return the child cases in the order of their opening."""
    return Case.objects.filter(parent_id=case.pk).order_by("pk")


def every_child_is_final(context: CaseContext) -> str | None:
    """The whole ends when its parts have."""
    rows = children_of(context.case).filter(is_open=True).select_related("lead_unit")
    left = [f"{c.title}（{c.lead_unit.label}）" if c.lead_unit else c.title for c in rows]
    return f"还有 {len(left)} 项没办完：{'、'.join(left)}" if left else None


def children_act(act: Act, action: str, data: Mapping[str, Any], actor: Viewer | None = None) -> None:
    """Do an act on every open child that has it once this one is written; as the same person by default."""

    def follow() -> None:
        for child in children_of(act.case).filter(is_open=True):
            machine = PROCEDURES.get(child.procedure, child.version)
            if machine.has_action(action) and child.state in machine.action(action).states:
                case_act(case=child, action=action, actor=actor or act.viewer, data=data, now=act.now)

    act.afterwards.append(follow)


def withdraw_too(act: Act) -> None:
    """What follows when the whole is taken back: its open parts are, by the same person (`ending.withdraw(also=)`)."""
    children_act(act, "withdraw", {"reason": act.data.reason})


def void_too(act: Act) -> None:
    """What follows when the whole is annulled (`ending.annul(also=)`)."""
    reason = str(act.case.extras.get("voided_because") or "整件作废")
    children_act(act, "void", {"reason": reason}, system_viewer("import_service"))


def _worker(act: Act) -> Viewer:
    return system_viewer("worker", district_id=act.case.district_id)
