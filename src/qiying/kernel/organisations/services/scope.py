"""Who may change what: the permission, and only inside the actor's own district."""

from qiying.kernel.permissions.errors import NotPermitted
from qiying.kernel.permissions.viewer import Viewer, require


def require_in_district(actor: Viewer, code: str, district_id: int | None) -> None:
    """Raise `NotPermitted` without the permission, or for what is not of the actor's own district."""
    require(actor, code)
    if actor.is_system:
        return
    if district_id is None or actor.district_id != district_id:
        raise NotPermitted("这不是您所在区县的单位或人员，您不能改。", district_id=district_id)
