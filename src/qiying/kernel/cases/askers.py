"""Who asked a case: the intakes it answers now, whose they are, and what covers every word that tells it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from qiying.kernel.cases.models import Case, CaseIntake, Intake
from qiying.kernel.cases.texts import Veil
from qiying.kernel.permissions.kept import kept


def is_own_intake(intake: Intake, keys: Iterable[str]) -> bool:
    """Tell whether these keys speak for an intake: its link, its person, its enterprise."""
    mine = set(keys)
    if f"i:{intake.pk}" in mine:
        return True
    return not intake.is_anonymous and bool({f"p:{intake.person_id}", f"e:{intake.enterprise_id}"} & mine)


def live_links(case_ids: Collection[int]) -> list[CaseIntake]:
    """Return the intakes that cases answer now, with what tells who asked; one query."""
    if len(case_ids) == 1:
        return kept(_live_links, case_id=next(iter(case_ids)))
    return list(_live_links().filter(case_id__in=list(case_ids)))


def _live_links() -> QuerySet[CaseIntake]:
    named = CaseIntake.objects.select_related("intake__channel", "intake__enterprise", "intake__person")
    return named.filter(until__isnull=True).order_by("case_id", "no")


def veil_of(case: Case, intakes: Iterable[Intake], values: Mapping[str, str | None]) -> Veil:
    """Return what covers every word that tells who asked a case; `values` hold their contacts."""
    found = list(intakes)
    enterprises = [e for e in (case.enterprise, *(i.enterprise for i in found)) if e is not None]
    extras = [str(v) for i in found for k, v in i.extras.items() if k != "place" and isinstance(v, str)]
    people = [values.get(i.contact_name_ref) or "" for i in found]
    people += [i.person.name for i in found if i.person]
    others = [values.get(i.contact_phone_ref) or "" for i in found] + [i.source_id or "" for i in found]
    others += [e.credit_code or "" for e in enterprises]
    firms = [n for e in enterprises for n in (e.name, e.label)] + extras
    return Veil(firms=firms, people=people, others=others)


def contact_refs(intakes: Iterable[Intake]) -> list[str]:
    """Return the references of who is named as contact."""
    return [r for i in intakes for r in (i.contact_name_ref, i.contact_phone_ref) if r]
