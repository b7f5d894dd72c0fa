"""Planning a gathering and leading it from phase to phase."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.crypto import get_random_string

from qiying.kernel.audit.clock import local_date, local_time
from qiying.kernel.audit.subjects import noting
from qiying.kernel.cases.calendars import calendar_for
from qiying.kernel.figures.models import FigureDelta
from qiying.kernel.figures.services import deltas_write
from qiying.kernel.gatherings.kinds import CANCELLED, CHECK_IN, PLAN, WRITE, GatheringKind, PhaseOf
from qiying.kernel.gatherings.models import Attendee, Duty, Gathering
from qiying.kernel.gatherings.selectors import GONE, attendees_of, closed_items, items_of
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.search.services import index_put
from qiying.statutes.workdays import add_workdays

note = noting("")

HEAD = (
    "title",
    "place",
    "on",
    "starts_at",
    "ends_at",
    "capacity",
    "sign_up_until",
    "agenda",
    "cost_fen",
    "cost_note",
)


@transaction.atomic
def gathering_save(
    *,
    actor: Viewer,
    kind: GatheringKind,
    values: Mapping[str, Any],
    now: datetime,
    gathering: Gathering | None = None,
    unit_id: int | None = None,
) -> Gathering:
    """Plan a gathering of a kind, or change its head while the phase allows it."""
    if not actor.is_system and not actor.has(kind.organises):
        raise NotPermitted(f"您不能办{kind.label}")
    if gathering is None:
        unit = unit_id or next((m.unit_id for m in actor.memberships), None)
        if unit is None or (not actor.is_system and unit not in actor.unit_ids):
            raise NotPermitted("只能以自己单位的名义办")
        gathering = Gathering(district_id=actor.district_id or 0, kind=kind.code, unit_id=unit)
        gathering.made_by_id, gathering.made_at = actor.person_id, now
        gathering.phase, gathering.check_in_secret = kind.phases[0].code, get_random_string(24)
        if kind.is_numbered:
            rows = Gathering.objects.filter(district_id=gathering.district_id, kind=kind.code)
            gathering.number = values.get("number") or (rows.aggregate(n=Max("number"))["n"] or 0) + 1
    elif not (gathering.allows(PLAN) or gathering.allows(WRITE)):
        raise ActionNotAvailable(f"现在是“{gathering.of_phase.label}”，不能再改")
    fields: dict[str, list[str]] = {}
    if gathering.pk and values.get("on", gathering.on) != gathering.on and figures_of(gathering).exists():
        fields["on"] = ["已经开过、计过数，日期不能再改"]
    for name in HEAD:
        if name in values:
            setattr(gathering, name, values[name])
    if not gathering.title.strip():
        fields["title"] = ["请写主题"]
    if gathering.ends_at <= gathering.starts_at:
        fields["ends"] = ["结束要晚于开始"]
    if gathering.sign_up_until and gathering.sign_up_until > gathering.on:
        fields["sign_up_until"] = ["报名截止不能晚于活动那天"]
    refuse(fields)
    gathering.save()
    if gathering.capacity:
        places_fill(gathering=gathering, now=now)
    indexed(gathering, now)
    told = {"title": gathering.title, "on": gathering.on.isoformat(), "kind": kind.label}
    note(actor, "gathering_save", gathering, now, **told)
    return gathering


def indexed(gathering: Gathering, now: datetime) -> None:
    """Make a gathering findable by theme, place, organiser and what was raised."""
    said = items_of(gathering).values_list("text", flat=True)
    text = "\n".join([str(gathering), gathering.place, gathering.unit.name, gathering.minutes, *said])
    index_put(
        kind="gathering", object_id=gathering.pk, district_id=gathering.district_id, text=text[:20000], at=now
    )


def unmet(gathering: Gathering, phase: PhaseOf) -> list[tuple[str, bool]]:
    """Return what does not hold yet before a phase begins, and whether a reason may excuse it."""
    found = [
        (w, g.may_excuse)
        for g in gathering.of_kind.guards
        if g.phase == phase.code and (w := g.check(gathering))
    ]
    if phase.code == "inviting":
        held = [a.role for a in gathering.attendees.exclude(state__in=GONE)]
        found += [
            (role.missing or f"“{role.label}”至少要 {role.least} 个，现在 {held.count(role.code)} 个", True)
            for role in gathering.of_kind.roles
            if held.count(role.code) < role.least
        ]
    if gathering.of_kind.items and phase == gathering.of_kind.phases[-1]:
        owed = items_of(gathering).exclude(closed_items()).exclude(text="").count()
        found += [(f"还有 {owed} 件没办完", True)] if owed else []
    return found


@transaction.atomic
def gathering_move(
    *, gathering: Gathering, actor: Viewer, to: str, now: datetime, excuse: str = ""
) -> Gathering:
    """Lead a gathering into its next phase, or cancel it; raise `GuardFailed` with what is missing."""
    locked = Gathering.objects.select_for_update().get(pk=gathering.pk)
    kind, phase = locked.of_kind, locked.of_kind.phase(to)
    ahead = kind.next_phase(locked.phase)
    if to == CANCELLED and not locked.allows(PLAN):
        raise ActionNotAvailable("已经开了，不能取消")
    if to != CANCELLED and (ahead is None or ahead.code != to):
        raise ActionNotAvailable(f"现在是“{locked.of_phase.label}”，不能到“{phase.label}”")
    if to != CANCELLED and locked.allows(CHECK_IN) and local_date(now) < locked.on:
        raise ActionNotAvailable(f"{locked.on:%-m月%-d日}才到，要提前请先改日期")
    missing = [] if to == CANCELLED else unmet(locked, phase)
    if missing and (not excuse.strip() or not all(may for _, may in missing)):
        raise GuardFailed([w for w, _ in missing], {"excuse": ["写明原因可以照样进行"]} if not excuse else {})
    locked.phase = phase.code
    locked.seq += 1
    locked.save(update_fields=["phase", "seq"])
    said = {"guards": [w for w, _ in missing], "excuse": excuse.strip()[:200]}
    note(actor, "gathering_move", locked, now, phase=phase.label, **said)
    if to == CANCELLED:
        tell_people(locked, "gathering_cancelled", now, why=excuse.strip())
    elif "answer" in phase.allows and to != "running":
        drafts = list(locked.attendees.filter(state="draft"))
        Attendee.objects.filter(pk__in=[a.pk for a in drafts]).update(state=Attendee.State.INVITED)
        tell_people(locked, "gathering_invited", now, among={a.pk for a in drafts})
    elif ahead is not None and kind.phases.index(phase) > 0 and "check_in" not in phase.allows:
        _took_place(locked, actor, now)
    gathering.refresh_from_db()
    return gathering


def _took_place(gathering: Gathering, actor: Viewer, now: datetime) -> None:
    """Start what is owed afterwards and count once; later phases find both done."""
    from qiying.kernel.gatherings.services.following import cases_open, letters_owe

    calendar = calendar_for(gathering.district_id)
    for duty in gathering.of_kind.duties:
        day = add_workdays(gathering.on, duty.workdays, calendar)
        Duty.objects.get_or_create(
            gathering=gathering,
            code=duty.code,
            defaults={
                "started_on": gathering.on,
                "due_by": day.on,
                "explanation": day.explanation[:200],
                "calendar_version": day.calendar_version,
            },
        )
    letters_owe(gathering, now)
    cases_open(gathering=gathering, actor=actor, now=now)
    if gathering.of_kind.figures and not figures_of(gathering).exists():
        figures_write(gathering, gathering.of_kind.figures(gathering), gathering.on)
    indexed(gathering, now)


def figures_of(gathering: Gathering) -> QuerySet[FigureDelta]:
    """Return what a gathering has counted; other things that are no cases may have the same number."""
    kind = gathering.of_kind
    return FigureDelta.objects.filter(procedure=kind.figures_as or kind.code, case_id=-gathering.pk)


def figures_write(gathering: Gathering, counts: Mapping[str, int], month: date, *, seq: int = 0) -> None:
    """Append what a gathering counts; `seq` tells apart what is counted later, so that it can be counted once."""
    kind = gathering.of_kind
    told = {"procedure": kind.figures_as or kind.code, "kind": kind.code[:16], "month": month.replace(day=1)}
    whose = {"district_id": gathering.district_id, "unit_id": gathering.unit_id, "case_id": -gathering.pk}
    deltas_write(
        [FigureDelta(**told, **whose, event_seq=seq, measure=m, value=v) for m, v in counts.items() if v]
    )


def places_fill(*, gathering: Gathering, now: datetime) -> list[Attendee]:
    """Give free places to who waits longest and tell them; return who moved up."""
    if not gathering.capacity:
        return []
    taken = gathering.attendees.filter(state=Attendee.State.CONFIRMED).count()
    waiting = gathering.attendees.filter(state=Attendee.State.WAITING).order_by("answered_at", "pk")
    moved = list(waiting[: max(gathering.capacity - taken, 0)])
    Attendee.objects.filter(pk__in=[a.pk for a in moved]).update(state=Attendee.State.CONFIRMED)
    if moved:
        tell_people(gathering, "gathering_place", now, among={a.pk for a in moved})
    return moved


def tell_people(
    gathering: Gathering, template: str, now: datetime, *, among: set[int] | None = None, **words: Any
) -> int:
    """Queue a notice to everybody on the list who can be reached, or to some; return how many parties."""
    context = {
        "title": str(gathering),
        "on": gathering.on.isoformat(),
        "at": f"{local_time(gathering.starts_at):%H:%M}",
        "place": gathering.place,
        **words,
    }
    specs = [
        NoticeSpec(
            template, key, gathering.subject, f"{gathering.subject}:{template}:{a.pk}:{key}:{gathering.seq}",
            context, f"/meet/{a.token}/",
        )
        for a in attendees_of(gathering)
        if (a.pk in among if among is not None else a.state not in GONE)
        for key in a.keys
    ]  # fmt: skip
    notices_queue(specs, district_id=gathering.district_id, at=now)
    return len(specs)
