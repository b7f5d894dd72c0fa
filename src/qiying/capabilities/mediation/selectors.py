"""Reads of mediation: bodies and mediators, matters one may see, and what ties a mediator to a party."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qiying.capabilities.mediation.models import Body, Duty, Matter, Mediator
from qiying.capabilities.mediation.rules.law import SUBJECTS
from qiying.kernel.cases.models import Case, CaseParty
from qiying.kernel.cases.selectors import cases_visible_to
from qiying.kernel.enterprises.models import Clerk, Enterprise, EnterpriseContact
from qiying.kernel.organisations.models import Membership
from qiying.kernel.permissions.viewer import Viewer

PROCEDURE = "mediation"
COURT = "court"
"""The kind of unit that courts are."""


def in_force(rows: QuerySet[Any], on: date) -> QuerySet[Any]:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


def bodies_on(district_id: int, on: date) -> QuerySet[Body]:
    """Return the bodies of a district that mediate on a day."""
    return in_force(Body.objects.filter(district_id=district_id), on).select_related("unit")


def mediators_by_body(body_ids: Sequence[int], on: date) -> dict[int, list[Mediator]]:
    """Return the mediators of several bodies on a day, in one query; who is suspended stands on no list."""
    rows = in_force(Mediator.objects.filter(body_id__in=body_ids), on).exclude(suspended_to__gte=on)
    found: dict[int, list[Mediator]] = {}
    for row in rows.select_related("person").order_by("name"):
        found.setdefault(row.body_id, []).append(row)
    return found


def mediators_on(body_id: int, on: date, subject: str = "") -> list[Mediator]:
    """Return a body's mediators of a day, those of the field first."""
    word = SUBJECTS.get(subject, "")
    return sorted(mediators_by_body([body_id], on).get(body_id, []), key=lambda m: word not in m.fields)


def matter_of(case: Case) -> Matter | None:
    """Return the matter of a case, None where it is none."""
    rows = Matter.objects.select_related("body__unit", "mediator", "asker", "respondent", "case")
    return rows.filter(case_id=case.pk or 0).first() if case.procedure == PROCEDURE else None


def matters_visible_to(viewer: Viewer) -> QuerySet[Matter]:
    """Return the matters in which somebody takes part: a mediator his own, a body's staff the body's."""
    rows = Matter.objects.select_related("body", "mediator", "asker", "case")
    return rows.filter(case__in=cases_visible_to(viewer))


def watches(viewer: Viewer) -> bool:
    """Tell whether somebody keeps the registers of the whole district: 司法行政."""
    return viewer.is_system or viewer.has("mediation.bodies")


def ties(mediator: Mediator, firms: Sequence[Enterprise], case_id: int | None, other: str = "") -> list[str]:
    """Say what the system knows that ties a mediator to a party: bindings, contacts, posts, former matters."""
    person, found = mediator.person, []
    ids = [f.pk for f in firms]
    names = {f.pk: f.name for f in firms}
    if other and other in (person.name, mediator.name, mediator.employer):
        found.append(f"和对方“{other}”同名，或者在那里工作")
    clerks = Clerk.objects.filter(person=person, enterprise_id__in=ids).values_list(
        "enterprise_id", flat=True
    )
    found += [f"是{names[pk]}的企业专员（现在或者以前）" for pk in sorted(set(clerks))]
    same = Q(name=person.name) | (Q(phone=person.phone) if person.phone else Q(pk=None))
    contacts = EnterpriseContact.objects.filter(same, enterprise_id__in=ids)
    found += [
        f"是{names[pk]}登记的联系人" for pk in sorted(set(contacts.values_list("enterprise_id", flat=True)))
    ]
    for firm in firms:
        if firm.legal_representative and firm.legal_representative in (person.name, mediator.name):
            found.append(f"和{firm.name}的法定代表人同名")
        if mediator.employer and mediator.employer in (firm.name, firm.short_name, firm.credit_code):
            found.append(f"工作单位是{firm.name}")
    codes = {f.credit_code: f.name for f in firms if f.credit_code}
    posts = Membership.objects.filter(person=person, unit__credit_code__in=list(codes))
    found += [
        f"在{codes[code]}任职（现在或者以前）"
        for code in sorted(set(posts.values_list("unit__credit_code", flat=True)))
    ]
    keys = [f"e:{pk}" for pk in ids]
    own = CaseParty.objects.filter(key=f"p:{person.pk}").exclude(case_id=case_id or 0).values("case_id")
    former = CaseParty.objects.filter(case_id__in=own, key__in=keys).values_list("key", "case__number")
    found += [f"经手过{names[int(key[2:])]}的 {number}" for key, number in sorted(set(former))[:5]]
    return found


def own_duties(viewer: Viewer) -> QuerySet[Duty]:
    """Return what the viewer's enterprises still have to do, or wait for, under agreements that run."""
    mine = Q(matter__asker_id__in=viewer.enterprise_ids) | Q(matter__respondent_id__in=viewer.enterprise_ids)
    rows = Duty.objects.filter(mine, done_on=None, matter__case__state="performing")
    return rows.select_related("matter__case", "matter__asker")
