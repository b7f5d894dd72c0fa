"""Budgets that keep hostile or careless text from hurting: length, nesting, steps, time and size."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from .errors import FeelLimitError, Problem, Span

#: Deepest tree a text may have. Walkers use up to four Python frames per level, so this stays
#: well below the interpreter's own limit of 1,000 frames.
MAX_DEPTH = 120
#: Longest text of one expression, in characters.
MAX_LENGTH = 20_000
#: Most steps the parser may take on one text; backtracking counts.
MAX_PARSE_STEPS = 30_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What one evaluation may use: nodes visited, seconds of wall time, items and characters made."""

    steps: int = 1_000_000
    seconds: float = 5.0
    items: int = 1_000_000
    characters: int = 1_000_000
    calls: int = 40


DEFAULT_BUDGET = Budget()


@dataclass(slots=True)
class Meter:
    """Counts what an evaluation has used and raises `FeelLimitError` when it is too much."""

    budget: Budget
    steps: int = 0
    depth: int = 0
    started: float = field(default_factory=time.monotonic)

    def step(self, span: Span, cost: int = 1) -> None:
        """Counts `cost` steps; looks at the clock every 1,024 steps or on any dear one."""
        before = self.steps
        self.steps = before + cost
        if self.steps > self.budget.steps:
            raise limit("steps", "计算步数超出上限", "请减少循环或列表的长度", span)
        clock_due = cost > 64 or self.steps >> 10 != before >> 10
        if clock_due and time.monotonic() - self.started > self.budget.seconds:
            raise limit("seconds", "计算时间超出上限", "请减少循环或列表的长度", span)

    def size(self, items: int, span: Span) -> None:
        """Counts a list of `items` about to be made."""
        if items > self.budget.items:
            raise limit("items", "列表过长", f"一个列表最多{self.budget.items}项", span)
        self.step(span, items // 8 + 1)

    def text(self, characters: int, span: Span) -> None:
        """Counts a text of `characters` about to be made."""
        if characters > self.budget.characters:
            raise limit("characters", "文本过长", f"一段文本最多{self.budget.characters}个字符", span)

    def weigh(self, value: object, span: Span) -> None:
        """Counts a value about to be walked in full; lists that share parts can be far larger than they look."""
        if not isinstance(value, (list, dict)):
            return
        count = 0
        waiting: list[object] = [value]
        while waiting:
            item = waiting.pop()
            count += 1
            if count > self.budget.items:
                raise limit("items", "列表过长", f"一个列表连同其中的列表最多{self.budget.items}项", span)
            if isinstance(item, list):
                waiting.extend(item)
            elif isinstance(item, dict):
                waiting.extend(item.values())
            if len(waiting) > self.budget.items:
                raise limit("items", "列表过长", f"一个列表连同其中的列表最多{self.budget.items}项", span)
        self.step(span, count // 8 + 1)

    def enter(self, span: Span) -> None:
        """Counts one function call deeper."""
        self.depth += 1
        if self.depth > self.budget.calls:
            raise limit("calls", "函数嵌套调用过深", "请检查函数是否无止境地调用自己", span)

    def leave(self) -> None:
        """Counts one function call back."""
        self.depth -= 1


def limit(code: str, message: str, advice: str, span: Span) -> FeelLimitError:
    """The error for a budget that ran out."""
    return FeelLimitError(Problem(f"limit.{code}", message, advice, span))
