"""The cast of applications: a desk, departments of several kinds, a clerk, a person without an enterprise."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from qiying.capabilities.approvals.services.applying import (
    Target,
    application_form,
    application_submit,
)
from qiying.capabilities.approvals.services.plans import bundle_in_force
from qiying.kernel.cases.models import Case, Channel
from qiying.kernel.cases.rebuild import differences
from qiying.kernel.cases.tests import world as kit
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.service_items import OfferedItem, service_item
from qiying.kernel.organisations.tests.factories import TODAY

UNITS: kit.Units = {
    "desk": kit.DESK,
    "supervision": kit.SUPERVISION,
    "approval": ("区行政审批局", ["handling"]),
    "market": ("区市场监督管理局", ["handling"]),
    "city": ("区综合行政执法局", ["handling"]),
    "fire": ("区消防救援大队", ["handling"]),
    "tax": ("区税务局", ["handling"]),
    "police": ("公安分局", ["handling"]),
    "labour": ("区人力资源和社会保障局", ["handling"]),
    "other": ("区林业局", ["handling"]),
}
PEOPLE: kit.People = {
    "desk": ("许静", "desk", "desk"),
    "supervisor": ("沈督", "supervision", "supervisor"),
    "approval": ("审一", "approval", "handler"),
    "market": ("孙一", "market", "handler"),
    "market2": ("孙二", "market", "leader"),
    "city": ("程一", "city", "handler"),
    "fire": ("方一", "fire", "handler"),
    "tax": ("税一", "tax", "handler"),
    "police": ("龚一", "police", "handler"),
    "labour": ("任一", "labour", "handler"),
    "stranger": ("林路", "other", "handler"),
    "admin": ("杨维", "other", "admin"),
}
EVERYBODY = ("clerk", "outsider", *PEOPLE)
RESTAURANT = {"店名": "阿兰小馆", "地址": "银泰城 B1-08", "面积": 80, "招牌": "不要", "人员密集": "不是"}


@pytest.fixture
def world() -> kit.World:
    return kit.World(**kit.cast("明川区", UNITS, PEOPLE))


def bundle(world: kit.World, code: str = "restaurant") -> Target:
    return Target(world.district.pk, bundle=bundle_in_force(code, world.now))


def item(world: kit.World, **more: Any) -> OfferedItem:
    """Put an item in whatever catalogue the product has, and read it as applications do."""
    board, _ = apps.get_model("catalogue", "Board").objects.get_or_create(
        district=world.district,
        name="商事",
        defaults={"tier": "city", "about": "登记和许可", "valid_from": TODAY},
    )
    given = {
        "code": "1101-hygiene", "name": "公共场所卫生许可", "kind": "licence", "stage": "permit", "statutory_days": 20,
        "promised": 5, "department": world.units["market"], "materials": [{"name": "平面图", "is_required": True}],
        "basis": "《公共场所卫生管理条例》", "result": "卫生许可证", "valid_from": TODAY, "made_by_name": "系统",
        "made_at": world.now,
    }  # fmt: skip
    items = apps.get_model("catalogue", "ServiceItem").objects
    made = items.create(district=world.district, board=board, **{**given, **more})
    found = service_item(world.district.pk, made.code, TODAY)
    assert found is not None
    return found


def firm(world: kit.World) -> Enterprise:
    return world.enterprise


def submit(world: kit.World, target: Target, answers: dict[str, Any], key: str = "one", **more: Any) -> Case:
    """Hand in as the clerk by the window's way: papers are kept at the window."""
    given = {"actor": world.viewer("desk"), "enterprise": world.enterprise, "way": "window", **more}
    return application_submit(target=target, answers=answers, key=key, now=world.now, **given)


def online(world: kit.World, target: Target, answers: dict[str, Any], key: str = "one", **more: Any) -> Case:
    version = application_form(target, world.now)
    given = {"actor": world.viewer("clerk"), "enterprise": world.enterprise, "version": version, **more}
    return application_submit(target=target, answers=answers, key=key, now=world.now, **given)


def parts(case: Case) -> dict[str, Case]:
    return {c.extras["plan"]["code"]: c for c in Case.objects.filter(parent=case).order_by("pk")}


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def told(*cases: Case) -> list[str]:
    channels = {c.pk: c for c in Channel.objects.all()}
    return [d for case in cases for d in differences(fresh(case), channels)]
