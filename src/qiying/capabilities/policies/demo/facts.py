"""What the demo's enterprises are known by, beyond staff and turnover: enough to be met, nearly met and not yet known."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.world import World, told_in
from qiying.kernel.enterprises.decision_facts import facts_declare, known_facts
from qiying.kernel.enterprises.models import Enterprise, FactSource

MAKING = {"3484", "3560", "2760", "2653", "2231", "1751", "2110", "1432", "3983", "3670"}
TECH = {"3484", "3560", "2760", "2653", "6513", "3983", "3670"}
FORGOTTEN = 0.12
"""Share of facts nobody told yet."""
ALWAYS = frozenset({"被列入严重失信名单", "上年发生重大事故或严重失信"})
Facts = dict[str, str]


@transaction.atomic
def facts_add(world: World, draw: random.Random, at: datetime) -> None:
    """Record what departments and the enterprises themselves would have handed in."""
    told = told_in(Path(__file__).parent / "facts.yaml")
    for i, firm in enumerate(world.enterprises):
        drawn = _Drawn(draw, told, firm, is_first=i == 0)
        official, declared = drawn.official(), drawn.declared()
        sources: list[tuple[Facts, str]] = [(official, FactSource.SHARED), (declared, FactSource.DECLARED)]
        if firm.pk not in world.clerks:  # nobody speaks for it yet: what is known came from offices
            sources = [(official | declared, FactSource.SHARED)]
        for facts, source in sources:
            kept = {
                name: value
                for name, value in facts.items()
                if value
                and (name in ALWAYS or i == 0 or draw.random() > FORGOTTEN)
                and name not in drawn.told_already
            }
            on = local_date(world.now)
            facts_declare(actor=world.maker, enterprise=firm, values=kept, at=at, on=on, source=source)


class _Drawn:
    """What is drawn for one enterprise; `known` holds what other facts follow from."""

    def __init__(
        self, draw: random.Random, told: dict[str, Any], firm: Enterprise, *, is_first: bool
    ) -> None:
        self.draw, self.told = draw, told
        self.makes = firm.industry in MAKING
        facts = known_facts(firm)
        self.told_already = frozenset(facts)
        self.staff, self.revenue = int(facts["职工人数"].stored), int(facts["营业收入"].stored) / 100
        self.is_tech = firm.industry in TECH and draw.random() < 0.6
        self.known: dict[str, Any] = {"staff": self.staff, "revenue": self.revenue, "tech": self.is_tech}
        self.known |= {"first": is_first, "large": self.staff >= 20}

    def official(self) -> Facts:
        draw, staff, revenue, known = self.draw, self.staff, self.revenue, self.known
        profit, is_tiny = revenue * draw.uniform(-0.02, 0.09), revenue < 5_000_000
        known |= {"profit": f"{profit:.2f}", "small": staff <= 300 and profit <= 3_000_000, "tiny": is_tiny}
        known |= {"monthly": revenue / 12 if is_tiny else "", "input_tax": "" if is_tiny else revenue * 0.06}
        found = self._group("shared", "tax")
        wage = draw.uniform(62_000, 128_000)
        known |= {"wage": wage, "quota": staff * 0.015, "premium": staff * wage * 0.01}
        found |= self._group("shared", "jobs")
        first = self.is_tech and draw.random() < 0.25
        known |= {"named_first": first, "named_again": self.is_tech and not first and draw.random() < 0.25}
        found |= self._group("shared", "names")
        grown = 20_000_000 <= revenue < 60_000_000 and draw.random() < 0.3
        known["grown"] = grown
        return found | self._group("shared", "standing")

    def declared(self) -> Facts:
        draw = self.draw
        if not self.is_tech and draw.random() < 0.6:
            found = {"拥有核心知识产权": "否"}
        else:
            share = draw.uniform(0.02, 0.08) if self.is_tech else draw.uniform(0, 0.03)
            self.known["research"] = self.revenue * share
            found = self._group("declared", "research")
        if self.makes and draw.random() < 0.4:
            found |= self._group("declared", "equipment")
        if draw.random() < 0.15:
            found |= self._group("declared", "pledge")
        if draw.random() < 0.2:
            self.known["booths"] = draw.choice([1, 1, 2, 3])
            found |= self._group("declared", "fair")
        if self.revenue < 10_000_000 and draw.random() < 0.4:
            found |= self._group("declared", "rent")
        return found

    def _group(self, by: str, name: str) -> Facts:
        return dict(self._facts(self.told[by][name]))

    def _facts(self, told: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for name, how in told.items():
            if isinstance(how, dict):
                yield name, self._value(how) if self.known[how.get("only", "staff")] else ""
            else:
                yield name, _text(self.known[how[1:]] if how.startswith("$") else how)

    def _value(self, how: dict[str, Any]) -> str:
        if "share" in how:
            share = (
                how["share"] if isinstance(how["share"], float) else how["share"][0 if self.is_tech else 1]
            )
            if self.known.get(how.get("spares", "")):
                share = 0
            return _text(share == 1 or (share > 0 and self.draw.random() < share))
        if "whole" in how:
            return str(self.draw.randint(*how["whole"]))
        of = self.known[how["of"]] if "of" in how else 1
        if "one" in how:
            chosen = self.draw.choice(how["one"])
            return str(int(of * chosen)) if "of" in how else _text(chosen)
        value, digits = of * self.draw.uniform(*how["between"]), how.get("digits", 2)
        return f"{value:.{digits}f}" if digits else str(int(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{max(value, 0):.2f}" if isinstance(value, float) else str(value)
