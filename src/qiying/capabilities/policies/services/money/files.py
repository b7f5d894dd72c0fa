"""What the treasury gets of a released batch: a workbook to fill in, and a file for the bank.

The bank file is plain UTF-8 text with a byte order mark, lines end in CR LF, fields are divided by `|`:

    H|批次号|交出日期 YYYYMMDD|笔数|合计元
    D|序号|支付号|户名|开户行|账号|金额元（两位小数）|用途
    T|笔数|合计元|校验

`校验` is the digest (SM3 where the machine has it) of all D lines joined by LF, so that a changed line is noticed.
Account numbers appear here and nowhere else; every download is an audit row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction

from qiying.capabilities.policies.models import Payment, PaymentBatch
from qiying.capabilities.policies.services.noting import noted
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.digest import digest
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.tables.workbooks import Column, Sheet, workbook_bytes
from qiying.ui.humanize import money_exact_words

FileKind = Literal["bank", "xlsx"]
PAID_WORDS, FAILED_WORDS = "成功", "失败"
COLUMNS: tuple[Column[Any], ...] = (
    Column("序号", kind="number"),
    Column("支付号"),
    Column("户名"),
    Column("开户行"),
    Column("账号"),
    Column("金额（元）", kind="money"),
    Column("用途"),
    Column("申请号"),
    Column("结果", note="付成写“成功”，没付成写“失败”"),
    Column("到账日期", note="例如 2026-11-28"),
    Column("回单号"),
    Column("没付成的原因"),
)


@dataclass(frozen=True)
class PayLine:
    """One payment as the bank needs it."""

    number: str
    holder: str
    bank: str
    account: str
    fen: int
    purpose: str
    case_number: str

    @property
    def yuan(self) -> str:
        return f"{Decimal(self.fen) / 100:.2f}"


@transaction.atomic
def batch_file(*, batch: PaymentBatch, kind: FileKind, actor: Viewer, at: datetime) -> tuple[str, bytes]:
    """Return name and content of a file of a released batch; taking it out is recorded, with its digest."""
    require(actor, "policies.money")
    locked = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in (PaymentBatch.State.EXPORTED, PaymentBatch.State.SETTLED):
        raise ActionNotAvailable("复核交财政以后才能下载")
    lines = pay_lines(locked)
    text = bank_text(locked, lines)
    fingerprint = digest(text)
    if not locked.file_digest:
        locked.file_digest = fingerprint
        locked.save(update_fields=["file_digest"])
    told = {"count": len(lines), "digest": fingerprint, "reveals": "收款账号"}
    noted(actor, "policies.batch_export", locked, at, kind=kind, **told)
    if kind == "bank":
        return f"{locked.number}.txt", text.encode("utf-8-sig")
    return f"{locked.number}.xlsx", _workbook(locked, lines)


@transaction.atomic
def accounts_check(*, batch: PaymentBatch, actor: Viewer, at: datetime) -> tuple[list[PayLine], str]:
    """Return the payments of an unreleased batch with full accounts for who checks them, and their digest.

    The look is recorded; the digest proves at the release that just these accounts were looked at.
    """
    require(actor, "policies.money")
    locked = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != PaymentBatch.State.DRAFT:
        raise ActionNotAvailable("这一批已经不是待复核，账号在下载的文件里")
    if locked.made_by_id is not None and locked.made_by_id == actor.person_id:
        raise NotPermitted("您做的这一批要由另一位资金专员核对")
    lines = pay_lines(locked)
    noted(
        actor,
        "policies.accounts_check",
        locked,
        at,
        number=locked.number,
        count=len(lines),
        reveals="收款账号",
    )
    return lines, lines_digest(lines)


def lines_digest(lines: Sequence[PayLine]) -> str:
    """Return what tells one list of payments, accounts and amounts from another."""
    return digest("\n".join(f"{o.number}|{o.holder}|{o.bank}|{o.account}|{o.fen}" for o in lines))


def pay_lines(batch: PaymentBatch) -> list[PayLine]:
    """Return the payments of a batch with account numbers; raise `GuardFailed` when one was erased."""
    rows = list(
        Payment.objects.filter(batch=batch)
        .select_related("account", "application__account", "application__policy", "application__case")
        .order_by("pk")
    )
    is_draft = batch.state == PaymentBatch.State.DRAFT  # until the release the account may still be corrected
    accounts = [p.application.account if is_draft else p.account for p in rows]
    numbers = personal_get([account.number_ref for account in accounts if account is not None])
    lines, gone = [], []
    for payment, account in zip(rows, accounts, strict=True):
        number = numbers.get(account.number_ref) if account is not None else None
        if account is None or number is None:
            gone.append(payment.number)
            continue
        lines.append(
            PayLine(
                payment.number,
                account.holder,
                account.bank,
                number,
                payment.amount_fen,
                payment.application.policy.name,
                payment.application.case.number,
            )
        )
    if gone:
        raise GuardFailed([f"{'、'.join(gone[:5])} 的账号已依法删除，请企业重新给账户"])
    return lines


def bank_text(batch: PaymentBatch, lines: list[PayLine]) -> str:
    """Return the bank file as text."""
    total = f"{Decimal(sum(one.fen for one in lines)) / 100:.2f}"
    day = f"{local_date(batch.exported_at):%Y%m%d}" if batch.exported_at else ""
    details = [
        "|".join(
            [
                "D",
                str(n),
                one.number,
                _plain(one.holder),
                _plain(one.bank),
                one.account,
                one.yuan,
                _plain(one.purpose),
            ]
        )
        for n, one in enumerate(lines, 1)
    ]
    head = f"H|{batch.number}|{day}|{len(lines)}|{total}"
    tail = f"T|{len(lines)}|{total}|{digest(chr(10).join(details))}"
    return "\r\n".join([head, *details, tail, ""])


def _plain(text: str) -> str:
    """Return a field without what divides fields and lines."""
    return " ".join(text.replace("|", " ").split())


def _workbook(batch: PaymentBatch, lines: list[PayLine]) -> bytes:
    rows = [
        [
            n,
            o.number,
            o.holder,
            o.bank,
            o.account,
            Decimal(o.fen) / 100,
            o.purpose,
            o.case_number,
            "",
            "",
            "",
            "",
        ]
        for n, o in enumerate(lines, 1)
    ]
    total = money_exact_words(sum(o.fen for o in lines))
    caption = f"{batch.number}，共 {len(lines)} 笔，合计 {total}。付完后填后四列，原样交回导入。"
    choices: dict[str, Sequence[str]] = {"结果": (PAID_WORDS, FAILED_WORDS)}
    return workbook_bytes([Sheet("支付明细", COLUMNS, rows, caption, choices)])
