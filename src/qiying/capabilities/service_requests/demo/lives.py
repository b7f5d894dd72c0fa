"""What happens to one demo case: a script of acts with delays, drawn from `lives.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from qiying.capabilities.service_requests.rules.catalogue import CATEGORIES
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.world import World, told_in
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.viewer import Viewer

Step = tuple[float, str, str, Any]
"""Hours after the last, who, action, data."""
Script = list[Step]
LEAST = 0.1


@dataclass(frozen=True)
class Words:
    """What is said and what happens, as the data files tell it."""

    matters: list[dict[str, Any]]
    others: dict[str, list[dict[str, Any]]]
    roads: list[str]
    comments: dict[str, list[str]]
    usual_units: dict[str, str]
    lives: dict[str, dict[str, Any]]
    looking_back: dict[str, Any]


def words_read(folder: Path) -> Words:
    """Read the data files of the story."""
    told = told_in(folder / "words.yaml")
    comments = {mood: told[mood] for mood in ("good", "bad")}
    usual = told_in(folder / "district.yaml")["usual_units"]
    lives = told_in(folder / "lives.yaml")
    return Words(told["matters"], told["others"], told["roads"], comments, usual, lives, told)


@dataclass
class Life:
    """A case in the demo: who asked, what about, which unit, and what happens."""

    world: World
    words: Words
    said: dict[str, Any]
    firm: int
    channel: str
    kind: str = "problem"

    @property
    def enterprise(self) -> Enterprise:
        return self.world.enterprises[self.firm]

    @property
    def has_clerk(self) -> bool:
        return self.enterprise.pk in self.world.clerks

    @property
    def lead(self) -> str:
        """Return the unit that handles the matter."""
        group = next(c.unit_group for c in CATEGORIES if c.code == self.said["category"])
        return self.words.usual_units.get(group, "jingxin")

    @property
    def other(self) -> str:
        """Return a unit that does not."""
        return "shangwu" if self.lead != "shangwu" else "fagai"

    @property
    def co(self) -> str:
        return self.said.get("co", "") if self.said.get("co") != self.lead else ""

    def text(self) -> str:
        return str(self.said["text"]).replace("{road}", self.world.draw.choice(self.words.roads))

    def viewer(self, who: str, at: datetime) -> Viewer:
        """Return who does a step: `unit.role`, of the `lead`, the `co` or another unit, or the `asker`."""
        if who == "asker":
            return self.world.clerk(self.enterprise.pk, at) or self.world.viewers["desk.desk"]
        unit, role = who.split(".")
        key = getattr(self, unit) if unit in {"lead", "co", "other"} else unit
        return self.world.viewers[f"{key}.{role}"]

    def known(self, data: Any, case: Case, at: datetime) -> Any:
        """Return a step's data with what is known when it happens in the place of `$words`."""
        if isinstance(data, dict):
            return {name: self.known(value, case, at) for name, value in data.items()}
        if not isinstance(data, str) or not data.startswith("$"):
            return data
        word = data[1:]
        if word in {"lead", "co", "other"} or word in self.world.units:
            return self.world.units[getattr(self, word, word)].pk
        if word == "official":
            return self.world.viewers["leaders.district_leader"].person_id
        if word == "instruction":
            return case.supervisions.filter(kind="instruction").values_list("no", flat=True).first() or 1
        if word == "today":
            return local_date(at)
        if word == "reply":  # an answer is not shorter than ten characters
            return str(self.said["words"]).ljust(10, "。")
        return str(self.said[word]).replace("{road}", "兴业路")

    def script(self, told: dict[str, Any]) -> Script:
        """Draw the acts of a life, with at least a little time between them."""
        return [
            (max(hours, LEAST), who, action, data) for hours, who, action, data in self._steps(told["steps"])
        ]

    def _steps(self, told: list[Any]) -> Iterator[Step]:
        for step in told:
            if isinstance(step, list):
                hours, who, action, data = step
                yield (
                    self._hours(hours),
                    who,
                    action,
                    {name: self._drawn(value) for name, value in data.items()},
                )
            elif "opening" in step:
                yield from self._opening(
                    self._drawn(step["opening"]), step.get("slow", 1), step.get("co", True)
                )
            elif "answer" in step:
                yield self._answer(self._hours(step["answer"]))
            elif "verdict" in step:
                yield self._verdict(step)
            elif self._happens(step):
                yield from self._steps(step["steps"])

    def _happens(self, told: dict[str, Any]) -> bool:
        if "clerk" in told:
            return bool(told["clerk"] == self.has_clerk)
        return bool(self.world.draw.random() < told["chance"])

    def _hours(self, told: Any) -> float:
        return self.world.draw.uniform(*told) if isinstance(told, list) else float(told)

    def _drawn(self, told: Any) -> Any:
        return self.world.draw.choice(told) if isinstance(told, list) else told

    def _opening(self, level: str, slow: float, with_co: bool) -> Iterator[Step]:
        """Yield the way to the unit: triage, assignment, signing, the co-handler's part."""
        draw = self.world.draw
        triage = {"kind": self.kind, "category": "$category", "level": level}
        yield draw.uniform(0.5, 5) * slow, "desk.desk", "triage", triage
        co = [self.world.units[self.co].pk] if self.co and with_co else []
        asked = {"co_unit_ids": co, "co_ask": "请说明您单位负责的部分什么时候能办好"}
        yield (
            draw.uniform(0.2, 3),
            "desk.desk",
            "assign",
            {"unit_id": "$lead", "ask": "请在期限内答复企业", **asked},
        )
        yield draw.uniform(1, 6) * slow, "lead.handler", "take", {"handler_id": None}
        if co:
            yield draw.uniform(8, 24), "co.handler", "co_answer", {"text": "我们这部分已经安排，本周内完成。"}

    def _answer(self, hours: float) -> Step:
        data: dict[str, Any] = {"text": "$answer", "result": "solved"}
        if "result" in self.said:
            data["quantity"], data["quantity_unit"] = self.said["result"]
            data["firms_benefited"] = self.world.draw.choice([1, 1, 1, 3, 12])
        return hours, "lead.handler", "answer", data

    def _verdict(self, told: dict[str, Any]) -> Step:
        """Return the asker's verdict: by himself, or told to the call-back desk."""
        hours = self._hours(told["verdict"])
        data = {"value": told["value"], "satisfaction": self._drawn(told["stars"])}
        comment = told.get("comment", "")
        data["comment"] = self._drawn(self.words.comments.get(comment, comment))
        if "may_close" in told:
            data["may_close"] = told["may_close"]
        if self.has_clerk:
            return hours, "asker", "give_verdict", data
        return hours, "callback.callback", "record_verdict", {**data, "how": "phone"}
