"""One run of the calculator: answers in the visitor's own session, nothing of who he is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from qiying.capabilities.policies.forms.calculator import (
    FIGURES,
    SIZE,
    FactField,
    answer_words,
    fact_field,
    industries,
)
from qiying.capabilities.policies.selectors.asking import Ask, best_question, questions_left
from qiying.capabilities.policies.selectors.calculating import (
    NOTHING,
    Standing,
    decided,
    explained_one,
    most,
    nearly,
    of_themes,
    part_of,
    standings,
    summed,
)
from qiying.capabilities.policies.selectors.shelf import Shelf
from qiying.capabilities.policies.views.library.common import miss_card, near_share, standing_card
from qiying.capabilities.policies.views.library.mine import ask_card
from qiying.decision.scalar.amounts import History
from qiying.decision.scalar.evaluate import NOT_ELIGIBLE
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.ui.humanize import money_words

MOST_REASONS = 3
TOGETHER = 12
"""Yes-or-no facts asked beside the first one on a page."""


@dataclass
class Run:
    """What was answered and skipped so far, in the order it was asked; `base` is known beforehand (at the counter).

    `beside` are those of `asked` that were answered on the page of another question.
    """

    key: str
    whole: Shelf
    themes: list[str] = field(default_factory=list)
    policy: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    base: Mapping[str, int | str] = field(default_factory=dict)
    history: Mapping[str, History] = field(default_factory=lambda: NOTHING)
    extra: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def shelf(self) -> Shelf:
        if self.policy in self.whole.by_code:
            return part_of(self.whole, (self.policy,))
        return of_themes(self.whole, self.themes)

    @property
    def stored(self) -> dict[str, int | str]:
        return {**self.base, **self.shelf.registry.stored(self.facts)}

    @cached_property
    def found(self) -> list[Standing]:
        return standings(self.shelf, self.stored, self.history)

    @cached_property
    def question(self) -> Ask | None:
        """What to ask next; None when nothing would change the result."""
        return best_question(self.shelf, self.stored, self.found, self.skipped, self.history)

    @cached_property
    def together(self) -> list[str]:
        """Other yes-or-no facts that still matter: one look tells a person that hardly any of them is his."""
        if self.question is None or self.question.indicator.type != "boolean":
            return []
        left = questions_left(self.shelf, self.stored, self.found, self.skipped, self.history, 4 * TOGETHER)
        names = (
            one.indicator.name for one in left[1:] if one.indicator.type == "boolean" and not one.for_amount
        )
        return list(names)[:TOGETHER]

    def take(self, name: str, answer: str, *, beside: bool = False) -> None:
        """Keep an answer; an empty one means it is not known. `beside`: given on another question's page."""
        self.beside = [n for n in self.beside if n != name] + ([name] if beside else [])
        self.facts.pop(name, None)
        self.skipped = [n for n in self.skipped if n != name]
        if answer:
            self.facts[name] = answer
        else:
            self.skipped.append(name)
        self.asked = [n for n in self.asked if n != name] + [name]
        for worked_out in ("found", "question", "together"):
            self.__dict__.pop(worked_out, None)

    def save(self, request: ViewerRequest) -> None:
        """Keep the run in the session."""
        request.session[self.key] = {
            "district": self.whole.district_id,
            "themes": self.themes,
            "policy": self.policy,
            "facts": self.facts,
            "skipped": self.skipped,
            "asked": self.asked,
            "beside": self.beside,
            **self.extra,
        }


def run_of(request: ViewerRequest, key: str, whole: Shelf) -> Run | None:
    """Return the run in the session, or None when there is none or it was of another district."""
    kept = request.session.get(key)
    if not isinstance(kept, dict) or kept.get("district") != whole.district_id:
        return None
    known = whole.registry
    return Run(
        key,
        whole,
        list(kept.get("themes", [])),
        str(kept.get("policy", "")),
        {n: v for n, v in kept.get("facts", {}).items() if n in known},
        [n for n in kept.get("skipped", []) if n in known],
        [n for n in kept.get("asked", []) if n in known],
        [n for n in kept.get("beside", []) if n in known],
        extra={k: v for k, v in kept.items() if k in ("session", "enterprise")},
    )


def question_context(
    request: ViewerRequest, run: Run, ask: Ask, spec: FactField | None = None
) -> dict[str, Any]:
    """Return one question as its page shows it."""
    answer = run.facts.get(ask.indicator.name, "")
    total, sure = len(run.shelf.published), decided(run.found)
    found = summed(run.found)
    return {
        "ask": ask_card(ask, spec or fact_field(ask.indicator, answer=answer), request),
        "total": total,
        "decided": sure,
        "so_far": found.count,
        "so_far_money": money_words(found.fen) if found.fen else "",
        "can_go_back": bool(run.asked) and run.asked != [ask.indicator.name],
        "number": len(set(run.asked) - set(run.beside) | {ask.indicator.name}),
        "together": run.together if run.question is not None and ask is run.question else [],
        "sizing": {
            "industries": industries(),
            "figures": [(n, run.facts.get(n, ""), run.shelf.registry[n].type == "money") for n in FIGURES],
        }
        if ask.indicator.name == SIZE
        else None,
    }


def asked_again(run: Run, name: str) -> Ask:
    """Return a question that was answered before, to answer it otherwise."""
    others = Run(
        run.key, run.whole, run.themes, run.policy, dict(run.facts), base=run.base, history=run.history
    )
    others.facts.pop(name, None)
    touched = tuple(s.one for s in others.found if s.is_open and any(name in names for names in s.missing))
    by_code = {s.one.code: s for s in others.found}
    fen = sum(most(others.shelf, by_code[p.code], others.stored, run.history) or 0 for p in touched)
    return Ask(run.shelf.registry[name], (), touched, fen)


def result_context(request: ViewerRequest, run: Run) -> dict[str, Any]:
    """Return the result: what is met with amounts, what a fact is missing for, what is nearly met, what is not."""
    found, stored = run.found, run.stored
    got = sorted((s for s in found if s.is_eligible), key=lambda s: (not s.one.is_paid_here, -(s.fen or 0)))
    total = summed(found)
    near = nearly(run.shelf, stored, found, share=near_share(request, run.whole.district_id))
    close = {m.standing.one.code for m in near}
    refused = [s for s in found if s.outcome == NOT_ELIGIBLE and s.one.code not in close]
    left = [s for s in found if s.is_open]
    return {
        "eligible": [standing_card(s, request.today) for s in got],
        "sum": total,
        "amount": money_words(total.fen),
        "near": [miss_card(m) for m in near],
        "open": [_open_row(run, s) for s in left],
        "given_up": [
            {"name": s.one.name, "better": run.shelf.by_code[s.superseded_by].name}
            for s in found
            if s.outcome == "eligible" and s.superseded_by
        ],
        "refused": [_refused_row(run, s) for s in refused],
        "total": len(run.shelf.published),
        "decided": decided(found),
        "answers": [answer_row(run, n) for n in run.asked if n in run.facts],
        "skipped": list(run.skipped),
        "has_more": run.question is not None,
        "as_of": request.today,
    }


def answer_row(run: Run, name: str) -> dict[str, str]:
    """Return one answer in words."""
    return {"name": name, "value": answer_words(run.shelf.registry[name], run.facts[name])}


def _open_row(run: Run, standing: Standing) -> dict[str, Any]:
    top = most(run.shelf, standing, run.stored, run.history)
    return {
        "name": standing.one.name,
        "unit": standing.one.lead_unit,
        "code": standing.one.code,
        "missing": standing.missing[0] if standing.missing else (),
        "most": money_words(top) if top else "",
    }


def _refused_row(run: Run, standing: Standing) -> dict[str, Any]:
    if standing.is_received:
        return {"name": standing.one.name, "code": standing.one.code, "reasons": ["只能享受一次，已经享受过"]}
    answer = explained_one(run.shelf, standing.one.code, run.stored, run.history, nearest=False)
    reasons = [f"{r.text}{f'（{r.facts}）' if r.facts else ''}" for r in answer.because if r.holds is False]
    return {"name": standing.one.name, "code": standing.one.code, "reasons": reasons[:MOST_REASONS]}
