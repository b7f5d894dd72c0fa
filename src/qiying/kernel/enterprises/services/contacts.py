"""Writes on contacts; looking at a whole number is an act as well."""

from datetime import date, datetime

from django.db import transaction

from qiying.kernel.audit.services import record_act, reveal
from qiying.kernel.enterprises.models import Enterprise, EnterpriseContact
from qiying.kernel.enterprises.services.scope import is_own, require_edit
from qiying.kernel.organisations.phones import mask_phone, normalise_phone
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.errors import GuardFailed, refuse
from qiying.kernel.permissions.viewer import Viewer


@transaction.atomic
def contact_add(
    *,
    actor: Viewer,
    enterprise: Enterprise,
    name: str,
    phone: str,
    at: datetime,
    title: str = "",
    is_primary: bool = False,
) -> EnterpriseContact:
    """Write down whom to call; a new primary contact takes the place of the old one."""
    require_edit(actor, enterprise)
    number = normalise_phone(phone)
    fields: dict[str, list[str]] = {}
    if not name.strip():
        fields["name"] = ["请填姓名"]
    if not 7 <= sum(c.isdigit() for c in number) <= 20 or not set(number) <= set("0123456789+转*#"):
        fields["phone"] = ["电话号码不对：手机 11 位，座机带区号"]
    refuse(fields)
    if is_primary:
        enterprise.contacts.filter(is_primary=True).update(is_primary=False)
    row = EnterpriseContact.objects.create(
        enterprise=enterprise,
        name=name.strip(),
        phone=number,
        title=title.strip(),
        is_primary=is_primary,
        added_at=at,
        added_by_id=actor.person_id,
    )
    _record(actor, "contact_add", row, {"phone": mask_phone(number)}, at)
    return row


@transaction.atomic
def contact_end(*, actor: Viewer, contact: EnterpriseContact, on: date, at: datetime) -> EnterpriseContact:
    """Take a contact out of use; the row stays."""
    require_edit(actor, contact.enterprise)
    if contact.ended_on is not None:
        raise GuardFailed(["这位联系人已经停用"])
    contact.ended_on, contact.is_primary = on, False
    contact.save(update_fields=["ended_on", "is_primary"])
    _record(actor, "contact_end", contact, {"on": on.isoformat()}, at)
    return contact


@transaction.atomic
def contact_reveal(*, actor: Viewer, contact: EnterpriseContact, reason: str, at: datetime) -> str:
    """Return the whole number and record who looked and why; a clerk sees his own enterprise's without."""
    if is_own(actor, contact.enterprise):
        return contact.phone
    require_in_district(actor, "enterprises.reveal", contact.enterprise.district_id)
    reveal(
        viewer=actor,
        subject=f"enterprise:{contact.enterprise_id}",
        field=f"contact:{contact.pk}",
        reason=reason,
        at=at,
        district_id=contact.enterprise.district_id,
    )
    return contact.phone


def _record(actor: Viewer, action: str, row: EnterpriseContact, data: dict[str, str], at: datetime) -> None:
    record_act(
        actor=actor,
        action=f"enterprises.{action}",
        subject=f"enterprise:{row.enterprise_id}",
        data={"contact": row.pk, **data},
        at=at,
        district_id=row.enterprise.district_id,
    )
