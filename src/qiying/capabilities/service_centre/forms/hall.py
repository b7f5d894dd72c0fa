"""Forms of the hall's registers, made from their models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from qiying.capabilities.service_centre.models import ChiefOfficer, Duty, Hall, Window, Zone
from qiying.capabilities.service_centre.selectors.hall import windows_of, zones_of
from qiying.kernel.bookings.models import Bookable
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers import kept
from qiying.kernel.registers.rows import row_form

STRETCHES = "一行一段：周一 09:00-12:00。"


class ItemsField(forms.CharField):
    """Names of service items, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Show kept names one a line."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the names, each once."""
        lines = (line.strip() for line in str(super().clean(value)).replace("；", "\n").splitlines())
        return list(dict.fromkeys(filter(None, lines)))


OFFERS: dict[str, Any] = {
    **kept.OFFERS,
    "zone": lambda viewer, today: [(z.pk, str(z)) for z in zones_of(viewer.district_id)],
    "window": lambda viewer, today: [(w.pk, str(w)) for w in windows_of(viewer.district_id)],
}
IN_USE: dict[str, Any] = {
    "is_active": lambda viewer, row: forms.BooleanField(label="在用", required=False, initial=True)
}
ITEMS: dict[str, Any] = {"items": lambda viewer, row: ItemsField(label="办哪些事项", required=False)}
hall_form = row_form(
    Hall, "name", "unit", "address", "phone", "hours", "off_hours", offers=OFFERS,
    hints={
        "name": "例：上城区企业综合服务中心",
        "hours": f"{STRETCHES}只在工作日；调休上班的周末按周一。",
        "off_hours": "午间、晚上、周末；放假不开。",
    },
)  # fmt: skip
zone_form = row_form(
    Zone, "kind", "letter", "name", "about", "place", "is_active", fields=IN_USE,
    hints={"letter": "排队号从它开始：A001", "about": "企业按这句话找专区", "place": "例：一楼东侧"},
)  # fmt: skip
window_form = row_form(
    Window, "number", "name", "zone", "unit", "items", "is_active", offers=OFFERS, fields=IN_USE | ITEMS,
)  # fmt: skip
duty_form = row_form(
    Duty, "person", "window", "weekdays", "shift", "valid_from", "valid_to", offers=OFFERS,
    hints={"window": "导办台就不选", "weekdays": "12345 是周一到周五，6 是周六", "valid_to": "一直值就空着"},
)  # fmt: skip
chief_form = row_form(
    ChiefOfficer, "person", "unit", "zone", "field", "phone", "valid_from", "valid_to", offers=OFFERS,
    hints={"zone": "不选就是全部专区", "field": "例：工业项目从拿地到投产", "phone": "企业看得到，写有人接的"},
)  # fmt: skip


class OfferForm(forms.Form):
    """Which times of a zone can be booked."""

    hours = forms.CharField(label="每周时间", widget=forms.Textarea, help_text=STRETCHES)
    slot_minutes = forms.IntegerField(label="一次多少分钟", min_value=5, max_value=240, initial=30)
    capacity = forms.IntegerField(label="同时几家", min_value=1, max_value=50, initial=2)
    bring = forms.CharField(label="要带什么", max_length=200, required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, viewer: Viewer, today: date, row: Zone) -> None:
        known = Bookable.objects.filter(district_id=row.district_id, subject=row.subject).first()
        super().__init__(data, initial={n: getattr(known, n) for n in self.base_fields if known})
