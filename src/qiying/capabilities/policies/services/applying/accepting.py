"""From the application to the end of the review: opening, accepting, material, opinions, the lead's finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qiying.capabilities.policies.models import Application, GrantItem, Policy
from qiying.capabilities.policies.services.applying.common import (
    PREPARED,
    application_of,
    hand,
    is_money,
    release,
    reserve,
    tell_asker,
    tell_lead,
)
from qiying.capabilities.policies.services.applying.extras import ApplicationExtras
from qiying.capabilities.policies.services.applying.publicity import publicity_start
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.standard import material
from qiying.kernel.organisations.selectors import units_with
from qiying.statutes.workdays import workdays_between
from qiying.ui.humanize import money_exact_words


def open_case(act: Act) -> None:
    """Name the parties and start the acceptance clock; the application's row is made by whoever opens."""
    case, data = act.case, act.data
    policy = Policy.objects.select_related("lead_unit").get(district_id=case.district_id, code=data.policy)
    known = ApplicationExtras.of(case)
    enterprise_id = known.enterprise
    assert enterprise_id is not None
    act.set(
        title=data.title[:120],
        kind=policy.grant,
        category=policy.theme,
        enterprise_id=enterprise_id,
        lead_unit_id=policy.lead_unit_id,
    )
    act.set_extras(way=data.way, opened_under=case.version)
    act.party_add(f"e:{enterprise_id}", "asker")
    act.party_add(f"u:{policy.lead_unit_id}", "lead")
    for unit_id in units_with(case.district_id, "supervision"):
        act.party_add(f"u:{unit_id}", "supervision")
    lead = act.new(
        "assignment",
        unit_id=policy.lead_unit_id,
        role="lead",
        ask="审核政策申请",
        state="sent",
        sent_at=act.now,
        sent_on=act.today,
    )
    if act.viewer.unit_ids and not act.viewer.is_system:
        for unit_id in sorted(act.viewer.unit_ids - {policy.lead_unit_id}):
            act.party_add(f"u:{unit_id}", "counter")
        hand(act, PREPARED)
    act.index_text = f"{case.number}\n{case.title}\n{known.enterprise_name}\n{data.project}"
    act.count("received")
    act.count(f"received_{data.way}")
    if data.way == "automatic":
        act.change("assignment", lead, state="taken", taken_at=act.now)
        return
    act.clock_start("accept", words="收到申请后要先受理")
    tell_lead(act, "policy_received")
    tell_asker(act, "policy_registered", unit=policy.lead_unit.label)


def accept(act: Act) -> None:
    """Take the application into review: lead and co-departments at the same time, the money set aside."""
    application = application_of(act)
    hand(act, PREPARED)
    lead = act.lead
    assert lead is not None
    act.change("assignment", lead, state="taken", taken_at=act.now, handler_id=act.viewer.person_id)
    act.set(handler_id=act.viewer.person_id, accepted_on=act.case.accepted_on or act.today)
    act.stop("accept")
    act.count("accepted")
    start_review(act)
    is_reserved = reserve(act, application)
    if not is_reserved:
        act.set_extras(queued=True)
    tell_asker(act, "policy_accepted", queued=not is_reserved, unit=application.policy.lead_unit.label)


def start_review(act: Act) -> None:
    """Start the joint review: the lead's clock, and each co-department's own shorter one."""
    application = application_of(act)
    act.clock_start("review", words="受理后要在这段时间里审核完")
    for unit in application.policy.co_units.all():
        if unit.pk == application.policy.lead_unit_id:
            continue
        assignment = act.new(
            "assignment",
            unit_id=unit.pk,
            role="co",
            ask=f"联审“{application.policy.name}”的申请，说同意还是不同意",
            state="sent",
            sent_at=act.now,
            sent_on=act.today,
        )
        act.party_add(f"u:{unit.pk}", "co")
        act.clock_start(
            "co", assignment=assignment, party_key=f"u:{unit.pk}", words="联审意见要先交，主办部门才能审核完"
        )
        act.notify("policy_opinion_wanted", f"u:{unit.pk}#policy+reviewer+handler")


def request_material(act: Act) -> None:
    """Name the missing papers and tell the enterprise."""
    material.request(act)
    tell_asker(act, "policy_material", items=act.data.items)


def give_material(act: Act) -> None:
    """Take the papers in and tell who goes on."""
    material.give(act, "reviewing")
    tell_lead(act, "policy_material_given")


def opinion(act: Act) -> None:
    """Hand in a co-department's opinion."""
    waiting = {a.no for a in act.open_co_assignments}
    words = "同意" if act.data.opinion == "agree" else "不同意"
    text = f"{words}。{act.data.reason}" if act.data.reason else words
    for assignment in act.own_assignments:
        if assignment.no not in waiting:
            continue
        person = act.viewer.person_id
        fields = {"taken_at": assignment.taken_at or act.now, "handler_id": person}
        act.change("assignment", assignment, state="answered", answered_at=act.now, opinion=text, **fields)
        act.clock_stop(act.clock("co", assignment.no))
        act.count(f"co_{act.data.opinion}", unit_id=assignment.unit_id)
    if act.data.opinion == "disagree":
        act.set_extras(disagreed=ApplicationExtras.of(act.case).disagreed + 1)
    hand(act, PREPARED)
    tell_lead(act, "policy_opinion_given", opinion=words)


def check_review(act: Act) -> Iterable[tuple[str, str]]:
    """Less than the engine says needs a reason, more is not possible; so does going on against an opinion."""
    application = application_of(act)
    data = act.data
    if not is_money(application):
        if data.amount_yuan is not None:
            yield "amount_yuan", "这项政策不发钱，金额不用填"
    elif data.amount_yuan is not None:
        yield from _amount_faults(int(data.amount_yuan * 100), application.asked_fen or 0, data.reason)
    if ApplicationExtras.of(act.case).disagreed and len(data.reason) < 4:
        yield "reason", "有联审部门不同意，要写明为什么仍然同意"


def _amount_faults(fen: int, asked: int, reason: str) -> Iterator[tuple[str, str]]:
    if fen > asked:
        yield "amount_yuan", f"不能比评估的多，评估是 {money_exact_words(asked)}"
    elif fen == 0:
        yield "amount_yuan", "一分不给的，请走“提出不予兑现”"
    elif fen < asked and len(reason) < 4:
        yield "reason", f"比评估的 {money_exact_words(asked)} 少，要写明为什么"


def review(act: Act) -> None:
    """Conclude the review in favour: publicity if the policy has one, else to whoever approves."""
    application = application_of(act)
    proposed = application.asked_fen
    if act.data.amount_yuan is not None:
        proposed = int(act.data.amount_yuan * 100)
    act.set_extras(proposal="grant", proposed_fen=proposed, review_words=act.data.reason or None)
    _reviewed(act)
    days = application.policy.publicity_workdays
    if days:
        publicity_start(act, application, days)
    else:
        to_approval(act)


def propose_refusal(act: Act) -> None:
    """Conclude the review against it; a second person decides."""
    act.set_extras(proposal="refuse", refusal_kind=act.data.kind, refusal_words=act.data.reason)
    _reviewed(act)
    to_approval(act)


def _reviewed(act: Act) -> None:
    hand(act, PREPARED)
    lead = act.lead
    if lead is not None and lead.state != "answered":
        fields = {"taken_at": lead.taken_at or act.now, "answered_at": act.now}
        act.change("assignment", lead, state="answered", handler_id=act.viewer.person_id, **fields)
    for assignment in act.open_co_assignments:
        act.change("assignment", assignment, state="ended")
    act.stop("accept", "review", "material")
    act.stop("co", result="cancelled")
    if act.case.accepted_on:
        days = workdays_between(act.case.accepted_on, act.today, act.calendar)
        act.count("review_days", bucket=days)


def to_approval(act: Act) -> None:
    """Give it to whoever approves, on his own clock."""
    act.go("approving")
    act.clock_start("approve", words="审核、公示以后要在这段时间里核定")
    tell_lead(act, "policy_approval_wanted", "reviewer+leader")


def return_to_review(act: Act) -> None:
    """Send it back to the review with what is to be looked at again."""
    act.stop("approve")
    back_to_review(act)
    tell_lead(act, "policy_returned", reason=act.data.reason)


def back_to_review(act: Act) -> None:
    """Open the review again on a fresh clock; co-departments are not asked a second time."""
    lead = act.lead
    if lead is not None and lead.state == "answered":
        act.change("assignment", lead, state="taken", answered_at=None)
    act.set_extras(proposal=None, proposed_fen=None, refusal_kind=None, refusal_words=None)
    act.clock_start("review", words="退回重审，重新起算审核时限")


def withdrawn(act: Act) -> None:
    """Free what was set aside when the enterprise takes its application back."""
    application = application_of(act)
    undone(act, application, "企业撤回")
    act.set(answered_on=act.today)
    if application.batch_id:
        GrantItem.objects.filter(case_id=act.case.pk).update(state=GrantItem.State.REFUSED)
    act.emit("policy_application_ended", outcome="withdrawn", application=application.pk)


def undone(act: Act, application: Application, why: str) -> None:
    """Take back what was granted and free the money; it waits for nothing any longer."""
    release(act, application, why)
    if application.approved_at is not None:
        application.approved_at, application.granted_fen = None, None
        application.save(update_fields=["approved_at", "granted_fen"])
    act.set_extras(queued=None)
