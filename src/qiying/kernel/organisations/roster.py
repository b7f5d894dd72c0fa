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
