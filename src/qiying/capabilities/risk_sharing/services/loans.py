"""A shared loan from filing to its end: shares checked, bank and fund agree, the book begins, the firm pays back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from qiying.capabilities.risk_sharing.models import AgreedLoan, Guarantor, SharedLoan
from qiying.capabilities.risk_sharing.rules.law import (
    PARTIES,
    PROGRAMMES,
    TITLE_FACTS,
    Faults,
    cap_faults,
    fund_fee_most,
    guaranteed,
    parts_of,
    percent,
    share_faults,
    title_fault,
    yuan,
)
from qiying.capabilities.risk_sharing.selectors import (
    FUND,
    LOAN,
    banks_of,
    guarantor_of,
    loan_of,
    office,
    standing,
)
from qiying.capabilities.risk_sharing.services.booking import begin_booked, book_locked, repaid_booked
from qiying.capabilities.risk_sharing.services.common import fen_of, told
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import Extras
from qiying.kernel.cases.models import Case
from qiying.kernel.enterprises.decision_facts import known_facts
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer

FIELDS = (
    "contract", "programme", "title", "title_until", "affiliates", "fee_rate", "fund_fee_rate", "is_small",
    "starts_on", "ends_on",
)  # fmt: skip


class LoanExtras(Extras):
    """What belongs to the case beside its row."""

    unpaid: int = 0
    claim_note: str = ""
    loss: str = ""


def loan_in(context: CaseContext) -> SharedLoan:
    found = loan_of(context.case)
    assert found is not None
    return found


def shares_in(data: Any) -> dict[str, Decimal]:
    """Return the shares as typed; parties with nothing are left out."""
    return {party: share for party in PARTIES if (share := getattr(data, party))}


def term_faults(loan: SharedLoan, book: Guarantor, on: date) -> Faults:
    """Return everything that speaks against a loan's terms on a day: shares, title, fees, caps, its owner."""
    faults = share_faults(loan.terms, loan.title, loan.percents, on)
    held = known_facts(loan.enterprise).get(TITLE_FACTS.get(loan.title, ""))
    if words := title_fault(loan.title, None if held is None else bool(held.value), loan.title_until, on):
        faults["title"] = [words]
    if loan.ends_on <= loan.starts_on:
        faults["ends_on"] = ["到期要在放款以后"]
    if loan.starts_on < loan.terms.valid_from:
        faults["starts_on"] = [f"{loan.terms.source}从 {loan.terms.valid_from} 起才有"]
    if book.owners.filter(pk=loan.enterprise_id).exists():
        faults["enterprise_id"] = ["不得为控股股东、实际控制人担保（第十七条）"]
    if faults:
        return faults
    part = guaranteed(loan.fen, loan.percents)
    most = fund_fee_most(part)
    if loan.fund_fee_rate > most:
        faults["fund_fee_rate"] = [f"担保 {yuan(part)}，基金费率不超过 {percent(most)}"]
    if loan.fund_fee_rate > loan.fee_rate:
        faults["fund_fee_rate"] = ["分出的费不能比收的担保费多"]
    return {**faults, **cap_faults(loan.terms, book.limits, standing(book, loan), fen=loan.fen, part=part)}


def check_opening(act: Act) -> Iterable[tuple[str, str]]:
    """Every reason at once, by field: whose it is, what the texts allow, how far the guarantor may go."""
    data, book = act.data, guarantor_of(act.viewer)
    if book is None:
        yield "programme", "您的单位没有登记为担保机构，请先请区金融中心登记"
        return
    district = act.case.district_id
    firm = Enterprise.objects.filter(pk=data.enterprise_id, district_id=district).first()
    if firm is None or firm.status != EnterpriseStatus.ACTIVE:
        yield "enterprise_id", "本区没有这家企业，或者它已经注销"
    if not banks_of(district).filter(pk=data.bank_id).exists():
        yield "bank_id", "本区没有这家银行"
    if office(district, FUND) is None:
        yield "programme", "本区还没有定哪个单位管风险补偿资金"
    earlier = (
        SharedLoan.objects.filter(bank_id=data.bank_id, contract=data.contract).select_related("case").first()
    )
    if earlier is not None:
        where = earlier.case.number if earlier.guarantor_id == book.pk else "别的担保机构登记的"
        yield "contract", f"这份合同已经登记过：{where}"
    if data.agreed_id is not None:
        yield from _agreed_faults(data, district)
    if firm is None:
        return
    act.enterprise = firm
    for field, reasons in term_faults(_row(data, book, firm), book, act.today).items():
        yield from ((("amount" if field == "fen" else field), reason) for reason in reasons)


def _agreed_faults(data: Any, district: int) -> Iterable[tuple[str, str]]:
    row = AgreedLoan.objects.filter(pk=data.agreed_id, district_id=district).first()
    told = (data.enterprise_id, data.bank_id)
    if row is None or SharedLoan.objects.filter(agreed=row).exists():
        yield "agreed_id", "没有这笔，或者已经有担保机构分担了"
    elif (row.enterprise_id, row.bank_id) != told or row.fen < fen_of(data.amount):
        yield "agreed_id", f"和谈成的对不上：{row.enterprise}、{row.bank}，{yuan(row.fen)}"


def _row(data: Any, book: Guarantor, firm: Enterprise) -> SharedLoan:
    """Return a loan as typed, unsaved."""
    return SharedLoan(
        district_id=firm.district_id,
        guarantor=book,
        bank_id=data.bank_id,
        enterprise=firm,
        agreed_id=data.agreed_id,
        fen=fen_of(data.amount),
        shares={party: str(share) for party, share in shares_in(data).items()},
        **{name: getattr(data, name) for name in FIELDS},
    )


def loan_file(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """Open the case of a loan and keep its row; a contract is shared once, whoever is quicker."""
    try:
        with transaction.atomic():
            case = case_open(
                procedure=LOAN, actor=actor, data=data.model_dump(), now=now, district_id=district_id,
                session_key=session_key,
            )  # fmt: skip
            if not SharedLoan.objects.filter(case=case).exists():  # the same form sent twice is one case
                book = guarantor_of(actor)
                assert book is not None
                row = _row(data, book, Enterprise.objects.get(pk=data.enterprise_id))
                row.case = case
                row.save()
    except IntegrityError:
        refuse({"contract": ["这份合同刚刚登记过，请刷新"]})
    return case


def opened(act: Act) -> None:
    """The bank confirms, then the fund's office takes it in; the firm sees who bears what."""
    book, firm = guarantor_of(act.viewer), act.enterprise
    assert book is not None and firm is not None
    fund = office(act.case.district_id, FUND)
    assert fund is not None
    row = _row(act.data, book, firm)
    act.set(
        title=f"{firm.label} {yuan(row.fen)} {PROGRAMMES[row.programme].label}"[:120],
        enterprise_id=firm.pk,
        lead_unit_id=book.unit_id,
        kind=row.programme,
    )
    act.party_add(f"u:{book.unit_id}", "lead")
    act.party_add(f"u:{row.bank_id}", "bank")
    act.party_add(f"u:{fund.pk}", "fund")
    act.party_add(firm.key, "borrower")
    act.on_behalf = f"u:{book.unit_id}"
    act.index_text = f"{act.case.number}\n{act.case.title}\n{firm.name}\n{row.contract}"
    act.count("filed")
    act.clock_start("confirm", words="担保机构登记后银行确认")
    told(act, "请确认共担的贷款", f"合同 {row.contract}，银行承担 {percent(row.percents['bank'])}。", "bank")


def confirmed(act: Act) -> None:
    """The bank agrees to bear its part."""
    act.stop("confirm")
    act.clock_start("record", words="银行确认后备案")
    told(act, "请备案", "银行确认了，请核比例、称号和限额。", "fund")


def in_view(context: CaseContext) -> list[tuple[str, str]]:
    """Show who bears what above the decision."""
    row = loan_in(context)
    parts = parts_of(row.fen, row.percents)
    shown = "，".join(f"{PARTIES[p]} {percent(row.percents[p])}（{yuan(fen)}）" for p, fen in parts.items())
    return [("贷款", yuan(row.fen)), ("各方承担", shown), ("称号", _title_words(row))]


def _title_words(row: SharedLoan) -> str:
    return f"{row.get_title_display()}，有效到 {row.title_until}" if row.title else "没有称号"


def recorded(act: Act) -> None:
    """Take a loan in: everything is asked again with the book locked, then the guarantee stands in the book."""
    row = loan_in(act)
    book = book_locked(row.guarantor_id)
    row.guarantor = book
    faults = term_faults(row, book, act.today)
    if faults:
        reasons = [reason for reasons in faults.values() for reason in reasons]
        raise GuardFailed(reasons)
    row.outstanding_fen, row.live_on = row.fen, act.today
    row.save(update_fields=["outstanding_fen", "live_on"])
    begin_booked(row, act.viewer, act.now)
    act.end_clocks("met")
    act.count("live")
    act.count("live_wan", value=row.fen // 1_000_000)
    told(act, "备案了", "从今天起在保，各方按比例承担。", "lead", "bank", "borrower")


def refused(act: Act) -> None:
    act.end_clocks()
    act.set(outcome="refused")
    act.count("refused")
    told(act, "没有同意", act.data.reason, "lead", "bank", "borrower")


def withdrawn(act: Act) -> None:
    told(act, "撤回了", act.data.reason, "bank", "fund")


def check_repaid(act: Act) -> Iterable[tuple[str, str]]:
    row = loan_in(act)
    if fen_of(act.data.amount) > row.outstanding_fen:
        yield "amount", f"还没还的是 {yuan(row.outstanding_fen)}，不能多记"
    if act.data.on > act.today or (row.live_on and act.data.on < row.live_on):
        yield "on", "在备案那天到今天之间"


def repaid(act: Act) -> None:
    """A repayment lowers what everybody answers for; the last one ends the case."""
    row, fen = loan_in(act), fen_of(act.data.amount)
    repaid_booked(row, fen, act.viewer, act.now)
    row.outstanding_fen -= fen
    row.save(update_fields=["outstanding_fen"])
    if not row.outstanding_fen:
        act.go("repaid")
        act.set(outcome="repaid")
        act.count("repaid")
