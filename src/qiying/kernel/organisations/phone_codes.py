"""Six digits by SMS: five minutes, five tries, counted per phone and address, kept as keyed digests."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import F
from django.utils.crypto import constant_time_compare

from qiying.kernel.organisations.models import PhoneCode
from qiying.kernel.organisations.passwords import is_demo_mode
from qiying.kernel.organisations.phones import mask_phone, phone_problem
from qiying.kernel.organisations.sms import SmsFailed, sms_gateway
from qiying.kernel.organisations.throttle import Limit, attempt, keyed_digest
from qiying.kernel.permissions.errors import GuardFailed

logger = logging.getLogger(__name__)
LASTS = timedelta(minutes=5)


class SentCode(NamedTuple):
    """What the page says after sending; `shown` is the code itself, in demo mode only."""

    masked_phone: str
    shown: str | None


def code_send(*, phone: str, purpose: str, ip: str, at: datetime, is_wanted: bool = True) -> SentCode:
    """Send a new code to a normalised phone number; raise `GuardFailed` with the reason why not.

    With `is_wanted` false nothing is sent but all else is alike, so that nobody learns who has an account.
    """
    if problem := phone_problem(phone):
        raise GuardFailed([problem], {"phone": [problem]})
    limits = [
        Limit("sms-minute", phone, 1, timedelta(minutes=1)),
        Limit("sms-day", phone, 10, timedelta(days=1)),
        Limit("sms-ip", ip, 30, timedelta(hours=1)),
    ]
    if exceeded := attempt(limits, at=at):
        words = f"验证码要得太勤了，过 {exceeded.words}再要。刚才的验证码 5 分钟内都能用。"
        raise GuardFailed([words], {"phone": [words]})
    if not is_wanted:
        return SentCode(mask_phone(phone), None)
    code = f"{secrets.randbelow(1_000_000):06d}"
    PhoneCode.objects.create(
        purpose=purpose,
        phone_digest=keyed_digest("phone", phone),
        code_digest=_code_digest(phone, purpose, code),
        sent_at=at,
        expires_at=at + LASTS,
    )
    _send(phone, code)
    return SentCode(mask_phone(phone), code if is_demo_mode() else None)


def _send(phone: str, code: str) -> None:
    try:
        sms_gateway().send(phone, f"【企应】验证码 {code}，5 分钟内有效。不是您本人操作，不用理会。")
    except SmsFailed:
        logger.exception("验证码没发出去")
        words = "验证码没发出去：短信网关没有接。过 1 分钟再试，或用登录名和密码登录。"
        raise GuardFailed([words], {"phone": [words]}) from None


def code_check(*, phone: str, purpose: str, code: str, ip: str, at: datetime) -> str | None:
    """Return `None` when the code is right, and use it up; else the reason in words.

    A try is taken off before comparing, so parallel guesses cannot have more than five.
    """
    if exceeded := attempt([Limit("code-ip", ip, 60, timedelta(hours=1))], at=at):
        return f"试得太多了，过 {exceeded.words}再试。"
    mine = PhoneCode.objects.filter(phone_digest=keyed_digest("phone", phone), purpose=purpose)
    row = mine.order_by("-id").first()
    if row is None or row.used_at is not None or row.expires_at <= at:
        return "验证码不对或已过期，请重新获取。"
    taken = PhoneCode.objects.filter(pk=row.pk, tries_left__gt=0, used_at=None).update(
        tries_left=F("tries_left") - 1
    )
    if not taken:
        return "这个验证码试错太多次，请重新获取。"
    if not constant_time_compare(row.code_digest, _code_digest(phone, purpose, code.strip())):
        return "验证码不对，看看是不是最新一条短信里的。"
    if not PhoneCode.objects.filter(pk=row.pk, used_at=None).update(used_at=at):
        return "这个验证码已经用过，请重新获取。"
    return None


def codes_purge(now: datetime) -> int:
    """Delete codes that ran out a day ago; return how many. The worker calls it daily."""
    return PhoneCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


def _code_digest(phone: str, purpose: str, code: str) -> str:
    return keyed_digest("code", phone, purpose, code)
