"""Addressed acts that ask for acknowledgement: the rungs of a clock, urging letters, and their receipt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Clock
from qiying.kernel.cases.vocabulary import Action, Effect
from qiying.statutes.workdays import workdays_between

RUNG_WORDS = {
    "reminder": "期限过半，请抓紧",
    "yellow": "期限快到了",
    "red": "已经超期",
    "urging": "还没办完，请尽快办",
}
WEEK = 5
"""Workdays between two urging letters."""


class Rung(ActionInput):
    clock_no: int = entry("时钟")
    rung: str = entry("档", max_length=16)
    kind: Literal["reminder", "yellow", "red", "urging"] = entry("类型")


class Urge(ActionInput):
    unit_id: int | None = entry("催哪个单位", default=None, source="case_units", help="不选就是主办单位")
    text: str = entry("催什么", default="", widget="textarea", max_length=600)


class Acknowledge(ActionInput):
    supervision_no: int = entry("哪一份", source="supervisions")
    text: str = entry("怎么落实", default="", widget="textarea", max_length=600)


def addressee(context: CaseContext, unit_id: int | None = None) -> int | None:
    """Return the unit an act is addressed to: the one named, else the lead, else the desk."""
    found = [*context.units_of("lead"), *context.units_of("desk")]
    return unit_id or context.case.lead_unit_id or next(iter(found), None)


def owner_of(context: CaseContext, clock: Clock) -> int | None:
    """Return the unit that owes what a clock limits."""
    if clock.party_key.startswith("u:"):
        return int(clock.party_key[2:])
    owed_by = context.units_of(context.procedure.deadline(clock.kind).owed_by)
    return next(iter(owed_by), None) or addressee(context)


def check_rung(act: Act) -> Iterable[tuple[str, str]]:
    """A rung is reached on a running clock, once, by somebody who owes it."""
    clock = act.rows.of("clock").get(act.data.clock_no)
    if clock is None or clock.state != Clock.State.RUNNING:
        yield "clock_no", "这个时钟没有在走"
    elif act.data.rung in act.fired_rungs(clock):
        yield "rung", "这一档已经提醒过"
    elif owner_of(act, clock) is None:
        yield "clock_no", "没有可以提醒的单位"


def check_addressee(act: Act) -> Iterable[tuple[str, str]]:
    """What addresses nobody waits for nobody."""
    if addressee(act, act.data.unit_id) is None:
        yield "unit_id", "还没有单位在办，请选发给谁"


def check_addressed(act: Act) -> Iterable[tuple[str, str]]:
    """A unit acknowledges only what was addressed to it."""
    row = act.rows.of("supervision").get(act.data.supervision_no)
    if row is None or not row.needs_ack or row.unit_id not in act.viewer.unit_ids:
        yield "supervision_no", "这一份不是发给您单位的，请重选"
    elif row.acked_at is not None:
        yield "supervision_no", "这一份已经回执过"


def has_unacknowledged(context: CaseContext) -> str | None:
    mine = context.viewer.unit_ids
    waiting = any(s.needs_ack and s.acked_at is None and s.unit_id in mine for s in context.supervisions)
    return None if waiting else "没有等您单位回执的批示或卡"


def fires_rungs(template: str = "card", *, weekly: str = "") -> Effect:
    """Return the effect that issues what a rung asks for; the rungs below it are passed over.

    A card nobody answered gives way to the next one of its clock: a matter is answered once, not once a card.

    Args:
        template: the notice, `{kind}` filled in; it gets the deadline's label and the words.
        weekly: the parameter that says how many urging letters follow a red card, one a week; 0 has no end.
    """

    def effect(act: Act) -> None:
        clock = act.rows.of("clock")[act.data.clock_no]
        kind, unit_id = act.data.kind, owner_of(act, clock)
        card = {"unit_id": unit_id, "clock_no": clock.no, "rung": act.data.rung}
        if asks := kind in {"yellow", "red"}:
            for before in list(act.rows.of("supervision").values()):
                if before.clock_no == clock.no and before.needs_ack and before.acked_at is None:
                    act.change("supervision", before, needs_ack=False)
        act.supervise(kind, text=RUNG_WORDS[kind], needs_ack=asks, **card)
        names = [r["name"] for r in clock.rungs]
        left = clock.rungs[names.index(act.data.rung) :] if act.data.rung in names else clock.rungs
        if weekly and kind in {"red", "urging"}:
            left = [*left, *_next_week(act, clock, int(act.parameter(weekly)))]
        if left != clock.rungs:
            act.change("clock", clock, rungs=left)
        act.look_again(clock)
        act.count(kind, unit_id=unit_id)
        told = [unit_id, *(act.units_of("supervision") if kind == "red" else [])]
        words = {"deadline": act.procedure.deadline(clock.kind).label, "words": RUNG_WORDS[kind]}
        for unit in dict.fromkeys(told):
            dedupe = f"{act.case.number}:{clock.no}:{act.data.rung}:{unit}"
            act.notify(template.format(kind=kind), f"u:{unit}", dedupe=dedupe, **words)

    return effect


def _next_week(act: Act, clock: Clock, most: int) -> list[dict[str, object]]:
    """Return the rung of the next urging letter, a week from today however late the red card came."""
    done = sum(rung.startswith("urging:") for rung in act.fired_rungs(clock))
    if most and done >= most:
        return []
    late = workdays_between(clock.due_by, act.today, act.calendar)
    return [{"name": f"urging:{done + 1}", "kind": "urging", "after_workdays": late + WEEK}]


def urges(template: str = "card") -> Effect:
    """Return the effect that sends an urging letter to the lead or another unit of the case."""

    def effect(act: Act) -> None:
        unit_id, text = addressee(act, act.data.unit_id), act.data.text or "请尽快办理并答复"
        act.supervise("urging", text=text, needs_ack=True, unit_id=unit_id)
        act.count("urging", unit_id=unit_id)
        act.notify(template, f"u:{unit_id}", text=act.data.text, deadline="办理", words=text)

    return effect


def urging(states: tuple[str, ...], by: tuple[str, ...], template: str = "card", **rest: Any) -> Action:
    """Return the act that sends an urging letter."""
    given = {"checks": (check_addressee,), "notices": (template,), "sentence": "催办：{text}", "icon": "bell"}
    return Action(
        "urge", "催办", states, by, urges(template), (), Urge, **{**given, "is_minor": True, **rest}
    )


def receipt(states: tuple[str, ...], by: tuple[str, ...]) -> Action:
    """Return the act by which a unit answers an urging letter, a card or an instruction."""
    given: dict[str, Any] = {"guards": (has_unacknowledged,), "checks": (check_addressed,)}
    return Action(
        "acknowledge", "回执", states, by, acknowledge, (), Acknowledge, sentence="回执：{text}", **given
    )


def acknowledge(act: Act) -> None:
    """Acknowledge an addressed act and say what is done about it; a clock's card answers for the unit's others."""
    row = act.rows.of("supervision")[act.data.supervision_no]
    for one in list(act.rows.of("supervision").values()):
        is_card = one.clock_no is not None and row.clock_no is not None and one.unit_id == row.unit_id
        if one is row or (is_card and one.needs_ack and one.acked_at is None):
            act.change("supervision", one, acked_by_name=act.viewer.name, acked_at=act.now)
