"""The decision and what follows: granting, refusing, appeal, payment as the treasury reports it, rating."""

from __future__ import annotations

from qiying.capabilities.policies.models import Application
from qiying.capabilities.policies.services.applying.accepting import back_to_review, start_review, undone
from qiying.capabilities.policies.services.applying.checking import proposed_fen
from qiying.capabilities.policies.services.applying.common import (
    APPROVED,
    PREPARED,
    application_of,
    commit,
    hand,
    is_money,
    reserve,
    tell_asker,
    tell_lead,
)
from qiying.capabilities.policies.services.applying.publicity import supervision_tell
from qiying.capabilities.policies.services.money.deliveries import delivery_make
from qiying.capabilities.policies.services.money.payments import payment_make
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import ActionNotAvailable
from qiying.statutes.workdays import workdays_between
from qiying.ui.humanize import money_exact_words

REMEDY = (
    "不服这个决定，可以在收到之日起 60 日内申请行政复议（《行政复议法》第二十条），"
    "或者在知道之日起 6 个月内向人民法院起诉（《行政诉讼法》第四十六条）。"
)
"""How a refusal can be contested, told with every refusal."""


def confirm_instant(act: Act) -> None:
    """即申即享: one confirmation instead of review and publicity; the treasury still is somebody else."""
    lead = act.lead
    assert lead is not None
    act.stop("accept")
    fields = {"taken_at": act.now, "answered_at": act.now, "handler_id": act.viewer.person_id}
    act.change("assignment", lead, state="answered", **fields)
    act.set(accepted_on=act.today, handler_id=act.viewer.person_id)
    act.count("accepted")
    hand(act, PREPARED)
    grant(act)


def grant(act: Act) -> None:
    """Grant what was proposed: money is committed or waits its turn, a service goes to who delivers it."""
    application = application_of(act)
    hand(act, APPROVED)
    act.stop("approve", "accept")
    application.approved_at = act.now
    application.granted_fen = proposed_fen(application, act.case) if is_money(application) else None
    application.save(update_fields=["approved_at", "granted_fen"])
    act.set(answered_on=act.today)
    _count_grant(act, application)
    if not is_money(application):
        _deliver(act, application)
    elif commit(act, application):
        _to_payment(act, application)
    else:
        act.set_extras(queued=True)
        act.go("waiting_money")
        tell_asker(act, "policy_queued", amount=money_exact_words(application.granted_fen or 0))


def _count_grant(act: Act, application: Application) -> None:
    act.count("approved")
    act.count(f"approved_{application.way}")
    days = workdays_between(local_date(application.applied_at), act.today, act.calendar)
    act.count("decision_days", bucket=days)
    if application.granted_fen:
        act.count("granted_fen", value=application.granted_fen)


def _to_payment(act: Act, application: Application) -> None:
    act.set_extras(queued=None)
    payment_make(application=application, at=act.now)
    for unit_id in units_with(act.case.district_id, "treasury"):
        act.party_add(f"u:{unit_id}", "treasury")
        act.notify("policy_to_pay", f"u:{unit_id}#treasurer")
    act.go("approved")
    act.clock_start("pay", words="核定后要在这段时间里付到企业账上")
    tell_asker(act, "policy_approved", amount=money_exact_words(application.granted_fen or 0))


def _deliver(act: Act, application: Application) -> None:
    delivery_make(application=application, at=act.now)
    unit = application.policy.service_unit or application.policy.lead_unit
    act.party_add(f"u:{unit.pk}", "service")
    act.go("delivering")
    act.clock_start("deliver", words="核定后要在这段时间里兑现")
    act.notify("policy_to_deliver", f"u:{unit.pk}")
    tell_asker(act, "policy_to_come", unit=unit.label)


def money_found(act: Act) -> None:
    """There is money now: the turn of this application has come."""
    application = application_of(act)
    if not commit(act, application):
        raise ActionNotAvailable("钱还不够，或者前面还有别的申请")
    _to_payment(act, application)


def refuse(act: Act) -> None:
    """Refuse with every reason; the second person decides it."""
    hand(act, APPROVED)
    refuse_with(act, act.data.kind, act.data.reason)


def refuse_with(act: Act, kind: str, words: str) -> None:
    """Write the refusal: reasons, remedy, money free again."""
    application = application_of(act)
    undone(act, application, "不予兑现")
    act.set_extras(refusal_kind=kind, refusal_words=words)
    act.set(outcome="refused", answered_on=act.today)
    act.count("refused")
    act.count(f"refused_{kind}")
    days = workdays_between(local_date(application.applied_at), act.today, act.calendar)
    act.count("decision_days", bucket=days)
    act.emit("policy_application_ended", outcome="refused", application=application.pk)
    tell_asker(act, "policy_refused", reason=words, remedy=REMEDY)


def appeal(act: Act) -> None:
    """Ask the supervising unit to look at a refusal again."""
    act.set_extras(appealed_on=act.today.isoformat(), appeal_words=act.data.reason)
    act.clock_start("appeal", words="申请复核后要在这段时间里答复")
    act.set(outcome="")
    act.count("appealed")
    supervision_tell(act, "policy_appealed", reason=act.data.reason)


def decide_appeal(act: Act) -> None:
    """Uphold the appeal, and it is reviewed again, or let the refusal stand."""
    application, data = application_of(act), act.data
    act.stop("appeal")
    act.set_extras(appeal_finding=data.finding, appeal_decision=data.decision)
    if data.decision == "rejected":
        act.set(outcome="refused")
        act.go("refused")
    else:
        act.count("appeal_upheld")
        act.go("reviewing")
        _review_again(act)
        if not reserve(act, application):
            act.set_extras(queued=True)
        tell_lead(act, "policy_returned", reason=data.finding)
    words = "维持不予兑现" if data.decision == "rejected" else "复核成立，重新审核"
    tell_asker(act, "policy_appeal_decided", decision=words, finding=data.finding, remedy=REMEDY)


def _review_again(act: Act) -> None:
    """Review anew; what never came to a joint review gets one now."""
    if any(a.role == "co" for a in act.assignments) or act.case.accepted_on:
        back_to_review(act)
        return
    act.set_extras(proposal=None, refusal_kind=None, refusal_words=None)
    act.set(accepted_on=act.today)
    start_review(act)


def rate(act: Act) -> None:
    """Keep the enterprise's rating; who says nothing is not counted as satisfied."""
    stars = int(act.data.stars)
    act.set_extras(rating=stars, rated_on=act.today.isoformat(), rating_comment=act.ref("comment") or None)
    act.count("satisfaction", bucket=stars)
    if act.case.lead_unit_id:
        act.emit("service_rated", unit_id=act.case.lead_unit_id, level=stars, person_id=act.viewer.person_id)
    if stars <= 2:
        supervision_tell(act, "policy_rated_low", stars=stars)


def voided(act: Act) -> None:
    """Free what was set aside for an application filed by mistake."""
    application = application_of(act)
    undone(act, application, "作废")
    act.emit("policy_application_ended", outcome="voided", application=application.pk)
