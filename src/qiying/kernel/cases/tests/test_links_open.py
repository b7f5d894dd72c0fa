"""A list may tell of cases that are not its reader's: what he cannot open is not linked."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from qiying.capabilities.service_requests.tests.world import World, make_world
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.reading_lists import cases_opened
from qiying.kernel.organisations.listing import Column, Listing

pytestmark = pytest.mark.django_db
ELSEWHERE = "/gatherings/1/"
LIST: Listing[Case] = Listing(
    name="told",
    caption="说到的件",
    columns=[
        Column("件", lambda c: c.number, url=lambda c: f"/cases/{c.number}/"),
        Column("会议", lambda c: "会议", url=lambda c: ELSEWHERE),
    ],
)


@pytest.fixture
def world() -> World:
    return make_world()


def asked(world: World, who: str) -> Any:
    return SimpleNamespace(viewer=world.viewer(who), today=world.now.date(), now=world.now, GET=QueryDict())


@pytest.mark.parametrize(
    ("who", "opens"), [("handler", True), ("desk", True), ("co_handler", False), ("outsider", False)]
)
def test_a_list_links_to_a_case_for_whom_its_page_opens(world: World, who: str, opens: bool) -> None:
    case = world.handling()
    (line,) = LIST.table(asked(world, who), [case])["rows"]
    assert [cell.get("url") for cell in line["cells"]] == [
        f"/cases/{case.number}/" if opens else None,
        ELSEWHERE,
    ]
    cases_opened(world.viewer(who), [case, None])
    shown = render_to_string("cases/_link.html", {"case": case})
    assert ("<a href" in shown) is opens
    assert case.number in shown
