"""Where an enterprise is paid: checked once, kept apart as personal data, used again without asking."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from qiying.capabilities.policies.models import Application, BankAccount
from qiying.capabilities.policies.services.noting import noted, refuse_any
from qiying.kernel.audit.personal import personal_get, personal_put
from qiying.kernel.cases.engine import case_act
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed
from qiying.kernel.permissions.viewer import Viewer

_NUMBER = re.compile(r"[0-9]{9,32}")


def account_of(enterprise_id: int) -> BankAccount | None:
    """Return the account in use, or None."""
    return BankAccount.objects.filter(enterprise_id=enterprise_id, ended_at__isnull=True).first()


def account_faults(enterprise: Enterprise, holder: str, bank: str, number: str) -> dict[str, str]:
    """Return what is wrong with an account as typed, by field."""
    wrong: dict[str, str] = {}
    if _plain(holder) != _plain(enterprise.name):
        wrong["account_holder"] = f"户名要和企业名称一致：{enterprise.name}"
    if len(bank.strip()) < 4:
        wrong["account_bank"] = "请写开户行全称，例如：中国银行海盐支行"
    digits = number_plain(number)
    if not _NUMBER.fullmatch(digits):
        wrong["account_number"] = "账号是 9 到 32 位数字，请核对"
    elif len(set(digits)) == 1:
        wrong["account_number"] = "账号不对，请核对"
    return wrong


@transaction.atomic
def account_give(
    *, enterprise: Enterprise, holder: str, bank: str, number: str, actor: Viewer, now: datetime
) -> BankAccount:
    """Keep an account as the one in use and return it; the same number again changes nothing.

    Raises `GuardFailed` by field. The number itself is personal data: rows and events hold its last four digits.
    """
    refuse_any(account_faults(enterprise, holder, bank, number))
    digits, bank = number_plain(number), bank.strip()
    current = account_of(enterprise.pk)
    if current is not None:
        known = personal_get([current.number_ref]).get(current.number_ref)
        if known == digits and current.bank == bank:
            return current
        current.ended_at = now
        current.save(update_fields=["ended_at"])
    account = BankAccount.objects.create(
        enterprise=enterprise,
        holder=enterprise.name,
        bank=bank,
        number_ref=str(personal_put([digits], at=now)[0]),
        last4=digits[-4:],
        given_at=now,
        given_by_id=actor.person_id,
    )
    noted(actor, "policies.account_give", enterprise, now, bank=bank, last4=digits[-4:])
    return account


def accounts_follow(*, account: BankAccount, actor: Viewer, now: datetime) -> None:
    """Let the enterprise's open money applications use an account; those whose money is under way stay."""
    rows = Application.objects.filter(
        enterprise_id=account.enterprise_id, case__is_open=True, policy__grant="money"
    )
    for one in rows.exclude(account_id=account.pk).select_related("case"):
        with suppress(ActionNotAvailable, GuardFailed):
            case_act(
                case=one.case,
                action="give_account",
                part_of="accounts_follow",
                actor=actor,
                data={"account_id": account.pk},
                now=now,
            )


def number_plain(text: str) -> str:
    """Return an account number without the blanks and dashes people type."""
    return re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", text))


def _plain(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
