"""The mediation itself: a mediator both choose, what ties him declared and checked, sittings, a longer term."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Literal

from django.db import transaction

from qiying.capabilities.mediation.models import Mediator, Session
from qiying.capabilities.mediation.rules.law import ENDS, TERMS
from qiying.capabilities.mediation.selectors import mediators_on, ties
from qiying.capabilities.mediation.services.common import (
    BOTH,
    Pair,
    begin,
    keep,
    known,
    refused_by,
    row_in,
    told,
)
from qiying.kernel.audit.clock import SHANGHAI, local_date, local_time
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.bookings.selectors import in_use, offers_of
from qiying.kernel.bookings.services.booking import booking_make
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.vocabulary import Fact
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer


class Choose(ActionInput):
    mediator_id: int = entry("请哪位调解", source="mediators")


class Declare(ActionInput):
    has_conflict: bool = entry(
        "和双方有没有利害关系", choices={"False": "没有", "True": "有，写在下面"}, widget="radio"
    )
    disclosure: str = entry(
        "什么关系", default="", widget="textarea", max_length=600, help="双方会看到，由双方决定"
    )


class Sitting(ActionInput):
    way: Literal["room", "online"] = entry(
        "在哪里", choices={"room": "调解室", "online": "线上"}, widget="radio"
    )
    slot: str = entry("调解室的时间", default="", source="mediation_rooms", max_length=60)
    on: date | None = entry("线上的，哪天", default=None, widget="date")
    time: str = entry("几点", default="", max_length=5, help="例如 14:30")
    link: str = entry("会议号或者网址", default="", max_length=150)
    no: int = entry("第几次", default=0, internal=True)
    words: str = entry("什么时候在哪里", default="", internal=True)


class Minutes(ActionInput):
    session_no: int = entry("哪一次", source="mediation_sittings")
    minutes: str = entry(
        "笔录",
        default="",
        widget="textarea",
        max_length=8000,
        help="不公开，法院也看不到；只有调解员和调解组织看",
    )
    result: str = entry("告诉双方的一句话", min_length=2, max_length=200)


class Longer(ActionInput):
    days: int = entry("再延几天", widget="number", ge=1, le=30)
    reason: str = entry("为什么", widget="textarea", min_length=4, max_length=300)


class Ending(ActionInput):
    why: Literal["no_agreement", "expired", "fake", "other"] = entry("为什么结束", choices=ENDS)
    reason: str = entry("情况", widget="textarea", min_length=4, max_length=600, help="双方会看到")


# --- who mediates ---------------------------------------------------------------------------------


def the_mediator(act: CaseContext, mediator_id: int) -> Mediator | None:
    """Return a mediator of the body who may be chosen today."""
    found = mediators_on(row_in(act).body_id, act.today)
    return next((m for m in found if m.pk == mediator_id), None)


def ties_now(context: CaseContext, mediator: Mediator | None = None) -> list[str]:
    """Return what ties a mediator of the case to its parties, as the system knows it."""
    row = row_in(context)
    found = mediator or row.mediator
    firms = [f for f in (row.asker, row.respondent) if f is not None]
    return ties(found, firms, context.case.pk, row.respondent_name) if found else []


def check_chosen(act: Act) -> Iterable[tuple[str, str]]:
    """A mediator of the body, and none who left this case."""
    found = the_mediator(act, act.data.mediator_id)
    if found is None:
        yield "mediator_id", "没有这位调解员，或者他现在不能接，请重选"
    elif any(p.key == f"p:{found.person_id}" and p.role == "recused" for p in act.parties):
        yield "mediator_id", f"{found.name}已经回避或者退出，请另选"
    elif any(p.key == f"p:{found.person_id}" for p in act.parties):
        yield "mediator_id", f"{found.name}是这件的当事人一方"


def check_appointed(act: Act) -> Iterable[tuple[str, str]]:
    """Whom the body appoints has nothing to do with a party."""
    yield from check_chosen(act)
    found = the_mediator(act, act.data.mediator_id)
    if found is not None and (why := ties_now(act, found)):
        yield "mediator_id", f"不能指定{found.name}：{'；'.join(why)}"


def chosen(act: Act) -> None:
    """Each names one; both the same, and he is asked; otherwise the body appoints."""
    party = act.acting_party if act.acting_party in BOTH else act.state.turn
    wanted = {**known(act).wanted, party: act.data.mediator_id}
    act.set_extras(wanted=wanted)
    if party == "asker":
        act.go("confirming")
        told(act, "请选调解员", "对方选好了，看看您同不同意他选的。", "respondent")
    elif len(set(wanted.values())) == 1:
        _given(act, act.data.mediator_id)
    else:
        act.go("appointing")
        act.stop("choose")
        act.clock_start("appoint", words="双方选的不是同一位")
        told(act, "双方没有选到一起，请指定调解员", "三个工作日内。", "body")


def appointed(act: Act) -> None:
    _given(act, act.data.mediator_id)


def _given(act: Act, mediator_id: int) -> None:
    """The mediator is asked whether he takes it."""
    found = Mediator.objects.get(pk=mediator_id)
    act.stop("choose", "appoint")
    row = keep(act, mediator=found, disclosure="")
    act.party_add(f"p:{found.person_id}", "mediator")
    act.clock_start("declare", words="调解员确认并声明有没有利害关系")
    act.go("declaring")
    told(act, "请您调解，先声明利害关系", f"{row.body.name}的一件。", "mediator")
    told(act, f"请{found.name}调解", "等他确认和双方没有利害关系。", *BOTH)


def known_ties(context: CaseContext) -> list[Fact]:
    """Return what the system found between mediator and parties."""
    found = ties_now(context)
    return [("系统查到的", "；".join(found) if found else "没有查到您和双方有关系，系统不知道的请自己声明")]


def check_declared(act: Act) -> Iterable[tuple[str, str]]:
    """What the system knows cannot be left out (特邀调解规定第十五条)."""
    found = ties_now(act)
    if found and not act.data.has_conflict:
        yield "has_conflict", f"系统查到：{'；'.join(found)}。要么披露、由双方决定，要么不接"
    elif act.data.has_conflict and len(act.data.disclosure) < 4:
        yield "disclosure", "写明什么关系，双方要据此决定"


def declared(act: Act) -> None:
    """Without a tie it begins; with one both parties decide whether he goes on (商事调解条例第二十条)."""
    act.stop("declare")
    if not act.data.has_conflict:
        _begins(act)
        return
    said = [act.data.disclosure, *ties_now(act)]
    keep(act, disclosure="；".join(said)[:600])
    act.count("disclosed")
    begin(act, WAIVE)
    told(act, "调解员披露了利害关系，请您决定", act.data.disclosure[:200], *BOTH)


def disclosed(context: CaseContext) -> list[Fact]:
    row = row_in(context)
    return [("调解员", row.mediator.name if row.mediator else ""), ("披露的关系", row.disclosure)]


def _begins(act: Act) -> None:
    row = row_in(act)
    if act.clock("term") is None:
        act.clock_start("term", limit=int(act.parameter(TERMS[row.way])), words="调解员接手那天算起")
    act.go("mediating")
    told(act, "调解开始了", f"{row.mediator}主持，不公开。", *BOTH, "body")


def _leaves(act: Act, why: str) -> None:
    """The mediator leaves for good: he may not act in this case again; the parties choose anew."""
    row = row_in(act)
    assert row.mediator is not None
    person = row.mediator.person_id
    act.party_end(f"p:{person}", "mediator")
    act.recuse(person)
    keep(act, mediator=None)
    act.set_extras(wanted={})
    act.stop("declare", result="cancelled")
    act.count("left")
    act.clock_start("choose", words="重新选调解员")
    act.go("choosing")
    told(act, "请重新选调解员", why, *BOTH, "body")


def not_waived(act: Act) -> None:
    _leaves(act, refused_by(act))


def left(act: Act) -> None:
    _leaves(act, act.data.reason)


WAIVE = Pair("waive", ("waiving", "waiving_too"), lambda act: _begins(act), not_waived)

# --- sittings -------------------------------------------------------------------------------------


def rooms(context: CaseContext) -> list[tuple[str, str]]:
    """Return the free times of the body's rooms."""
    row = row_in(context)
    found = in_use(Bookable.objects.filter(unit_id=row.body.unit_id, kind="room"), context.today)
    return [
        (
            f"{room.pk}|{offer.time.starts_at.isoformat()}",
            f"{local_time(offer.time.starts_at):%-m月%-d日 %H:%M} {room.name}",
        )
        for room in found
        for offer in offers_of(room, context.now)
        if not offer.is_full and not offer.why_not
    ][:60]


@transaction.atomic
def sitting_plan(*, case: Case, actor: Viewer, data: Sitting, now: datetime) -> Case:
    """Fix a sitting: a room is booked, a meeting on line has its address."""
    context = CaseContext(case, actor, now)
    row = row_in(context)
    place, booking = f"线上 {data.link}", ""
    if data.way == "room":
        room, _, moment = data.slot.partition("|")
        if data.slot not in dict(rooms(context)):
            refuse({"slot": ["请选一个还空着的时间；没有的话到“可预约时间”里开放调解室"]})
        phone = Person.objects.get(pk=actor.person_id or 0).phone or ""
        if not phone:
            refuse({"slot": ["订调解室要留手机号，请运维在人员里登记您的手机号"]})
        offered = Bookable.objects.get(pk=int(room))
        starts = datetime.fromisoformat(moment)
        made = booking_make(
            bookable=offered, starts_at=starts, actor=actor, matter=case.number, contact_name=actor.name,
            contact_phone=phone, now=now,
        )  # fmt: skip
        place, booking = f"{offered.place} {offered.name}", made.code
    else:
        starts = _moment(data, now)
    no = row.sessions.count() + 1
    Session.objects.create(matter=row, no=no, starts_at=starts, place=place, booking=booking)
    words = f"第 {no} 次：{local_time(starts):%-m月%-d日 %H:%M}，{place}"
    told_ = {"way": data.way, "no": no, "words": words}
    return case_act(case=case, action="sit", actor=actor, data=told_, now=now, part_of="mediation.sit")


def _moment(data: Sitting, now: datetime) -> datetime:
    fields: dict[str, list[str]] = {}
    starts = now
    try:
        starts = datetime.combine(data.on or local_date(now), time.fromisoformat(data.time), SHANGHAI)
    except ValueError:
        fields["time"] = ["写成 14:30 这样"]
    if data.on is None or starts < now:
        fields["on"] = ["选今天以后的一天"]
    if len(data.link) < 3:
        fields["link"] = ["写会议号或者网址，双方按它进来"]
    refuse(fields)
    return starts


def sat(act: Act) -> None:
    act.count("sessions")
    told(act, "约好了调解的时间", act.data.words, *BOTH)


def sittings(context: CaseContext) -> list[tuple[int, str]]:
    """Return the sittings that were not recorded yet."""
    rows = row_in(context).sessions.filter(held_on=None)
    return [(s.no, f"第 {s.no} 次 {local_time(s.starts_at):%-m月%-d日 %H:%M}") for s in rows]


@transaction.atomic
def minutes_keep(*, case: Case, actor: Viewer, data: Minutes, now: datetime) -> Case:
    """Keep the minutes where mediator and body alone read them; the event does not hold them."""
    row = row_in(CaseContext(case, actor, now))
    found = row.sessions.filter(no=data.session_no, held_on=None).first()
    if found is None:
        refuse({"session_no": ["没有这一次，或者已经记过"]})
    elif found.starts_at > now:
        refuse({"session_no": ["还没到时间"]})
    assert found is not None
    found.held_on, found.minutes = local_date(now), data.minutes
    found.save(update_fields=["held_on", "minutes"])
    told_ = {"session_no": data.session_no, "result": data.result}
    return case_act(case=case, action="record", actor=actor, data=told_, now=now, part_of="mediation.record")


def recorded(act: Act) -> None:
    told(act, f"第 {act.data.session_no} 次调解记下了", act.data.result, *BOTH)


# --- longer, or over ------------------------------------------------------------------------------


def longer_asked(act: Act) -> None:
    act.set_extras(days=act.data.days)
    begin(act, LONGER)
    told(act, f"请您说同不同意再调解 {act.data.days} 天", act.data.reason, *BOTH)


def longer_terms(context: CaseContext) -> list[Fact]:
    clock = context.clock("term")
    return [("再延", f"{known(context).days} 天"), ("现在到", f"{clock.due_by}" if clock else "")]


def longer(act: Act) -> None:
    """Both agree: the term is longer by so many days."""
    clock = act.clock("term")
    if clock is not None:
        act.clock_extend(clock, known(act).days)
        told(act, "双方同意延长", f"调解到 {clock.due_by:%-m月%-d日}。", *BOTH, "mediator", "body")
    act.count("extended")
    act.go("mediating")


def not_longer(act: Act) -> None:
    act.go("mediating")
    told(act, "没有延长", refused_by(act), *BOTH, "mediator")


LONGER = Pair("longer", ("extending", "extending_too"), longer, not_longer)


def over(act: Act, outcome: str, words: str) -> None:
    """It ended without an agreement; the file is kept."""
    act.end_clocks()
    act.set(outcome=outcome)
    act.count("failed")
    act.clock_start("archive", words="结束以后归档")
    act.go("filing")
    told(act, "调解结束了，没有达成协议", words, *BOTH, "body", "mediator", "court")


def refused(act: Act) -> None:
    """One clear refusal ends it (art. 15)."""
    over(act, "refused", f"{act.procedure.party(act.acting_party).label}不再调解：{act.data.reason}")


def ended(act: Act) -> None:
    if act.data.why == "fake":
        act.count("fake")
    over(act, "failed", f"{ENDS[act.data.why]}。{act.data.reason}")


def may_appoint(context: CaseContext) -> str | None:
    """The parties choose first; the body appoints when they do not agree or let the days pass."""
    clock = context.clock("choose")
    if context.case.state != "appointing" and clock is not None and context.today <= clock.due_by:
        return f"双方可以选到 {clock.due_by:%-m月%-d日}，选不到一起再指定"
    return None
