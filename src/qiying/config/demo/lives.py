"""What happens to one demo case: a script of acts with delays, run by the builder at their simulated times."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from qiying.config.demo.cast import Cast
from qiying.config.demo.words import COMMENTS_BAD, COMMENTS_GOOD, OTHER, ROADS, SAID, Said
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.viewers import viewer_for
from qiying.kernel.permissions.viewer import Viewer


@dataclass
class Step:
    """One act: after `hours`, by `who`, with `data`."""

    hours: float
    who: str
    action: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Life:
    """A case in the demo: who asked, what about, which unit, and what happens."""

    cast: Cast
    draw: random.Random
    said: Said
    firm: int
    channel: str
    kind: str = "problem"
    case: Case | None = None

    @property
    def unit(self) -> str:
        """Return the unit that handles the matter."""
        from qiying.capabilities.service_requests.rules.catalogue import CATEGORIES

        group = next(c.unit_group for c in CATEGORIES if c.code == self.said.category)
        return self.cast.by_matter.get(group, "jingxin")

    def viewer(self, who: str) -> Viewer:
        """Return the viewer of a step: `unit.role`, `lead`, `co`, or `clerk`."""
        if who == "clerk":
            clerk = self.cast.clerks[self.cast.enterprises[self.firm].pk]
            return viewer_for(clerk, clerk.created_at.date())
        name = who.replace("lead.", f"{self.unit}.").replace("co.", f"{self.said.co}.")
        return self.cast.viewers[name]

    @property
    def has_clerk(self) -> bool:
        return self.cast.enterprises[self.firm].pk in self.cast.clerks

    def text(self) -> str:
        return self.said.text.replace("{road}", self.draw.choice(ROADS))

    def answer(self) -> str:
        return self.said.answer.replace("{road}", "兴业路")


def verdict(life: Life, hours: float, value: str, stars: int | None, comment: str = "") -> Step:
    """Return the asker's verdict: by himself, or told to the call-back desk."""
    data: dict[str, Any] = {"value": value, "satisfaction": stars, "comment": comment}
    if life.has_clerk:
        return Step(hours, "clerk", "give_verdict", data)
    return Step(hours, "callback.callback", "record_verdict", {**data, "how": "phone"})


def opening(life: Life, level: str, *, slow: float = 1.0, co: bool = True) -> Iterator[Step]:
    """Yield the way to the unit: triage, assignment, signing, co-handler's part."""
    d = life.draw
    yield Step(
        d.uniform(0.5, 5) * slow, "desk.desk", "triage",
        {"kind": life.kind, "category": life.said.category, "level": level},
    )  # fmt: skip
    with_co = bool(life.said.co) and co
    co_ids = [life.cast.units[life.said.co].pk] if with_co and life.said.co != life.unit else []
    yield Step(
        d.uniform(0.2, 3), "desk.desk", "assign",
        {"unit_id": life.cast.units[life.unit].pk, "co_unit_ids": co_ids, "ask": "请在期限内答复企业",
         "co_ask": "请说明您单位负责的部分什么时候能办好"},
    )  # fmt: skip
    yield Step(d.uniform(1, 6) * slow, "lead.handler", "take", {"handler_id": None})
    if co_ids:
        yield Step(d.uniform(8, 24), "co.handler", "co_answer", {"text": "我们这部分已经安排，本周内完成。"})


def answering(life: Life, hours: float) -> Step:
    data: dict[str, Any] = {"text": life.answer(), "result": "solved"}
    if life.said.result:
        data |= {"quantity": life.said.result[0], "quantity_unit": life.said.result[1]}
        data["firms_benefited"] = life.draw.choice([1, 1, 1, 3, 12])
    return Step(hours, "lead.handler", "answer", data)


def solved(life: Life) -> Iterator[Step]:
    d = life.draw
    yield from opening(life, d.choice(["general", "general", "complex"]))
    if d.random() < 0.3:
        yield Step(d.uniform(2, 10), "lead.handler", "contact", {"method": "phone", "reached": True})
    yield answering(life, d.uniform(6, 40))
    yield verdict(life, d.uniform(1, 60), "solved", d.choice([5, 5, 4, 4, 3]), d.choice(COMMENTS_GOOD))


def late(life: Life) -> Iterator[Step]:
    d = life.draw
    yield from opening(life, "general", slow=2)
    yield Step(
        d.uniform(10, 30), "lead.handler", "interim_reply", {"text": "在等图纸，拿到就去现场，先跟您说一声。"}
    )
    if d.random() < 0.5:
        yield Step(
            d.uniform(60, 100), "supervision.supervisor", "urge", {"text": "已经超期，请今天给企业回话"}
        )
    yield answering(life, d.uniform(80, 200))
    yield verdict(life, d.uniform(5, 60), "solved", d.choice([3, 3, 2, 4]), d.choice(COMMENTS_GOOD))


def refused(life: Life) -> Iterator[Step]:
    d = life.draw
    yield from opening(life, "complex")
    yield answering(life, d.uniform(10, 40))
    yield verdict(life, d.uniform(2, 30), "not_solved", 2, d.choice(COMMENTS_BAD))
    yield answering(life, d.uniform(6, 24))
    if d.random() < 0.3:
        yield verdict(life, d.uniform(2, 30), "not_solved", 1, d.choice(COMMENTS_BAD))
        yield Step(
            d.uniform(4, 20),
            "supervision.supervisor",
            "send_back",
            {"text": "请主要负责同志到现场看，一次办好"},
        )
        yield answering(life, d.uniform(10, 30))
    yield verdict(life, d.uniform(2, 40), "solved", d.choice([3, 4]), "第二次办好了。")


def partly(life: Life) -> Iterator[Step]:
    yield from opening(life, "complex")
    yield answering(life, life.draw.uniform(10, 40))
    step = verdict(life, life.draw.uniform(4, 40), "partly", 3, "大部分可以了，剩下的我们自己来。")
    step.data["may_close"] = True
    yield step


def unconfirmed(life: Life) -> Iterator[Step]:
    yield from opening(life, "general")
    yield answering(life, life.draw.uniform(8, 30))
    for _ in range(5):
        yield Step(24, "callback.callback", "contact", {"method": "phone", "reached": False})
    yield Step(2, "callback.callback", "ask_unconfirmed", {"reason": "三个工作日各打一次，都没人接"})
    yield Step(
        6, "supervision.supervisor", "decide_unconfirmed", {"decision": "approved", "note": "同意，列入回访"}
    )


def explained(life: Life) -> Iterator[Step]:
    yield from opening(life, "complex", co=False)
    yield Step(10, "lead.handler", "declare_unsolvable", {"reason": "现行规划不允许，要等控规修编"})
    yield Step(
        life.draw.uniform(10, 30), "lead.handler", "explain",
        {"text": "这块地的控规正在修编，修编前不能批新的建筑。修编稿预计明年二季度报批，批下来我们第一时间联系您重新办。",
         "basis": "《城乡规划法》第三十八条", "obstacle": "控规修编没有批下来"},
    )  # fmt: skip
    yield Step(
        8, "supervision.supervisor", "decide_explain", {"decision": "approved", "note": "解释清楚，列入清单"}
    )


def extended(life: Life) -> Iterator[Step]:
    d = life.draw
    yield from opening(life, "complex", co=False)
    yield Step(
        d.uniform(10, 20), "lead.handler", "ask_extension", {"workdays": 5, "reason": "要等外线工程验收"}
    )
    yield Step(
        d.uniform(3, 10), "supervision.supervisor", "decide_extension",
        {"decision": d.choice(["approved", "approved", "refused"]), "note": "抓紧办，每周说一次进展"},
    )  # fmt: skip
    yield Step(
        d.uniform(10, 30), "lead.handler", "meet",
        {"kind": "coordination", "on": None, "people": "供电公司、区住建局、企业", "place": "企业会议室",
         "minutes": "三家对了时间，外线先做，厂内同步。", "decision": "12 日前送电"},
    )  # fmt: skip
    yield answering(life, d.uniform(30, 80))
    yield verdict(life, d.uniform(4, 40), "solved", 4, "")


def suspended(life: Life) -> Iterator[Step]:
    d = life.draw
    yield from opening(life, "complex", co=False)
    yield Step(
        8, "lead.handler", "ask_suspension", {"reason": "等法院裁定结果", "basis": "民事诉讼法第一百五十三条"}
    )
    yield Step(6, "supervision.supervisor", "decide_suspension", {"decision": "approved", "note": "同意"})
    yield Step(d.uniform(100, 300), "lead.handler", "resume", {"reason": "裁定已经下来"})
    yield answering(life, d.uniform(10, 30))
    yield verdict(life, d.uniform(4, 40), "solved", 4, "")


def material(life: Life) -> Iterator[Step]:
    d = life.draw
    yield from opening(life, "general", co=False)
    yield Step(4, "lead.handler", "request_material", {"items": "1. 用地红线图；2. 最近三个月的用电单"})
    who = "clerk" if life.has_clerk else "desk.desk"
    yield Step(d.uniform(10, 90), who, "give_material", {"note": "材料都在附件里"})
    yield answering(life, d.uniform(6, 24))
    yield verdict(life, d.uniform(4, 40), "solved", d.choice([4, 5]), "")


def returned(life: Life) -> Iterator[Step]:
    d = life.draw
    yield Step(
        2, "desk.desk", "triage", {"kind": "problem", "category": life.said.category, "level": "general"}
    )
    other = "shangwu" if life.unit != "shangwu" else "fagai"
    yield Step(1, "desk.desk", "assign", {"unit_id": life.cast.units[other].pk, "ask": "请办理"})
    yield Step(
        3, f"{other}.liaison", "give_back",
        {"reason": "这项工作三定方案里归主管局，不归我们", "basis": "三定方案第二条"},
    )  # fmt: skip
    yield Step(2, "desk.desk", "assign", {"unit_id": life.cast.units[life.unit].pk, "ask": "请办理"})
    yield Step(3, "lead.handler", "take", {"handler_id": None})
    yield answering(life, d.uniform(8, 30))
    yield verdict(life, d.uniform(4, 40), "solved", 4, "")


def disputed(life: Life) -> Iterator[Step]:
    yield Step(
        2, "desk.desk", "triage", {"kind": "problem", "category": life.said.category, "level": "complex"}
    )
    for other in ("shuili", "fagai"):
        yield Step(1, "desk.desk", "assign", {"unit_id": life.cast.units[other].pk, "ask": "请办理"})
        yield Step(
            4,
            f"{other}.liaison",
            "give_back",
            {"reason": "不在我们的职责里，建议主管局办", "basis": "三定方案第三条"},
        )
    yield Step(
        5, "supervision.supervisor", "decide_jurisdiction",
        {"unit_id": life.cast.units[life.unit].pk, "reason": "谁审批谁牵头，由主管局主办，其他单位配合"},
    )  # fmt: skip
    yield Step(3, "lead.handler", "take", {"handler_id": None})
    yield answering(life, 20)
    yield verdict(life, 10, "solved", 3, "总算有人管了。")


def hard(life: Life) -> Iterator[Step]:
    """A hard case with a leading official, an instruction and a survey on the spot."""
    d = life.draw
    yield from opening(life, "complex", co=False)
    yield Step(5, "desk.desk", "name_lead_official", {"person_id": "leader", "text": "跨部门，请领导牵头"})
    yield Step(6, "leaders.district_leader", "instruct", {"text": "当面碰一次，周五前给企业准日子。"})
    yield Step(4, "lead.liaison", "acknowledge", {"supervision_no": "instruction", "text": "明天上午到现场"})
    yield Step(
        10, "lead.handler", "meet",
        {"kind": "site_survey", "on": None, "people": "副区长沈岚、主办单位、企业", "place": "企业厂区",
         "minutes": "看了现场，确认卡在管线迁改。", "decision": "管线迁改和主体同步做"},
    )  # fmt: skip
    yield answering(life, d.uniform(10, 40))
    yield verdict(life, d.uniform(4, 40), "solved", 5, "领导亲自来了，很感谢。")


def on_spot(life: Life) -> Iterator[Step]:
    yield Step(life.draw.uniform(0.2, 2), "desk.desk", "answer_on_spot", {"text": life.answer()})
    yield verdict(life, life.draw.uniform(1, 30), "solved", 5, "当场就说清楚了。")


def withdrawn(life: Life) -> Iterator[Step]:
    yield Step(
        2, "desk.desk", "triage", {"kind": "problem", "category": life.said.category, "level": "general"}
    )
    if life.has_clerk:
        yield Step(5, "clerk", "withdraw", {"reason": "我们自己已经解决了"})
    else:
        yield Step(5, "desk.desk", "ask_decline", {"reason": "企业来电说已解决，不用办了"})
        yield Step(5, "supervision.supervisor", "decide_decline", {"decision": "approved", "note": "同意"})


def transferred(life: Life) -> Iterator[Step]:
    yield Step(
        2, "desk.desk", "triage", {"kind": "problem", "category": life.said.category, "level": "complex"}
    )
    yield Step(
        4, "desk.desk", "transfer_up", {"reason": "要市里调整公交线路", "external_number": "BQY-2026-0317"}
    )
    yield Step(120, "desk.desk", "transfer_update", {"external_state": "handling"})
    yield Step(
        60, "desk.desk", "transfer_update",
        {"external_state": "answered", "text": "市交通局同意从下月起加开早晚高峰专线两条，站点设在园区北门。"},
    )  # fmt: skip
    yield verdict(life, 20, "solved", 5, "专线很方便。")


def other_kind(life: Life) -> Iterator[Step]:
    """A suggestion, question or clue: answered by the unit, concluded by the desk."""
    _, outcome, words = next(o for o in OTHER[life.kind] if o[0] == life.said.text)
    yield from opening(life, "general", co=False)
    yield Step(
        life.draw.uniform(6, 30),
        "lead.handler",
        "answer",
        {"text": words.ljust(10, "。"), "result": "policy"},
    )
    yield Step(life.draw.uniform(2, 20), "desk.desk", "conclude", {"outcome": outcome, "reason": words})


LIVES = (
    (solved, 46), (late, 10), (refused, 8), (partly, 5), (unconfirmed, 3), (explained, 4), (extended, 5),
    (suspended, 2), (material, 5), (returned, 4), (disputed, 2), (hard, 4), (on_spot, 8), (withdrawn, 2),
    (transferred, 2),
)  # fmt: skip


def steps_of(life: Life, kind: Any) -> list[Step]:
    """Return a life's steps with at least a little time between them."""
    return [Step(max(s.hours, 0.1), s.who, s.action, s.data) for s in kind(life)]


def pause(hours: float) -> timedelta:
    return timedelta(hours=hours)


def draw_life(
    cast: Cast, draw: random.Random, channel: str, turn: int | None = None
) -> tuple[Life, list[Step]]:
    """Return a new life and its script; with `turn` the scripts come in turn, so that none is missing lately."""
    firm = draw.randrange(len(cast.enterprises))
    if draw.random() < 0.35:
        firm = draw.randrange(min(60, len(cast.enterprises)))
    if channel in {"phone", "platform"}:
        firm = 0 if draw.random() < 0.12 else draw.randrange(min(60, len(cast.enterprises)))
    if turn is None and draw.random() < 0.13:
        kind = draw.choice(["suggestion", "suggestion", "question", "question", "clue"])
        text = draw.choice(OTHER[kind])[0]
        life = Life(cast, draw, Said("scattered_policy", text, ""), firm, channel, kind)
        return life, steps_of(life, other_kind)
    life = Life(cast, draw, draw.choice(SAID), firm, channel)
    script = draw.choices([k for k, _ in LIVES], [w for _, w in LIVES])[0]
    if turn is not None:
        script = LIVES[turn % len(LIVES)][0]
    return life, steps_of(life, script)
