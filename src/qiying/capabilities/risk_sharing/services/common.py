"""What loans and pledges share: amounts as typed, who is told, the office's roles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from qiying.capabilities.risk_sharing.rules.law import YUAN
from qiying.kernel.cases.act_changes import tells
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import recording, reminding
from qiying.kernel.cases.vocabulary import Action

NOTICE = "risk_told"
told = tells(NOTICE)
MOST_YUAN = 10**10
ROLES = ("handler", "liaison", "leader", "policy")


class Reason(ActionInput):
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=500, help="对方会看到")


def amount(label: str, **more: Any) -> Any:
    """Return an input of yuan and fen."""
    return entry(label, ge=Decimal("0.01"), le=MOST_YUAN, decimal_places=2, **more)


def fen_of(yuan: Decimal) -> int:
    """Return yuan as whole fen."""
    return int(yuan * YUAN)


def standings(party: str) -> tuple[str, ...]:
    """Return the standings of whoever works in an office that is party."""
    return tuple(f"{party}:{role}" for role in ROLES)


def kept_acts(open_: tuple[str, ...], every: tuple[str, ...], handles: tuple[str, ...]) -> tuple[Action, ...]:
    """Return remarks, receipts of cards, and what programs do."""
    return (
        recording.remark(every, handles),
        reminding.receipt(every, handles),
        *recording.by_program(every, open_),
    )  # fmt: skip
