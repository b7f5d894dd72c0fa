"""Every intake gets its own reply: when it is due, by which way it goes, and that it went.

Acts tell it (`request_answered`, `case_closed` …); the worker runs it after commit, at least once. A channel's
way decides: inbox and SMS are sent by notices, a webhook through the district's outside addresses, a table is
handed out, letters and words are ticked by the desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from qiying.capabilities.service_requests.models import RequestExtras
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.askers import live_links
from qiying.kernel.cases.models import Answer, Case, CaseIntake, Channel, Intake
from qiying.kernel.cases.reading import OWN_TITLE
from qiying.kernel.cases.texts import title_of
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.enterprises.selectors import clerks_of
from qiying.kernel.notices.models import Delivery, DeliveryState
from qiying.kernel.notices.services import NoticeSpec, notices_queue
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer

Way = Channel.ReplyVia
Reply = Intake.Reply

EXTERNAL_STATES = {
    "received": "received", "accepted": "accepted", "waiting_material": "waiting_material", "assigned": "assigned",
    "handling": "handling", "disputed": "assigned", "suspended": "suspended", "transferred": "handling",
    "escalated": "handling", "reviewing": "handling", "answered": "answered",
    "written_off": "closed", "filed": "closed", "ended": "closed",
}  # fmt: skip
"""Our state to the word outside systems know; stable, because others build on it."""

TEMPLATE = "source_reply"
NOBODY_INSIDE = "u:0"
"""A party nobody belongs to: the notice goes to outside addresses only."""

REPLIES = frozenset(
    {"request_answered", "request_concluded", "request_declined", "case_filed", "case_withdrawn"}
)
"""Events after which the source is owed a reply."""

STATES = (
    "request_accepted", "request_assigned", "request_joined", "request_reopened", "case_voided", "case_closed",
)  # fmt: skip
"""Events that only change a state the source may want to know."""


@dataclass(frozen=True)
class ReplyRow:
    """One reply as it is handed out."""

    intake: Intake
    case: Case
    answer: str
    state: str
    outcome: str
    answered_on: date | None


def reply_due(event: str) -> Any:
    """Return what receives an event: it marks the replies that are now owed, and sends what programs send."""

    def receive(payload: Mapping[str, Any], now: datetime) -> None:
        case = Case.objects.select_related("channel").filter(number=payload["case"]).first()
        if case is not None:
            _note(case, event, now)

    return receive


def subscriptions() -> list[tuple[str, Any]]:
    """Return (event, receiver) of everything a source may want to know."""
    return [(event, reply_due(event)) for event in (*sorted(REPLIES), *STATES)]


@transaction.atomic
def _note(case: Case, event: str, now: datetime) -> None:
    for link in live_links([case.pk]):
        if event in REPLIES:
            _owe(link.intake, now)
        if link.intake.channel.reply_via == Way.WEBHOOK:
            _call_back(link, case, now)


def _owe(intake: Intake, now: datetime) -> None:
    """Mark a reply as owed; where notices reach the asker it is given already."""
    way = intake.channel.reply_via
    told = way in {Way.INBOX, Way.SMS} and _reached_by_notices(intake, now)
    if intake.is_anonymous and not intake.contact_phone_ref and way in {Way.INBOX, Way.SMS, Way.ORAL}:
        state: str = Reply.NOT_NEEDED
    else:
        state = Reply.SENT if told else Reply.PENDING
    Intake.objects.filter(pk=intake.pk).update(
        reply_state=state, replied_at=now if state == Reply.SENT else None
    )


def _reached_by_notices(intake: Intake, now: datetime) -> bool:
    """Tell whether somebody reads our notices for this intake: a person, a clerk, a phone."""
    if intake.person_id is not None or intake.contact_phone_ref:
        return True
    return intake.enterprise_id is not None and clerks_of(intake.enterprise_id, intake.received_on).exists()


def _call_back(link: CaseIntake, case: Case, now: datetime) -> None:
    """Queue the state as it now is, and the answer once there is one, for outside addresses; each is told once."""
    answer, intake = _answers([case]).get(case.pk), link.intake
    context = {
        "case": case.number,
        "title": case.title if link.is_primary else OWN_TITLE,
        "intake": intake.number,
        "source_id": intake.source_id or "",
        "channel": intake.channel.code,
        "state": EXTERNAL_STATES.get(case.state, case.state),
        "outcome": case.outcome,
        "answer": answer.text if answer else "",
        "answered_on": case.answered_on.isoformat() if case.answered_on else "",
    }
    spec = NoticeSpec(
        template=TEMPLATE,
        to=NOBODY_INSIDE,
        subject=f"intake:{intake.pk}",
        dedupe_key=f"reply:{intake.pk}:{case.pk}:{case.state}:{case.reopen_count}:{answer.no if answer else 0}",
        context=context,
        url=f"/cases/{case.number}/",
    )
    notices_queue([spec], district_id=intake.district_id, at=now)


def webhooks_confirm(now: datetime) -> int:
    """Mark the replies that outside systems took; what they refuse stays owed and is listed."""
    owed = Intake.objects.filter(reply_state=Reply.PENDING, channel__reply_via=Way.WEBHOOK)
    numbers = {f"intake:{pk}": pk for pk in owed.order_by("id").values_list("pk", flat=True)[:500]}
    taken = Delivery.objects.filter(
        state=DeliveryState.SENT, notice__template=TEMPLATE, notice__subject__in=numbers
    ).select_related("notice")
    done = {
        numbers[d.notice.subject]
        for d in taken
        if d.notice.context.get("answer") or d.notice.context.get("state") == "closed"
    }
    return Intake.objects.filter(pk__in=done).update(reply_state=Reply.SENT, replied_at=now)


def _answers(cases: Iterable[Case]) -> dict[int, Answer]:
    rows = Answer.objects.filter(case__in=list(cases), is_current=True).exclude(kind="interim").order_by("no")
    return {a.case_id: a for a in rows}


def unreplied(district_id: int, *, channel: str = "") -> QuerySet[Intake]:
    """Return the intakes whose source waits for a reply, the oldest first."""
    rows = Intake.objects.filter(district_id=district_id, reply_state=Reply.PENDING)
    if channel:
        rows = rows.filter(channel__code=channel)
    return rows.select_related("channel", "enterprise").order_by("received_at", "id")


def reply_rows(intakes: Sequence[Intake]) -> list[ReplyRow]:
    """Return the replies of some intakes, one row per case; three queries."""
    links = CaseIntake.objects.filter(intake__in=list(intakes), until__isnull=True).select_related("case")
    answers = _answers([link.case for link in links])
    by_id = {i.pk: i for i in intakes}
    outcomes = PROCEDURES.latest("service_request").outcomes
    rows = []
    said = personal_get([by_id[link.intake_id].body_ref for link in links if not link.is_primary])
    for link in sorted(links, key=lambda found: (by_id[found.intake_id].received_at, found.case_id)):
        case, answer = link.case, answers.get(link.case_id)
        if not link.is_primary:  # the title is another asker's sentence
            case.title = title_of(said.get(by_id[link.intake_id].body_ref) or OWN_TITLE)
        words = answer.text if answer else RequestExtras.of(case).conclusion
        state = PROCEDURES.get(case.procedure, case.version).state(case.state).label
        rows.append(
            ReplyRow(
                by_id[link.intake_id],
                case,
                words,
                state,
                outcomes.get(case.outcome, "") if case.outcome else "",
                case.answered_on,
            )
        )
    return rows


def contacts(intakes: Sequence[Intake]) -> dict[int, tuple[str, str]]:
    """Return name and phone by intake, as the desk needs them to answer by telephone; one query."""
    refs = {r for i in intakes for r in (i.contact_name_ref, i.contact_phone_ref) if r}
    values = personal_get(sorted(refs))
    return {
        i.pk: (values.get(i.contact_name_ref) or "", values.get(i.contact_phone_ref) or "") for i in intakes
    }


@transaction.atomic
def replies_sent(*, intakes: Sequence[Intake], actor: Viewer, now: datetime, channel: str) -> int:
    """Mark replies as handed out in a table; return how many were still owed."""
    done = Intake.objects.filter(pk__in=[i.pk for i in intakes], reply_state=Reply.PENDING).update(
        reply_state=Reply.SENT, replied_at=now
    )
    record_act(
        actor=actor,
        action="replies_exported",
        subject=f"channel:{channel}",
        data={"channel": channel, "rows": len(intakes), "numbers": [i.number for i in intakes][:500]},
        at=now,
    )
    return done


@transaction.atomic
def reply_given(*, intake: Intake, actor: Viewer, now: datetime, way: str, note: str) -> None:
    """Tick that a source was told by word or letter, with how; raise `GuardFailed` when nothing is owed."""
    if way not in {"phone", "visit", "letter", "meeting", "not_needed"}:
        raise GuardFailed(["请选怎么回复的"], {"way": ["请选怎么回复的"]})
    if way == "not_needed" and len(note.strip()) < 4:
        raise GuardFailed(["请写为什么不用回复"], {"note": ["请写为什么不用回复"]})
    state = Reply.NOT_NEEDED if way == "not_needed" else Reply.SENT
    changed = Intake.objects.filter(pk=intake.pk, reply_state=Reply.PENDING).update(
        reply_state=state, replied_at=None if way == "not_needed" else now
    )
    if not changed:
        raise GuardFailed(["这份来件已经回复过，不用再登记"])
    record_act(
        actor=actor,
        action="reply_given",
        subject=f"intake:{intake.pk}",
        data={"intake": intake.number, "way": way, "note": note.strip()[:300]},
        at=now,
    )
