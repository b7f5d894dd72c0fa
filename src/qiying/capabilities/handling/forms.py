"""Forms of partner regions and licences, made from their models; labels are the headings of imported tables."""

from __future__ import annotations

from datetime import date

from qiying.capabilities.handling.models import Licence, Partner
from qiying.kernel.enterprises.fields import firm_field
from qiying.kernel.organisations.models import UnitKind
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.rows import row_form


def _desks(viewer: Viewer, today: date) -> list[tuple[int, str]]:
    kinds = (UnitKind.AGENCY, UnitKind.PUBLIC_SERVICE, UnitKind.OFFICE)
    return unit_choices(viewer.district_id or 0, kinds)


partner_form = row_form(
    Partner,
    *("province", "county", "desk", "contact", "phone"),
    offers={"desk": _desks},
    hints={"desk": "先在单位里建对方的窗口，角色给“伙伴地区窗口”"},
)
licence_form = row_form(
    Licence,
    *("enterprise", "name", "number", "issuer", "valid_until", "how"),
    fields={"enterprise": firm_field()},
)
