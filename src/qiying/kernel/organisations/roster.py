"""The roster of 攻坚手 as others read it: task forces are drawn from it."""

from datetime import date

from django.db.models import Q, QuerySet

from qiying.kernel.organisations.models import RosterEntry


def roster_on(district_id: int, on: date) -> QuerySet[RosterEntry]:
    """Return who is on a district's roster on a day, with person and unit loaded."""
    return (
        RosterEntry.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .filter(district_id=district_id, valid_from__lte=on, person__is_active=True)
        .select_related("person", "unit")
        .order_by("unit__sort_order", "person__name", "id")
    )


def roster_with(district_id: int, on: date, speciality: str) -> list[RosterEntry]:
    """Return those on the roster who named a field containing the words."""
    return [e for e in roster_on(district_id, on) if any(speciality in word for word in e.specialities)]


def specialities(district_id: int, on: date) -> list[str]:
    """Return the fields named on the roster, each once, most frequent first."""
    counts: dict[str, int] = {}
    for entry in roster_on(district_id, on):
        for word in entry.specialities:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda w: (-counts[w], w))
