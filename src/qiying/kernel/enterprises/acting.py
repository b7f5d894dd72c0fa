"""A person may act for several units and several enterprises; the session keeps for which one now."""

from django.http import HttpRequest

from qiying.kernel.permissions.viewer import Viewer

UNIT_KEY = "acting_unit_id"
ENTERPRISE_KEY = "acting_enterprise_id"


def acting_enterprise_id(request: HttpRequest, viewer: Viewer) -> int | None:
    """Return the enterprise the person acts for now: the chosen one, else the lowest, else none."""
    chosen = request.session.get(ENTERPRISE_KEY)
    if chosen in viewer.enterprise_ids:
        return int(chosen)
    return min(viewer.enterprise_ids, default=None)
