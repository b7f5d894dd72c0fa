"""Money given to a policy for a year, taken back, and moved between policies of one unit; with paper and memo."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.http import Http404

from qiying.capabilities.policies.models import Budget, LedgerEntry, Policy, PolicyGrant
from qiying.capabilities.policies.rules.ledger_rules import AVAILABLE, TREASURY
from qiying.capabilities.policies.services.money.entries import MONEY
from qiying.capabilities.policies.services.money.queue import queue_serve_later
from qiying.capabilities.policies.services.noting import noted, refuse, refuse_any
from qiying.kernel.ledger.arithmetic import moved
from qiying.kernel.ledger.services import entry_write
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.ui.humanize import money_exact_words

Kind = LedgerEntry.Kind


@transaction.atomic
def budget_appropriate(
    *, policy: Policy, year: int, fen: int, document: str, memo: str, key: str, actor: Viewer, at: datetime
) -> Budget:
    """Give a policy money for a year; those who wait are served after the transaction. The same key gives once.

    Raises `GuardFailed` at `amount_yuan`, `document`, `memo` or `policy`.
    """
    _allowed(actor, policy)
    _checked(fen, document, memo)
    if policy.grant != PolicyGrant.MONEY:
        refuse({"policy": "这项政策给的是服务或权益，不用下达资金"})
    budget, _ = Budget.objects.get_or_create(
        policy=policy, year=year, defaults={"district_id": policy.district_id}
    )
    _write(budget, Kind.APPROPRIATE, fen, document, memo, f"give:{key}", actor, at)
    queue_serve_later(budget.pk, at)
    budget.refresh_from_db()
    return budget


@transaction.atomic
def budget_reduce(
    *, budget: Budget, fen: int, document: str, memo: str, key: str, actor: Viewer, at: datetime
) -> Budget:
    """Take money back from a budget: only what nobody has a claim on. Raises `GuardFailed`."""
    _allowed(actor, budget.policy)
    _checked(fen, document, memo)
    if _write(budget, Kind.REDUCE, fen, document, memo, f"take:{key}", actor, at) is None:
        _short(budget)
    budget.refresh_from_db()
    return budget


@transaction.atomic
def budget_transfer(
    *,
    source: Budget,
    target: Policy,
    fen: int,
    document: str,
    memo: str,
    key: str,
    actor: Viewer,
    at: datetime,
) -> Budget:
    """Move money from one policy of a unit to another of the same unit and year; return the target's budget."""
    _allowed(actor, source.policy)
    _allowed(actor, target)
    _checked(fen, document, memo)
    if target.pk == source.policy_id:
        refuse({"policy": "转入的要是另一项政策"})
    if target.lead_unit_id != source.policy.lead_unit_id:
        refuse({"policy": "只能在同一个主办部门的政策之间调剂"})
    if target.grant != PolicyGrant.MONEY:
        refuse({"policy": "转入的政策不发钱"})
    budget, _ = Budget.objects.get_or_create(
        policy=target, year=source.year, defaults={"district_id": target.district_id}
    )
    # Two budgets are locked in the order of their ids, so that two transfers never wait for each other.
    list(Budget.objects.select_for_update().filter(pk__in=[source.pk, budget.pk]).order_by("pk"))
    out = f"转给“{target.name}”：{memo}"
    into = f"从“{source.policy.name}”转来：{memo}"
    if _write(source, Kind.REDUCE, fen, document, out, f"out:{key}", actor, at) is None:
        _short(source)
    _write(budget, Kind.APPROPRIATE, fen, document, into, f"in:{key}", actor, at)
    queue_serve_later(budget.pk, at)
    budget.refresh_from_db()
    return budget


def _allowed(actor: Viewer, policy: Policy) -> None:
    require(actor, "policies.money")
    if not actor.is_system and actor.district_id != policy.district_id:
        raise Http404("没有这项政策")


def _checked(fen: int, document: str, memo: str) -> None:
    wrong: dict[str, str] = {}
    if fen <= 0:
        wrong["amount_yuan"] = "金额要大于 0"
    if len(document.strip()) < 2:
        wrong["document"] = "请写文号，资金的每次变动都要有依据"
    if len(memo.strip()) < 2:
        wrong["memo"] = "请写说明，以后查账要看"
    refuse_any(wrong)


def _short(budget: Budget) -> None:
    budget.refresh_from_db()
    words = f"可用的只有 {money_exact_words(budget.available_fen)}，预留和核定了的不能动"
    refuse({"amount_yuan": words})


def _write(
    budget: Budget,
    kind: Kind,
    fen: int,
    document: str,
    memo: str,
    key: str,
    actor: Viewer,
    at: datetime,
) -> LedgerEntry | None:
    given = kind == Kind.APPROPRIATE
    moves = moved(TREASURY, AVAILABLE, fen) if given else moved(AVAILABLE, TREASURY, fen)
    known = LedgerEntry.objects.filter(key=key).exists()
    entry = entry_write(
        MONEY,
        book=budget,
        kind=kind,
        moves=moves,
        key=key,
        actor=actor,
        at=at,
        memo=memo.strip(),
        document=document.strip(),
    )
    if entry is not None and not known:
        words = {"document": document.strip(), "memo": memo.strip()}
        noted(actor, f"policies.budget_{kind}", budget.policy, at, year=budget.year, fen=fen, **words)
    return entry
