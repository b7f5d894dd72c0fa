"""What the procedures of the legal environment share: who is told, units by function, the acts that all have."""

from __future__ import annotations

from collections.abc import Iterable

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.standard import asking, ending, recording, reminding, writing
from qiying.kernel.cases.vocabulary import Action, Effect, Party, Sees
from qiying.kernel.enterprises.selectors import enterprises_visible_to
from qiying.kernel.permissions.registry import REGISTRY

NOTICE = "legal_told"
told = tells(NOTICE)
KNOWS: tuple[Sees, ...] = ("asker", "contact", "restricted")
ASKER = Party("asker", "企业", "enterprise", ("asker", "restricted"))
OUTSIDE = {"clerk", "deputy", "partner", "admin", "worker", "import_service", "callback", "supervisor"}
"""Roles that handle nothing, whatever unit they sit in."""


def standings(party: str) -> tuple[str, ...]:
    """Return the standings of whoever works in a unit of a party, whatever his office is called."""
    return tuple(f"{party}:{role}" for role in sorted(set(REGISTRY.roles) - OUTSIDE))


def check_asker(act: Act) -> Iterable[tuple[str, str]]:
    """A matter is the asker's own enterprise's."""
    wanted = act.data.enterprise_id or min(act.viewer.enterprise_ids, default=None)
    row = enterprises_visible_to(act.viewer).filter(pk=wanted or 0).first()
    if row is None or row.district_id != act.case.district_id or row.pk not in act.viewer.enterprise_ids:
        yield "enterprise_id", "请选您的哪家企业"
    act.enterprise = row


def shared_acts(
    open_: tuple[str, ...],
    every: tuple[str, ...],
    handles: tuple[str, ...],
    urged_by: tuple[str, ...],
    taken_back: tuple[Action, ...],
    also: Effect | None = None,
) -> tuple[Action, ...]:
    """Return remarks, urging, receipts, letters, taking back and annulling, and what programs do.

    `also` is what else ends with a case annulled.
    """

    def voided(act: Act) -> None:
        act.set(outcome="voided")
        act.set_extras(voided_because=act.data.reason)
        act.count("voided")
        act.emit("case_voided")
        if also is not None:
            also(act)

    return (
        *taken_back,
        Action("void", "作废", open_, ("import",), voided, ("voided",), asking.Request, sentence="作废：{reason}",
               is_minor=True, icon="trash"),
        recording.remark(every, handles),
        reminding.urging(open_, urged_by),
        reminding.receipt(every, handles),
        writing.issue(every, handles),
        *recording.by_program(every, open_),
    )  # fmt: skip


def withdrawn_by(states: tuple[str, ...], *by: str, **rest: object) -> Action:
    """Return the act by which whoever opened a case takes it back."""
    return ending.withdraw(states, "withdrawn", by=by, guards=(), **rest)  # type: ignore[arg-type]
