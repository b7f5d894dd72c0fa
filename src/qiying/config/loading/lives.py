"""The lives a loaded case can have: who does what on which workday after the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from qiying.config.demo.words import Said
from qiying.config.loading.ground import People
from qiying.kernel.audit.clock import SHANGHAI
from qiying.statutes.workdays import Calendar, nth_workday

Data = Callable[[People, Said], dict[str, Any]]
OPENS = time(8, 45, 13)  # seconds that no clock of the rules uses


def _nothing(people: People, said: Said) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Step:
    """One act on a case: so many workdays after the first, so many minutes after the office opens."""

    who: str
    action: str
    day: int
    minute: int
    data: Data = _nothing


@dataclass(frozen=True)
class Life:
    """A script with its share among the cases it is drawn with; the first act submits the case."""

    code: str
    channel: str
    share: int
    steps: tuple[Step, ...]
    by: str = "clerk"
    days: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", max((s.day for s in self.steps), default=0))

    def instants(self, first: date, calendar: Calendar) -> tuple[datetime, ...]:
        """Return when each act happens, the submission first, before any copy's own seconds are added."""
        moments = [(0, 0), *((s.day, s.minute) for s in self.steps)]
        return tuple(
            datetime.combine(nth_workday(first, day, calendar) if day else first, OPENS, SHANGHAI).astimezone(
                UTC
            )
            + timedelta(minutes=minute)
            for day, minute in moments
        )


def _given(**data: Any) -> Data:
    return lambda people, said: dict(data)


def _triage(level: str) -> Data:
    return lambda people, said: {"kind": "problem", "category": said.category, "level": level}


def _assign(people: People, said: Said) -> dict[str, Any]:
    return {"unit_id": people.lead.unit_id, "ask": "请在期限内答复企业"}


def _assign_two(people: People, said: Said) -> dict[str, Any]:
    asked = {"co_unit_ids": [people.co.unit_id], "co_ask": "请说明您单位负责的部分什么时候能办好"}
    return _assign(people, said) | asked


def _answer(people: People, said: Said) -> dict[str, Any]:
    found: dict[str, Any] = {"text": said.answer.replace("{road}", "兴业路"), "result": "solved"}
    if said.result:
        found |= {"quantity": said.result[0], "quantity_unit": said.result[1], "firms_benefited": 3}
    return found


def _reply(people: People, said: Said) -> dict[str, Any]:
    return {"text": said.answer.replace("{road}", "兴业路")}


TRIAGED = Step("desk", "triage", 0, 40, _triage("general"))
HARD = Step("desk", "triage", 0, 55, _triage("complex"))
ASSIGNED = Step("desk", "assign", 0, 70, _assign)
SHARED = Step("desk", "assign", 0, 80, _assign_two)
TAKEN = Step("liaison", "take", 0, 200)
CO = Step("co_handler", "co_answer", 1, 90, _given(text="我们这部分已经安排，本周内完成。"))
GOOD = _given(value="solved", satisfaction=5, comment="很快就办好了，谢谢。")
PARTLY = _given(value="partly", may_close=True, satisfaction=3, comment="大部分可以了")
MATERIAL = Step("handler", "request_material", 1, 30, _given(items="1. 用地红线图；2. 最近三个月的用电单"))


def _answered(day: int, minute: int = 120) -> Step:
    return Step("handler", "answer", day, minute, _answer)


def _tried(day: int) -> Step:
    return Step("callback", "contact", day, 100, _given(method="phone", reached=False, note="没人接"))


FINISHED = (
    Life("solved", "platform", 40, (
        TRIAGED, ASSIGNED, TAKEN, _answered(2), Step("clerk", "give_verdict", 3, 60, GOOD),
    )),
    Life("shared", "phone", 15, (
        HARD, SHARED, TAKEN, CO, _answered(3),
        Step("clerk", "give_verdict", 4, 15, _given(value="solved", satisfaction=4)),
    )),
    Life("called_back", "hotline_12345", 12, (
        TRIAGED, ASSIGNED, TAKEN, _answered(3),
        Step("callback", "record_verdict", 5, 30, _given(value="solved", satisfaction=4, how="phone", comment="满意")),
    ), by="desk"),
    Life("refused", "platform", 9, (
        HARD, ASSIGNED, TAKEN, _answered(3),
        Step("clerk", "give_verdict", 4, 20, _given(value="not_solved", satisfaction=2, comment="还是老样子")),
        _answered(5), Step("clerk", "give_verdict", 6, 10, GOOD),
    )),
    Life("partly", "phone", 6, (
        HARD, ASSIGNED, TAKEN, _answered(3), Step("clerk", "give_verdict", 5, 5, PARTLY),
    )),
    Life("material", "platform", 6, (
        TRIAGED, ASSIGNED, TAKEN, MATERIAL, Step("clerk", "give_material", 3, 40, _given(note="材料都在附件里")),
        _answered(4), Step("clerk", "give_verdict", 6, 25, _given(value="solved")),
    )),
    Life("extended", "platform", 5, (
        HARD, ASSIGNED, TAKEN,
        Step("handler", "ask_extension", 4, 10, _given(workdays=5, reason="要等外线工程验收")),
        Step("supervisor", "decide_extension", 5, 30, _given(decision="approved", note="抓紧")),
        _answered(12), Step("clerk", "give_verdict", 13, 50, GOOD),
    )),
    Life("on_spot", "window", 4, (
        Step("desk", "answer_on_spot", 0, 30, _reply), Step("clerk", "give_verdict", 0, 300, GOOD),
    ), by="desk"),
    Life("unconfirmed", "hotline_12345", 3, (
        TRIAGED, ASSIGNED, TAKEN, _answered(2), _tried(3), _tried(4), _tried(5),
        Step("callback", "ask_unconfirmed", 5, 160, _given(reason="三个工作日各打一次，都没人接")),
        Step("supervisor", "decide_unconfirmed", 6, 60, _given(decision="approved", note="同意，列入回访")),
    ), by="desk"),
)  # fmt: skip

OPEN = (
    Life("received", "platform", 10, ()),
    Life("accepted", "phone", 10, (TRIAGED,)),
    Life("assigned", "platform", 20, (TRIAGED, ASSIGNED)),
    Life("handling", "platform", 25, (HARD, ASSIGNED, TAKEN)),
    Life("waiting_for_co", "phone", 10, (HARD, SHARED, TAKEN)),
    Life("waiting_material", "platform", 5, (HARD, ASSIGNED, TAKEN, MATERIAL)),
    Life("answered", "platform", 20, (HARD, ASSIGNED, TAKEN, _answered(2))),
)
