"""A district with the shipped catalogue, for tests of its pages and rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from qiying.capabilities.catalogue.models import Board, ServiceItem
from qiying.capabilities.catalogue.services.keeping import board_save, item_save
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.tests.kept import kept
from qiying.kernel.cases.models import Channel
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.organisations.tests.factories import NOW, make_district, make_person, make_unit
from qiying.kernel.permissions.viewer import system_viewer

TODAY = local_date(NOW)
SINCE = date(2020, 1, 1)


class Catalogue(kit.World):
    """A district whose catalogue is made item by item."""

    def board(self, name: str = "商事服务") -> Board:
        found = Board.objects.filter(district=self.district, name=name).first()
        values = {"name": name, "tier": "city", "about": "开店办证", "position": 1, "valid_from": SINCE}
        return found or board_save(actor=self.viewer("desk"), row=None, values=values, now=NOW)

    def values(self, **more: Any) -> dict[str, Any]:
        return {
            "code": "000131001000", "name": "食品经营许可", "board_id": self.board().pk,
            "department_id": self.units["bureau"].pk, "kind": "licence", "stage": "permit", "also": "开饭店",
            "promised": 1, "promised_unit": "workday", "statutory_days": 20, "online": True,
            "materials": [{"name": "平面图", "source": "applicant", "is_required": True, "note": ""}],
            "needed_when": '做什么 = "开业" and 行业 = "餐饮"', "valid_from": SINCE, **more,
        }  # fmt: skip

    def item(self, **more: Any) -> ServiceItem:
        return item_save(actor=self.viewer("desk"), row=None, values=self.values(**more), now=NOW)

    @property
    def maker(self) -> Any:
        return system_viewer("import_service", district_id=self.district.pk)


@kept
def make_catalogue() -> Catalogue:
    """Return a fresh district with its people and one of another district."""
    units: kit.Units = {
        "desk": kit.DESK,
        "bureau": ("市场监管局", ["handling"]),
        "town": ("青岚镇", ["handling"]),
    }
    people: kit.People = {
        "desk": ("许静", "desk", "desk"),
        "handler": ("方启明", "bureau", "handler"),
        "liaison": ("刘联", "town", "liaison"),
        "admin": ("林工", "desk", "admin"),
    }
    made = Catalogue(**kit.cast("海盐县", units, people))
    made.units["town"].kind = "town"
    made.units["town"].save()
    Channel.objects.create(district=made.district, code="platform", name="网上", group="线上")
    there = make_unit(make_district("外县"), "外县营商办", functions=["desk"])
    made.people["abroad"] = make_person("外受", there, "desk")
    return made
