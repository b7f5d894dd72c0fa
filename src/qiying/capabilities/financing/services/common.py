"""What the procedures of financing share: who is told, who asks, the acts that both have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from qiying.capabilities.financing.models import Row
from qiying.capabilities.financing.selectors import firm_of
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.models import Clock
from qiying.kernel.cases.standard import recording, reminding
from qiying.kernel.cases.vocabulary import Action, Party, Sees
from qiying.kernel.permissions.viewer import Viewer

NOTICE = "financing_told"
KNOWS: tuple[Sees, ...] = ("asker", "contact", "restricted")
ASKER = Party("asker", "企业", "enterprise", ("asker", "restricted"))
ROLES = ("bank", "handler", "liaison", "leader")


def standings(party: str) -> tuple[str, ...]:
    """Return the standings of whoever works in a unit of a party."""
    return tuple(f"{party}:{role}" for role in ROLES)


def noted(actor: Viewer, action: str, row: Row, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    told: dict[str, Any] = {"subject": row.subject, "data": data, "at": now, "district_id": row.district_id}
    record_act(actor=actor, action=f"financing.{action}", **told)


def told(act: Act, what: str, words: str, *parties: str) -> None:
    """Tell parties what happened."""
    rows = [p for p in act.parties if p.role in parties and p.until is None and p.key[0] != "i"]
    for key in dict.fromkeys(p.key for p in rows):
        act.notify(NOTICE, key, what=what, title=act.case.title, words=words)


def in_time(act: Act, kind: str) -> bool:
    """Tell whether what runs is done by its day."""
    return all(act.today <= c.due_by for c in act.clocks if c.kind == kind and c.state != Clock.State.STOPPED)


def check_asker(act: Act) -> Iterable[tuple[str, str]]:
    """A request is the asker's own enterprise's."""
    wanted = act.data.enterprise_id
    row = firm_of(act.viewer, wanted)
    if row is None or row.district_id != act.case.district_id or (wanted and row.pk != wanted):
        yield "enterprise_id", "请选您的哪家企业"
        row = None
    act.enterprise = row


def shared_acts(
    open_: tuple[str, ...], every: tuple[str, ...], handles: tuple[str, ...]
) -> tuple[Action, ...]:
    """Return receipts of cards and what programs do."""
    return (
        Action("acknowledge", "回执", every, handles, reminding.acknowledge, (), reminding.Acknowledge,
               guards=(reminding.has_unacknowledged,), checks=(reminding.check_addressed,), sentence="回执：{text}"),
        *recording.by_program(every, open_),
    )  # fmt: skip
