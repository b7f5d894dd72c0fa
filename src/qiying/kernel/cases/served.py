"""A service that ended, told to whoever asks for a rating of it; nobody here knows who that is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from qiying.kernel.cases.jobs import job_add

if TYPE_CHECKING:
    from qiying.kernel.cases.act import Act

ENDED = "service_ended"


def service_ended(
    *,
    subject: str,
    matter: str,
    unit_id: int,
    district_id: int,
    at: datetime,
    party_key: str = "",
) -> None:
    """Tell once that a service was given: a ticket, an appointment, a consultation; call in its own transaction.

    Args:
        subject: what it was, `ticket:12`; with the same party told twice, it is asked about once.
        matter: what both sides read of it: item and window, no person's name.
        party_key: who was served, `e:5` or `p:7`; empty for somebody unknown, who rates by a link alone.
    """
    told = {"subject": subject, "matter": matter, "unit_id": unit_id, "party_key": party_key}
    job_add(
        kind=f"event:{ENDED}", payload={**told, "district_id": district_id}, at=at, district_id=district_id
    )


def ended_by(act: Act) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what an act tells of a case that came to an end its procedure names in `rated_in`, once an asker."""
    case = act.case
    if "state" not in act.case_fields or case.state not in act.procedure.rated_in:
        return
    if case.parent_id is not None or case.lead_unit_id is None:
        return  # a bundle is rated as a whole, by who asked for it
    told = {"subject": f"case:{case.number}", "matter": case.title, "unit_id": case.lead_unit_id}
    askers = {p.key for p in act.parties if p.role == "asker" and p.until is None}
    known = {
        key for key in askers if not key.startswith("i:")
    }  # somebody with an account is asked as himself
    for key in sorted(known or askers):
        yield ENDED, {**told, "party_key": key, "district_id": case.district_id}
