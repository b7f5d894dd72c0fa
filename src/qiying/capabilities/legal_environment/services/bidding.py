"""Tenders: the agent checks the documents first, another person of the tenderer reviews them, then they are out.

The six flags of article 40 are clues: somebody of the unit that watches looks into each and writes what was found.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from qiying.capabilities.legal_environment.models import BidClue, Tender
from qiying.capabilities.legal_environment.rules.bidding import Clue, clues_of
from qiying.capabilities.legal_environment.selectors import watches
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import row_locked


def _is_agent(actor: Viewer, row: Tender) -> bool:
    return row.agent is not None and row.agent.unit_id is not None and row.agent.unit_id in actor.unit_ids


@transaction.atomic
def first_check(*, actor: Viewer, row: Tender, text: str, now: datetime) -> Tender:
    """Record the first check: the agent's own where it is on the platform, else the tenderer's for it."""
    locked = row_locked(row, related=("agent", "fair_measure__case"))
    on_platform = locked.agent is not None and locked.agent.unit_id is not None
    if not (_is_agent(actor, locked) if on_platform else locked.unit_id in actor.unit_ids):
        raise NotPermitted("由代理机构初查；没有代理机构的由招标单位初查")
    if locked.first_on:
        raise ActionNotAvailable("已经初查过了")
    locked.first_check, locked.first_by_id, locked.first_on = text, actor.person_id, local_date(now)
    locked.save(update_fields=["first_check", "first_by", "first_on"])
    row_noted(actor, "legal.first_check", locked, now, text=text)
    return locked


@transaction.atomic
def review(*, actor: Viewer, row: Tender, text: str, is_agreed: bool, now: datetime) -> Tender:
    """Review what was checked first, by another person of the tenderer; sent back it is checked again."""
    locked = row_locked(row, related=("agent", "fair_measure__case"))
    if locked.unit_id not in actor.unit_ids:
        raise NotPermitted("由招标单位核审")
    if locked.first_on is None or locked.reviewed_on:
        raise ActionNotAvailable("还没初查，或者已经核审过了")
    if locked.first_by_id == actor.person_id:
        raise NotPermitted("初查的人不能自己核审")
    locked.review, locked.reviewed_by_id = text, actor.person_id
    if is_agreed:
        locked.reviewed_on = local_date(now)
    else:
        locked.first_on = None
    locked.save(update_fields=["review", "reviewed_by", "reviewed_on", "first_on"])
    row_noted(actor, "legal.review", locked, now, text=text)
    return locked


@transaction.atomic
def publish(*, actor: Viewer, row: Tender, on: date, opened_on: date, now: datetime) -> Tender:
    """Put the documents out: reviewed, with a fair-competition review that passed, at least 20 days before the bids."""
    locked = row_locked(row, related=("agent", "fair_measure__case"))
    if locked.unit_id not in actor.unit_ids:
        raise NotPermitted("由招标单位发出")
    if locked.reviewed_on is None or locked.published_on:
        raise ActionNotAvailable("还没核审，或者已经发出了")
    if locked.fair_measure is not None and locked.fair_measure.case.outcome != "passed":
        raise ActionNotAvailable("招标文件的公平竞争审查还没通过")
    if on < locked.reviewed_on:
        refuse({"on": ["发出不能早于核审"]})
    if locked.standing.code == "must" and (opened_on - on).days < 20:
        refuse({"opened_on": ["必须招标的，从发出到截止投标至少 20 天（《招标投标法》第二十四条）"]})
    if opened_on < on:
        refuse({"opened_on": ["开标不能早于发出"]})
    locked.published_on, locked.opened_on = on, opened_on
    locked.save(update_fields=["published_on", "opened_on"])
    row_noted(actor, "legal.publish", locked, now, on=str(on))
    return locked


def clues(row: Tender) -> list[Clue]:
    """Return the clues among a tender's bids."""
    return clues_of([bid.offer for bid in row.bids.order_by("pk")])


def clue_key(clue: Clue) -> str:
    return f"{clue.code}:{'、'.join(sorted(clue.bidders))}"[:400]


@transaction.atomic
def clue_check(*, actor: Viewer, row: Tender, key: str, finding: str, now: datetime) -> BidClue:
    """Write what was found on looking into a clue; said again it replaces what was said."""
    if not watches(actor):
        raise NotPermitted("由招投标监督单位核查")
    clue = next((c for c in clues(row) if clue_key(c) == key), None)
    if clue is None:
        refuse({"key": ["没有这条线索，请重选"]})
    assert clue is not None
    values = {"finding": finding, "checked_by_id": actor.person_id, "checked_on": local_date(now)}
    bidders = "、".join(sorted(clue.bidders))[:400]
    made, _ = BidClue.objects.update_or_create(tender=row, code=clue.code, bidders=bidders, defaults=values)
    row_noted(actor, "legal.clue", row, now, flag=clue.label, finding=finding)
    return made
