"""What an application would come to with what is typed so far; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qiying.capabilities.policies.selectors.applying import history_of
from qiying.capabilities.policies.selectors.shelf import Published, Shelf
from qiying.capabilities.policies.services.evaluating import explained
from qiying.decision.scalar.explain import Explanation
from qiying.kernel.enterprises.decision_facts import OWN_ROW, KnownFact, known_facts
from qiying.kernel.enterprises.models import Enterprise


@dataclass(frozen=True)
class Preview:
    """The engine's answer now, the facts it read, what is still missing and what was typed wrongly."""

    answer: Explanation
    known: Mapping[str, KnownFact]
    used: tuple[str, ...]
    wanted: tuple[str, ...]
    own_row: tuple[str, ...]
    wrong: Mapping[str, str]


def preview(enterprise: Enterprise, shelf: Shelf, one: Published, typed: Mapping[str, str]) -> Preview:
    """Evaluate one policy with known facts and those typed; at most three queries."""
    known = dict(known_facts(enterprise, shelf.registry))
    alone = shelf.only(one.code)
    used = alone.book.indicators
    given = {
        name: value for name, value in typed.items() if value.strip() and name in shelf.registry.indicators
    }
    wrong = shelf.registry.refused(given)
    for name, value in given.items():
        indicator = shelf.registry[name]
        stored = None if name in wrong else indicator.stored(value)
        if stored is not None:
            known[name] = KnownFact(name, indicator.shown(stored), stored, "", "declared", "您这次填的", None)
    (answer,) = explained(alone, known, history_of(enterprise.pk))
    missing = answer.missing[0] if answer.missing else ()
    wanted = [n for n in (*given, *missing) if n not in OWN_ROW]
    own_row = tuple(n for n in missing if n in OWN_ROW)
    return Preview(answer, known, used, tuple(dict.fromkeys(wanted)), own_row, wrong)


def asks_project(shelf: Shelf, one: Published) -> bool:
    """Tell whether a policy is about a project: it has stages, or reads facts of a project."""
    if one.wording.stages:
        return True
    names = shelf.only(one.code).book.indicators
    return any(shelf.registry[n].period == "项目" for n in names)
