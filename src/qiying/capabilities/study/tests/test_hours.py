"""The hours of service officers in a year, the certificates they come to, and the register that tells both."""

from __future__ import annotations

from typing import Any

import pytest

from qiying.capabilities.study.models import YearCertificate
from qiying.capabilities.study.selectors.plans import (
    officer_of,
    officers,
    rules_of,
    served,
)
from qiying.capabilities.study.services.training import certificates_issue
from qiying.capabilities.study.tests.world import Study, counted, make_world
from qiying.kernel.permissions.errors import GuardFailed, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Study:
    return make_world()


def test_hours_are_those_of_trainings_that_took_place_and_where_somebody_was(world: Study) -> None:
    def mine(who: str) -> Any:
        rows = officers(served(world.district.pk, world.today), world.today.year)
        return officer_of(rows.get(pk=world.people[who].pk), *rules_of(world.district.pk, world.today))

    world.trained(1795, "officer", "officer2")
    world.trained(300, "desk", is_closed=False)
    assert [mine(w).hours for w in ("officer", "desk")] == ["39.8", "0"]
    with pytest.raises(GuardFailed, match="还不够"):
        certificates_issue(actor=world.viewer("keeper"), year=world.today.year, now=world.now)
    world.trained(5, "officer")
    assert (mine("officer").hours, mine("officer").has_enough, mine("officer2").has_enough) == (
        "40",
        True,
        False,
    )
    made = certificates_issue(actor=world.viewer("keeper"), year=world.today.year, now=world.now)
    assert [c.person_id for c in made] == [world.people["officer"].pk]
    with pytest.raises(GuardFailed):
        certificates_issue(actor=world.viewer("keeper"), year=world.today.year, now=world.now)
    with pytest.raises(NotPermitted):
        certificates_issue(actor=world.viewer("leader"), year=world.today.year, now=world.now)
    assert mine("officer").certificate.startswith("PX-")
    assert YearCertificate.objects.count() == 1
    assert (counted("study", "trained"), counted("study", "trained_of"), counted("study", "certified")) == (
        3,
        6,
        1,
    )
    url = f"/study/hours/{world.today.year}/certificate.pdf"
    assert world.browser("officer").get(url).content[:5] == b"%PDF-"
    assert world.browser("officer2").get(url).status_code == 404
    page = world.browser("supervisor").get(f"/study/hours/?year={world.today.year}").content.decode()
    assert "1 / 2 人" in page
    assert "学时够的 1 /" in page

    def named(query: str) -> set[str]:
        rows = world.browser("supervisor").get(f"/study/hours/{query}").context["table"]["rows"]
        return {row["cells"][0]["text"] for row in rows}

    every, own = named(""), world.people["officer"].name
    assert named("?show=enough") == {own}
    assert named("?show=short") == every - {own}
    assert own in named(f"?unit={world.units['build'].pk}") < every
    assert named(f"?q={own}") == {own}
    assert named(f"?year={world.today.year - 1}&show=enough") == set()
    assert named("?sort=-hours") == every
    assert "住建联络" not in world.browser("officer").get("/study/hours/").content.decode().split("<main")[1]
    assert world.browser("keeper").get("/study/hours/?export=xlsx").content[:2] == b"PK"
