"""Satisfaction votes by the local rule in force on their day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.deliberations.models import LocalVoteRule, SatisfactionVote, Sitting
from qiying.capabilities.deliberations.rules.votes import Vote, VoteRule, graded
from qiying.capabilities.deliberations.services.keeping import CHECKS, KEEP, row_keep
from qiying.kernel.audit.clock import local_date
from qiying.kernel.gatherings.services.planning import figures_write
from qiying.kernel.organisations.selectors import in_force
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Faults, Values

NAMES = ("sitting", "about", "on", "good", "fair", "poor", "void", "present")
SAMPLE = "样例：本区还没有登记测评规则"


def rule_on(district_id: int, on: date) -> tuple[VoteRule, str]:
    """Return the rule of a day and its words with their source; without one, more than half of all members."""
    row = LocalVoteRule.objects.filter(in_force(on), district_id=district_id).first()
    if row is None:
        return VoteRule(), f"{VoteRule().words}（{SAMPLE}）"
    rule = VoteRule("members" if row.whole == "members" else "present", row.half_is_enough)
    return rule, f"{rule.words}（{row.name}，{row.source}）"[:160]


def _vote(row: SatisfactionVote, values: Values, now: datetime) -> Faults:
    """Nobody votes twice: more ballots than members, or than were there, is no vote."""
    if row.sitting.state == Sitting.State.OPEN:
        return {"sitting": ["审议意见通过以后才测评"]}
    since = row.sitting.adopted_on
    if row.on > local_date(now) or (since and row.on < since):
        return {"on": ["通过审议意见以后、今天以前的日子"]}
    same = SatisfactionVote.objects.filter(sitting=row.sitting, about=row.about, on=row.on)
    if same.exists():
        return {"about": ["这一天已经测评过了"]}
    row.members = row.sitting.members
    vote = Vote(row.good, row.fair, row.poor, row.members, row.present, row.void)
    faults = vote.faults
    if not row.present and row.good + row.fair + row.poor + row.void:
        faults.append("写到会组成人员几人")
    if faults:
        return {"good": faults}
    rule, row.rule = rule_on(row.district_id, row.on)
    row.grade = graded(vote, rule)
    return {}


def _rule(row: LocalVoteRule, values: Values, now: datetime) -> Faults:
    """One rule holds on a day."""
    same = LocalVoteRule.objects.filter(district_id=row.district_id).exclude(pk=row.pk or 0)
    same = same.exclude(valid_to__lt=row.valid_from)
    if row.valid_to is not None:
        same = same.filter(valid_from__lte=row.valid_to)
    other = same.first()
    return {"valid_from": [f"“{other.name}”那时还在用，先写它到哪天止"]} if other else {}


CHECKS.update({SatisfactionVote: _vote, LocalVoteRule: _rule})


@transaction.atomic
def vote_record(*, actor: Viewer, values: Values, now: datetime) -> SatisfactionVote:
    """Record a vote once, with its grade and the rule it was counted by."""
    require(actor, KEEP)
    given: dict[str, Any] = {"model": SatisfactionVote, "row": None, "values": values, "names": NAMES}
    made: SatisfactionVote = row_keep(actor=actor, **given, now=now)
    told = {f"vote_{made.grade}": 1}
    figures_write(made.sitting.gathering, told, made.on, seq=100_000 + made.pk)
    return made
