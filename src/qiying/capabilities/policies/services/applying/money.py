"""The ledger as the acts of an application use it; nothing is set aside for a policy that pays no money."""

from __future__ import annotations

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.services.applying.common import is_money
from qiying.capabilities.policies.services.money import ledger
from qiying.kernel.cases.act import Act


def reserve(act: Act, application: Application) -> bool:
    """Set the asked amount aside; false when money is short or others wait before it."""
    if not is_money(application):
        return True
    fen = application.asked_fen or 0
    return ledger.money_reserve(application=application, fen=fen, actor=act.viewer, at=act.now)


def release(act: Act, application: Application, memo: str) -> None:
    """Free whatever was set aside or committed."""
    if is_money(application):
        ledger.money_release(application=application, actor=act.viewer, at=act.now, memo=memo)


def commit(act: Act, application: Application) -> bool:
    """Commit the granted amount; false when money is short."""
    fen = application.granted_fen or 0
    return ledger.money_commit(application=application, fen=fen, actor=act.viewer, at=act.now)
