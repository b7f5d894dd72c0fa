"""What the procedures of financing share: who is told, who asks, the acts that both have."""

from __future__ import annotations

from collections.abc import Iterable

from qiying.capabilities.financing.selectors import firm_of
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.standard import recording, reminding
from qiying.kernel.cases.vocabulary import Action, Party, Sees

noted = noting("financing")

NOTICE = "financing_told"
told = tells(NOTICE)
KNOWS: tuple[Sees, ...] = ("asker", "contact", "restricted")
ASKER = Party("asker", "企业", "enterprise", ("asker", "restricted"))
ROLES = ("bank", "handler", "liaison", "leader")


def standings(party: str) -> tuple[str, ...]:
    """Return the standings of whoever works in a unit of a party."""
    return tuple(f"{party}:{role}" for role in ROLES)


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
        reminding.receipt(every, handles),
        *recording.by_program(every, open_),
    )  # fmt: skip
