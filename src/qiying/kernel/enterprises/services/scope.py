"""Who may write on an enterprise: officials of its district by permission, its own clerks for some things."""

from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.services.scope import require_in_district
from qiying.kernel.permissions.viewer import Viewer


def is_own(actor: Viewer, enterprise: Enterprise) -> bool:
    """Tell whether the actor speaks for the enterprise."""
    return enterprise.pk in actor.enterprise_ids


def require_edit(actor: Viewer, enterprise: Enterprise, *, by_clerk: bool = True) -> None:
    """Raise `NotPermitted` unless the actor may write on this enterprise."""
    if by_clerk and is_own(actor, enterprise):
        return
    require_in_district(actor, "enterprises.edit", enterprise.district_id)
