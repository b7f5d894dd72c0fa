"""What loans and pledges share: amounts as typed, who is told, the office's roles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from qiying.capabilities.risk_sharing.rules.law import YUAN
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.standard import recording, reminding
from qiying.kernel.cases.vocabulary import Action

NOTICE = "risk_told"
MOST_YUAN = 10**10
ROLES = ("handler", "liaison", "leader", "policy")


class Text(ActionInput):
    text: str = entry("写什么", widget="textarea", min_length=2, max_length=1000)


class Reason(ActionInput):
    reason: str = entry("理由", widget="textarea", min_length=4, max_length=500, help="对方会看到")


def amount(label: str, **more: Any) -> Any:
    """Return an input of yuan and fen."""
    return entry(label, ge=Decimal("0.01"), le=MOST_YUAN, decimal_places=2, **more)


def fen_of(yuan: Decimal) -> int:
    """Return yuan as whole fen."""
    return int(yuan * YUAN)


def told(act: Act, what: str, words: str, *parties: str) -> None:
    """Tell parties what happened."""
    rows = [p for p in act.parties if p.role in parties and p.until is None]
    for key in dict.fromkeys(p.key for p in rows):
        act.notify(NOTICE, key, what=what, title=act.case.title, words=words)


def standings(party: str) -> tuple[str, ...]:
    """Return the standings of whoever works in an office that is party."""
    return tuple(f"{party}:{role}" for role in ROLES)


def kept_acts(open_: tuple[str, ...], every: tuple[str, ...], handles: tuple[str, ...]) -> tuple[Action, ...]:
    """Return remarks, receipts of cards, and what programs do."""
    return (
        Action("note", "内部留言", every, handles, recording.note, (), Text, sentence="留言：{text}", is_minor=True,
               icon="edit"),
        Action("acknowledge", "回执", every, handles, reminding.acknowledge, (), reminding.Acknowledge,
               guards=(reminding.has_unacknowledged,), checks=(reminding.check_addressed,), sentence="回执：{text}"),
        *recording.by_program(every, open_),
    )  # fmt: skip
