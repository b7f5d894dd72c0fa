"""Whether a questionnaire can be asked: codes, options, and conditions that read only what was asked before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from qiying.decision.feel import (
    FeelError,
    FeelType,
    check_expression,
    check_unary_tests,
    parse_expression,
)
from qiying.decision.feel.checking import Declaration
from qiying.decision.feel.functions import BUILTINS
from qiying.decision.feel.names import KEYWORDS
from qiying.decision.feel.syntax import Expr, Name, walk
from qiying.decision.feel.types import ANY
from qiying.decision.indicators import standard_registry
from qiying.kernel.forms.definition import Definition, Problem, Question, definition_of, shape_problems
from qiying.kernel.forms.scoring import GRADE_INPUT, Scoring, scoring_of
from qiying.kernel.forms.values import declaration_of

_BOOLEAN = FeelType("boolean")


@dataclass(frozen=True)
class Compiled:
    """A questionnaire that can be asked: every condition and sum parsed once."""

    definition: Definition
    shown_when: Mapping[str, Expr]
    compute: Mapping[str, Expr]
    scoring: Scoring | None

    @cached_property
    def read_codes(self) -> frozenset[str]:
        """Return the questions on whose answers something shown depends."""
        texts = [text for q in self.definition for text in (q.shown_when, q.compute)]
        texts += list((self.definition.score or {}).get("inputs", ()))
        return frozenset(name for text in texts for name in names_in(text))


def layout_problems(layout: Any) -> list[Problem]:
    """Return everything that keeps a layout from being asked, each at its question."""
    if found := shape_problems(layout):
        return found
    return _Checker(definition_of(layout)).problems()


def compiled(layout: Mapping[str, Any]) -> Compiled:
    """Return a layout without problems ready to be asked."""
    definition = definition_of(layout)
    shown = {q.code: parse_expression(q.shown_when) for q in definition if q.shown_when}
    computed = {q.code: parse_expression(q.compute) for q in definition if q.kind == "computed"}
    return Compiled(definition, shown, computed, scoring_of(definition.score))


@dataclass
class _Checker:
    definition: Definition
    types: dict[str, FeelType] = field(default_factory=dict)

    def problems(self) -> list[Problem]:
        found = [*self._codes(), *self._kinds()]
        if not self.definition.questions:
            found.append(Problem("", "还没有题目"))
        if found:
            return found
        known: dict[str, Declaration] = {}
        for one in self.definition.questions:
            found += self._reads(one, known)
            inner = dict(known)
            for part in one.questions:
                found += self._reads(part, inner)
                inner[part.code] = self._declared(part)
            known[one.code] = self._declared(one)
        return [*found, *self._score(known)]

    def _declared(self, q: Question) -> Declaration:
        return declaration_of(q, lambda one: self.types.get(one.code, ANY))

    def _codes(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for one in self.definition:
            if one.code in seen:
                yield Problem(one.code, f"编号“{one.code}”用了两次")
            elif one.code in KEYWORDS or one.code in BUILTINS:
                yield Problem(one.code, f"“{one.code}”是条件里的保留字，换一个编号")
            seen.add(one.code)

    def _kinds(self) -> Iterator[Problem]:
        for one in self.definition:
            for words in _kind_problems(one):
                yield Problem(one.code, words)
        for group in self.definition.questions:
            if any(i.kind == "group" for i in group.questions):
                yield Problem(group.code, "可加多条的里面不能再放可加多条的")

    def _reads(self, q: Question, known: Mapping[str, Declaration]) -> Iterator[Problem]:
        if q.shown_when:
            yield from self._expression(q, "显示条件", q.shown_when, known, _BOOLEAN)
        if q.kind == "computed" and q.compute:
            yield from self._expression(q, "算法", q.compute, known, None)

    def _expression(
        self, q: Question, what: str, text: str, known: Mapping[str, Declaration], wanted: FeelType | None
    ) -> Iterator[Problem]:
        if late := self._late(q, text, known):
            yield Problem(q.code, f"{what}：{late}")
            return
        checked = check_expression(text, known, wanted)
        if wanted is None:
            self.types[q.code] = checked.type
        for problem in checked.problems:
            yield Problem(q.code, f"{what}：{_about_questions(str(problem))}")

    def _late(self, q: Question, text: str, known: Mapping[str, Declaration]) -> str:
        """Return why a text reads what is not there yet; nothing when it does not, or cannot be read at all."""
        for name in names_in(text):
            if name in known or (other := self.definition.question(name)) is None:
                continue
            if name == q.code:
                return "不能看自己的答案"
            if self._leads_to(other, q.code, set()):
                return f"它看“{name}”，“{name}”又看它，绕成了圈"
            if any(other in one.questions for one in self.definition.questions):
                return f"“{name}”在可加多条的里面，每条各有一个答案，请用 {self._group_of(other)}.{name}"
            return f"“{name}”在后面才问，只能用前面的题目"
        return ""

    def _group_of(self, q: Question) -> str:
        return next(one.code for one in self.definition.questions if q in one.questions)

    def _leads_to(self, q: Question, code: str, seen: set[str]) -> bool:
        if q.code in seen:
            return False
        seen.add(q.code)
        names = {*names_in(q.shown_when), *names_in(q.compute)}
        found = (self.definition.question(name) for name in names)
        return code in names or any(self._leads_to(one, code, seen) for one in found if one is not None)

    def _score(self, known: Mapping[str, Declaration]) -> Iterator[Problem]:
        score = self.definition.score
        if score is None:
            return
        columns = []
        for text in score["inputs"]:
            checked = check_expression(text, known)
            yield from (Problem("", f"评分列“{text}”：{p}") for p in checked.problems)
            columns.append(known.get(text, Declaration(checked.type)))
        for number, row in enumerate(score["rows"], 1):
            if len(row["when"]) != len(columns):
                yield Problem("", f"评分第 {number} 行应有 {len(columns)} 格，现在 {len(row['when'])} 格")
                continue
            for cell, column in zip(row["when"], columns, strict=True):
                found = check_unary_tests(cell, known, column).problems
                yield from (Problem("", f"评分第 {number} 行“{cell}”：{p}") for p in found)
            found = check_expression(str(row["points"]), known, FeelType("number")).problems
            yield from (Problem("", f"评分第 {number} 行的得分：{p}") for p in found)
        for row in score.get("grades", ()):
            found = check_unary_tests(row["when"], {}, GRADE_INPUT).problems
            yield from (Problem("", f"等次“{row['grade']}”：{p}") for p in found)


def _kind_problems(q: Question) -> Iterator[str]:
    if q.kind in ("one", "many", "matrix") and len(q.options) < (1 if q.other else 2):
        yield "至少要有两个选项"
    if q.kind == "matrix" and not q.rows:
        yield "矩阵至少要有一行"
    if q.kind == "group" and not q.questions:
        yield "可加多条的里面还没有题目"
    if q.kind != "group" and q.questions:
        yield "只有可加多条的才能在里面放题目"
    if q.kind == "computed" and not q.compute:
        yield "请写算法"
    if q.least is not None and q.most is not None and q.least > q.most:
        yield "最小的比最大的还大"
    if q.kind == "scale" and not 2 <= len(q.steps) <= 11:
        yield "打分至少 2 档，最多 11 档"
    if q.kind in ("many", "photo", "file", "group") and q.most is not None and not 1 <= q.most <= 60:
        yield "最多几项应在 1 到 60 之间"
    if q.fact and q.fact not in standard_registry():
        yield f"没有名为“{q.fact}”的企业指标"


def _about_questions(words: str) -> str:
    """Return the engine's sentence for whoever knows questions and no indicators."""
    return words.replace("请先在指标表里登记", "只能用前面题目的编号").replace("指标", "题目")


@lru_cache(4096)
def names_in(text: str) -> tuple[str, ...]:
    """Return the names a FEEL text reads; none when it cannot be read."""
    if not text:
        return ()
    try:
        tree = parse_expression(text)
    except FeelError:
        return ()
    return tuple(dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Name)))
