"""What was promised in a room is given as a task, where the capability of tasks is there."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from qiying.capabilities.programmes.services.giving import task_give
from qiying.kernel.cases.tests.walking import browser
from qiying.kernel.gatherings.models import Item
from qiying.kernel.gatherings.tests.world import DAY, make_hall
from qiying.kernel.permissions.errors import NotPermitted

pytestmark = pytest.mark.django_db


def test_what_was_promised_in_a_room_is_given_as_a_task_and_stands_with_its_item() -> None:
    hall = make_hall()
    hall.running()
    hall.edit("text", "宿舍到厂区没有公交")
    item = Item.objects.get(key="i1")
    Item.objects.filter(pk=item.pk).update(promised_by=DAY, unit=hall.units["town"], answer="promised")
    page = browser(hall.people["desk"]).get(reverse("gatherings:gathering", args=[hall.gathering.pk]))
    assert f"origin=item%3A{item.pk}" in page.content.decode()
    given: dict[str, Any] = {
        "title": "开一条通勤专线", "unit": hall.units["town"].pk, "judge_unit": hall.units["desk"].pk,
        "result_to_show": "专线开通", "due_on": DAY, "origin": f"item:{item.pk}", "origin_label": "面对面第 1 条",
    }  # fmt: skip
    case = task_give(actor=hall.viewer("desk"), values=given, now=hall.now)
    item.refresh_from_db()
    assert item.case == case
    task_give(actor=hall.viewer("desk"), values=given, now=hall.now)  # a second one leaves the item alone
    item.refresh_from_db()
    assert item.case == case
    with pytest.raises(NotPermitted):
        task_give(actor=hall.viewer("clerk"), values=given, now=hall.now)
