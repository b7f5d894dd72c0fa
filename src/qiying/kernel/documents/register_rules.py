"""Who sees documents filed under an enterprise or a binding request: their own apps lie below this one."""

from qiying.kernel.documents.models import Audience
from qiying.kernel.documents.subjects import register_subject
from qiying.kernel.enterprises.models import BindingRequest, Enterprise
from qiying.kernel.permissions.viewer import Viewer
from qiying.ui.given import whole


def _number(subject: str) -> int:
    """Return the id in a subject; 0, which no row has, when there is none."""
    return whole(subject.partition(":")[2]) or 0


def enterprise_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Its clerks see what is for all parties; officials of its district what their permission opens."""
    enterprise_id = _number(subject)
    if enterprise_id in viewer.enterprise_ids:
        return audience == Audience.PARTIES
    needed = "enterprises.edit" if audience == Audience.RESTRICTED else "enterprises.view"
    return viewer.has(needed) and _in_district(viewer, enterprise_id)


def binding_visible(viewer: Viewer, subject: str, audience: str) -> bool:
    """Whoever asked, the enterprise's clerks, and those of the district who decide bindings."""
    request = BindingRequest.objects.filter(pk=_number(subject)).first()
    if request is None:
        return False
    if viewer.person_id == request.person_id or request.enterprise_id in viewer.enterprise_ids:
        return audience == Audience.PARTIES
    return viewer.has("bindings.decide") and viewer.district_id == request.district_id


def _in_district(viewer: Viewer, enterprise_id: int) -> bool:
    return (
        viewer.district_id is not None
        and Enterprise.objects.filter(pk=enterprise_id, district_id=viewer.district_id).exists()
    )


def register() -> None:
    """Register both subjects; called when the app is ready."""
    register_subject("enterprise", enterprise_visible)
    register_subject("binding", binding_visible)
