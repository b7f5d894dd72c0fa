"""What was not repaid: claimed by the bank, checked by the guarantor, decided by a second person, then recovered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from qiying.capabilities.risk_sharing.models import SharedLoan
from qiying.capabilities.risk_sharing.rules.law import PARTIES, SYSTEM, percent, within_ceiling, yuan
from qiying.capabilities.risk_sharing.selectors import ceiling_left
from qiying.capabilities.risk_sharing.services.booking import (
    DUE,
    RISK,
    back_booked,
    book_locked,
    claim_booked,
    claim_parts,
    settled_booked,
)
from qiying.capabilities.risk_sharing.services.common import fen_of, told
from qiying.capabilities.risk_sharing.services.loans import LoanExtras, loan_in
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.models import Approval
from qiying.kernel.cases.standard import asking
from qiying.kernel.ledger.services import held_by


def check_claim(act: Act) -> Iterable[tuple[str, str]]:
    """A bank claims what is out at most, with its proof that it asked the firm."""
    row, fen = loan_in(act), fen_of(act.data.amount)
    if fen > row.outstanding_fen:
        yield "amount", f"还没还的本金是 {yuan(row.outstanding_fen)}，不能多要"
    if not row.starts_on <= act.data.due_on <= act.today:
        yield "due_on", "逾期那天在放款到今天之间"
    if not act.data.documents:
        yield "documents", "请附逾期和催收的证明"


def claimed(act: Act) -> None:
    """The guarantor checks and proposes within its days."""
    act.set_extras(unpaid=fen_of(act.data.amount))
    act.clock_start("pay", words="银行申请代偿后")
    act.count("claimed")
    told(
        act,
        "银行申请代偿",
        f"没还上 {yuan(fen_of(act.data.amount))}。{act.data.reason}",
        "lead",
        "fund",
        "borrower",
    )


def borne(row: SharedLoan, unpaid: int, on: date) -> dict[str, int]:
    """Return what each party bears: beyond the year's ceiling fund and province give nothing, the guarantor does."""
    parts = claim_parts(row, unpaid)
    asked, covered = ceiling_left(row, on)
    beyond: dict[str, int] = {party: parts[party] for party in ("fund", "reguarantor") if party in parts}
    due = sum(beyond.values())
    left = within_ceiling(due, asked, covered, row.terms.ceiling)
    if left < due:
        kept = {party: part * left // due for party, part in beyond.items()}
        parts["guarantor"] = parts.get("guarantor", 0) + due - sum(kept.values())
        parts |= kept
    return parts


def in_view(context: CaseContext) -> list[tuple[str, str]]:
    """Show above the decision what each party would bear."""
    row, unpaid = loan_in(context), LoanExtras.of(context.case).unpaid
    parts = borne(row, unpaid, context.today)
    shown = "，".join(f"{PARTIES[party]} {yuan(fen)}" for party, fen in parts.items())
    words = f"{row.terms.label}当年最多补到 {percent(row.terms.ceiling)}，超出的由担保机构承担"
    return [("没还上", yuan(unpaid)), ("各方承担", shown), ("代偿上限", words)]


def proposed(act: Act) -> None:
    """One of the guarantor checks; the fund's office decides."""
    act.set_extras(claim_note=act.data.reason)
    asking.ask(act, "claim")


def declined(act: Act) -> None:
    act.stop("pay")
    act.set_extras(unpaid=0)
    told(act, "代偿退回", act.data.reason, "bank", "fund")


def decided(act: Act) -> None:
    """A second person decides; agreed, it is paid and stands in the book exactly once."""
    if asking.decided(act, "claim") is None:
        act.go("claimed")
        return
    row = loan_in(act)
    row.guarantor = book_locked(row.guarantor_id)
    unpaid = LoanExtras.of(act.case).unpaid
    parts = borne(row, unpaid, act.today)
    claim_booked(row, parts, act.viewer, act.now)
    row.unpaid_fen, row.parts, row.paid_on, row.outstanding_fen = unpaid, parts, act.today, 0
    row.save(update_fields=["unpaid_fen", "parts", "paid_on", "outstanding_fen"])
    act.stop("pay")
    act.go("paid")
    act.count("paid")
    act.count("paid_wan", value=unpaid // 1_000_000)
    told(act, "代偿了", f"没还上 {yuan(unpaid)}，各方按比例承担，开始追偿。", "lead", "bank", "borrower")


def check_settled(act: Act) -> Iterable[tuple[str, str]]:
    row = loan_in(act)
    if row.parts.get(act.data.party, 0) == 0:
        yield "party", f"{PARTIES[act.data.party]}在这笔里没有要付的"
    elif fen_of(act.data.amount) > due_of(row)[act.data.party]:
        yield "amount", f"还应付 {yuan(due_of(row)[act.data.party])}"


def due_of(row: SharedLoan) -> dict[str, int]:
    """Return what each party still owes for a loan, from the book's own postings."""
    held = held_by(RISK, loan_id=row.pk)
    return {party: held.get(account, 0) for party, account in DUE.items()}


def settled(act: Act) -> None:
    """A party paid its part to the guarantor."""
    settled_booked(
        loan_in(act), act.data.party, fen_of(act.data.amount), act.viewer, act.now, act.data.document
    )


def paid_for_others(row: SharedLoan) -> int:
    """Return what the guarantor paid of a claim, for itself and those who stand behind it."""
    return sum(row.parts.get(party, 0) for party in SYSTEM)


def check_back(act: Act) -> Iterable[tuple[str, str]]:
    row = loan_in(act)
    left = paid_for_others(row) - row.back_fen
    if fen_of(act.data.amount) > left:
        yield "amount", f"代偿的还有 {yuan(left)} 没有追回，不能多记"


def recovered(act: Act) -> None:
    """What came back lowers everybody's loss in proportion; when all is back the case ends."""
    row, fen = loan_in(act), fen_of(act.data.amount)
    back_booked(row, fen, act.viewer, act.now, act.data.document)
    row.back_fen += fen
    row.save(update_fields=["back_fen"])
    act.count("back_wan", value=fen // 1_000_000)
    if row.back_fen == paid_for_others(row):
        act.go("ended")
        act.set(outcome="recovered")


def loss_closed(act: Act, approval: Approval) -> None:
    """What cannot be recovered is closed on a second person's word; the loss stays in the book."""
    act.set(outcome="lost")
    act.set_extras(loss=approval.reason)
    act.count("lost")
