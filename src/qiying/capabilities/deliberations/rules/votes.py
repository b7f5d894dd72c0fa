"""A satisfaction vote: not in the national law, so the local rule is data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GRADES = {"good": "满意", "fair": "基本满意", "poor": "不满意"}


@dataclass(frozen=True)
class VoteRule:
    """Of whom a half is counted, and whether exactly half is enough; more than half is the default."""

    of: Literal["members", "present"] = "members"
    half_is_enough: bool = False

    @property
    def words(self) -> str:
        """Return the rule as a minute prints it."""
        whom = "全体组成人员" if self.of == "members" else "到会组成人员"
        return f"按{whom}计算，{'达到半数' if self.half_is_enough else '超过半数'}才算"


@dataclass(frozen=True)
class Vote:
    """Ballots of one vote; blank and spoilt ones count in the whole, never in a grade."""

    good: int
    fair: int
    poor: int
    members: int
    present: int = 0
    void: int = 0

    @property
    def faults(self) -> list[str]:
        """Say why these numbers cannot be: nobody votes twice, nobody who is not a member votes."""
        cast = self.good + self.fair + self.poor + self.void
        found = []
        if min(self.good, self.fair, self.poor, self.void, self.members) < 0:
            found.append("票数不能是负数")
        if cast > self.members:
            found.append(f"收回 {cast} 票，比组成人员 {self.members} 人还多")
        if self.present > self.members:
            found.append(f"到会 {self.present} 人，比组成人员 {self.members} 人还多")
        if self.present and cast > self.present:
            found.append(f"收回 {cast} 票，比到会 {self.present} 人还多")
        return found


def graded(vote: Vote, rule: VoteRule) -> str:
    """Return the grade of a vote; raise `ValueError` for numbers that cannot be.

    >>> GRADES[graded(Vote(17, 11, 1, 29), VoteRule())]
    '满意'
    """
    if vote.faults:
        raise ValueError("；".join(vote.faults))
    whole = vote.members if rule.of == "members" else vote.present or vote.members

    def carries(ballots: int) -> bool:
        return 2 * ballots > whole or (rule.half_is_enough and whole > 0 and 2 * ballots == whole)

    if carries(vote.good):
        return "good"
    return "fair" if carries(vote.good + vote.fair) else "poor"
