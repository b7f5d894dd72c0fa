"""The three rates of 接诉即办: contacted in time, solved, satisfied, each over its own denominator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from qiying.statutes.service_rating import Rate


class Exclusion(StrEnum):
    """Why a request is in no rate at all; the value is the word a report prints."""

    WITHDRAWN = "撤回"
    STRUCK_OUT = "剔除"  # no legal basis, or unreasonable, decided by a second person


class CallBack(StrEnum):
    """What the caller said when asked."""

    YES = "yes"
    NO = "no"
    NO_ANSWER = "no_answer"  # unreachable, hung up, would not say
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class HandledRequest:
    """What the rates need to know of one assigned request."""

    contacted_in_time: bool
    solved: CallBack = CallBack.NOT_ASKED
    satisfied: CallBack = CallBack.NOT_ASKED
    is_anonymous: bool = False
    exclusion: Exclusion | None = None


@dataclass(frozen=True)
class SwiftResponseRates:
    """响应率, 解决率, 满意率 of one group of requests."""

    response: Rate
    solution: Rate
    satisfaction: Rate

    def composite(self, response: int = 20, solution: int = 40, satisfaction: int = 40) -> Fraction | None:
        """Return the weighted score 0–100; None while any of the three has no denominator.

        Weights are local (响应 10–20, 解决 40–45, 满意 40–45); they must add up to 100.
        """
        if response + solution + satisfaction != 100:
            raise ValueError("三项权重加起来要等于 100。")
        parts = (self.response.value, self.solution.value, self.satisfaction.value)
        score = Fraction(0)
        for part, weight in zip(parts, (response, solution, satisfaction), strict=True):
            if part is None:
                return None
            score += part * weight
        return score


def swift_response_rates(requests: Iterable[HandledRequest]) -> SwiftResponseRates:
    """Return the three rates.

    响应率 is over all assigned requests but those withdrawn, struck out or anonymous (nobody to contact);
    解决率 and 满意率 are over the call-backs that gave an answer to that question.
    """
    rows = list(requests)
    left_out: dict[str, int] = {}
    for row in rows:
        if reason := _left_out(row):
            left_out[reason] = left_out.get(reason, 0) + 1
    counted = [row for row in rows if not _left_out(row)]
    return SwiftResponseRates(
        response=Rate(sum(row.contacted_in_time for row in counted), len(counted), left_out),
        solution=_answered([row.solved for row in counted], left_out),
        satisfaction=_answered([row.satisfied for row in counted], left_out),
    )


def _left_out(row: HandledRequest) -> str:
    if row.exclusion is not None:
        return row.exclusion.value
    return "匿名" if row.is_anonymous else ""


def _answered(answers: list[CallBack], left_out: dict[str, int]) -> Rate:
    yes, no = answers.count(CallBack.YES), answers.count(CallBack.NO)
    excluded = {
        **left_out,
        "没接通或不愿说": answers.count(CallBack.NO_ANSWER),
        "还没回访": answers.count(CallBack.NOT_ASKED),
    }
    return Rate(yes, yes + no, excluded)
