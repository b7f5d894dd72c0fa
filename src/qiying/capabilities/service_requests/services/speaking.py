"""Who may speak through a channel, for whom its source numbers count, and what is kept of who gives no name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.models import Case, CaseIntake, Channel
from qiying.kernel.documents.services import drafts_disown
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import ANONYMOUS, Viewer

ONLINE, PROGRAM = "线上", "api"
NAMING = ("enterprise_id", "contact_name", "contact_phone", "hide_asker")
"""What tells who asked: of somebody who gives no name none of it is kept."""


def speaker_of(actor: Viewer, way: Channel, enterprise_id: int | None) -> str:
    """Return for whom the source numbers of a channel count: the channel itself (empty), an enterprise or a person.

    The desk and the unit that owns a channel speak for it, programs too; everybody else speaks for himself through
    pages, codes and the interface. Raises `NotPermitted`.
    """
    at_desk = any(m.role == "desk" and m.district_id == way.district_id for m in actor.memberships)
    if actor.is_system or at_desk or (way.owner_unit_id and way.owner_unit_id in actor.unit_ids):
        return ""
    if way.group != ONLINE and way.code != PROGRAM:
        raise NotPermitted(f"您不能用“{way.name}”这个渠道提。请从自己的页面提，或者请受理台登记")
    if enterprise_id and actor.memberships and enterprise_id not in actor.enterprise_ids:
        raise NotPermitted("您不能替这家企业提。请企业自己提，或者请受理台登记")
    return f"e:{enterprise_id}" if enterprise_id else f"p:{actor.person_id}" if actor.person_id else ""


def known_case(way: Channel, speaker: str, data: Mapping[str, Any]) -> Case | None:
    """Return the case that this very order already made: a re-sent 12345 order never doubles.

    Raises `GuardFailed` when the number was used for other words: nothing that was said is dropped.
    """
    source_id = str(data.get("source_id") or "").strip()
    rows = CaseIntake.objects.filter(
        intake__channel=way, intake__source_id=source_id, intake__speaker=speaker
    )
    # whether there is one is asked first: a new order is the rule, and the rows of both are wide
    known = source_id and rows.exists()
    link = rows.select_related("case", "intake").order_by("id").first() if known else None
    if link is None:
        return None
    said = personal_get([link.intake.body_ref]).get(link.intake.body_ref)
    if said is not None and str(data.get("text") or "").strip() not in said:
        words = (
            f"来源编号 {source_id} 登记过了（{link.case.number}），说的不是同样的话。"
            "补充情况请写到那一件里；是另一件事，请换一个来源编号"
        )
        raise GuardFailed([words], {"source_id": [words]})
    return link.case


def unnamed(
    actor: Viewer, speaker: str, data: Mapping[str, Any], session_key: str | None, now: datetime
) -> tuple[Viewer, dict[str, Any], str | None]:
    """Return actor, input and browser secret with which nothing of the person, the firm and the telephone is kept.

    Who registers for a channel stays on record; files of who speaks for himself are stored anew as nobody's.
    """
    given = {k: v for k, v in data.items() if k not in NAMING}
    if not speaker:
        return actor, given, session_key
    given.pop("source_id", None)
    if given.get("documents"):
        given["documents"], session_key = drafts_disown(
            ids=given["documents"], actor=actor, session_key=session_key, at=now
        )
    return ANONYMOUS, given, session_key
