"""A body that was just registered by the authority: entered with its code, and who founded it speaks for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.credit_codes import checked_code
from qiying.kernel.enterprises.models import Enterprise, EnterpriseStatus
from qiying.kernel.enterprises.services.bindings import clerk_founding
from qiying.kernel.enterprises.services.enterprises import (
    enterprise_create,
    enterprise_update,
    registered_already,
)
from qiying.kernel.organisations.models import Person
from qiying.kernel.permissions.viewer import Viewer


def founded_by(source: str, credit_code: str) -> Enterprise | None:
    """Return what the same source entered before under this code."""
    code = checked_code(credit_code).code
    return Enterprise.objects.filter(credit_code=code, created_source=source).first() if code else None


def founding_problems(
    *, district_id: int, credit_code: str, source: str, prepared: Enterprise | None = None
) -> list[str]:
    """Say why no new body can be entered with this code: none, none of the kind, or somebody else's already."""
    if not credit_code.strip():
        return ["请写统一社会信用代码"]
    return registered_already(credit_code, district_id, founded_by(source, credit_code) or prepared)


@transaction.atomic
def enterprise_found(
    *,
    actor: Viewer,
    district_id: int,
    name: str,
    credit_code: str,
    address: str,
    source: str,
    at: datetime,
    founder: Person | None,
    prepared: Enterprise | None = None,
) -> Enterprise:
    """Enter a body that was just registered, and let its founder speak for it as far as his identity was checked.

    Done again by the same source it is the same body and the same clerk.

    Args:
        prepared: the body as it stood in the register while in preparation; it is completed.
    """
    row = founded_by(source, credit_code) or prepared
    if row is None:
        row = enterprise_create(
            actor=actor, district_id=district_id, name=name, at=at, credit_code=credit_code, source=source,
            address=address, established_on=local_date(at),
        )  # fmt: skip
    elif row.credit_code is None or row.status != EnterpriseStatus.ACTIVE:
        row = enterprise_update(
            actor=actor, enterprise=row, at=at, credit_code=credit_code, status=EnterpriseStatus.ACTIVE,
            address=row.address or address, established_on=row.established_on or local_date(at),
        )  # fmt: skip
    if founder is not None:
        clerk_founding(actor=actor, enterprise=row, person=founder, at=at)
    return row
