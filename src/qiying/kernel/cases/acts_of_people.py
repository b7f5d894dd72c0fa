"""Acts on cases as the audit page shows them: who did what on which case and when; never what was written there."""

from __future__ import annotations

from functools import cache

from django.db.models import Exists, F, OuterRef, Q

from qiying.kernel.audit.actor import Reader
from qiying.kernel.audit.acts import act_labels, declare_act
from qiying.kernel.audit.models import AuditEntry
from qiying.kernel.audit.selectors import EntryFilter, register_elsewhere
from qiying.kernel.cases.models import CaseEvent
from qiying.kernel.cases.models.case import Confidentiality
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.organisations.models import Membership

PREFIX = "case."  # before procedure and act, as the audit page names an act on a case


@cache
def register() -> None:
    """Name every act of every procedure for the audit page, and hand it the acts themselves."""
    known = act_labels()
    for machine in PROCEDURES.all():
        for action in machine.actions:
            code = f"{PREFIX}{machine.code}.{action.code}"
            if code not in known:
                known[code] = action.label
                declare_act(code, action.label)
    register_elsewhere(acts_of_people)


def acts_of_people(viewer: Reader, chosen: EntryFilter, before: int | None, limit: int) -> list[AuditEntry]:
    """Return acts of the office's people on cases of the viewer's district, newest first.

    What an enterprise did is read in the case, by those who take part; of restricted cases nothing is shown.
    """
    holds_office = Exists(Membership.objects.filter(person_id=OuterRef("actor_id")))
    outside = Q(actor_role="") & ~Q(holds_office)  # an opening has no standing yet
    for code in PROCEDURES.codes_of("enterprise", "person"):
        outside |= Q(actor_role__startswith=code)
    events = CaseEvent.objects.filter(
        _condition(chosen), actor_id__isnull=False, case__confidentiality=Confidentiality.INTERNAL
    ).exclude(outside)
    if not viewer.is_system:
        events = events.filter(case__district_id=viewer.district_id or 0)
    if before is not None:
        events = events.filter(pk__lt=before)
    named = events.order_by("-pk").annotate(number=F("case__number"), procedure=F("case__procedure"))
    return [_entry(event) for event in named.defer("data")[:limit]]


def _condition(chosen: EntryFilter) -> Q:
    q = Q()
    if chosen.actor:
        q &= Q(actor_name=chosen.actor)
    if chosen.action:
        procedure, _, action = chosen.action.removeprefix(PREFIX).partition(".")
        q &= Q(case__procedure=procedure, action=action)
    if chosen.subject:
        q &= Q(case__number=chosen.subject.removeprefix("case:"))
    return q & chosen.days()


def _entry(event: CaseEvent) -> AuditEntry:
    found = AuditEntry(
        id=event.pk,
        at=event.at,
        actor_person_id=event.actor_id,
        actor_name=event.actor_name,
        action=f"{PREFIX}{event.procedure}.{event.action}",  # type: ignore[attr-defined]
        subject=f"case:{event.number}",  # type: ignore[attr-defined]
        data="{}",
        hash=event.hash,
        algorithm=event.algorithm,
    )
    found.is_elsewhere = True
    return found
