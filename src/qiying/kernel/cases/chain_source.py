"""How the audit seals and replays case chains: `case:<id>`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from qiying.kernel.audit.chains import EventTableSource, register_chain_source
from qiying.kernel.cases.chain import event_text
from qiying.kernel.cases.models import Case, CaseEvent

FIELDS = (
    "action", "actor_id", "actor_name", "actor_role", "on_behalf", "at", "from_state", "to_state",
    "data_version", "data", "case__number",
)  # fmt: skip


def _text(row: Mapping[str, Any]) -> str:
    columns = {f: row[f] for f in FIELDS if f != "case__number"}
    return event_text(row["case__number"], CaseEvent(seq=row["seq"], **columns))


def _find(typed: str) -> int | None:
    found = Case.objects.filter(number=typed.strip().upper()).values_list("pk", flat=True).first()
    if found is None and typed.isascii() and typed.isdigit():
        return int(typed)
    return found


@cache
def register() -> None:
    """Register the case chains with the audit, once a process."""
    register_chain_source(
        EventTableSource(name="case", model=CaseEvent, key="case_id", fields=FIELDS, text=_text, find=_find)
    )
