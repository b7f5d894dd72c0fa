"""Who comes: invitations, answers, substitutes, signing up, and being there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.gatherings.kinds import ANSWER, CHECK_IN, PLAN, RoleOf
from qiying.kernel.gatherings.models import Attendee, Gathering
from qiying.kernel.gatherings.selectors import GONE
from qiying.kernel.gatherings.services.planning import note, places_fill, tell_people
from qiying.kernel.notices.services import Done, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer

SALT = "gathering check-in"
STILL_GOOD = timedelta(hours=2)
State = Attendee.State
ANSWERS = {"confirmed": State.CONFIRMED, "declined": State.DECLINED}


@transaction.atomic
def attendee_add(*, gathering: Gathering, actor: Viewer, role: str, now: datetime, **who: Any) -> Attendee:
    """Put a unit, an enterprise or a person on the list; once invitations are out it is told at once."""
    part = gathering.of_kind.role(role)
    if part is None:
        raise GuardFailed(["没有这种身份"], {"role": ["没有这种身份"]})
    if not gathering.allows(PLAN) and not gathering.allows(ANSWER):
        raise ActionNotAvailable(f"现在是“{gathering.of_phase.label}”，不能再加人")
    sides = {"unit": who.get("unit"), "enterprise": who.get("enterprise"), "person": who.get("person")}
    if not any(sides[side] for side in part.takes) and not ("person" in part.takes and who.get("name")):
        words = "、".join({"unit": "单位", "enterprise": "企业", "person": "姓名"}[s] for s in part.takes)
        raise GuardFailed(
            [f"请填{words}"], {part.takes[0] if part.takes[0] != "person" else "name": [f"请填{words}"]}
        )
    same = (
        gathering.attendees.filter(role=role, **sides, name=who.get("name", ""))
        .exclude(state__in=GONE)
        .first()
    )
    if same is not None:
        return same
    is_out = gathering.allows(ANSWER)
    try:
        with transaction.atomic():
            made = Attendee.objects.create(
                gathering=gathering, role=role, state=State.INVITED if is_out else State.DRAFT, **who
            )
    except IntegrityError:
        raise GuardFailed(["这个人已经在名单上"], {"person": ["这个人已经在名单上"]}) from None
    note(actor, "gathering_invite", gathering, now, who=made.label, role=part.label)
    if is_out:
        tell_people(gathering, "gathering_invited", now, among={made.pk})
    return made


@transaction.atomic
def attendee_answer(
    *, attendee: Attendee, actor: Viewer, answer: str, now: datetime, words: str = ""
) -> Attendee:
    """Say whether somebody comes; over the capacity he waits, and a free place goes to who waits longest."""
    if answer not in ANSWERS:
        raise GuardFailed(["请选来还是不来"], {"answer": ["请选来还是不来"]})
    gathering = Gathering.objects.select_for_update().get(pk=attendee.gathering_id)
    _open_for_answers(gathering, now)
    attendee.refresh_from_db()
    if attendee.state == State.REPLACED:
        raise ActionNotAvailable("已经换别人来了")
    wanted = ANSWERS[answer]
    held = (State.CONFIRMED, State.WAITING)
    if wanted == State.CONFIRMED and attendee.state in held:
        return attendee
    was = attendee.state
    if wanted == State.CONFIRMED and gathering.capacity:
        taken = gathering.attendees.filter(state=State.CONFIRMED).count()
        wanted = State.WAITING if taken >= gathering.capacity else wanted
    attendee.state, attendee.answered_at, attendee.note = wanted, now, words.strip()[:200]
    attendee.save(update_fields=["state", "answered_at", "note"])
    if was == State.CONFIRMED and wanted == State.DECLINED:
        places_fill(gathering=gathering, now=now)
    said = {"state": attendee.get_state_display(), "note": attendee.note}
    note(actor, "gathering_answer", gathering, now, who=attendee.label, **said)
    _asked_no_more(attendee, now)
    return attendee


@transaction.atomic
def attendee_substitute(
    *,
    attendee: Attendee,
    actor: Viewer,
    name: str,
    now: datetime,
    title: str = "",
    person_id: int | None = None,
) -> Attendee:
    """Send somebody else: the new place is confirmed, the old one stays on the list as replaced."""
    gathering = attendee.gathering
    _open_for_answers(gathering, now)
    part = gathering.of_kind.role(attendee.role)
    if part is None or not part.has_substitutes:
        raise ActionNotAvailable("这个身份不能换人")
    if not name.strip() and person_id is None:
        raise GuardFailed(["请写谁来"], {"name": ["请写谁来"]})
    moved = (
        Attendee.objects.filter(pk=attendee.pk)
        .exclude(state=State.REPLACED)
        .exclude(checked_in_at__isnull=False)
    )
    if not moved.update(state=State.REPLACED, answered_at=now):
        raise ActionNotAvailable("已经换过人，或者已经签到了")
    made = Attendee.objects.create(
        gathering=gathering, role=attendee.role, unit_id=attendee.unit_id, enterprise_id=attendee.enterprise_id,
        person_id=person_id, name=name.strip()[:60], title=title.strip()[:60], state=State.CONFIRMED,
        stands_for=attendee, answered_at=now, language=attendee.language, nationality=attendee.nationality,
    )  # fmt: skip
    note(actor, "gathering_answer", gathering, now, who=made.label, state=f"替{attendee.label}来")
    _asked_no_more(attendee, now)
    if person_id:
        tell_people(gathering, "gathering_invited", now, among={made.pk})
    return made


@transaction.atomic
def sign_up(*, gathering: Gathering, actor: Viewer, now: datetime, **who: Any) -> Attendee:
    """Put oneself on the list of a gathering that takes sign-ups; the same person twice is one place."""
    part: RoleOf | None = next((r for r in gathering.of_kind.roles if r.signs_up), None)
    if part is None or gathering.phase == gathering.of_kind.phases[0].code:
        raise ActionNotAvailable("现在不能报名")
    locked = Gathering.objects.select_for_update().get(pk=gathering.pk)
    found = locked.attendees.filter(person_id=actor.person_id or 0).exclude(state=State.REPLACED).first()
    if found is None:
        found = Attendee.objects.create(
            gathering=locked,
            role=part.code,
            person_id=actor.person_id,
            name=actor.name,
            state=State.INVITED,
            **who,
        )
    return attendee_answer(attendee=found, actor=actor, answer="confirmed", now=now)


def _open_for_answers(gathering: Gathering, now: datetime) -> None:
    if not gathering.allows(ANSWER):
        raise ActionNotAvailable(f"{gathering.of_kind.label}现在是“{gathering.of_phase.label}”，不收回音了")
    if gathering.sign_up_until and local_date(now) > gathering.sign_up_until:
        raise ActionNotAvailable(f"报名 {gathering.sign_up_until:%-m月%-d日} 截止了")


# --- being there -------------------------------------------------------------------------------
def check_in_code(gathering: Gathering) -> str:
    """Return the signed code on the wall; it expires two hours after the end, and with a new secret at once."""
    until = int((gathering.ends_at + STILL_GOOD).timestamp())
    return signing.dumps([gathering.pk, gathering.check_in_secret, until], salt=SALT, compress=False)


def gathering_of_code(code: str, now: datetime) -> Gathering:
    """Return whose code it is; raise `ActionNotAvailable` on a forged, replaced or expired one, saying which."""
    try:
        pk, secret, until = signing.loads(code, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise ActionNotAvailable("这个签到码不对。请扫会场里的码，或者找工作人员签到") from None
    found = Gathering.objects.select_related("unit").filter(pk=pk).first()
    if found is None or found.check_in_secret != secret:
        raise ActionNotAvailable("这个签到码已经换过了，请扫会场里现在的码")
    if now.timestamp() > until or not found.allows(CHECK_IN):
        raise ActionNotAvailable(f"现在不能签到：{found.of_kind.label}是“{found.of_phase.label}”")
    return found


@transaction.atomic
def check_in(*, attendee: Attendee, actor: Viewer, how: str, now: datetime) -> bool:
    """Note that somebody is there; return false when he was noted before: it is said and counted once."""
    if not attendee.gathering.allows(CHECK_IN):
        raise ActionNotAvailable(f"现在不能签到：{attendee.gathering.of_phase.label}")
    if attendee.state in GONE:
        raise ActionNotAvailable("这个名额已经换人或者不来了，请找工作人员")
    rows = Attendee.objects.filter(pk=attendee.pk, checked_in_at__isnull=True)
    values: Mapping[str, Any] = {"checked_in_at": now, "checked_in_by": actor.person_id}
    if attendee.state == State.INVITED:
        values = {**values, "state": State.CONFIRMED, "answered_at": now}
    if not rows.update(**values):
        return False
    note(actor, "gathering_check_in", attendee.gathering, now, who=attendee.label, how=how)
    return True


def _asked_no_more(attendee: Attendee, now: datetime) -> None:
    keys = tuple(key.partition("#")[0] for key in attendee.keys)
    if keys:
        subject = attendee.gathering.subject
        done = Done(subject, keys, f"{subject}:answered:{attendee.pk}:{now:%H%M%S%f}")
        notices_queue([], district_id=attendee.gathering.district_id, at=now, done=done)
