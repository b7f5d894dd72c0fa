"""People of bodies that are no government's get the roles for such; the federation of industry is a group."""

from typing import Any

from django.db import migrations
from django.db.models import Q

OFFICE = ("handler", "liaison", "leader")
ROLES = {
    "association": dict.fromkeys(OFFICE, "associate"),
    "agency": dict.fromkeys(OFFICE, "associate"),
    "bank": dict.fromkeys(OFFICE, "bank"),
    "mediator": dict.fromkeys(OFFICE, "mediation_staff"),
    "public_service": {"handler": "utility_handler", "liaison": "utility_handler", "leader": "utility_head"},
}
"""By kind of unit and role until now: the role from now on."""


def roles_change(apps: Any, schema_editor: Any) -> None:
    """Change roles that are held; one who then has the same role twice has it once."""
    units = apps.get_model("organisations", "Unit")._default_manager
    memberships = apps.get_model("organisations", "Membership")._default_manager
    named = Q(name__contains="工商业联合会") | Q(name__endswith="工商联")
    units.filter(named, kind="association").update(kind="group")
    for kind, roles in ROLES.items():
        for old, new in roles.items():
            for row in memberships.filter(unit__kind=kind, role=old).order_by("pk"):
                again = memberships.filter(person=row.person_id, unit=row.unit_id, role=new, valid_to=None)
                if row.valid_to is None and again.exists():
                    row.valid_to, row.ended_reason = row.valid_from, "和另一个任职并成一个"
                row.role = new
                row.save(update_fields=["role", "valid_to", "ended_reason"])


class Migration(migrations.Migration):
    dependencies = [("organisations", "0005_kinds_of_bodies")]

    operations = [migrations.RunPython(roles_change, migrations.RunPython.noop)]
