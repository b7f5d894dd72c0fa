"""What is only written down: notes among officials, attempts to reach somebody, what programs do to a case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal

from django.db.models import Q

from qiying.kernel.cases.act import Act
from qiying.kernel.cases.calendar_changes import clocks_rederive
from qiying.kernel.cases.entering import ActionInput, Text, entry
from qiying.kernel.cases.models import Clock
from qiying.kernel.cases.standard.reminding import Rung, check_rung, fires_rungs
from qiying.kernel.cases.vocabulary import RECUSED, Action
from qiying.kernel.organisations.models import Membership, Person
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.errors import GuardFailed

_NAMED = re.compile(r"@([\u4e00-\u9fff·]{2,4})")
METHODS = {"phone": "电话", "visit": "上门", "sms": "短信", "wechat": "微信", "email": "邮件"}


class ContactEntry(ActionInput):
    method: Literal["phone", "visit", "sms", "wechat", "email"] = entry(
        "方式", default="phone", choices=METHODS
    )
    reached: bool = entry("联系上了", default=False, widget="checkbox")
    note: str = entry("说了什么", default="", widget="textarea", personal=True, max_length=1000)
    intake_id: int | None = entry("哪一份来件", default=None, source="case_intakes")


class CalendarChange(ActionInput):
    reason: str = entry("原因", max_length=300)


class Erased(ActionInput):
    scope: str = entry("删了哪些", max_length=100)
    reason: str = entry("依据", max_length=300)
    count: int = entry("几处")


def inward(act: Act) -> None:
    """Show an act's files to officials alone."""
    act.document_audience = "internal"


def note(act: Act) -> None:
    """Leave a remark that only officials see; `@name` tells that person, if he may see the case."""
    act.document_audience = "internal"
    text = str(act.data.text)
    if "@" not in text:
        return
    known = _may_be_named(act)
    called = sorted((n for n in set(known.values()) if f"@{n}" in text), key=len, reverse=True)
    rest = text
    for name in called:
        rest = rest.replace(f"@{name}", "")
    if unknown := _NAMED.findall(rest):
        reason = f"没有存：“@{unknown[0]}”不是参与这件事的人，发不到。改成他的全名，或者去掉 @。"
        raise GuardFailed([reason], {"text": [reason]})
    for person_id, name in known.items():
        if name in called and person_id != act.viewer.person_id:
            act.notify("mentioned", f"p:{person_id}", who=act.viewer.name, text=text[:200])


def remark(
    states: tuple[str, ...], by: tuple[str, ...], said: type[ActionInput] = Text, **rest: Any
) -> Action:
    """Return the act that leaves a remark among officials."""
    given = {"sentence": "留言：{text}", "is_minor": True, "icon": "edit", **rest}
    return Action("note", "内部留言", states, by, note, (), said, **given)


def _may_be_named(act: Act) -> dict[int, str]:
    """Return who takes part for an office today: people of its units and people by themselves, none kept out."""
    inside = [p for p in act.parties if p.role not in act.procedure.outside]
    kept_out = {int(p.key[2:]) for p in inside if p.role == RECUSED and p.key[0] == "p"}
    keys = [p.key for p in inside if p.role != RECUSED]
    units = [int(k[2:]) for k in keys if k[0] == "u"]
    alone = [int(k[2:]) for k in keys if k[0] == "p"]
    in_units = Membership.objects.filter(in_force(act.today), unit_id__in=units).values("person_id")
    people = Person.objects.filter(Q(pk__in=in_units) | Q(pk__in=alone), is_active=True).exclude(
        pk__in=kept_out
    )
    return dict(people.values_list("pk", "name"))


def contact(act: Act, purpose: str = "handling") -> None:
    """Record an attempt to reach an asker."""
    current = act.current_answer
    act.new(
        "contact",
        method=act.data.method,
        reached=act.data.reached,
        purpose=purpose,
        answer_no=current.no if current else None,
        intake_id=act.data.intake_id,
        note_ref=act.ref("note"),
        by_id=act.viewer.person_id,
        by_name=act.viewer.name,
        at=act.now,
        on=act.today,
    )
    act.count("contacted" if act.data.reached else "not_reached")


def by_program(
    every: Iterable[str],
    open_: tuple[str, ...],
    card: str = "card",
    *,
    weekly: str = "",
    moved: Callable[[Act, Clock], None] | None = None,
) -> tuple[Action, ...]:
    """Return what the worker calls in every procedure: rungs, a changed calendar, erasure.

    Args:
        every: all states, in which personal values may be erased.
        open_: states in which clocks run.
        card: the rungs' notice; where it holds `{kind}`, one for each.
        weekly: see `fires_rungs`.
        moved: what else follows when a clock was derived anew.
    """

    def calendar_changed(act: Act) -> None:
        """Derive the open clocks anew; old and new dates stay in the event."""
        for clock in clocks_rederive(act):
            if act.procedure.deadline(clock.kind).is_promise:
                act.set(promised_by=clock.promised_by)
            if moved is not None:
                moved(act, clock)

    cards = tuple(dict.fromkeys(card.format(kind=k) for k in ("reminder", "yellow", "red", "urging")))
    system = ("system",)
    return (
        Action(
            "fire_rung", "到档提醒", open_, system, fires_rungs(card, weekly=weekly), (), Rung,
            checks=(check_rung,), notices=cards, sentence="发出{kind}",
        ),
        Action(
            "calendar_changed", "日历变动", open_, system, calendar_changed, (), CalendarChange,
            sentence="日历变动，重算期限：{reason}",
        ),
        Action(
            "erased", "删除个人信息", tuple(every), system, inward, (), Erased, sentence="依法删除了{scope}",
            is_minor=True, icon="trash",
        ),
    )  # fmt: skip
