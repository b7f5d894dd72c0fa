"""What the treasury sends back for a batch: read, tried without writing, then recorded payment by payment.

Nothing is recorded while one row is wrong. Each payment is a transaction of its own (ledger, case and batch with it),
so that a break-down leaves whole payments and the same file goes on where it stopped; a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from qiying.capabilities.policies.models import Payment, PaymentBatch
from qiying.capabilities.policies.services.money.payments import arrival_faults, payment_fail, payment_settle
from qiying.capabilities.policies.services.noting import noted
from qiying.kernel.audit.clock import local_date
from qiying.kernel.permissions.errors import GuardFailed, KernelError
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.tables.cells import clean_text
from qiying.kernel.tables.days import read_day
from qiying.kernel.tables.grid import UnreadableSheet
from qiying.kernel.tables.reading import read_table
from qiying.kernel.tables.spec import Field, Spec

State = Payment.State
SPEC = Spec(
    "payment_results",
    "财政回单",
    (
        Field("number", "支付号", ("支付编号", "业务编号", "number"), is_required=True),
        Field("result", "结果", ("支付结果", "处理结果", "状态", "result"), is_required=True),
        Field("on", "到账日期", ("支付日期", "付款日期", "日期", "date"), "date"),
        Field("reference", "回单号", ("凭证号", "流水号", "交易流水号", "reference")),
        Field("reason", "没付成的原因", ("失败原因", "退回原因", "原因", "备注", "reason")),
    ),
)
PAID = ("成功", "已支付", "支付成功", "已付", "到账", "已到账", "paid", "success", "ok")
FAILED = ("失败", "支付失败", "退回", "退汇", "没付成", "未成功", "failed", "fail")


@dataclass
class ResultLine:
    """One row of a file: what it says, what it would do (paid, failed, same), and what is wrong with it."""

    row: int
    number: str
    outcome: str = ""
    on: str = ""
    reference: str = ""
    reason: str = ""
    problems: list[str] = field(default_factory=list)
    is_known: bool = False
    enterprise: str = ""
    fen: int = 0

    def told(self) -> dict[str, Any]:
        """Return the line as JSON that can be kept between the trial and the recording."""
        return asdict(self)


def results_read(content: bytes) -> list[ResultLine]:
    """Return the rows of a treasury's file; raise `GuardFailed` at `table` when it cannot be read."""
    try:
        reading = read_table(content, SPEC)
    except UnreadableSheet as error:
        raise GuardFailed([str(error)], {"table": [str(error)]}) from None
    lines = [_line(row.number, row.values, row.problems) for row in reading.rows]
    if not lines:
        why = f"表里缺这几列：{'、'.join(reading.missing)}" if reading.missing else "表头下面没有数据"
        raise GuardFailed([why], {"table": [why]})
    return lines


def _line(number: int, values: dict[str, Any], problems: Sequence[str]) -> ResultLine:
    said = {f.key: clean_text(values.get(f.key)) for f in SPEC.fields}
    line = ResultLine(number, said["number"], problems=list(problems))
    line.reference, line.reason = said["reference"][:60], said["reason"][:200]
    result = said["result"].lower()
    if result in PAID:
        line.outcome = "paid"
    elif result in FAILED:
        line.outcome = "failed"
    elif result:
        line.problems.append(f"结果“{said['result'][:20]}”认不出，写“成功”或“失败”")
    else:
        line.problems.append("没写结果")
    if line.outcome == "paid":
        try:
            line.on = read_day(values.get("on"), None).isoformat()
        except ValueError as reason:
            line.problems.append(f"到账日期{reason}" if said["on"] else "没写到账日期，例如 2026-11-28")
    if line.outcome == "failed" and len(line.reason) < 2:
        line.problems.append("没付成要写原因，企业要照着改")
    return line


def results_try(batch: PaymentBatch, lines: Sequence[ResultLine], at: datetime) -> list[ResultLine]:
    """Return the lines with what each would do and what is wrong with it; nothing is written."""
    rows = Payment.objects.filter(batch=batch).select_related("application__enterprise", "batch")
    known = {p.number: p for p in rows}
    seen: dict[str, int] = {}
    for line in lines:
        payment = known.get(line.number)
        if payment is None:
            line.problems.append("这一批里没有这个支付号" if line.number else "没写支付号")
            continue
        if line.number in seen:
            line.problems.append(f"和第 {seen[line.number]} 行重复")
        seen.setdefault(line.number, line.row)
        line.enterprise, line.fen = payment.application.enterprise.name, payment.amount_fen
        if line.outcome:
            line.problems += _against(payment, line, local_date(at))
    return list(lines)


def _against(payment: Payment, line: ResultLine, today: date) -> list[str]:
    """Return what a line says that cannot be; note when it says what is known already."""
    state, is_paid = State(payment.state), line.outcome == "paid"
    line.is_known = state == (State.PAID if is_paid else State.FAILED)
    if not line.is_known and state not in ((State.SENT,) if is_paid else (State.SENT, State.PAID)):
        return [f"现在是“{state.label}”，不能登记{'到账' if is_paid else '没付成'}"]
    if not is_paid or not line.on:
        return []
    return list(arrival_faults(payment, date.fromisoformat(line.on), line.reference, today).values())


@dataclass(frozen=True)
class Recorded:
    """How a file went: payments recorded, those known before, and rows that were refused at the last moment."""

    paid: int
    failed: int
    same: int
    refused: tuple[str, ...]


def results_record(
    *, batch: PaymentBatch, lines: Sequence[ResultLine], actor: Viewer, at: datetime
) -> Recorded:
    """Record the results of a file that was tried; raise `GuardFailed` and write nothing if a row is wrong."""
    require(actor, "policies.money")
    for line in lines:
        line.problems, line.is_known = [], False
    tried = results_try(batch, lines, at)
    wrong = [f"第 {one.row} 行：{'；'.join(one.problems)}" for one in tried if one.problems]
    if wrong:
        raise GuardFailed(wrong[:20], {"table": wrong[:20]})
    payments = {p.number: p for p in Payment.objects.filter(batch=batch)}
    done = {"paid": 0, "failed": 0, "same": 0}
    refused = []
    for line in tried:
        try:
            changed = _record(payments[line.number], line, actor, at)
        except KernelError as error:
            refused.append(f"第 {line.row} 行没登记：{error}")
            continue
        done[line.outcome if changed else "same"] += 1
    if done["paid"] or done["failed"] or refused:
        noted(actor, "policies.results_import", batch, at, **done, refused=len(refused))
    return Recorded(done["paid"], done["failed"], done["same"], tuple(refused))


def _record(payment: Payment, line: ResultLine, actor: Viewer, at: datetime) -> bool:
    if line.outcome == "paid":
        day = date.fromisoformat(line.on)
        return payment_settle(payment=payment, on=day, reference=line.reference, actor=actor, at=at)
    return payment_fail(payment=payment, reason=line.reason, actor=actor, at=at)
