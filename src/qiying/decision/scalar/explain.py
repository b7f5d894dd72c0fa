"""The whole answer for one enterprise: outcome, amount, why, what is missing, what is nearly met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from qiying.decision.logic.amounts import evaluate, names, payable_fen, truth
from qiying.decision.logic.formula import All, Atom, Formula
from qiying.decision.logic.normal import normalise
from qiying.decision.logic.terms import term_value
from qiying.decision.policy.compile import CompiledClause, CompiledPolicy, CompiledRow
from qiying.decision.policy.score import CompiledScore, Contribution
from qiying.decision.words.conditions import condition_text, formula_text, term_label
from qiying.decision.words.results import condition_words, fact_text, miss_text, score_text, tier_text
from qiying.decision.words.values import money_text, plain

from .amounts import History, Payment, grouped, past_of, payment, yuan
from .evaluate import ELIGIBLE, NOT_ELIGIBLE, UNKNOWN, ScalarEngine, Sets, Verdict
from .facts import Stored
from .nearest import NearMiss, near_misses


@dataclass(frozen=True)
class Reason:
    """One condition in words: whether it holds (None: unknown), the facts it looked at and where it stands."""

    text: str
    holds: bool | None
    facts: str = ""
    source: str = ""

    def __str__(self) -> str:
        mark = {True: "符合", False: "不符合", None: "待确认"}[self.holds]
        return f"{mark}：{self.text}{f'（{self.facts}）' if self.facts else ''}"


@dataclass(frozen=True)
class Explanation:
    """One policy's answer. `superseded_by` names the policy that is taken instead (就高不重复)."""

    policy: str
    name: str
    outcome: str
    payment: Payment | None
    rows: tuple[int, ...]
    because: tuple[Reason, ...]
    missing: Sets
    nearest: tuple[NearMiss, ...]
    superseded_by: str = ""
    group_open: bool = False
    outputs: tuple[tuple[str, str | None], ...] = ()
    score: tuple[Contribution, ...] = ()

    @property
    def row(self) -> int | None:
        """The deciding row, the first when several count."""
        return self.rows[0] if self.rows else None


def explain(
    engine: ScalarEngine, stored: Stored, history: Mapping[str, History] | None = None, nearest: bool = True
) -> list[Explanation]:
    """Every policy explained, exclusion groups settled; `history` is what was granted before, by policy."""
    masks = engine.masks(stored)
    known, found = grouped(history or {}, engine.book.groups), []
    for index, verdict in enumerate(engine.verdicts(masks, stored)):
        past = past_of(engine.book.compiled[index], known)
        found.append(_explained(engine, index, verdict, masks, stored, past, nearest))
    return settle(found, [one.policy.group.name if one.policy.group else "" for one in engine.book.compiled])


def _explained(
    engine: ScalarEngine, index: int, verdict: Verdict, masks: tuple[int, int], stored: Stored, past: History,
    nearest: bool,
) -> Explanation:  # fmt: skip
    numbered = engine.book.policies[index]
    one = numbered.compiled
    if not one.in_force:
        return _refused(one, "政策不在有效期内", _validity(one))
    if one.policy.first_time_only and past.received:
        return _refused(one, "只能享受一次，您已享受过", "")
    missing, paid = verdict.missing, None
    if verdict.outcome != NOT_ELIGIBLE:
        open_rows = engine.possible_rows(numbered, masks[1])
        paid = payment(one, verdict.rows, open_rows, stored, past)
    if verdict.outcome == ELIGIBLE and paid is not None and paid.amount is None:
        missing = _amount_missing(one, verdict.rows or open_rows, stored)
    near: tuple[NearMiss, ...] = ()
    if nearest and verdict.outcome == NOT_ELIGIBLE:
        near = tuple(near_misses(engine, index, stored))
    because = (*_reasons(engine, one, verdict, stored, near), *_money_reasons(verdict, paid))
    return Explanation(
        one.id, one.policy.name, verdict.outcome, paid, verdict.rows, because, missing, near,
        outputs=_outputs(one, verdict.rows, stored),
        score=one.score.contributions(stored) if one.score else (),
    )  # fmt: skip


def _money_reasons(verdict: Verdict, paid: Payment | None) -> Iterator[Reason]:
    """Why a policy that is met pays less than its table says, or nothing."""
    if verdict.outcome != ELIGIBLE or paid is None or paid.amount is None:
        return
    if paid.elsewhere:
        had = f"同组的政策今年已享受 {money_text(Fraction(paid.elsewhere, 100))}，就高不重复"
        yield Reason(f"{had}，这项只补差额" if paid.amount else f"{had}，没有差额可补", True)
    elif not paid.amount:
        yield Reason("今年或累计的上限已经用完，还能拿 0 元" if paid.capped else "按办法算下来是 0 元", True)


def _outputs(
    one: CompiledPolicy, rows: tuple[int, ...], stored: Stored
) -> tuple[tuple[str, str | None], ...]:
    """Every output of the one deciding row: money in yuan before caps, points and texts; None while unknown."""
    if len(rows) != 1:
        return ()
    row = next(row for row in one.rows if row.number == rows[0])
    found: list[tuple[str, str | None]] = []
    for output, amount, text in zip(one.policy.table.outputs, row.outputs, row.row.then, strict=True):
        value = None if amount is None else evaluate(amount, stored)
        if amount is None:
            found.append((output.name, text.strip('"')))
        elif output.type == "money":
            found.append((output.name, None if value is None else yuan(payable_fen(value))))
        else:
            found.append((output.name, None if value is None else plain(value)))
    return tuple(found)


def _refused(one: CompiledPolicy, text: str, facts: str) -> Explanation:
    return Explanation(one.id, one.policy.name, NOT_ELIGIBLE, None, (), (Reason(text, False, facts),), (), ())


def _validity(one: CompiledPolicy) -> str:
    start, end = one.policy.valid_from, one.policy.valid_to
    return f"有效期{start or '未写'}至{end or '长期'}，评估日{one.as_of}"


def _amount_missing(one: CompiledPolicy, rows: tuple[int, ...], stored: Stored) -> Sets:
    """Facts the amount still needs when the outcome needs none."""
    needed = {name for row in one.rows if row.number in rows and row.amount for name in names(row.amount)}
    for row in one.rows:
        if row.number in rows and len(rows) > 1:
            needed |= {name for term in row.normal.terms.values() for name in term.names}
    absent = tuple(sorted(needed - set(stored)))
    return (absent,) if absent else ()


def _reasons(
    engine: ScalarEngine, one: CompiledPolicy, verdict: Verdict, stored: Stored, near: tuple[NearMiss, ...]
) -> list[Reason]:
    """Common conditions first, then rows; of a policy not met only what stands in the way."""
    found: list[Reason] = []
    for clause in one.clauses:
        if clause.reads_score:
            found.append(_scored(one, clause, stored))
            continue
        said = clause.clause.says or formula_text(clause.formula, engine.book.registry)
        found += _judged(engine, clause.formula, said, clause.clause.source, stored)
    rows = [row for row in one.rows if row.number in verdict.rows] or list(one.rows)
    for row in rows:
        title = row.row.name or f"第{row.number}档"
        said = f"{title}：{tier_text(row, engine.book.registry)}"
        if row.on_score and one.score:
            found.append(_on_score(engine, one.score, row, said, stored))
        elif row.matches != All(frozenset()):
            found += _judged(engine, row.matches, said, row.row.source, stored, whole=True)
    wanted = {ELIGIBLE: True, NOT_ELIGIBLE: False, UNKNOWN: None}[verdict.outcome]
    kept = [reason for reason in found if reason.holds is wanted]
    return kept or found or [Reason("没有条件限制", True)]


def _on_score(
    engine: ScalarEngine, score: CompiledScore, row: CompiledRow, said: str, stored: Stored
) -> Reason:
    """A row that looks at a score, with the points so far and the facts of its other cells."""
    certain, possible = truth(normalise(row.matches), stored)
    other = _judge(engine, row.plain, "", "", stored).facts
    facts = "，".join(part for part in (other, score_text(score.contributions(stored))) if part)
    return Reason(said, True if certain else None if possible else False, facts, row.row.source)


def _scored(one: CompiledPolicy, clause: CompiledClause, stored: Stored) -> Reason:
    """A condition on a score: the points so far instead of the formula behind them."""
    assert one.score is not None
    certain, possible = truth(normalise(clause.formula), stored)
    facts = score_text(one.score.contributions(stored))
    said = clause.clause.says or condition_words(clause.clause.when)
    return Reason(said, True if certain else None if possible else False, facts, clause.clause.source)


def _judged(
    engine: ScalarEngine, formula: Formula, said: str, source: str, stored: Stored, whole: bool = False
) -> list[Reason]:
    """The formula judged; a plain conjunction of a clause is judged part by part."""
    registry = engine.book.registry
    if isinstance(formula, All) and not whole and all(isinstance(p, Atom) for p in formula.parts):
        ordered = sorted((p for p in formula.parts if isinstance(p, Atom)), key=lambda p: p.term.key)
        return [_judge(engine, part, condition_text(part, registry), source, stored) for part in ordered]
    return [_judge(engine, formula, said, source, stored)]


def _judge(engine: ScalarEngine, formula: Formula, said: str, source: str, stored: Stored) -> Reason:
    normal = normalise(formula)
    certain, possible = truth(normal, stored)
    facts = []
    for term in normal.terms.values():
        value = term_value(term, dict(stored))
        label = fact_text(term, value, stored, engine.book.registry)
        facts.append(label if label else f"缺{term_label(term)}")
    return Reason(said, True if certain else None if possible else False, "，".join(facts), source)


def settle(found: list[Explanation], groups: list[str]) -> list[Explanation]:
    """就高不重复: of a group only the largest known amount is paid; `group_open` while an open one could beat it."""
    settled = list(found)
    for group in {name for name in groups if name}:
        members = [i for i, name in enumerate(groups) if name == group]
        taken = highest({i: (found[i].outcome, found[i].payment) for i in members})
        if taken is None:
            continue
        best, open_ = taken
        settled[best] = replace(found[best], group_open=bool(open_))
        for i in members:
            if i != best and found[i].outcome == ELIGIBLE and i not in open_:
                settled[i] = replace(found[i], superseded_by=found[best].policy)
    return settled


def highest(stands: Mapping[int, tuple[str, Payment | None]]) -> tuple[int, frozenset[int]] | None:
    """The place of the largest known amount of a group, and of those that could still beat it; None without any."""
    known = [
        (paid.amount, -i)
        for i, (outcome, paid) in stands.items()
        if outcome == ELIGIBLE and paid is not None and paid.amount is not None
    ]
    if not known:
        return None
    amount, best = max(known)
    return -best, frozenset(i for i, (outcome, paid) in stands.items() if _could_beat(outcome, paid, amount))


def _could_beat(outcome: str, paid: Payment | None, amount: int) -> bool:
    if outcome == NOT_ELIGIBLE or paid is None or (outcome == ELIGIBLE and paid.amount is not None):
        return False
    return paid.high is None or paid.high > amount


def as_dict(one: Explanation, engine: ScalarEngine) -> dict[str, Any]:
    """The shape of `qiying-decide explain --json`."""
    amount = one.payment.amount if one.payment and one.outcome == ELIGIBLE else None
    found: dict[str, Any] = {
        "policy": one.policy,
        "name": one.name,
        "outcome": one.outcome,
        "amount_yuan": yuan(amount),
        "row": one.row,
        "outputs": dict(one.outputs),
        "because": [str(reason) for reason in one.because],
        "missing": [list(names) for names in one.missing],
        "nearest": [miss_dict(miss, engine) for miss in one.nearest],
        "superseded_by": one.superseded_by or None,
        "group_open": one.group_open,
    }
    if one.score:
        found["score"] = score_dict(one.score)
    if one.payment and one.payment.amount is None and one.payment.high is not None:
        found["amount_between_yuan"] = [yuan(one.payment.low), yuan(one.payment.high)]
    return found


def score_dict(parts: tuple[Contribution, ...]) -> dict[str, Any]:
    """Points as texts: the sum and each part, lowest and highest the facts allow."""
    low, high = sum((p.low for p in parts), Fraction(0)), sum((p.high for p in parts), Fraction(0))
    listed = [
        {"name": p.name, "low": plain(p.low), "high": plain(p.high), "full": plain(p.full)} for p in parts
    ]
    return {"low": plain(low), "high": plain(high), "parts": listed}


def miss_dict(miss: NearMiss, engine: ScalarEngine) -> dict[str, Any]:
    """A near miss with gaps in the indicators' units."""
    changes = []
    for change in miss.changes:
        one = engine.book.registry[change.indicator]
        before, after = one.shown(change.before), one.shown(change.after)
        gap = None
        if not isinstance(change.before, str) and not isinstance(change.after, str):
            gap = (
                str(one.shown(change.after - change.before)) if one.type not in ("boolean", "date") else None
            )
            if one.type == "date":
                gap = str(change.after - change.before)
        unit = "天" if one.type == "date" else one.unit
        changes.append(
            {"indicator": change.indicator, "from": str(before), "to": str(after), "gap": gap, "unit": unit}
        )
    return {"changes": changes, "sure": miss.sure, "text": miss_text(miss.changes, engine.book.registry)}
