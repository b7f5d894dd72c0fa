"""One pure reading of answers, for pages, API, Excel and preview: what is asked, computed, and wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from qiying.decision.feel import MISSING, Budget, Mode, to_feel
from qiying.decision.feel.evaluation import guarded
from qiying.decision.feel.interpret import Interpreter
from qiying.decision.feel.limits import Meter
from qiying.decision.feel.scope import Scope
from qiying.decision.feel.syntax import Expr
from qiying.decision.feel.values import Value
from qiying.kernel.forms.checking import Compiled
from qiying.kernel.forms.definition import Question
from qiying.kernel.forms.scoring import Score, score_of
from qiying.kernel.forms.values import feel_value, read_value

BUDGET = Budget(steps=300_000, seconds=2.0, items=20_000, characters=200_000)
"""What all conditions and sums of one reading may use together."""
MAX_ROWS = 60


class Held(NamedTuple):
    """What is known before asking, and from where, in words."""

    value: Any
    source: str


@dataclass(frozen=True)
class Field:
    """One question as it stands: its value as typed, why it cannot be used, where a value not typed comes from."""

    question: Question
    number: str
    value: Any
    complaints: tuple[str, ...] = ()
    is_open: bool = False  # required and not answered
    source: str = ""
    rows: tuple[tuple[Field, ...], ...] = ()
    path: str = ""  # 项目.0.金额: the question's place in the answers

    def __iter__(self) -> Iterator[Field]:
        """Yield the field and those of its rows."""
        yield self
        for row in self.rows:
            yield from row


@dataclass(frozen=True)
class Sheet:
    """The reading: fields of the questions asked, values that can be stored, sums, score."""

    fields: tuple[Field, ...]
    values: Mapping[str, Any]
    computed: Mapping[str, Any]
    sources: Mapping[str, str]
    dropped: tuple[str, ...]  # answers to questions that are not asked
    score: Score | None = None

    @property
    def asked(self) -> list[str]:
        """Return the codes of the questions asked."""
        return [f.question.code for f in self.fields]

    @property
    def points(self) -> Decimal | None:
        """Return the points, None where nothing is scored or scored questions are open."""
        return self.score.points if self.score else None

    @property
    def grade(self) -> str:
        """Return the grade of the points."""
        return self.score.grade if self.score else ""

    @property
    def complaints(self) -> dict[str, list[str]]:
        """Return what is wrong with what was given, by place."""
        return {f.path: list(f.complaints) for top in self.fields for f in top if f.complaints}

    @property
    def open(self) -> list[str]:
        """Return the places of required questions without an answer."""
        return [f.path for top in self.fields for f in top if f.is_open]

    @property
    def refusals(self) -> dict[str, list[str]]:
        """Return everything that keeps the answers from being handed in."""
        return {**{path: ["请填上"] for path in self.open}, **self.complaints}

    def field(self, code: str) -> Field | None:
        """Return the field of a question that is asked."""
        return next((f for f in self.fields if f.question.code == code), None)


def sheet(version: Compiled, answers: Mapping[str, Any], facts: Mapping[str, Held] | None = None) -> Sheet:
    """Read answers, by code; a code with the value None was emptied and is not filled from `facts` again."""
    reading = _Reading(version, dict(facts or {}))
    fields = tuple(reading.fields(version.definition.questions, answers, reading.known, ""))
    open_codes = {f.question.code for f in fields if f.question.code not in reading.known}
    score = None
    if version.scoring is not None:
        scoring = version.scoring
        found = guarded(reading.run, lambda: score_of(scoring, reading.run, reading.known, open_codes)).value
        score = found if isinstance(found, Score) else Score(None)
    return Sheet(fields, reading.values, reading.computed, reading.sources, tuple(reading.dropped), score)


@dataclass
class _Reading:
    version: Compiled
    facts: dict[str, Held]
    run: Interpreter = field(default_factory=lambda: Interpreter(Meter(BUDGET), Mode.MATCHING))
    known: dict[str, Value] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    computed: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)

    def evaluate(self, tree: Expr, known: Mapping[str, Value]) -> Value:
        """Return a value; MISSING where it hangs on what was not answered or cannot be computed."""
        value = guarded(self.run, lambda: self.run.evaluate(tree, Scope(known))).value
        return MISSING if value is None else value

    def fields(
        self, questions: tuple[Question, ...], answers: Mapping[str, Any], known: dict[str, Value], place: str
    ) -> Iterator[Field]:
        """Yield the fields that are asked, writing what is known of them into `known`."""
        number = 0
        for one in questions:
            tree = self.version.shown_when.get(one.code)
            if tree is not None and self.evaluate(tree, known) is not True:
                if answers.get(one.code) not in (None, "", [], {}):
                    self.dropped.append(f"{place}{one.code}")
                continue
            number += one.kind != "computed"
            label = "" if one.kind == "computed" else str(number)
            made = (
                self._computed(one, known, place)
                if one.kind == "computed"
                else self._asked(one, answers, known, place, label)
            )
            if not place and not made.complaints and made.value is not None:
                target = self.computed if one.kind == "computed" else self.values
                target[one.code] = made.value
            yield made

    def _computed(self, one: Question, known: dict[str, Value], place: str) -> Field:
        value = self.evaluate(self.version.compute[one.code], known)
        if value is MISSING:
            return Field(one, "", None, path=f"{place}{one.code}")
        if isinstance(value, Decimal):
            value = round(value, one.decimals or 2)
        known[one.code] = value
        return Field(one, "", _plain(value), path=f"{place}{one.code}")

    def _asked(
        self, one: Question, answers: Mapping[str, Any], known: dict[str, Value], place: str, number: str
    ) -> Field:
        path, source = f"{place}{one.code}", ""
        raw = answers.get(one.code)
        if one.code not in answers and not place and one.code in self.facts:
            raw, source = self.facts[one.code]
        value, wrong = read_value(one, raw)
        if one.kind == "group":
            return self._group(one, value, known, path, number)
        if value is not None and not wrong:
            known[one.code] = feel_value(one, value)
            held = self.facts.get(one.code)
            if held is not None and not place and read_value(one, held.value)[0] == value:
                source = held.source
                self.sources[one.code] = source
        shown = raw if wrong else value
        return Field(one, number, shown, tuple(wrong), value is None and one.required, source, path=path)

    def _group(self, one: Question, value: Any, known: dict[str, Value], path: str, number: str) -> Field:
        given = value if isinstance(value, list) else []
        wrong = [] if value is None or isinstance(value, list) else ["这样填读不懂"]
        rows, kept = [], []
        for index, row in enumerate(given[:MAX_ROWS]):
            inner = dict(known)
            answers = row if isinstance(row, Mapping) else {}
            fields = tuple(self.fields(one.questions, answers, inner, f"{path}.{index}."))
            rows.append(fields)
            kept.append(
                {
                    f.question.code: f.value
                    for f in fields
                    if f.value is not None and f.question.kind != "computed"
                }
            )
        filled = [row for row in kept if row]
        most = int(one.most or 20)
        if len(given) > most:
            wrong.append(f"最多 {most} 条，现在 {len(given)} 条")
        if filled and one.least is not None and len(filled) < one.least:
            wrong.append(f"至少 {int(one.least)} 条")
        broken = wrong or any(f.complaints for row in rows for f in row)
        if filled and not broken:
            known[one.code] = [
                {f.question.code: self._known(f) for f in row if f.value is not None}
                for row, values in zip(rows, kept, strict=True)
                if values
            ]
        return Field(
            one,
            number,
            filled if filled and not broken else None,
            tuple(wrong),
            not filled and one.required,
            rows=tuple(rows),
            path=path,
        )

    @staticmethod
    def _known(one: Field) -> Value:
        is_computed = one.question.kind == "computed"
        return to_feel(one.value) if is_computed else feel_value(one.question, one.value)


def _plain(value: Value) -> Any:
    """Return a computed value as JSON: numbers, truth, text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, (bool, str)) else str(value)
