"""Reads of the enterprise register; what a viewer may not see is not in the queryset."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from qiying.kernel.enterprises.indicators import all_indicators
from qiying.kernel.enterprises.models import (
    BindingRequest,
    BindingState,
    BindingWay,
    Clerk,
    Enterprise,
    EnterpriseContact,
    EnterpriseFact,
)
from qiying.kernel.organisations.models import IdentityLevel
from qiying.kernel.organisations.phones import mask_phone
from qiying.kernel.permissions.errors import GuardFailed
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.credit_code import normalise

PERIOD_LENGTH = {"lasting": 0, "year": 4, "quarter": 6, "month": 7}


class CurrentFact(NamedTuple):
    """What is known now of one indicator."""

    indicator: str
    period: str
    value: str
    unit: str
    source: str
    recorded_at: datetime


class MaskedContact(NamedTuple):
    """A contact as shown before anybody asked for the number."""

    id: int
    name: str
    title: str
    phone: str
    is_primary: bool


def enterprises_visible_to(viewer: Viewer) -> QuerySet[Enterprise]:
    """Return the district's enterprises for officials who may look, and a clerk's own."""
    if viewer.is_system and viewer.district_id is None:
        return Enterprise.objects.all()
    seen = Q(pk__in=viewer.enterprise_ids)
    if viewer.district_id is not None and viewer.has("enterprises.view"):
        seen |= Q(district_id=viewer.district_id)
    return Enterprise.objects.filter(seen)


def enterprises_found(enterprises: QuerySet[Enterprise], text: str) -> QuerySet[Enterprise]:
    """Narrow a queryset by what somebody typed: every word in the names, or the beginning of a code."""
    code = normalise(text)
    by_name = Q()
    for word in text.split():
        by_name &= Q(name__icontains=word) | Q(short_name__icontains=word)
    if len(code) >= 6 and code.isascii():
        by_name |= Q(credit_code__startswith=code)
    return enterprises.filter(by_name)


def enterprise_required(district_id: int | None, text: str) -> Enterprise:
    """Return the enterprise a form names by code or full name; raise `GuardFailed` at its field."""
    wanted, rows = text.strip(), Enterprise.objects.filter(district_id=district_id or 0)
    found = rows.filter(credit_code=wanted.upper()).first() or rows.filter(name=wanted).first()
    if found is None or not wanted:
        why = ["本区没有这家企业，请核对代码或写全称"]
        raise GuardFailed(why, {"enterprise": why})
    return found


def profile(enterprise_id: int) -> dict[str, CurrentFact]:
    """Return the current fact of each indicator of one enterprise; one query."""
    return profiles([enterprise_id]).get(enterprise_id, {})


def profiles(
    enterprise_ids: Iterable[int], indicators: Iterable[str] = ()
) -> Mapping[int, dict[str, CurrentFact]]:
    """Return current facts by enterprise and indicator: the latest period in the indicator's own frequency.

    A quarter's turnover says nothing about a year's, so periods of another length do not count. One query.
    """
    facts = EnterpriseFact.objects.filter(enterprise_id__in=list(enterprise_ids))
    if wanted := list(indicators):
        facts = facts.filter(indicator__in=wanted)
    lengths = {i.code: PERIOD_LENGTH[i.frequency] for i in all_indicators()}
    found: dict[int, dict[str, CurrentFact]] = {}
    rows = _latest_versions(facts).order_by("enterprise_id", "indicator", "period")
    for row in rows.values_list("enterprise_id", *CurrentFact._fields):
        fact = CurrentFact(*row[1:])
        # Withdrawn values are dropped here: a filter would reach below the window and revive the older row.
        if fact.value and len(fact.period) == lengths.get(fact.indicator, len(fact.period)):
            found.setdefault(row[0], {})[fact.indicator] = fact
    return found


def facts_of(enterprise_id: int) -> QuerySet[EnterpriseFact]:
    """Return every recorded row, newest period first, corrections after what they correct."""
    return (
        EnterpriseFact.objects.filter(enterprise_id=enterprise_id)
        .select_related("recorded_by")
        .order_by("indicator", "-period", "id")
    )


def _latest_versions(facts: QuerySet[EnterpriseFact]) -> QuerySet[EnterpriseFact]:
    """Keep the last recorded row of each enterprise, indicator and period."""
    turn = Window(
        RowNumber(),
        partition_by=[F("enterprise_id"), F("indicator"), F("period")],
        order_by=F("id").desc(),
    )
    return facts.annotate(turn=turn).filter(turn=1)


def contacts_masked(enterprise_id: int) -> list[MaskedContact]:
    """Return whom to call at an enterprise, numbers masked; one query."""
    rows = EnterpriseContact.objects.filter(enterprise_id=enterprise_id, ended_on__isnull=True)
    return [MaskedContact(r.pk, r.name, r.title, mask_phone(r.phone), r.is_primary) for r in rows]


def contacts_visible_to(viewer: Viewer) -> QuerySet[EnterpriseContact]:
    """Return contacts of visible enterprises."""
    return EnterpriseContact.objects.filter(enterprise__in=enterprises_visible_to(viewer)).select_related(
        "enterprise"
    )


def clerks_of(enterprise_id: int, on: date) -> QuerySet[Clerk]:
    """Return who speaks for an enterprise on a day, with the people loaded."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return (
        Clerk.objects.filter(in_force, enterprise_id=enterprise_id, valid_from__lte=on)
        .select_related("person", "enterprise")
        .order_by("id")
    )


def bindings_of(person_id: int, on: date) -> QuerySet[Clerk]:
    """Return the enterprises a person is bound to on a day, also while his identity is unchecked."""
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return (
        Clerk.objects.filter(in_force, person_id=person_id, valid_from__lte=on)
        .select_related("enterprise")
        .order_by("enterprise__name", "id")
    )


def clerks_who_consent(on: date) -> QuerySet[Clerk]:
    """Return the clerks of a day who may let others in: those whose identity was checked."""
    checked = ~Q(identity_level=IdentityLevel.UNVERIFIED) | ~Q(
        person__identity_level=IdentityLevel.UNVERIFIED
    )
    in_force = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return Clerk.objects.filter(in_force, checked, valid_from__lte=on, person__is_active=True)


def clerks_visible_to(viewer: Viewer) -> QuerySet[Clerk]:
    """Return clerks of visible enterprises, and the viewer's own bindings."""
    own = Q(person_id=viewer.person_id) if viewer.person_id is not None else Q(pk__in=())
    return Clerk.objects.filter(own | Q(enterprise__in=enterprises_visible_to(viewer))).select_related(
        "person", "enterprise"
    )


def requests_visible_to(viewer: Viewer) -> QuerySet[BindingRequest]:
    """Return one's own requests, those on one's enterprises, and for the desk those of its district."""
    seen = Q(enterprise_id__in=viewer.enterprise_ids)
    if viewer.person_id is not None:
        seen |= Q(person_id=viewer.person_id)
    if viewer.district_id is not None and viewer.has("bindings.decide"):
        seen |= Q(district_id=viewer.district_id)
    return BindingRequest.objects.filter(seen).select_related("person", "enterprise", "decided_by")


def requests_waiting_for_clerk(viewer: Viewer) -> QuerySet[BindingRequest]:
    """Return what the viewer, as an existing clerk, is asked to consent to."""
    return requests_visible_to(viewer).filter(
        enterprise_id__in=viewer.enterprise_ids, way=BindingWay.CONSENT, state=BindingState.REQUESTED
    )


def can_see_values(viewer: Viewer, enterprise: Enterprise) -> bool:
    """Tell whether business figures are shown without asking (国务院令第722号 art. 30)."""
    return viewer.is_system or enterprise.pk in viewer.enterprise_ids or viewer.has("enterprises.figures")
