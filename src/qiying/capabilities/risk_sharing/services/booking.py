"""The ledger of risk: which tables it is, and what begins, is paid, claimed, borne and recovered as movements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from qiying.capabilities.risk_sharing.models import (
    BALANCES,
    LABELS,
    Guarantor,
    RiskEntry,
    RiskPosting,
    SharedLoan,
)
from qiying.capabilities.risk_sharing.rules.law import SYSTEM, fee_of, guaranteed, parts_of, yuan
from qiying.kernel.ledger.arithmetic import Moves
from qiying.kernel.ledger.declaring import Ledger
from qiying.kernel.ledger.services import entry_write, next_key
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.kernel.permissions.viewer import Viewer

DUE = {"reguarantor": "due_re", "fund": "due_fund", "government": "due_gov"}
"""Who owes the guarantor a part of what it paid, with the account."""
Kind = RiskEntry.Kind


def _live_differences() -> Iterator[str]:
    """What loans say is out must be what the book answers for."""
    for book in Guarantor.objects.select_related("unit"):
        rows = book.loans.filter(live_on__isnull=False)
        held = sum(guaranteed(row.outstanding_fen, row.percents) for row in rows)
        if held != book.exposure_fen:
            yield f"{book}：在保余额 {yuan(book.exposure_fen)}，各笔贷款加起来 {yuan(held)}"


RISK = Ledger(
    code="risk_sharing",
    title="风险共担",
    book=Guarantor,
    entry=RiskEntry,
    posting=RiskPosting,
    outside=("lender", "payer", "settled", "back"),
    balances={account: f"{account}_fen" for account in BALANCES},
    labels=LABELS,
    words=yuan,
    name_of=lambda book: str(book),
    also=_live_differences,
)


def book_locked(pk: int) -> Guarantor:
    """Return a guarantor with its book locked until the transaction ends: limits are asked and used in one go."""
    return Guarantor.objects.select_for_update().get(pk=pk)


def _write(loan: SharedLoan, kind: str, moves: Mapping[str, int], actor: Viewer, at: datetime, memo: str = "",
           key: str = "") -> None:  # fmt: skip
    moves = {account: fen for account, fen in moves.items() if fen}
    if not moves:
        return
    key = key or next_key(RISK, kind, loan_id=loan.pk)
    told: dict[str, Any] = {"kind": kind, "moves": moves, "key": key, "memo": memo, "loan": loan}
    entry = entry_write(RISK, book=loan.guarantor, actor=actor, at=at, **told)
    if entry is None:
        raise ActionNotAvailable("账上没有这么多，请刷新后再看")


def begin_booked(loan: SharedLoan, actor: Viewer, at: datetime) -> None:
    """The guarantor answers for its part from now on; the first year's fee comes in, a part of it goes on."""
    part = guaranteed(loan.fen, loan.percents)
    _write(loan, Kind.BEGIN, {"lender": -part, "exposure": part}, actor, at, key=f"begin:{loan.pk}")
    fee, ceded = fee_of(part, loan.fee_rate), fee_of(part, loan.fund_fee_rate)
    moves = {"payer": -fee, "fees": fee - ceded, "ceded": ceded}
    _write(loan, Kind.FEE, moves, actor, at, f"担保费率 {loan.fee_rate}%", key=f"fee:{loan.pk}")


def repaid_booked(loan: SharedLoan, fen: int, actor: Viewer, at: datetime) -> None:
    """The firm paid a part back: the guarantor answers for what is left."""
    before, after = (
        guaranteed(out, loan.percents) for out in (loan.outstanding_fen, loan.outstanding_fen - fen)
    )
    _write(loan, Kind.REPAY, {"exposure": after - before, "lender": before - after}, actor, at)


def claim_booked(loan: SharedLoan, parts: Mapping[str, int], actor: Viewer, at: datetime) -> None:
    """The guarantor pays the bank; what the others bear is due to it, its own part is lost. Written once a loan."""
    answered = guaranteed(loan.outstanding_fen, loan.percents)
    moves: Moves = {"exposure": -answered, "loss": parts.get("guarantor", 0)}
    moves |= {account: parts.get(party, 0) for party, account in DUE.items()}
    moves["lender"] = -sum(moves.values())  # nothing, unless the bank claimed less than was out
    _write(loan, Kind.CLAIM, moves, actor, at, key=f"claim:{loan.pk}")


def settled_booked(loan: SharedLoan, party: str, fen: int, actor: Viewer, at: datetime, memo: str) -> None:
    """Another party paid its part to the guarantor."""
    _write(loan, Kind.SETTLE, {DUE[party]: -fen, "settled": fen}, actor, at, memo)


def back_booked(loan: SharedLoan, fen: int, actor: Viewer, at: datetime, memo: str) -> None:
    """What was recovered belongs to those who bore the loss, in the same proportion."""
    borne = {party: loan.parts.get(party, 0) for party in SYSTEM}
    whole = sum(borne.values())
    before, after = (_cut(borne, whole, back) for back in (loan.back_fen, loan.back_fen + fen))
    own = after["guarantor"] - before["guarantor"]
    _write(loan, Kind.BACK, {"loss": -own, "settled": own - fen, "back": fen}, actor, at, memo)


def _cut(borne: Mapping[str, int], whole: int, back: int) -> dict[str, int]:
    """Return whose so much of a recovery is; cumulative, so that many small ones divide as one would."""
    found = {party: part * back // whole for party, part in borne.items()}
    left = back - sum(found.values())
    rest = sorted(borne, key=lambda party: -(borne[party] * back % whole))
    for party in rest[:left]:
        found[party] += 1
    return found


def claim_parts(loan: SharedLoan, unpaid: int) -> dict[str, int]:
    """Return what each party bears of what was not repaid, before any ceiling."""
    return parts_of(unpaid, loan.percents)
