"""Joint supervision: proposed by one side, agreed to by the other, each showing what it chooses; each look is kept."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from qiying.capabilities.oversight.models import JointShare, JointSupervision
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Values

SIDES = ("congress", "procuratorate")
State = JointSupervision.State


def joints_visible_to(viewer: Viewer) -> QuerySet[JointSupervision]:
    """Return the joint supervisions of the viewer's own units: nobody else's business."""
    mine = Q(proposer_id__in=viewer.unit_ids) | Q(other_id__in=viewer.unit_ids)
    rows = JointSupervision.objects.filter(mine, district_id=viewer.district_id or 0)
    return rows.select_related("proposer", "other")


def side_of(viewer: Viewer, row: JointSupervision) -> int | None:
    """Return the unit for which somebody acts here."""
    require(viewer, "oversight.joint")
    return next((pk for pk in (row.proposer_id, row.other_id) if pk in viewer.unit_ids), None)


@transaction.atomic
def joint_propose(*, actor: Viewer, values: Values, now: datetime) -> JointSupervision:
    """Ask the other side; congress and procuratorate each for themselves."""
    require(actor, "oversight.joint")
    own = Unit.objects.filter(pk__in=actor.unit_ids, kind__in=SIDES).order_by("pk").first()
    other = Unit.objects.filter(
        pk=values["other"], district_id=actor.district_id or 0, kind__in=SIDES
    ).first()
    if own is None or other is None or own.kind == other.kind:
        refuse({"other": ["人大机关请检察机关，检察机关请人大机关"]})
    if values["until_on"] <= local_date(now):
        refuse({"until_on": ["要在今天以后"]})
    assert own is not None and other is not None
    row = JointSupervision.objects.create(
        district_id=own.district_id, proposer=own, other=other, proposed_on=local_date(now),
        **{name: values[name] for name in ("title", "purpose", "until_on")},
    )  # fmt: skip
    row_noted(actor, "oversight.joint", row, now, what=f"请{other.label}联合监督：{row.purpose}")
    return row


def _locked(actor: Viewer, row: JointSupervision) -> tuple[JointSupervision, int]:
    found = joints_visible_to(actor).select_for_update(of=("self",)).get(pk=row.pk)
    side = side_of(actor, found)
    assert side is not None
    return found, side


@transaction.atomic
def joint_answer(*, actor: Viewer, row: JointSupervision, agrees: bool, words: str, now: datetime) -> None:
    """Agree or not, with words; only the side that was asked."""
    found, side = _locked(actor, row)
    if side != found.other_id:
        raise NotPermitted("由对方答复")
    if found.state != State.PROPOSED:
        raise ActionNotAvailable("已经答复过了")
    found.state = State.AGREED if agrees else State.REFUSED
    found.answer, found.answered_by_id, found.answered_on = words, actor.person_id, local_date(now)
    found.save()
    row_noted(actor, "oversight.joint", found, now, what=f"{'同意' if agrees else '不同意'}：{words}")


@transaction.atomic
def joint_end(*, actor: Viewer, row: JointSupervision, result: str, now: datetime) -> None:
    """Either side ends it at any time; from then on neither sees the other's."""
    found, _ = _locked(actor, row)
    if found.state not in {State.PROPOSED, State.AGREED}:
        raise ActionNotAvailable("已经结束了")
    found.state, found.result = State.ENDED, result
    found.save(update_fields=["state", "result"])
    row_noted(actor, "oversight.joint", found, now, what=f"结束：{result}")


def is_shared_today(row: JointSupervision, today: date) -> bool:
    """Tell whether both agreed and the last day has not passed."""
    return row.state == State.AGREED and today <= row.until_on


@transaction.atomic
def share_keep(*, actor: Viewer, row: JointSupervision, values: Values, now: datetime) -> JointShare:
    """Keep something of one's own here; the other side reads it only where that is wished, and once it agreed."""
    found, side = _locked(actor, row)
    if found.state in {State.REFUSED, State.ENDED}:
        raise ActionNotAvailable("已经结束了")
    made = JointShare.objects.create(
        joint=found, unit_id=side, by_id=actor.person_id, at=now, title=values["title"], text=values["text"],
        shared_at=now if values.get("is_shared") else None,
    )  # fmt: skip
    row_noted(
        actor,
        "oversight.joint",
        found,
        now,
        what=f"{'给对方看' if made.shared_at else '留给自己'}：{made.title}",
    )
    return made


@transaction.atomic
def share_switch(*, actor: Viewer, row: JointSupervision, share_id: int, now: datetime) -> None:
    """Let the other side read one of one's own, or no longer."""
    found, side = _locked(actor, row)
    share = JointShare.objects.filter(joint=found, unit_id=side, pk=share_id).first()
    if share is None:
        refuse({"share": ["请选本单位的一份"]})
    assert share is not None
    share.shared_at = None if share.shared_at else now
    share.save(update_fields=["shared_at"])
    row_noted(
        actor,
        "oversight.joint",
        found,
        now,
        what=f"{'给对方看' if share.shared_at else '收回'}：{share.title}",
    )


@transaction.atomic
def shares_read(*, actor: Viewer, row: JointSupervision, now: datetime) -> dict[str, list[JointShare]]:
    """Return one's own and what the other shows; looking at the other's is noted where the owner reads it."""
    side = side_of(actor, row)
    rows = list(row.shares.select_related("by", "unit"))
    theirs = (
        [s for s in rows if s.unit_id != side and s.shared_at]
        if is_shared_today(row, local_date(now))
        else []
    )
    if theirs:
        row_noted(actor, "oversight.joint_look", row, now, what="、".join(s.title for s in theirs)[:200])
    return {"own": [s for s in rows if s.unit_id == side], "theirs": theirs}
