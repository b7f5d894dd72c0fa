"""The event chain: what text is hashed, and how an event follows the one before."""

import json
from datetime import UTC, datetime
from typing import Any

from qiying.kernel.audit.canonical import canonical
from qiying.kernel.audit.digest import ALGORITHM, link
from qiying.kernel.cases.models import Case, CaseEvent

DATA_VERSION = 3
"""2: a turn is a party of the procedure; before, it was one of six words of the kernel. 3: an approval asks for
`days` of its kind's unit; before, for `workdays`."""
TURNS_BEFORE_2 = {"unit": "lead", "enterprise": "asker"}


def instant(at: datetime) -> str:
    """Return an instant as the chain writes it: UTC, microseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def event_text(number: str, event: CaseEvent) -> str:
    """Return the text that is hashed: everything the event says, `recorded_at` (the database's clock) excepted."""
    return canonical(
        {
            "case": number,
            "seq": event.seq,
            "action": event.action,
            "actor": event.actor_id,
            "actor_name": event.actor_name,
            "actor_role": event.actor_role,
            "on_behalf": event.on_behalf,
            "at": instant(event.at),
            "from": event.from_state,
            "to": event.to_state,
            "data_version": event.data_version,
            "data": event.data,
        }
    )


def facts_of(event: CaseEvent) -> dict[str, Any]:
    """Return what an event tells, in the present form whatever version it was written in."""
    data: dict[str, Any] = json.loads(event.data)
    if event.data_version < 2:
        for op in data["ops"]:
            if "turn" in op.get("set", {}):
                op["set"]["turn"] = TURNS_BEFORE_2.get(op["set"]["turn"], op["set"]["turn"])
    if event.data_version < 3:
        for op in data["ops"]:
            if op.get("row") == "approval" and "workdays" in op["f"]:
                op["f"]["days"] = op["f"].pop("workdays")
    return data


def chained(case: Case, *, data: dict[str, Any], **columns: Any) -> CaseEvent:
    """Return the next event of a case, hashed onto its head; the case's head is moved with it."""
    event = CaseEvent(
        case=case if case.pk else None,
        seq=case.seq + 1,
        data_version=DATA_VERSION,
        data=canonical(data),
        prev_hash=case.head_hash,
        algorithm=ALGORITHM,
        **columns,
    )
    event.hash = link(case.head_hash, event_text(case.number, event), ALGORITHM)
    case.seq, case.head_hash = event.seq, event.hash
    return event
