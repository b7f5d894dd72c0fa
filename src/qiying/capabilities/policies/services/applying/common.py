"""What the acts of an application share: its row, its money in the ledger, whom to tell, who had which hand in it."""

from __future__ import annotations

from typing import Any

from qiying.capabilities.policies.models import Application, PolicyGrant
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.services.money import ledger
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.permissions.kept import kept_one

PREPARED, APPROVED = "prepared_by", "approved_by"
"""Keys of the case's extras: people who accepted, reviewed or sampled it; people who approved it (law 6)."""


_NAMED = ("policy__lead_unit", "policy__service_unit", "version", "evaluation", "account", "enterprise")


def application_of(context: CaseContext) -> Application:
    """Return the application a case is about, read once an act."""
    found: Application | None = getattr(context, "_application", None)
    if found is None:
        found = kept_one(Application.objects.select_related, *_NAMED, case_id=context.case.pk)
        setattr(context, "_application", found)  # noqa: B010 (kept for this one act)
    return found


def is_money(application: Application) -> bool:
    """Tell whether the policy pays money."""
    return application.policy.grant == PolicyGrant.MONEY


def hand(act: Act, what: str) -> None:
    """Note that this person had a hand in it, so that the engine keeps him from the next step."""
    person = act.viewer.person_id
    known: list[int] = getattr(ApplicationExtras.of(act.case), what)
    if person is not None and person not in known:
        act.set_extras(**{what: [*known, person]})


def tell_asker(act: Act, template: str, **context: Any) -> None:
    """Tell the enterprise; its clerks read it."""
    act.notify(template, f"e:{act.case.enterprise_id}", **context)


def tell_lead(act: Act, template: str, roles: str = "policy+handler", **context: Any) -> None:
    """Tell the lead unit's people of some roles."""
    if act.case.lead_unit_id:
        act.notify(template, f"u:{act.case.lead_unit_id}#{roles}", **context)


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
